package org.geometryos.compositor.console;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.felix.service.command.CommandProcessor;
import org.geometryos.compositor.health.GuardedLoop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the sessions of the console. One thread takes them, and each has one of its own. */
final class ConsoleServer {
    /** Sessions at a time. */
    static final int MOST = 4;

    private static final long LOOK_MILLIS = 2_000;
    private static final long END_MILLIS = 2_000;
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleServer.class);

    private final Path socket;
    private final CommandProcessor processor;
    private final ServerSocketChannel listening;
    private final Selector selector;
    private final GuardedLoop loop = GuardedLoop.of("compositor-console", this::take);
    private final Set<ConsoleSession> sessions = ConcurrentHashMap.newKeySet();

    private ConsoleServer(Path socket, CommandProcessor processor, ServerSocketChannel listening, Selector selector) {
        this.socket = socket;
        this.processor = processor;
        this.listening = listening;
        this.selector = selector;
    }

    /**
     * @param socket its place; what a host that was killed left there is replaced
     * @throws IOException it cannot be opened
     */
    static ConsoleServer start(Path socket, CommandProcessor processor) throws IOException {
        Files.deleteIfExists(socket);
        ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        Selector selector = null;
        try {
            listening.bind(UnixDomainSocketAddress.of(socket), MOST);
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            listening.configureBlocking(false);
            selector = Selector.open();
            listening.register(selector, SelectionKey.OP_ACCEPT);
            ConsoleServer server = new ConsoleServer(socket, processor, listening, selector);
            server.loop.start();
            return server;
        } catch (IOException | RuntimeException e) {
            listening.close();
            if (selector != null) {
                selector.close();
            }
            throw e;
        }
    }

    private long take() throws IOException {
        loop.waits(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
        selector.select(LOOK_MILLIS);
        loop.waited();
        selector.selectedKeys().clear();
        SocketChannel channel = loop.stopped() ? null : listening.accept();
        if (channel == null) {
            return 0;
        }
        if (sessions.size() >= MOST) {
            refuse(channel);
            return 0;
        }
        ConsoleSession session = new ConsoleSession(channel, processor, sessions::remove);
        sessions.add(session);
        session.start();
        return 0;
    }

    private static void refuse(SocketChannel channel) {
        try (channel) {
            channel.configureBlocking(false);
            channel.write(ByteBuffer.wrap(
                    ("there are " + MOST + " sessions already; end one of them\n" + (char) 0 + ConsoleSession.FAILED)
                            .getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            LOG.debug("a session that was too many has gone already", e);
        }
    }

    /** Ends all sessions; a command under way is interrupted. */
    void stop() {
        loop.ask();
        selector.wakeup();
        loop.stop(END_MILLIS);
        sessions.forEach(ConsoleSession::close);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_MILLIS);
        sessions.forEach(session -> session.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()))));
        try {
            selector.close();
            listening.close();
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            LOG.debug("the socket {} is not closed in order", socket, e);
        }
    }
}
