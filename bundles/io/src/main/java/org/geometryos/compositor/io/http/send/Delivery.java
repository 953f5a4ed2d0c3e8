package org.geometryos.compositor.io.http.send;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An answer on its way to a client: a block whenever the client takes one, by a thread of the HTTP service, so that no
 * thread waits for a slow client. Its place is one of {@link Slots}.
 */
public final class Delivery implements WriteListener, AsyncListener {
    /** Whoever has not got everything by then is cut off. */
    private static final long LIMIT = TimeUnit.MINUTES.toMillis(15);

    private static final int BLOCK = 1 << 15;
    /** What the HTTP service takes at once without a wait, in bytes. */
    private static final int SMALL = 4_096;

    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

    private final Content content;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final byte[] block = new byte[BLOCK];
    private volatile AsyncContext context;
    private Slots.Slot slot;
    private ServletOutputStream out;

    /** What is sent, from its beginning to its end. One thread at a time. */
    private interface Content {
        /** @return how many bytes; 0 at the end */
        int read(byte[] block) throws IOException;

        void close() throws IOException;
    }

    private Delivery(Content content) {
        this.content = content;
    }

    /**
     * Answers with bytes.
     *
     * @param key the caller's, see {@link Slots#take}
     */
    public static void send(
            HttpServletRequest request, HttpServletResponse response, byte[] bytes, Slots slots, String key)
            throws IOException {
        send(request, response, bytes, slots, key, () -> {}, () -> {});
    }

    /**
     * Answers with bytes.
     *
     * @param key the caller's, see {@link Slots#take}
     * @param describe sets what else is known of the answer; called if it is sent
     * @param done called once, when the bytes are not needed any more
     */
    public static void send(
            HttpServletRequest request,
            HttpServletResponse response,
            byte[] bytes,
            Slots slots,
            String key,
            Runnable describe,
            Runnable done)
            throws IOException {
        if (bytes.length <= SMALL) {
            try {
                describe.run();
                response.setContentLength(bytes.length);
                response.getOutputStream().write(bytes);
            } finally {
                done.run();
            }
            return;
        }
        ByteBuffer left = ByteBuffer.wrap(bytes);
        Runnable described = () -> {
            describe.run();
            response.setContentLength(bytes.length);
        };
        deliver(request, response, slots, key, described, new Content() {
            @Override
            public int read(byte[] block) {
                int n = Math.min(block.length, left.remaining());
                left.get(block, 0, n);
                return n;
            }

            @Override
            public void close() {
                done.run();
            }
        });
    }

    /**
     * Answers with a part of a file, and closes it.
     *
     * @param key the caller's, see {@link Slots#take}
     * @param describe sets what else is known of the answer; called if it is sent
     */
    public static void send(
            HttpServletRequest request,
            HttpServletResponse response,
            FileChannel file,
            long from,
            long to,
            Slots slots,
            String key,
            Runnable describe)
            throws IOException {
        deliver(request, response, slots, key, describe, new Content() {
            private long at = from;

            @Override
            public int read(byte[] block) throws IOException {
                if (at == to) {
                    return 0;
                }
                int n = file.read(ByteBuffer.wrap(block, 0, (int) Math.min(block.length, to - at)), at);
                if (n <= 0) {
                    throw new IOException("the file ends at " + at + ", before " + to);
                }
                at += n;
                return n;
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        });
    }

    private static void deliver(
            HttpServletRequest request,
            HttpServletResponse response,
            Slots slots,
            String key,
            Runnable describe,
            Content content)
            throws IOException {
        Delivery delivery = new Delivery(content);
        Optional<Slots.Slot> slot = slots.take(key, String.valueOf(request.getRemoteAddr()), delivery::end);
        if (slot.isEmpty()) {
            content.close();
            response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            response.setHeader("Retry-After", "1");
            response.setContentType("text/plain; charset=utf-8");
            response.getOutputStream()
                    .write("too many answers are on their way already, in all or to you\n"
                            .getBytes(StandardCharsets.US_ASCII));
            return;
        }
        describe.run();
        delivery.begin(request, response, slot.get());
    }

    private void begin(HttpServletRequest request, HttpServletResponse response, Slots.Slot granted)
            throws IOException {
        slot = granted;
        try {
            out = response.getOutputStream();
            AsyncContext started = request.startAsync();
            started.setTimeout(LIMIT);
            started.addListener(this);
            context = started;
            out.setWriteListener(this);
        } catch (IOException | RuntimeException | Error e) {
            letGo();
            throw e;
        }
    }

    @Override
    public void onWritePossible() throws IOException {
        while (!ended.get() && out.isReady()) {
            int n = content.read(block);
            if (n == 0) {
                end();
                return;
            }
            out.write(block, 0, n);
            slot.sent(n);
        }
    }

    @Override
    public void onError(Throwable problem) {
        LOG.debug("an answer did not get through", problem);
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
        AsyncContext begun = context;
        if (letGo() && begun != null) {
            begun.complete();
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
            LOG.debug("what was sent cannot be closed", e);
        }
        Slots.Slot mine = slot;
        if (mine != null) {
            mine.release();
        }
        return true;
    }
}
