package org.geometryos.compositor.foxglove;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.coordinates.Pose;
import org.geometryos.compositor.api.replay.PlaybackCommand;
import org.geometryos.compositor.api.replay.PlaybackState;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;
import org.geometryos.compositor.io.json.JsonReader;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.DecodeException;
import org.geometryos.compositor.protocol.Dialect;
import org.geometryos.compositor.protocol.ErrorCode;

/** What viewers send: subscriptions, and poses for cameras. Any thread; for one viewer one call at a time. */
final class Foxglove {
    /** Subscriptions of one viewer. */
    static final int MAX_SUBSCRIPTIONS = 2_048;
    /** Topics that one viewer may say it publishes to. */
    static final int MAX_PUBLISHED = 64;

    private static final String POSE_SCHEMA = "foxglove.PoseInFrame";
    private static final int PUBLISH = 1;
    private static final int PUBLISH_HEAD = 5;
    private static final int CONTROL_PLAYBACK = 3;
    private static final int CONTROL_LEAST = 15;
    private static final int PLAY = 0;
    private static final int PAUSE = 1;
    /** Bytes of a request's id. */
    private static final int MAX_REQUEST_ID = 256;

    private static final long MAX_ID = (1L << 32) - 1;
    private static final int SHOWN = 100;
    private static final Projection STANDARD_LENS =
            new Projection.Perspective(Math.PI / 3, 0.1, OptionalDouble.empty(), OptionalDouble.empty());
    /** Of Foxglove's protocol, and not offered: the viewer is told so, and goes on. */
    private static final Set<String> NOT_OFFERED = Set.of(
            "getParameters",
            "setParameters",
            "subscribeParameterUpdates",
            "unsubscribeParameterUpdates",
            "subscribeConnectionGraph",
            "unsubscribeConnectionGraph",
            "fetchAsset");

    private final LongFunction<Viewer> viewers;
    private final Function<String, Optional<CameraState>> cameras;
    private final Runnable wake;

    /**
     * @param viewers by the number of their link; null for one that is gone
     * @param cameras as they stand
     * @param wake to be called when a viewer asks for something else
     */
    Foxglove(LongFunction<Viewer> viewers, Function<String, Optional<CameraState>> cameras, Runnable wake) {
        this.viewers = viewers;
        this.cameras = cameras;
        this.wake = wake;
    }

    /** As {@link Dialect#message}. */
    boolean message(long link, ByteBuffer payload, boolean text, Dialect.Requests requests) throws DecodeException {
        Viewer viewer = viewers.apply(link);
        if (viewer == null) {
            return true;
        }
        return text ? op(viewer, payload) : binary(viewer, payload, requests);
    }

    // ---- text

    private boolean op(Viewer viewer, ByteBuffer payload) throws DecodeException {
        Map<String, Object> message = object(payload);
        if (!(message.get("op") instanceof String op)) {
            throw invalid("op", "op must be a string");
        }
        switch (op) {
            case "subscribe" -> subscribe(viewer, objects(message, "subscriptions"));
            case "unsubscribe" -> unsubscribe(viewer, list(message, "subscriptionIds"));
            case "advertise" -> advertise(viewer, objects(message, "channels"));
            case "unadvertise" -> unadvertise(viewer, list(message, "channelIds"));
            default ->
                throw new DecodeException(
                        ErrorCode.UNKNOWN_TYPE,
                        null,
                        "op",
                        NOT_OFFERED.contains(op)
                                ? "op " + op + " is not offered here"
                                : "there is no op \"" + shown(op) + "\"");
        }
        return true;
    }

    /** What can be done is done; then the viewer is told of what cannot. */
    private void subscribe(Viewer viewer, List<Map<?, ?>> wanted) throws DecodeException {
        Map<Long, String> now = new HashMap<>(viewer.memory.subscriptions());
        DecodeException wrong = null;
        for (int i = 0; i < wanted.size(); i++) {
            String at = "subscriptions[" + i + "]";
            try {
                long id = id(wanted.get(i), at, "id");
                long channel = id(wanted.get(i), at, "channelId");
                String topic = viewer.topic(channel);
                if (topic == null) {
                    throw invalid(at + ".channelId", at + ".channelId: there is no channel " + channel);
                }
                if (now.containsKey(id)) {
                    throw invalid(at + ".id", at + ".id: there is a subscription " + id + " already");
                }
                if (now.size() >= MAX_SUBSCRIPTIONS) {
                    throw new DecodeException(
                            ErrorCode.LIMIT,
                            null,
                            at,
                            "a viewer may have at most " + MAX_SUBSCRIPTIONS + " subscriptions");
                }
                now.put(id, topic);
            } catch (DecodeException e) {
                wrong = wrong == null ? e : wrong;
            }
        }
        viewer.memory.subscriptions(now);
        wake.run();
        if (wrong != null) {
            throw wrong;
        }
    }

    /** One that is not there may have gone with its topic a moment ago. */
    private void unsubscribe(Viewer viewer, List<?> ids) throws DecodeException {
        Map<Long, String> now = new HashMap<>(viewer.memory.subscriptions());
        for (int i = 0; i < ids.size(); i++) {
            now.remove(id(ids.get(i), "subscriptionIds[" + i + "]"));
        }
        viewer.memory.subscriptions(now);
        wake.run();
    }

    private static void advertise(Viewer viewer, List<Map<?, ?>> channels) throws DecodeException {
        Map<Long, String> now = new HashMap<>(viewer.memory.published());
        DecodeException wrong = null;
        for (int i = 0; i < channels.size(); i++) {
            String at = "channels[" + i + "]";
            Map<?, ?> channel = channels.get(i);
            try {
                long id = id(channel, at, "id");
                String topic = text(channel, at, "topic");
                Optional<String> camera = Topic.driven(topic);
                if (camera.isEmpty()) {
                    throw invalid(
                            at + ".topic",
                            "nothing listens to topic \"" + shown(topic) + "\": a camera is driven by "
                                    + Topic.pose("NAME"));
                }
                if (!text(channel, at, "encoding").equals("json")
                        || !text(channel, at, "schemaName").equals(POSE_SCHEMA)) {
                    throw invalid(
                            at,
                            "topic \"" + topic + "\" takes " + POSE_SCHEMA + " with encoding json, not "
                                    + shown(text(channel, at, "schemaName")) + " with encoding "
                                    + shown(text(channel, at, "encoding")));
                }
                if (now.size() >= MAX_PUBLISHED && !now.containsKey(id)) {
                    throw new DecodeException(
                            ErrorCode.LIMIT, null, at, "a viewer may publish to at most " + MAX_PUBLISHED + " topics");
                }
                now.put(id, camera.get());
            } catch (DecodeException e) {
                wrong = wrong == null ? e : wrong;
            }
        }
        viewer.memory.published(now);
        if (wrong != null) {
            throw wrong;
        }
    }

    private static void unadvertise(Viewer viewer, List<?> ids) throws DecodeException {
        Map<Long, String> now = new HashMap<>(viewer.memory.published());
        for (int i = 0; i < ids.size(); i++) {
            now.remove(id(ids.get(i), "channelIds[" + i + "]"));
        }
        viewer.memory.published(now);
    }

    // ---- binary

    private boolean binary(Viewer viewer, ByteBuffer payload, Dialect.Requests requests) throws DecodeException {
        int opcode = payload.hasRemaining() ? payload.get(payload.position()) & 0xff : -1;
        if (opcode == CONTROL_PLAYBACK && viewer.deck != null) {
            return control(viewer, payload.duplicate().order(ByteOrder.LITTLE_ENDIAN), requests);
        }
        if (opcode != PUBLISH) {
            throw new DecodeException(
                    ErrorCode.UNKNOWN_TYPE,
                    null,
                    null,
                    opcode < 0
                            ? "an empty message"
                            : "binary messages with opcode " + opcode + " are not offered here");
        }
        if (payload.remaining() < PUBLISH_HEAD) {
            throw malformed("a published message has at least " + PUBLISH_HEAD + " bytes, not " + payload.remaining());
        }
        ByteBuffer rest = payload.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        rest.get();
        long channel = rest.getInt() & MAX_ID;
        String camera = viewer.memory.published().get(channel);
        if (camera == null) {
            throw invalid(null, "channel " + channel + " was not advertised, or was refused");
        }
        return requests.handle(new ClientMessage.Camera(Optional.empty(), update(camera, object(rest))));
    }

    /**
     * Play or pause, speed, and perhaps a new position. All is checked before anything is done. What comes of it the
     * stream tells.
     */
    private boolean control(Viewer viewer, ByteBuffer message, Dialect.Requests requests) throws DecodeException {
        if (message.remaining() < CONTROL_LEAST) {
            throw malformed("a request to control the playback has at least " + CONTROL_LEAST + " bytes, not "
                    + message.remaining());
        }
        message.get();
        int command = message.get() & 0xff;
        float speed = message.getFloat();
        boolean seek = message.get() != 0;
        long to = message.getLong();
        String id = requestId(message);
        PlaybackState known = viewer.deck
                .known()
                .filter(state -> state.length() > 0)
                .orElseThrow(() -> new DecodeException(
                        ErrorCode.UNAVAILABLE, null, null, "there is nothing to play, or nobody knows yet"));
        if (command > PAUSE) {
            throw invalid("command", "command must be " + PLAY + " (play) or " + PAUSE + " (pause), not " + command);
        }
        List<PlaybackCommand> commands = new ArrayList<>();
        if (command == PAUSE) {
            commands.add(new PlaybackCommand.Pause());
        }
        try {
            // as people write it: 0.1, and not the nearest float's 0.10000000149
            double factor = Double.parseDouble(Float.toString(speed));
            if (factor != known.speed()) {
                commands.add(new PlaybackCommand.Speed(factor));
            }
            if (seek) {
                commands.add(new PlaybackCommand.Seek(position(known, to)));
            }
        } catch (InvalidValueException e) {
            throw invalid(e.field(), e.getMessage());
        }
        if (command == PLAY) {
            commands.add(new PlaybackCommand.Play());
        }
        boolean on = true;
        for (PlaybackCommand each : commands) {
            on &= requests.handle(new ClientMessage.Replay(Optional.empty(), viewer.playback, Optional.of(each)));
        }
        viewer.requested(new Viewer.Requested(id, seek));
        wake.run();
        return on;
    }

    private static long position(PlaybackState known, long nanos) throws DecodeException {
        long from = known.began().orElse(0);
        long position = nanos / 1_000 - from;
        if (nanos < 0 || position < 0 || position > known.length()) {
            throw invalid(
                    "seek time",
                    "seek time must lie in [" + from + "000, " + (from + known.length()) + "000] (nanoseconds), not "
                            + Long.toUnsignedString(nanos));
        }
        return position;
    }

    /** Viewers of the first versions send none. */
    private static String requestId(ByteBuffer message) throws DecodeException {
        if (!message.hasRemaining()) {
            return "";
        }
        long length = message.remaining() < Integer.BYTES ? -1 : message.getInt() & MAX_ID;
        if (length != message.remaining() || length > MAX_REQUEST_ID) {
            throw malformed("the id of a request must have as many bytes as it says, at most " + MAX_REQUEST_ID);
        }
        byte[] id = new byte[message.remaining()];
        message.get(id);
        return new String(id, StandardCharsets.UTF_8);
    }

    /** The camera keeps its lens; one that is not there yet gets a common one. */
    private CameraUpdate update(String camera, Map<String, Object> message) throws DecodeException {
        Pose given = pose(message);
        String frame = text(message, "", "frame_id");
        Pose pose =
                switch (frame) {
                    case Frames.STAGE, "" -> given;
                    case Frames.WORLD -> Frames.fromWorld(given);
                    default ->
                        throw invalid(
                                "frame_id",
                                "frame_id must be " + Frames.STAGE + " or " + Frames.WORLD + ", not \"" + shown(frame)
                                        + "\"");
                };
        View now = cameras.apply(camera).map(CameraState::view).orElse(null);
        if (now instanceof View2d) {
            throw invalid(null, "camera \"" + camera + "\" is one of two dimensions, which a pose cannot drive");
        }
        try {
            View3d view = now instanceof View3d known
                    ? new View3d(
                            pose.position(),
                            pose.orientation(),
                            known.projection(),
                            known.focusDistance(),
                            known.lens())
                    : new View3d(pose.position(), pose.orientation(), STANDARD_LENS);
            return new CameraUpdate(camera, view, time(message), OptionalLong.empty(), false, Optional.empty());
        } catch (InvalidValueException e) {
            throw invalid(e.field(), e.getMessage());
        }
    }

    private static Pose pose(Map<String, Object> message) throws DecodeException {
        Map<?, ?> pose = part(message, "", "pose");
        Map<?, ?> position = part(pose, "pose.", "position");
        Map<?, ?> turn = part(pose, "pose.", "orientation");
        String at = "pose.position.";
        String of = "pose.orientation.";
        try {
            return new Pose(
                    new Vector3(number(position, at, "x"), number(position, at, "y"), number(position, at, "z")),
                    new Quaternion(
                            number(turn, of, "x"),
                            number(turn, of, "y"),
                            number(turn, of, "z"),
                            number(turn, of, "w")));
        } catch (InvalidValueException e) {
            throw invalid("pose", "pose: " + e.getMessage());
        }
    }

    /** A viewer that says no time means now. */
    private static OptionalLong time(Map<String, Object> message) {
        if (message.get("timestamp") instanceof Map<?, ?> time
                && time.get("sec") instanceof Long sec
                && time.get("nsec") instanceof Long nsec
                && sec > 0
                && sec <= MAX_ID
                && nsec >= 0
                && nsec < 1_000_000_000) {
            return OptionalLong.of(sec * 1_000_000 + nsec / 1_000);
        }
        return OptionalLong.empty();
    }

    // ---- JSON

    private static Map<String, Object> object(ByteBuffer payload) throws DecodeException {
        byte[] bytes = new byte[payload.remaining()];
        payload.duplicate().get(bytes);
        try {
            return JsonReader.object(bytes);
        } catch (IOException e) {
            throw malformed("the message " + e.getMessage());
        }
    }

    private static List<?> list(Map<?, ?> message, String name) throws DecodeException {
        if (message.get(name) instanceof List<?> list) {
            return list;
        }
        throw invalid(name, name + " must be a list");
    }

    private static List<Map<?, ?>> objects(Map<?, ?> message, String name) throws DecodeException {
        List<?> list = list(message, name);
        for (int i = 0; i < list.size(); i++) {
            if (!(list.get(i) instanceof Map)) {
                throw invalid(name + "[" + i + "]", name + "[" + i + "] must be an object");
            }
        }
        return list.stream().<Map<?, ?>>map(each -> (Map<?, ?>) each).toList();
    }

    private static Map<?, ?> part(Map<?, ?> message, String at, String name) throws DecodeException {
        if (message.get(name) instanceof Map<?, ?> part) {
            return part;
        }
        throw invalid(at + name, at + name + " must be an object");
    }

    private static String text(Map<?, ?> message, String at, String name) throws DecodeException {
        if (message.get(name) instanceof String text) {
            return text;
        }
        String field = at.isEmpty() ? name : at + "." + name;
        throw invalid(field, field + " must be a string");
    }

    private static double number(Map<?, ?> message, String at, String name) throws DecodeException {
        if (message.get(name) instanceof Number number) {
            return number.doubleValue();
        }
        throw invalid(at + name, at + name + " must be a number");
    }

    private static long id(Map<?, ?> message, String at, String name) throws DecodeException {
        return id(message.get(name), at + "." + name);
    }

    private static long id(Object value, String at) throws DecodeException {
        if (value instanceof Long id && id >= 0 && id <= MAX_ID) {
            return id;
        }
        throw invalid(at, at + " must be a whole number from 0 to " + MAX_ID);
    }

    static String shown(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }

    private static DecodeException invalid(String field, String message) {
        return new DecodeException(ErrorCode.INVALID, null, field, message);
    }

    private static DecodeException malformed(String message) {
        return new DecodeException(ErrorCode.MALFORMED, null, null, message);
    }
}
