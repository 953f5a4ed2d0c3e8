package org.geometryos.compositor.operate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.io.http.api.ApiException;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.Transport;

/**
 * What the host sends to one display and gets from it, for whoever asks time and again. Nothing is looked at before the
 * first question, and no longer after the last. Tokens, with which a session can be taken over, are not shown. Any
 * thread.
 */
final class MessagesResource implements Resource, AutoCloseable {
    /** So many sessions are looked at at a time. */
    static final int MOST = 4;
    /** Bytes of messages in one answer. */
    private static final int ANSWER = 512 << 10;

    private static final String HIDDEN = "\u2022\u2022\u2022";
    private static final String SECRET = "token";
    private static final StreamReadConstraints CONSTRAINTS = StreamReadConstraints.builder()
            .maxNestingDepth(32)
            .maxNumberLength(1_000)
            .build();
    private static final JsonFactory JSON =
            JsonFactory.builder().streamReadConstraints(CONSTRAINTS).build();
    private static final JsonFactory CBOR =
            CBORFactory.builder().streamReadConstraints(CONSTRAINTS).build();

    private final Parts parts;
    private final Part<Transport> transport;
    private final LongSupplier nanos;
    private final LongSupplier micros;
    // guarded by this
    private final Map<String, MessageWatch> watches = new LinkedHashMap<>();

    MessagesResource(Parts parts, Part<Transport> transport, LongSupplier nanos, LongSupplier micros) {
        this.parts = parts;
        this.transport = transport;
        this.nanos = nanos;
        this.micros = micros;
    }

    @Override
    public Map<String, Object> get(Map<String, String> query) throws ApiException {
        String id = query.getOrDefault("session", "");
        String after = query.getOrDefault("after", "0");
        if (!after.matches("\\d{1,18}")) {
            throw ApiException.invalid("after", "after must be a whole number from 0 on, not " + Body.shown(after));
        }
        long behind = Long.parseLong(after);
        Session session = parts.connections()
                .need()
                .session(id)
                .orElseThrow(() -> ApiException.notFound("session", "there is no session " + Body.shown(id)));
        MessageWatch watch = watch(session);
        List<Map<String, Object>> messages = new ArrayList<>();
        long next = behind;
        long missed = watch.missed(behind);
        for (MessageWatch.Seen seen : watch.after(behind, ANSWER)) {
            messages.add(told(seen));
            next = seen.number();
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("session", session.id());
        answer.put("display", session.display());
        answer.put("connected", session.connected());
        answer.put("messages", messages);
        answer.put("missed", missed);
        answer.put("next", next);
        return answer;
    }

    private synchronized MessageWatch watch(Session session) throws ApiException {
        watches.values().removeIf(watch -> {
            boolean forgotten = watch.forgotten();
            if (forgotten) {
                watch.end();
            }
            return forgotten;
        });
        MessageWatch watch = watches.get(session.id());
        if (watch == null) {
            if (watches.size() >= MOST) {
                throw ApiException.conflict(
                        "the messages of " + MOST + " sessions are looked at already, which is the most");
            }
            watch = new MessageWatch(nanos, micros);
        }
        Optional<Link> link = session.link().isPresent()
                ? transport.need().link(session.link().getAsLong())
                : Optional.empty();
        if (link.isPresent() && !watch.look(link.get())) {
            throw ApiException.conflict("this host cannot show the messages of the session: its transport has no tap "
                    + "for them, or another one is there");
        }
        watches.put(session.id(), watch);
        return watch;
    }

    private static Map<String, Object> told(MessageWatch.Seen seen) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("number", seen.number());
        map.put("time", seen.time());
        map.put("sent", seen.sent());
        map.put("bytes", seen.length());
        if (seen.payload() == null) {
            map.put("problem", "longer than is kept");
            return map;
        }
        try (JsonParser in = (seen.text() ? JSON : CBOR).createParser(seen.payload())) {
            in.nextToken();
            map.put("message", value(in));
        } catch (IOException | RuntimeException e) {
            // what cannot be read may hold a secret anywhere
            map.put("problem", "cannot be read");
        }
        return map;
    }

    private static Object value(JsonParser in) throws IOException {
        JsonToken token = in.currentToken();
        if (token == null) {
            throw new IOException("it ends too early");
        }
        return switch (token) {
            case START_OBJECT -> {
                Map<String, Object> object = new LinkedHashMap<>();
                while (in.nextToken() != JsonToken.END_OBJECT) {
                    String name = in.currentName();
                    in.nextToken();
                    Object value = value(in);
                    object.put(name, name.equals(SECRET) ? HIDDEN : value);
                }
                yield object;
            }
            case START_ARRAY -> {
                List<Object> array = new ArrayList<>();
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    array.add(value(in));
                }
                yield array;
            }
            case VALUE_STRING -> in.getText();
            case VALUE_NUMBER_INT ->
                in.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? in.getText() : (Object) in.getLongValue();
            case VALUE_NUMBER_FLOAT -> {
                double number = in.getDoubleValue();
                yield Double.isFinite(number) ? (Object) number : Double.toString(number);
            }
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new IOException("it holds something else");
        };
    }

    /** Looks at nothing any more. */
    @Override
    public synchronized void close() {
        watches.values().forEach(MessageWatch::end);
        watches.clear();
    }
}
