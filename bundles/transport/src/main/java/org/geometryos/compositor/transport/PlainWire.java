package org.geometryos.compositor.transport;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection without TLS: the link writes to its socket directly, and Jetty's end point may be asked anything at any
 * time.
 */
final class PlainWire extends Wire {
    private static final Logger LOG = LoggerFactory.getLogger(PlainWire.class);

    private final SocketChannel channel;

    PlainWire(SocketChannelEndPoint real) {
        super(real);
        this.channel = real.getChannel();
    }

    @Override
    SocketChannel channel() {
        return channel;
    }

    @Override
    void reset() {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            LOG.debug("{} is closed already", link(), e);
        }
        drop();
    }

    @Override
    void finish(Callback callback, ByteBuffer... buffers) {
        real.write(callback, buffers);
    }

    @Override
    void ask(Runnable interest) {
        interest.run();
    }

    @Override
    boolean readsAhead() {
        return true;
    }

    @Override
    boolean endsAtOnce() {
        return true;
    }

    @Override
    boolean retry() {
        return false;
    }

    @Override
    public void shutdownOutput() {
        real.shutdownOutput();
    }
}
