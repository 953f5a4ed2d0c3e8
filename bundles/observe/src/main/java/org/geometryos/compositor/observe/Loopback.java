package org.geometryos.compositor.observe;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.health.LoopbackPass;

/**
 * A connection of the host to its own port, as a display makes it: handshake, snapshot, close. The endpoint lets it in
 * by a pass that is good once and that nobody outside of this process knows. It has no session, so that it is in no
 * presence, no account and no sequence.
 */
final class Loopback implements Predicate<String> {
    /** It says so at once, and that it is no passing trouble, as the replacement of a bundle is, a little later. */
    private static final long DOWN_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(3);
    /** How long all connections that warm up may take. */
    private static final long WARM_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final int HEAD_BYTES = 16_384;
    private static final int MESSAGE_BYTES = 1 << 20;
    private static final int PASS_BYTES = 32;
    private static final int FINAL_TEXT = 0x81;
    private static final byte[] CLOSE = {(byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 0x03, (byte) 0xe8};

    private final Supplier<Optional<URI>> address;
    private final LongSupplier nanos;
    private final SecureRandom random = new SecureRandom();
    private final AtomicReference<String> pass = new AtomicReference<>();
    private volatile Optional<String> problem = Optional.empty();
    // of the thread that checks
    private long since;
    private long next;
    private int cold;

    /**
     * @param address where the host listens; empty while it does not
     * @param nanos the clock, {@link System#nanoTime()}
     * @param cold so many connections in a row follow the first one that is served: then the way of a connection is
     *     compiled when thousands of displays come at once, as they do after a restart
     */
    Loopback(Supplier<Optional<URI>> address, LongSupplier nanos, int cold) {
        this.address = address;
        this.nanos = nanos;
        this.cold = cold;
        this.next = nanos.getAsLong();
    }

    /** Takes the pass, which is good once. Any thread. */
    @Override
    public boolean test(String given) {
        String good = pass.get();
        return good != null
                && MessageDigest.isEqual(good.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8))
                && pass.compareAndSet(good, null);
    }

    /** Why the host does not serve itself, if it has not for some seconds. Any thread. */
    Optional<String> problem() {
        return problem;
    }

    List<Health.Problem> problems() {
        return problem.stream()
                .map(text -> new Health.Problem(Health.Level.DOWN, text))
                .toList();
    }

    /**
     * Connects if it is time to. One thread.
     *
     * @param period nanoseconds between two connections; 0: none
     */
    void look(long period) {
        long now = nanos.getAsLong();
        if (period == 0) {
            since = 0;
            problem = Optional.empty();
        } else if (now - next >= 0) {
            Optional<String> failure = failure();
            judge(failure, now);
            while (failure.isEmpty() && cold > 0 && nanos.getAsLong() - now < WARM_NANOS) {
                cold--;
                failure = failure();
            }
            cold = failure.isEmpty() ? 0 : cold;
            next = nanos.getAsLong() + (since == 0 ? period : Math.min(period, RETRY_NANOS));
        }
    }

    /** @param began when the check began */
    void judge(Optional<String> failure, long began) {
        if (failure.isEmpty()) {
            since = 0;
            problem = Optional.empty();
            return;
        }
        since = since == 0 ? began | 1 : since;
        if (nanos.getAsLong() - since >= DOWN_NANOS) {
            problem = failure.map(text -> "a connection of the host to itself is not served: " + text);
        }
    }

    private Optional<String> failure() {
        Optional<URI> own = address.get();
        if (own.isEmpty()) {
            return Optional.of("the HTTP service has no port open");
        }
        byte[] secret = new byte[PASS_BYTES];
        random.nextBytes(secret);
        String fresh = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        pass.set(fresh);
        try (Socket socket = OwnPorts.open(own.get())) {
            long limit = nanos.getAsLong() + LIMIT_NANOS;
            OutputStream out = socket.getOutputStream();
            out.write(request(OwnPorts.name(own.get(), socket), fresh).getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            String status = status(in, limit);
            if (!status.contains(" 101 ")) {
                return Optional.of(own.get() + " answers " + status);
            }
            String message = message(in, limit);
            out.write(CLOSE);
            return message.contains("\"type\":\"snapshot\"")
                    ? Optional.empty()
                    : Optional.of("what came is no snapshot");
        } catch (SocketTimeoutException e) {
            return Optional.of(own.get() + " does not answer in time");
        } catch (IOException e) {
            return Optional.of(own.get() + ": " + e.getMessage());
        } finally {
            pass.set(null);
        }
    }

    private String request(String host, String fresh) {
        byte[] key = new byte[16];
        random.nextBytes(key);
        return "GET /compositor HTTP/1.1\r\nHost: " + host
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                + Base64.getEncoder().encodeToString(key) + "\r\n" + LoopbackPass.HEADER + ": " + fresh + "\r\n\r\n";
    }

    /** Reads the head of the answer. @return its first line */
    private String status(InputStream in, long limit) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
            head.append((char) read(in, limit));
            if (head.length() > HEAD_BYTES) {
                throw new IOException("the answer has no end");
            }
        }
        return head.substring(0, head.indexOf("\r\n"));
    }

    /** The first text; pings before it are left unanswered. */
    private String message(InputStream in, long limit) throws IOException {
        while (true) {
            int first = read(in, limit);
            int length = read(in, limit);
            int more = length == 127 ? 8 : length == 126 ? 2 : 0;
            long bytes = more == 0 ? length : 0;
            for (int i = 0; i < more; i++) {
                bytes = bytes << 8 | read(in, limit);
            }
            if (bytes < 0 || bytes > MESSAGE_BYTES) {
                throw new IOException("what came is no message of the protocol");
            }
            byte[] payload = in.readNBytes((int) bytes);
            if (first == FINAL_TEXT) {
                return new String(payload, StandardCharsets.UTF_8);
            }
            if ((first & 0xf) == 8) {
                throw new IOException("it is closed before the snapshot");
            }
        }
    }

    private int read(InputStream in, long limit) throws IOException {
        if (nanos.getAsLong() - limit > 0) {
            throw new IOException("no snapshot within " + TimeUnit.NANOSECONDS.toSeconds(LIMIT_NANOS) + " s");
        }
        int read = in.read();
        if (read < 0) {
            throw new EOFException("it is closed before the snapshot");
        }
        return read;
    }
}
