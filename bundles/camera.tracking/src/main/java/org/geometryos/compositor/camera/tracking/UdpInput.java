package org.geometryos.compositor.camera.tracking;

import java.io.Closeable;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.tracking.IpAddress;

/** A bound socket, and its wait. One thread, but for {@link #wakeup}. */
final class UdpInput implements Closeable {
    /** Asked of the kernel, which holds what comes while the receiver is busy; it may give less. */
    private static final int RECEIVE_BUFFER = 1 << 20;

    private final Listen listen;
    private final DatagramChannel channel;
    private final Selector selector;
    /** Of the group; null without one. */
    private final Membership membership;

    /** The networks of this machine, for the group of one socket. */
    private record Networks(DatagramChannel channel, InetAddress group, Optional<String> network)
            implements Membership.Networks {
        @Override
        public Map<Membership.Network, Membership.Join> present() throws IOException {
            Map<Membership.Network, Membership.Join> present = new LinkedHashMap<>();
            for (NetworkInterface one : networks(network)) {
                if (one.inetAddresses()
                        .noneMatch(address -> address instanceof Inet4Address == group instanceof Inet4Address)) {
                    // it has none yet
                    continue;
                }
                present.put(
                        new Membership.Network(one.getName(), one.getIndex()), () -> channel.join(group, one)::drop);
            }
            return present;
        }
    }

    private UdpInput(Listen listen, DatagramChannel channel, Selector selector, Membership membership) {
        this.listen = listen;
        this.channel = channel;
        this.selector = selector;
        this.membership = membership;
    }

    /**
     * @param name for the log
     * @throws IOException that names what is unavailable
     */
    static UdpInput open(String name, Listen listen) throws IOException {
        InetAddress family = listen.group().orElse(listen.bind());
        DatagramChannel channel = DatagramChannel.open(
                family instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
            if (listen.group().isPresent()) {
                // several programs of a host may take one group's datagrams
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            }
            channel.bind(new InetSocketAddress(listen.bind(), listen.port()));
            Membership membership = listen.group()
                    .map(group ->
                            new Membership(name, listen.network(), new Networks(channel, group, listen.network())))
                    .orElse(null);
            if (membership != null) {
                membership.look(System.nanoTime());
            }
            Selector selector = Selector.open();
            channel.register(selector, SelectionKey.OP_READ);
            return new UdpInput(listen, channel, selector, membership);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static List<NetworkInterface> networks(Optional<String> wanted) throws IOException {
        if (wanted.isPresent()) {
            String name = wanted.get();
            NetworkInterface found = IpAddress.isLiteral(name)
                    ? NetworkInterface.getByInetAddress(InetAddress.getByName(name))
                    : NetworkInterface.getByName(name);
            return found == null || !found.isUp() ? List.of() : List.of(found);
        }
        return NetworkInterface.networkInterfaces()
                .filter(one -> {
                    try {
                        return one.isUp() && one.supportsMulticast();
                    } catch (IOException e) {
                        return false;
                    }
                })
                .toList();
    }

    /**
     * Joins the group where that has become possible, if there is a group.
     *
     * @throws IOException if it is joined nowhere
     */
    void look(long now) throws IOException {
        if (membership != null) {
            membership.look(now);
        }
    }

    /** Where the group is joined, for an operator; empty without a group. Any thread. */
    String joined() {
        return membership == null ? "" : ", " + membership;
    }

    Listen listen() {
        return listen;
    }

    /** Returns when something has come, after the time, or when woken. */
    void await(long millis) throws IOException {
        selector.select(millis);
        selector.selectedKeys().clear();
    }

    /** Ends a wait, or the next one. Any thread. */
    void wakeup() {
        selector.wakeup();
    }

    /** The sender of the datagram that is put into the buffer; null if none waits. */
    SocketAddress receive(ByteBuffer into) throws IOException {
        return channel.receive(into);
    }

    @Override
    public void close() throws IOException {
        try {
            selector.close();
        } finally {
            channel.close();
        }
    }
}
