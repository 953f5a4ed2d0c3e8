package org.geometryos.compositor.models;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** A part of a file on its way to a client: a block whenever the client takes one, by a thread of the HTTP service. */
final class Transfer implements WriteListener, AsyncListener {
    /** A client that has not got everything by then is cut off. */
    private static final long LIMIT = TimeUnit.MINUTES.toMillis(15);
    private static final int BLOCK = 1 << 15;
    private static final Logger LOG = LoggerFactory.getLogger(Transfer.class);

    private final FileChannel content;
    private final long to;
    private final Runnable done;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK);
    private long at;
    private AsyncContext context;
    private ServletOutputStream out;

    /** @param done called once, at the end, whichever it is */
    Transfer(FileChannel content, long from, long to, Runnable done) {
        this.content = content;
        this.at = from;
        this.to = to;
        this.done = done;
    }

    /** @throws IOException if it did not begin; then nothing is left of it, and {@code done} is not called */
    void begin(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            out = response.getOutputStream();
            context = request.startAsync();
            context.setTimeout(LIMIT);
            context.addListener(this);
            out.setWriteListener(this);
        } catch (IOException | RuntimeException e) {
            ended.set(true);
            content.close();
            throw e;
        }
    }

    @Override
    public void onWritePossible() throws IOException {
        while (out.isReady()) {
            if (at == to) {
                end();
                return;
            }
            block.clear().limit((int) Math.min(BLOCK, to - at));
            int n = content.read(block, at);
            if (n <= 0) {
                throw new IOException("the copy of a model ends at " + at + ", before " + to);
            }
            at += n;
            out.write(block.array(), 0, n);
        }
    }

    @Override
    public void onError(Throwable problem) {
        LOG.debug("a model did not get through", problem);
        end();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        end();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        letGo();
    }

    @Override
    public void onError(AsyncEvent event) {
        end();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // nothing is dispatched again
    }

    private void end() {
        if (letGo()) {
            context.complete();
        }
    }

    /** @return whether it was not let go of before */
    private boolean letGo() {
        if (!ended.compareAndSet(false, true)) {
            return false;
        }
        try {
            content.close();
        } catch (IOException e) {
            LOG.debug("the copy of a model cannot be closed", e);
        }
        done.run();
        return true;
    }
}
