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
import java.util.List;
import java.util.Optional;

/** A bound socket, and its wait. One thread, but for {@link #wakeup}. */
final class UdpInput implements Closeable {
    /** Asked of the kernel, which holds what comes while the receiver is busy; it may give less. */
    private static final int RECEIVE_BUFFER = 1 << 20;

    private final Listen listen;
    private final DatagramChannel channel;
    private final Selector selector;

    private UdpInput(Listen listen, DatagramChannel channel, Selector selector) {
        this.listen = listen;
        this.channel = channel;
        this.selector = selector;
    }

    /** @throws IOException that says what cannot be had */
    static UdpInput open(Listen listen) throws IOException {
        InetAddress family = listen.group().orElse(listen.bind());
        DatagramChannel channel = DatagramChannel.open(family instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
            if (listen.group().isPresent()) {
                // several programs of a host may take one group's datagrams
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            }
            channel.bind(new InetSocketAddress(listen.bind(), listen.port()));
            if (listen.group().isPresent()) {
                join(channel, listen.group().get(), listen.network());
            }
            Selector selector = Selector.open();
            channel.register(selector, SelectionKey.OP_READ);
            return new UdpInput(listen, channel, selector);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void join(DatagramChannel channel, InetAddress group, Optional<String> network) throws IOException {
        if (network.isPresent()) {
            String name = network.get();
            NetworkInterface found = Listen.isLiteral(name) ? NetworkInterface.getByInetAddress(InetAddress.getByName(name)) : NetworkInterface.getByName(name);
            if (found == null) {
                throw new IOException("there is no interface " + name);
            }
            channel.join(group, found);
            return;
        }
        IOException problem = new IOException("no interface can multicast");
        boolean joined = false;
        for (NetworkInterface one : networks()) {
            try {
                channel.join(group, one);
                joined = true;
            } catch (IOException e) {
                problem = e;
            }
        }
        if (!joined) {
            throw problem;
        }
    }

    private static List<NetworkInterface> networks() throws IOException {
        return NetworkInterface.networkInterfaces().filter(one -> {
            try {
                return one.isUp() && one.supportsMulticast();
            } catch (IOException e) {
                return false;
            }
        }).toList();
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
