package org.geometryos.compositor.foxglove;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.api.connection.Level;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.io.json.JsonWriter;
import org.geometryos.compositor.protocol.ErrorCode;
import org.geometryos.compositor.protocol.ServerMessage;

/** What a viewer is told beside the messages of its topics. Any thread. */
final class Ops implements ServerMessage.Visitor<Optional<byte[]>, RuntimeException> {
    private static final int INFO = 0;
    private static final int WARNING = 1;
    private static final int ERROR = 2;
    /** How a playback is. */
    static final int PLAYING = 0;

    static final int PAUSED = 1;
    static final int BUFFERING = 2;
    static final int ENDED = 3;
    private static final byte TIME = 2;
    private static final byte PLAYBACK = 5;

    // ---- by the stream

    /** @param channels topics by their channel ids */
    static byte[] advertise(Map<Long, Topic> channels) {
        List<Map<String, Object>> list = new ArrayList<>();
        channels.forEach((id, topic) -> {
            Map<String, Object> channel = new LinkedHashMap<>();
            channel.put("id", id);
            channel.put("topic", topic.name());
            channel.put("encoding", "json");
            channel.put("schemaName", topic.kind().schemaName);
            channel.put("schemaEncoding", "jsonschema");
            channel.put("schema", topic.kind().schema);
            list.add(channel);
        });
        return op("advertise", "channels", list);
    }

    static byte[] unadvertise(List<Long> channels) {
        return op("unadvertise", "channelIds", channels);
    }

    private static byte[] status(int level, String message) {
        return op("status", "level", level, "message", message);
    }

    /** @param fields names and values in turn */
    private static byte[] op(String op, Object... fields) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("op", op);
        for (int i = 0; i < fields.length; i += 2) {
            document.put((String) fields[i], fields[i + 1]);
        }
        return json(document);
    }

    static byte[] json(Map<String, Object> document) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try {
            JsonWriter.write(bytes, document);
        } catch (IOException e) {
            // memory takes all
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    // ---- by the host

    @Override
    public Optional<byte[]> welcome(ServerMessage.Welcome message) {
        return Optional.of(json(info(message)));
    }

    /** What a viewer is told of the server, and of itself. */
    static Map<String, Object> info(ServerMessage.Welcome message) {
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("op", "serverInfo");
        info.put("name", "Compositor Bridge " + message.server().version());
        info.put("capabilities", message.role().includes(Role.CONTROL) ? List.of("clientPublish") : List.of());
        info.put("supportedEncodings", List.of("json"));
        info.put("metadata", Map.of("display", message.display()));
        info.put("sessionId", message.epoch());
        return Collections.unmodifiableMap(info);
    }

    /**
     * The same for a viewer that takes its time from a playback. Its session is another one for each recording, so that
     * the viewer forgets what it knows of the one before.
     *
     * @param range of the recording; empty: unknown
     */
    static byte[] info(Map<String, Object> info, String playback, Optional<Deck.Range> range) {
        Map<String, Object> replayed = new LinkedHashMap<>(info);
        List<Object> capabilities = new ArrayList<>((List<?>) info.get("capabilities"));
        // whoever may drive a camera may also control a playback
        boolean control = !capabilities.isEmpty();
        capabilities.add("time");
        range.ifPresent(known -> {
            if (control) {
                capabilities.add("playbackControl");
            }
            replayed.put("dataStartTime", Messages.time(known.from()));
            replayed.put("dataEndTime", Messages.time(known.to()));
            replayed.put("sessionId", info.get("sessionId") + "/" + playback + "/" + known.from() + "-" + known.to());
        });
        replayed.put("capabilities", capabilities);
        return json(replayed);
    }

    static byte[] noPlayback(String playback) {
        return status(
                WARNING,
                "there is no playback \"" + Foxglove.shown(playback) + "\" yet; the sources of replays are playbacks");
    }

    static byte[] time(long micros) {
        return ByteBuffer.allocate(9)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(TIME)
                .putLong(micros * 1_000)
                .array();
    }

    /**
     * How a playback is.
     *
     * @param sought whether its time has jumped
     * @param request that this answers; empty: none
     */
    static byte[] playback(int status, long micros, double speed, boolean sought, String request) {
        byte[] id = request.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(19 + id.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(PLAYBACK)
                .put((byte) status)
                .putLong(micros * 1_000)
                .putFloat((float) speed)
                .put((byte) (sought ? 1 : 0))
                .putInt(id.length)
                .put(id)
                .array();
    }

    @Override
    public Optional<byte[]> error(ServerMessage.Error message) {
        ErrorCode code = message.code();
        boolean mild = code == ErrorCode.UNKNOWN_TYPE || code == ErrorCode.HELD || code == ErrorCode.UNAVAILABLE;
        return Optional.of(status(mild ? WARNING : ERROR, code.word() + ": " + message.message()));
    }

    @Override
    public Optional<byte[]> notice(ServerMessage.Notice message) {
        return Optional.of(status(
                message.level() == Level.ERROR ? ERROR : message.level() == Level.WARNING ? WARNING : INFO,
                message.text()));
    }

    @Override
    public Optional<byte[]> goodbye(ServerMessage.Goodbye message) {
        return Optional.of(status(WARNING, "the connection ends: " + message.reason()));
    }

    @Override
    public Optional<byte[]> asked(ServerMessage.Asked message) {
        return Optional.of(status(INFO, message.display() + " asks for camera " + message.camera()));
    }

    @Override
    public Optional<byte[]> ack(ServerMessage.Ack message) {
        return Optional.empty();
    }

    @Override
    public Optional<byte[]> snapshot(ServerMessage.Snapshot message) {
        return Optional.empty();
    }

    @Override
    public Optional<byte[]> camera(ServerMessage.Camera message) {
        return Optional.empty();
    }

    @Override
    public Optional<byte[]> cameraRemoved(ServerMessage.CameraRemoved message) {
        return Optional.empty();
    }

    @Override
    public Optional<byte[]> control(ServerMessage.Control message) {
        return Optional.empty();
    }

    @Override
    public Optional<byte[]> scene(ServerMessage.Scene message) {
        return Optional.empty();
    }

    @Override
    public Optional<byte[]> tiles(ServerMessage.Tiles message) {
        return Optional.empty();
    }

    @Override
    public Optional<byte[]> display(ServerMessage.Display message) {
        return Optional.empty();
    }

    @Override
    public Optional<byte[]> wall(ServerMessage.Wall message) {
        return Optional.empty();
    }

    @Override
    public Optional<byte[]> wallRemoved(ServerMessage.WallRemoved message) {
        return Optional.empty();
    }

    @Override
    public Optional<byte[]> assigned(ServerMessage.Assigned message) {
        return Optional.empty();
    }

    @Override
    public Optional<byte[]> heartbeat(ServerMessage.Heartbeat message) {
        return Optional.empty();
    }

    @Override
    public Optional<byte[]> pong(ServerMessage.Pong message) {
        return Optional.empty();
    }

    @Override
    public Optional<byte[]> gap(ServerMessage.Gap message) {
        return Optional.empty();
    }
}
