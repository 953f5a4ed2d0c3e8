package org.geometryos.compositor.endpoint;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.CloseCode;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.DecodeException;
import org.geometryos.compositor.protocol.Dialect;
import org.geometryos.compositor.protocol.ErrorCode;
import org.geometryos.compositor.protocol.RequestId;
import org.geometryos.compositor.protocol.Speaker;
import org.geometryos.compositor.transport.api.Link;

/**
 * What comes in, up to the message: its codec, how much a client may ask, and what becomes of what cannot be read. What
 * belongs to a connection stands with its link. A link's messages come one after the other.
 */
final class Intake {
    /** Bytes of a message that count as one ordinary request; a longer one counts as several. */
    private static final int REQUEST_BYTES = 2_048;
    /** Messages beyond this length are taken apart a few at a time. */
    private static final int LONG_MESSAGE = 4_096;
    /** How long nothing more is read of a client whose request was one too many. */
    private static final long REST = TimeUnit.MILLISECONDS.toNanos(100);
    /** How long a message waits for what speaks its protocol: as long as one waits for an endpoint. */
    private static final long UNSPOKEN = TimeUnit.SECONDS.toNanos(10);
    /** Of a client while no connection manager has said how many it may make. */
    private static final int REQUESTS_PER_SECOND = 100;

    private static final int PING = 'p' << 24 | 'i' << 16 | 'n' << 8 | 'g';

    private final Services services;
    private final Supplier<Settings> settings;
    private final LongSupplier nanos;
    private final LongSupplier micros;
    /** Links with a message that nobody here can read for the moment, and since when, {@link System#nanoTime()}. */
    private final Map<Link, Long> unspoken = new ConcurrentHashMap<>();

    private final LongMessages longMessages =
            new LongMessages(Math.max(2, Runtime.getRuntime().availableProcessors()));

    /**
     * @param nanos the clock, {@link System#nanoTime()}
     * @param micros the time of day, microseconds since the Unix epoch
     */
    Intake(Services services, Supplier<Settings> settings, LongSupplier nanos, LongSupplier micros) {
        this.services = services;
        this.settings = settings;
        this.nanos = nanos;
        this.micros = micros;
    }

    /** @return whether the next message of the link may come; if not, it is asked for with {@link Link#resume} */
    boolean message(Link link, ByteBuffer payload, boolean text) {
        long received = micros.getAsLong();
        LinkMemory memory = LinkMemory.of(link.attributes());
        Codec codec = services.codecs.get(memory.codec());
        Dialect dialect = codec == null ? services.dialect(memory.codec()) : null;
        if (codec == null && dialect == null) {
            unspoken(link);
            return true;
        }
        if (!unspoken.isEmpty()) {
            unspoken.remove(link);
        }
        if (codec != null && text != codec.text()) {
            link.close(
                    CloseCode.WRONG_FRAME_TYPE.code(),
                    codec.subprotocol() + " takes " + (codec.text() ? "text" : "binary") + " messages");
            return true;
        }
        boolean isLong = payload.remaining() > LONG_MESSAGE;
        if (isLong && !longMessages.enter(link)) {
            return true;
        }
        try {
            return codec == null
                    ? take(link, memory, dialect, payload, text, received)
                    : take(link, memory, codec, payload, received);
        } finally {
            if (isLong) {
                longMessages.leave();
            }
        }
    }

    /** What speaks the link's protocol is being replaced: the message waits for the next one, within a limit. */
    private void unspoken(Link link) {
        long now = nanos.getAsLong();
        long since = unspoken.computeIfAbsent(link, one -> now);
        if (now - since >= UNSPOKEN || !link.postpone(REST)) {
            unspoken.remove(link);
            close(
                    link,
                    CloseCode.RESTART,
                    "what speaks the protocol of this connection is gone",
                    Optional.of(Duration.ZERO));
        }
    }

    /**
     * Answers a ping, and with it takes the report of a wall's member: nothing of it waits for anybody, and a display
     * sends hardly anything else. @return whether it was one
     */
    boolean brief(Link link, ByteBuffer payload, boolean text) {
        if (!mayBePing(payload)) {
            return false;
        }
        long received = micros.getAsLong();
        LinkMemory memory = LinkMemory.of(link.attributes());
        Codec codec = services.codecs.get(memory.codec());
        if (codec == null || text != codec.text()) {
            return false;
        }
        ClientMessage message;
        try {
            message = codec.decodeClient(payload.duplicate());
        } catch (DecodeException e) {
            // told when it comes again
            return false;
        }
        if (!(message instanceof ClientMessage.Ping)) {
            return false;
        }
        RequestHandler handler = handler(link, memory, codec, received);
        return !granted(handler, codec, payload) || handler.handle(message);
    }

    /** In either codec the type stands there letter by letter; in JSON it could be escaped, which nobody does. */
    private static boolean mayBePing(ByteBuffer payload) {
        for (int i = payload.position(); i + Integer.BYTES <= payload.limit(); i++) {
            if (payload.get(i) == 'p' && payload.getInt(i) == PING) {
                return true;
            }
        }
        return false;
    }

    void closed(Link link) {
        longMessages.gone(link);
        unspoken.remove(link);
    }

    private RequestHandler handler(Link link, LinkMemory memory, Speaker speaker, long received) {
        Quota quota = new Quota(memory, nanos.getAsLong());
        return new RequestHandler(services, settings.get(), micros, link, memory, speaker, quota, received);
    }

    private boolean take(Link link, LinkMemory memory, Codec codec, ByteBuffer payload, long received) {
        RequestHandler handler = handler(link, memory, codec, received);
        if (!granted(handler, codec, payload)) {
            return true;
        }
        try {
            return handler.handle(codec.decodeClient(payload));
        } catch (DecodeException e) {
            wrong(handler, e);
            return true;
        }
    }

    private boolean take(
            Link link, LinkMemory memory, Dialect dialect, ByteBuffer payload, boolean text, long received) {
        RequestHandler handler = handler(link, memory, dialect, received);
        if (!granted(handler, null, payload)) {
            return true;
        }
        try {
            return dialect.message(link.id(), payload, text, handler::handle);
        } catch (DecodeException e) {
            wrong(handler, e);
            return true;
        }
    }

    private void wrong(RequestHandler handler, DecodeException e) {
        handler.error(e.id(), e.code(), e.getMessage(), e.field().orElse(null));
        int perMinute = settings.get().malformedPerMinute();
        if (e.code() == ErrorCode.MALFORMED && handler.quota.malformed(perMinute)) {
            close(
                    handler.link,
                    CloseCode.MALFORMED,
                    "more than " + perMinute + " malformed messages within a minute",
                    Optional.empty());
        }
    }

    /** @param codec null where requests have no numbers */
    private boolean granted(RequestHandler handler, Codec codec, ByteBuffer payload) {
        int length = payload.remaining();
        int perSecond = handler.memory.requestsPerSecond(REQUESTS_PER_SECOND);
        Quota.Verdict verdict = handler.quota.request(perSecond, 1 + length / REQUEST_BYTES);
        if (verdict == Quota.Verdict.GRANTED) {
            return true;
        }
        handler.link.rest(REST);
        handler.error(
                length > LONG_MESSAGE || codec == null ? Optional.empty() : idOf(codec, payload),
                ErrorCode.LIMIT,
                "more than "
                        + perSecond + " requests per second"
                        + (length < REQUEST_BYTES
                                ? ""
                                : ", of which one of " + length + " bytes counts as " + (1 + length / REQUEST_BYTES)),
                null);
        if (verdict == Quota.Verdict.TOO_LONG) {
            close(
                    handler.link,
                    CloseCode.TOO_MUCH_ASKED,
                    "too many requests for ten seconds running",
                    Optional.of(Duration.ofSeconds(10)));
        }
        return false;
    }

    private static Optional<RequestId> idOf(Codec codec, ByteBuffer payload) {
        try {
            return codec.decodeClient(payload).id();
        } catch (DecodeException e) {
            return e.id();
        }
    }

    private void close(Link link, CloseCode code, String reason, Optional<Duration> reconnectAfter) {
        services.connections.get().close(link.id(), code.code(), reason, reconnectAfter);
    }
}
