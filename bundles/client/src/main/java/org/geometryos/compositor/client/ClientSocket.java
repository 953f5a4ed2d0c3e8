package org.geometryos.compositor.client;

import java.net.URI;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * One WebSocket, from the attempt to the end: whole messages in, one message at a time out. All its events come on the
 * loop's thread; the next message is asked for when the one before is handled.
 */
final class ClientSocket implements WebSocket.Listener {
    /** The server's messages stay below this, bytes. */
    static final int MAX_MESSAGE = 1 << 20;

    static final int ABNORMAL = 1006;

    private final Loop loop;
    private final String subprotocol;
    private final boolean text;
    private final Events events;
    private final StringBuilder textParts = new StringBuilder();
    private byte[] binaryParts = {};

    // of the loop's thread
    private final ArrayDeque<byte[]> outgoing = new ArrayDeque<>();
    private WebSocket socket;
    private boolean sending;
    private boolean ended;

    /** What becomes of it. After {@link #lost} nothing more comes. */
    interface Events {
        void opened(ClientSocket socket);

        /** Something came in, be it a ping. */
        void heard(ClientSocket socket);

        void message(ClientSocket socket, ByteBuffer message);

        /** A message that cannot be read; the connection stays. */
        void unreadable(ClientSocket socket, String why);

        void sent(ClientSocket socket);

        /** @param code of the close, {@link #ABNORMAL} if there was none */
        void lost(ClientSocket socket, int code, String reason, int httpStatus);
    }

    ClientSocket(Loop loop, String subprotocol, boolean text, Events events) {
        this.loop = loop;
        this.subprotocol = subprotocol;
        this.text = text;
        this.events = events;
    }

    /**
     * On the loop's thread.
     *
     * @param key sent as a header
     * @param more subprotocols offered beside the one to be spoken, which are never selected
     */
    void connect(URI uri, Optional<String> key, String... more) {
        CompletableFuture<WebSocket> attempt;
        try {
            WebSocket.Builder builder = loop.http().newWebSocketBuilder().subprotocols(subprotocol, more);
            key.ifPresent(secret -> builder.header("Authorization", "Bearer " + secret));
            attempt = builder.buildAsync(uri, this);
        } catch (RuntimeException e) {
            drop("the attempt could not begin: " + e.getClass().getSimpleName());
            return;
        }
        attempt.whenComplete((opened, failure) -> {
            if (failure != null) {
                loop.run(() -> failed(failure));
            }
        });
    }

    private void failed(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof WebSocketHandshakeException refused) {
            int status = refused.getResponse().statusCode();
            end(ABNORMAL, "the server refused the handshake: HTTP " + status, status);
        } else {
            end(ABNORMAL, describe(cause), 0);
        }
    }

    private static String describe(Throwable cause) {
        return cause.getMessage() == null
                ? cause.getClass().getSimpleName()
                : cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }

    /** On the loop's thread; what is not sent when the connection ends is lost. */
    void send(byte[] message) {
        if (!ended) {
            outgoing.add(message);
            flush();
        }
    }

    /** How many messages wait to be sent. On the loop's thread. */
    int waiting() {
        return outgoing.size();
    }

    private void flush() {
        while (!sending && !ended && socket != null && !outgoing.isEmpty()) {
            byte[] message = outgoing.remove();
            sending = true;
            CompletableFuture<WebSocket> done = text
                    ? socket.sendText(new String(message, StandardCharsets.UTF_8), true)
                    : socket.sendBinary(ByteBuffer.wrap(message), true);
            if (done.isDone()) {
                sent(done.isCompletedExceptionally());
            } else {
                done.whenComplete((sentBy, failure) -> loop.run(() -> {
                    sent(failure != null);
                    flush();
                }));
            }
        }
    }

    private void sent(boolean failed) {
        sending = false;
        if (failed) {
            drop("a message could not be sent");
        } else {
            events.sent(this);
        }
    }

    /** Ends the connection at once, without a close handshake. On the loop's thread. */
    void drop(String reason) {
        end(ABNORMAL, reason, 0);
        if (socket != null) {
            socket.abort();
        }
    }

    private void end(int code, String reason, int httpStatus) {
        if (!ended) {
            ended = true;
            outgoing.clear();
            events.lost(this, code, reason, httpStatus);
        }
    }

    private void onLoop(WebSocket from, Runnable work) {
        boolean taken = loop.run(() -> {
            if (!ended) {
                events.heard(this);
                work.run();
            }
            if (!ended) {
                from.request(1);
            }
        });
        if (!taken) {
            from.abort();
        }
    }

    @Override
    public void onOpen(WebSocket opened) {
        boolean taken = loop.run(() -> {
            if (ended) {
                opened.abort();
                return;
            }
            socket = opened;
            if (!opened.getSubprotocol().equals(subprotocol)) {
                drop("the server does not speak " + subprotocol);
                return;
            }
            events.heard(this);
            events.opened(this);
            flush();
            opened.request(1);
        });
        if (!taken) {
            opened.abort();
        }
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        if (textParts.length() + data.length() > MAX_MESSAGE) {
            loop.run(() -> drop("the server sent a message of more than " + MAX_MESSAGE + " bytes"));
            return null;
        }
        ByteBuffer message = null;
        if (!last || !textParts.isEmpty()) {
            textParts.append(data);
        }
        if (last) {
            String whole = textParts.isEmpty() ? data.toString() : textParts.toString();
            message = ByteBuffer.wrap(whole.getBytes(StandardCharsets.UTF_8));
            textParts.setLength(0);
            textParts.trimToSize();
        }
        received(from, message, text);
        return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        if (binaryParts.length + data.remaining() > MAX_MESSAGE) {
            loop.run(() -> drop("the server sent a message of more than " + MAX_MESSAGE + " bytes"));
            return null;
        }
        int before = binaryParts.length;
        byte[] whole = Arrays.copyOf(binaryParts, before + data.remaining());
        data.get(whole, before, data.remaining());
        binaryParts = last ? new byte[0] : whole;
        received(from, last ? ByteBuffer.wrap(whole) : null, !text);
        return null;
    }

    private void received(WebSocket from, ByteBuffer message, boolean rightType) {
        onLoop(from, () -> {
            if (message != null && rightType) {
                events.message(this, message);
            } else if (message != null) {
                events.unreadable(this, "a message of the wrong frame type");
            }
        });
    }

    @Override
    public CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
        onLoop(from, () -> {});
        return null;
    }

    @Override
    public CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
        onLoop(from, () -> {});
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        loop.run(() -> end(code, reason, 0));
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        loop.run(() -> end(ABNORMAL, describe(error), 0));
    }
}
