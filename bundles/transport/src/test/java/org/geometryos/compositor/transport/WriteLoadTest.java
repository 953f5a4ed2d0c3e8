package org.geometryos.compositor.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.geometryos.compositor.testkit.http.JettyHost;
import org.geometryos.compositor.testkit.wire.Frames;
import org.geometryos.compositor.testkit.wire.RawRequest;
import org.geometryos.compositor.transport.api.Batch;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.LinkHandler;
import org.geometryos.compositor.transport.api.LinkListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The write path under load, with tiny buffers and clients that read slowly, ping, send and close at random; over TLS
 * and without.
 */
class WriteLoadTest {
    private static final int CLIENTS = 50;
    private static final int SECONDS = 4;
    private static final String PASSWORD = "only-for-this-test";
    private static final String CLOSE_ME = "close me";
    /** Small, but not so small that the kernel closes the window and opens it by probing alone. */
    private static final int RECEIVE_BUFFER = 16_384;

    private static final byte[] FILL = new byte[8_000];

    static {
        new Random(7).nextBytes(FILL);
    }

    private final SocketTransport transport = new SocketTransport(Served.settings(2_048, false));
    private JettyHost host;
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final AtomicLong messages = new AtomicLong();
    private final AtomicLong pongs = new AtomicLong();
    private final AtomicLong echoes = new AtomicLong();
    private final AtomicLong closes = new AtomicLong();
    private final AtomicLong partial = new AtomicLong();
    private final AtomicLong receipts = new AtomicLong();
    private volatile boolean over;

    @AfterEach
    void stop() throws Exception {
        over = true;
        transport.stop(1001, "over");
        host.close();
    }

    /** Takes everybody, and gives back what comes. */
    private static final class Echo implements LinkHandler {
        @Override
        public Decision handshake(Handshake handshake) {
            return new Decision.Accept(Optional.empty(), Map.of());
        }

        @Override
        public boolean message(Link link, ByteBuffer payload, boolean text) {
            byte[] bytes = new byte[payload.remaining()];
            payload.get(bytes);
            if (new String(bytes, StandardCharsets.UTF_8).equals(CLOSE_ME)) {
                link.close(4001, "as asked");
            } else {
                link.reply(bytes, text);
            }
            return true;
        }
    }

    /** Gives each link a stream of numbered binary messages, as fast as its socket takes them. */
    private final class Stream implements LinkListener, Runnable {
        private final Queue<Link> ready = new ConcurrentLinkedQueue<>();

        @Override
        public void opened(Link link) {
            link.attributes().put("owner", link.acquire());
            link.begin(0, 0, 0);
            ready.add(link);
        }

        @Override
        public void ready(Link link) {
            ready.add(link);
        }

        @Override
        public void run() {
            Random random = new Random(1);
            Batch batch = transport.batch();
            while (!over) {
                Link link = ready.poll();
                if (link == null) {
                    LockSupport.parkNanos(50_000);
                    continue;
                }
                long next = link.cursor();
                batch.clear();
                int count = 1 + random.nextInt(5);
                for (int i = 0; i < count; i++) {
                    batch.add(numbered(next + i), false);
                }
                if (random.nextInt(4) == 0) {
                    batch.ping();
                }
                if (link.roundTrip() > 0) {
                    receipts.incrementAndGet();
                }
                link.prefetch();
                if (link.send((Long) link.attributes().get("owner"), batch, next + count, 0, 0) == Link.Sent.TAKEN) {
                    ready.add(link);
                    if (link.stuckSince() != 0) {
                        partial.incrementAndGet();
                    }
                }
            }
        }
    }

    private static byte[] numbered(long n) {
        int length = (int) (n * 7919 % FILL.length);
        return ByteBuffer.allocate(Long.BYTES + length)
                .putLong(n)
                .put(FILL, 0, length)
                .array();
    }

    // ---- the other side

    /** One client, which connects again whenever its connection has come to its end. */
    private final class Client implements Runnable {
        private final Random random;
        private final Connect connect;
        private final long end;
        private final Deque<String> outstanding = new ArrayDeque<>();
        private final Deque<String> pings = new ArrayDeque<>();
        private final ByteArrayOutputStream unsent = new ByteArrayOutputStream();
        private long expected;
        private int sent;
        private boolean closing;

        Client(int number, Connect connect, long end) {
            this.random = new Random(number);
            this.connect = connect;
            this.end = end;
        }

        @Override
        public void run() {
            while (System.nanoTime() - end < 0) {
                expected = 0;
                closing = false;
                unsent.reset();
                outstanding.clear();
                pings.clear();
                try (Socket socket = connect.socket()) {
                    session(socket);
                } catch (IOException | RuntimeException | AssertionError e) {
                    violations.add(e.toString());
                }
            }
        }

        private void session(Socket socket) throws IOException {
            OutputStream out = socket.getOutputStream();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            out.write(RawRequest.upgrade().bytes());
            assertThat(header(in)).startsWith("HTTP/1.1 101");
            for (int left = 20 + random.nextInt(200); left > 0; left--) {
                if (random.nextInt(30) == 0) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(20)));
                }
                if (random.nextInt(5) == 0 && outstanding.size() < 8) {
                    String text = "echo " + sent++ + " " + "e".repeat(random.nextInt(500));
                    outstanding.add(text);
                    frame(out, Framing.TEXT, text.getBytes(StandardCharsets.UTF_8));
                }
                if (random.nextInt(5) == 0 && pings.size() < 8) {
                    String text = "ping " + sent++;
                    pings.add(text);
                    frame(out, Framing.PING, text.getBytes(StandardCharsets.UTF_8));
                }
                assertThat(receive(in, out)).as("a close that nobody asked for").isNegative();
            }
            boolean mine = random.nextBoolean();
            closing = true;
            if (mine) {
                frame(out, Framing.CLOSE, new byte[] {4000 >> 8, (byte) 4000});
            } else {
                frame(out, Framing.TEXT, CLOSE_ME.getBytes(StandardCharsets.UTF_8));
            }
            int code;
            do {
                code = receive(in, out);
            } while (code < 0);
            assertThat(code).isEqualTo(mine ? 4000 : 4001);
            if (!mine) {
                frame(out, Framing.CLOSE, new byte[] {4001 >> 8, (byte) 4001});
            }
            assertThat(in.read()).as("what follows a close frame").isNegative();
            closes.incrementAndGet();
        }

        /** Takes a frame and checks it. @return the code of a close frame, or -1 */
        private int receive(DataInputStream in, OutputStream out) throws IOException {
            int first = in.readUnsignedByte();
            int length = in.readUnsignedByte();
            length = length == 126 ? in.readUnsignedShort() : length == 127 ? Math.toIntExact(in.readLong()) : length;
            byte[] payload = new byte[length];
            in.readFully(payload);
            switch (first) {
                case 0x80 | Framing.BINARY -> {
                    if (!Arrays.equals(payload, numbered(expected))) {
                        throw new IOException("message " + expected + " came as "
                                + ByteBuffer.wrap(payload).getLong() + " of " + length + " bytes");
                    }
                    expected++;
                    messages.incrementAndGet();
                }
                case 0x80 | Framing.TEXT -> {
                    assertThat(new String(payload, StandardCharsets.UTF_8)).isEqualTo(outstanding.poll());
                    echoes.incrementAndGet();
                }
                case Framing.PING -> {
                    if (closing) {
                        // nothing follows a close frame
                    } else if (random.nextBoolean()) {
                        // what comes right behind a receipt, maybe in the same read
                        frame(null, Framing.PONG, payload);
                        String text = "echo " + sent++;
                        outstanding.add(text);
                        frame(out, Framing.TEXT, text.getBytes(StandardCharsets.UTF_8));
                    } else {
                        frame(out, Framing.PONG, payload);
                    }
                }
                case 0x80 | Framing.PONG -> {
                    assertThat(new String(payload, StandardCharsets.UTF_8)).isEqualTo(pings.poll());
                    pongs.incrementAndGet();
                }
                case 0x80 | Framing.CLOSE -> {
                    return ByteBuffer.wrap(payload).getShort() & 0xffff;
                }
                default -> throw new IOException("a frame that begins with " + first);
            }
            return -1;
        }

        /** @param out null to send it with the next frame */
        private void frame(OutputStream out, int opcode, byte[] payload) throws IOException {
            unsent.writeBytes(Frames.frame(opcode, payload));
            if (out == null) {
                return;
            }
            byte[] bytes = unsent.toByteArray();
            unsent.reset();
            int cut = random.nextInt(4) == 0 ? random.nextInt(bytes.length) : 0;
            out.write(bytes, 0, cut);
            out.flush();
            out.write(bytes, cut, bytes.length - cut);
            out.flush();
        }
    }

    private static String header(InputStream in) throws IOException {
        StringBuilder header = new StringBuilder();
        while (header.indexOf("\r\n\r\n") < 0) {
            int c = in.read();
            if (c < 0) {
                throw new EOFException("after " + header);
            }
            header.append((char) c);
        }
        return header.toString();
    }

    private interface Connect {
        Socket socket() throws IOException;
    }

    // ----

    @Test
    void nothingIsLostOrMixedUpOverTls(@TempDir Path folder) throws Exception {
        Path store = folder.resolve("key.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "test",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        String printed = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(printed).isZero();

        SslContextFactory.Server ssl = new SslContextFactory.Server();
        ssl.setKeyStorePath(store.toString());
        ssl.setKeyStorePassword(PASSWORD);
        HttpConnectionFactory http = new HttpConnectionFactory(new HttpConfiguration());

        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray()));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        load(
                new JettyHost(2, new SslConnectionFactory(ssl, http.getProtocol()), http),
                plain -> context.getSocketFactory().createSocket(plain, "localhost", plain.getPort(), true));
    }

    @Test
    void nothingIsLostOrMixedUpWithoutTls() throws Exception {
        load(new JettyHost(2, new HttpConnectionFactory()), plain -> plain);
    }

    private interface Layer {
        Socket over(Socket plain) throws IOException;
    }

    private void load(JettyHost on, Layer layer) throws Exception {
        host = Served.start(on, transport);
        transport.add(new Echo(), (Comparable<Object>) other -> 0);
        Stream stream = new Stream();
        transport.add(stream);
        Thread streaming = new Thread(stream, "stream");
        streaming.start();

        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), host.port());
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new Thread(
                    new Client(
                            i,
                            () -> {
                                Socket plain = new Socket();
                                plain.setReceiveBufferSize(RECEIVE_BUFFER);
                                plain.setSoTimeout((int) TimeUnit.SECONDS.toMillis(120));
                                plain.connect(address);
                                return layer.over(plain);
                            },
                            end),
                    "client-" + i));
        }
        clients.forEach(Thread::start);
        for (Thread client : clients) {
            client.join(TimeUnit.SECONDS.toMillis(SECONDS + 300));
            assertThat(client.isAlive()).as("%s hangs", client.getName()).isFalse();
        }
        over = true;
        streaming.join();
        System.out.println(messages + " messages, " + partial + " partial writes, " + echoes + " echoes, " + pongs
                + " pongs, " + closes + " connections");
        assertThat(violations).isEmpty();
        assertThat(partial.get()).isPositive();
        assertThat(closes.get()).isGreaterThanOrEqualTo(CLIENTS);
        assertThat(messages.get()).isGreaterThan(CLIENTS);
        assertThat(echoes.get()).isPositive();
        assertThat(pongs.get()).isPositive();
        assertThat(receipts.get()).isPositive();
    }
}
