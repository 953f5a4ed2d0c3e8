package org.geometryos.compositor.tracking.out;

import java.io.Closeable;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.geometryos.compositor.tracking.IpAddress;

/** A socket that sends to one target, and takes nothing from anybody else. One thread. */
final class UdpOutput implements Closeable {
    /** What the target might send back is not read. */
    private static final int RECEIVE_BUFFER = 1_024;

    private final Target target;
    private final DatagramChannel channel;

    private UdpOutput(Target target, DatagramChannel channel) {
        this.target = target;
        this.channel = channel;
    }

    /** @throws IOException that names what is unavailable */
    static UdpOutput open(Target target) throws IOException {
        DatagramChannel channel = DatagramChannel.open(
                target.address() instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
            if (target.address().isMulticastAddress()) {
                channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, target.hops());
                if (target.network().isPresent()) {
                    channel.setOption(
                            StandardSocketOptions.IP_MULTICAST_IF,
                            network(target.network().get()));
                }
            }
            channel.connect(new InetSocketAddress(target.address(), target.port()));
            return new UdpOutput(target, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static NetworkInterface network(String name) throws IOException {
        NetworkInterface found = IpAddress.isLiteral(name)
                ? NetworkInterface.getByInetAddress(InetAddress.getByName(name))
                : NetworkInterface.getByName(name);
        if (found == null || !found.isUp()) {
            throw new IOException("there is no interface " + name + " that is up");
        }
        return found;
    }

    Target target() {
        return target;
    }

    /** @return whether there was room for the packet */
    boolean send(ByteBuffer packet) throws IOException {
        return channel.write(packet) > 0;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
