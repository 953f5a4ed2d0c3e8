package org.geometryos.compositor.protocol.codec;

import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.Lens;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.connection.Delivery;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Level;
import org.geometryos.compositor.api.connection.Opening;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.replay.PlaybackCommand;
import org.geometryos.compositor.api.replay.PlaybackState;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Names;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Size;
import org.geometryos.compositor.api.wall.DelayChange;
import org.geometryos.compositor.api.wall.Fit;
import org.geometryos.compositor.api.wall.MemberReport;
import org.geometryos.compositor.api.wall.Picture;
import org.geometryos.compositor.api.wall.Placement;
import org.geometryos.compositor.api.wall.Unit;
import org.geometryos.compositor.api.wall.Wall;
import org.geometryos.compositor.api.wall.WallMember;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.ErrorCode;
import org.geometryos.compositor.protocol.RequestId;
import org.geometryos.compositor.protocol.ServerMessage;

/**
 * Makes messages of {@link Fields}. Each method reads one kind of object and throws {@link InvalidValueException} with
 * the path of the field at fault.
 */
final class Reader {
    static final List<String> CLIENT_TYPES = List.of(
            "hello",
            "settings",
            "subscribe",
            "unsubscribe",
            "camera",
            "control",
            "scene",
            "tiles",
            "replay",
            "ping",
            "admin",
            "bye");
    static final List<String> SERVER_TYPES = List.of(
            "welcome",
            "ack",
            "error",
            "snapshot",
            "camera",
            "camera-removed",
            "control",
            "scene",
            "tiles",
            "display",
            "wall",
            "wall-removed",
            "assigned",
            "asked",
            "notice",
            "heartbeat",
            "pong",
            "gap",
            "goodbye");

    private static final int MAX_ID = 64;
    private static final int MAX_NAMES = 10_000;
    private static final int MAX_WALLS = 1_024;
    private static final int MAX_REASON = 256;
    private static final double MAX_RATE = 1000;
    private static final int MAX_TURN = 270;
    private static final List<String> LEVELS = List.of("info", "warning", "error");

    private Reader() {}

    /** @throws InvalidValueException if there is one that breaks the rule */
    static Optional<RequestId> id(Fields f) {
        Object id = f.get("id");
        if (id == null) {
            return Optional.empty();
        }
        if (id instanceof Long number && number >= -CameraUpdate.MAX_INTEGER && number <= CameraUpdate.MAX_INTEGER) {
            return Optional.of(new RequestId.Number(number));
        }
        if (id instanceof String text && Fields.atMost(text, MAX_ID)) {
            return Optional.of(new RequestId.Text(text));
        }
        throw Fields.wrong("id", id, "must be an integer below 2^53 or a string of at most " + MAX_ID + " characters");
    }

    // ---- what a client sends ----

    /** @param type one of {@link #CLIENT_TYPES} */
    static ClientMessage client(String type, Optional<RequestId> id, Fields f) {
        return switch (type) {
            case "hello" -> new ClientMessage.Hello(id, opening(f));
            case "settings" -> new ClientMessage.Settings(id, f.object("settings", Reader::settings));
            case "subscribe" -> new ClientMessage.Subscribe(id, subscription(f));
            case "unsubscribe" -> new ClientMessage.Unsubscribe(id);
            case "camera" -> new ClientMessage.Camera(id, update(f));
            case "control" -> controlRequest(id, f);
            case "scene" ->
                new ClientMessage.Scene(
                        id, f.objects("ops", Reader::op), f.optionalObject("camera", Reader::sceneUpdate));
            case "tiles" ->
                new ClientMessage.Tiles(
                        id,
                        f.objects("ops", TileReader::op),
                        f.get("scene") == null ? List.of() : f.objects("scene", Reader::op),
                        f.optionalObject("camera", Reader::sceneUpdate));
            case "replay" -> replay(id, f);
            case "ping" ->
                new ClientMessage.Ping(id, f.integer("t0"), f.optionalObject("report", Reader::memberReport));
            case "admin" -> new ClientMessage.Admin(id, adminAction(f));
            case "bye" -> new ClientMessage.Bye(id);
            default -> throw new IllegalArgumentException(type);
        };
    }

    private static Opening opening(Fields f) {
        return new Opening(
                optionalName(f, "display"),
                optionalName(f, "user"),
                f.optionalWord("connection", List.of("keep-open", "once"))
                        .orElse("keep-open")
                        .equals("keep-open"),
                f.optionalObject("settings", Reader::settings),
                f.optionalObject("resume", r -> new Opening.Resume(r.text("token"), r.text("epoch"), r.count("seq"))));
    }

    private static Subscription subscription(Fields f) {
        List<String> cameras = wanted(f, "cameras", MAX_NAMES, Names::check);
        List<String> walls = wanted(f, "walls", MAX_WALLS, Wall::checkName);
        boolean all = cameras.contains("*");
        boolean allWalls = walls.contains("*");
        Delivery delivery = f.optionalWord("delivery", List.of(Delivery.LATEST.word(), Delivery.EVERY.word()))
                .map(Delivery::of)
                .orElse(Delivery.LATEST);
        OptionalDouble rate = f.optionalNumber("rate");
        if (rate.isPresent() && delivery == Delivery.EVERY) {
            throw new InvalidValueException("rate", rate.getAsDouble(), "must be absent with delivery \"every\"");
        }
        if (rate.isPresent() && !(rate.getAsDouble() > 0 && rate.getAsDouble() <= MAX_RATE)) {
            throw new InvalidValueException("rate", rate.getAsDouble(), "must be above 0 and at most 1000");
        }
        Set<Subscription.Topic> topics = EnumSet.noneOf(Subscription.Topic.class);
        if (all) {
            topics.add(Subscription.Topic.ALL_CAMERAS);
        }
        if (f.flag("scene", false)) {
            topics.add(Subscription.Topic.SCENE);
        }
        if (f.flag("presence", false)) {
            topics.add(Subscription.Topic.PRESENCE);
        }
        if (f.flag("tiles", false)) {
            topics.add(Subscription.Topic.TILES);
        }
        if (allWalls) {
            topics.add(Subscription.Topic.ALL_WALLS);
        }
        return new Subscription(
                all ? Set.of() : new HashSet<>(cameras),
                allWalls ? Set.of() : new HashSet<>(walls),
                topics,
                delivery,
                rate,
                f.flag("echo", true));
    }

    /** Names, or {@code "*"} alone; none if the field is absent. @param check the rule for a name of the kind */
    private static List<String> wanted(Fields f, String field, int most, BiFunction<String, String, String> check) {
        List<String> names = f.get(field) == null ? List.of() : f.texts(field);
        if (names.size() > most) {
            throw new InvalidValueException(field, names.size(), "must hold at most " + most + " names");
        }
        if (names.contains("*")) {
            names.stream()
                    .filter(name -> !name.equals("*"))
                    .min(Comparator.naturalOrder())
                    .ifPresent(name -> {
                        throw new InvalidValueException(field, name, "must hold \"*\" alone or names");
                    });
            return names;
        }
        for (int i = 0; i < names.size(); i++) {
            check.apply(field + "[" + i + "]", names.get(i));
        }
        return names;
    }

    private static MemberReport memberReport(Fields f) {
        return new MemberReport(
                f.text("wall"),
                f.count("clock"),
                f.object("age", a -> a.integer("p50")),
                f.object("age", a -> a.integer("p99")),
                f.count("interval"),
                whole(f, "frames"),
                whole(f, "late"),
                f.count("at"),
                f.count("shown"));
    }

    private static ClientMessage.Control controlRequest(Optional<RequestId> id, Fields f) {
        String camera = camera(f);
        String word = f.word("action", List.of("take", "release", "ask"));
        boolean force = f.flag("force", false);
        if (force && !word.equals("take")) {
            throw new InvalidValueException("force", true, "must be absent with action \"" + word + "\"");
        }
        return new ClientMessage.Control(
                id,
                camera,
                switch (word) {
                    case "take" -> ClientMessage.Control.Action.TAKE;
                    case "release" -> ClientMessage.Control.Action.RELEASE;
                    default -> ClientMessage.Control.Action.ASK;
                },
                force);
    }

    private static ClientMessage.Replay replay(Optional<RequestId> id, Fields f) {
        String word = f.word("action", List.of("play", "pause", "seek", "step", "loop", "speed", "list"));
        if (word.equals("list")) {
            return new ClientMessage.Replay(id, optionalName(f, "playback"), Optional.empty());
        }
        return new ClientMessage.Replay(
                id, Optional.of(name("playback", f.text("playback"))), Optional.of(playbackCommand(word, f)));
    }

    private static PlaybackCommand playbackCommand(String word, Fields f) {
        return switch (word) {
            case "play" -> new PlaybackCommand.Play();
            case "pause" -> new PlaybackCommand.Pause();
            case "seek" -> new PlaybackCommand.Seek(f.count("position"));
            case "step" ->
                new PlaybackCommand.Step(
                        f.get("entries") == null
                                ? 1
                                : (int) f.integer("entries", -PlaybackCommand.MAX_STEP, PlaybackCommand.MAX_STEP),
                        f.get("camera") == null ? Optional.empty() : Optional.of(camera(f)));
            case "loop" ->
                f.get("from") == null && f.get("to") == null
                        ? new PlaybackCommand.Loop(f.flag("on"))
                        : new PlaybackCommand.LoopBetween(f.count("from"), f.count("to"));
            default -> new PlaybackCommand.Speed(f.number("speed"));
        };
    }

    private static CameraUpdate update(Fields f) {
        return new CameraUpdate(
                f.text("camera"),
                f.object("view", Reader::view),
                f.optionalCount("time"),
                f.optionalCount("sample"),
                f.flag("cut", false),
                f.optionalText("timecode"));
    }

    private static CameraUpdate sceneUpdate(Fields f) {
        return new CameraUpdate(f.text("camera"), f.object("view", Reader::view)).withCut(f.flag("cut", false));
    }

    private static ClientMessage.AdminAction adminAction(Fields f) {
        String action = f.word("action", List.of("drain", "undrain", "close", "notice", "remove-camera"));
        return switch (action) {
            case "drain" ->
                new ClientMessage.AdminAction.Drain(f.optionalCount("over"), f.optionalCount("reconnectAfter"));
            case "undrain" -> new ClientMessage.AdminAction.Undrain();
            case "close" ->
                new ClientMessage.AdminAction.Close(
                        name("display", f.text("display")), f.optionalText("reason", MAX_REASON));
            case "notice" -> new ClientMessage.AdminAction.Notice(optionalName(f, "display"), level(f), f.text("text"));
            case "remove-camera" -> new ClientMessage.AdminAction.RemoveCamera(camera(f));
            default -> throw new IllegalArgumentException(action);
        };
    }

    // ---- what the server sends ----

    /** @param type one of {@link #SERVER_TYPES} */
    static ServerMessage server(String type, Optional<RequestId> id, Fields f) {
        return switch (type) {
            case "welcome" -> welcome(f);
            case "ack" ->
                new ServerMessage.Ack(
                        id.orElseThrow(() -> new InvalidValueException("id", null, "is required")),
                        f.optionalCount("seq"),
                        f.get("playbacks") == null
                                ? Optional.empty()
                                : Optional.of(f.objects("playbacks", Reader::playback)));
            case "error" -> new ServerMessage.Error(id, errorCode(f), f.text("message"), f.optionalText("field"));
            case "snapshot" -> snapshot(f);
            case "camera" -> numberedCamera(f);
            case "camera-removed" -> new ServerMessage.CameraRemoved(f.count("seq"), camera(f));
            case "control" -> control(f);
            case "scene" ->
                new ServerMessage.Scene(
                        f.count("seq"),
                        f.objects("ops", Reader::op),
                        f.optionalText("origin"),
                        f.optionalObject("camera", c -> new ServerMessage.Camera(OptionalLong.empty(), state(c))),
                        f.optionalCount("time"));
            case "tiles" ->
                new ServerMessage.Tiles(
                        f.count("seq"),
                        f.objects("ops", TileReader::op),
                        f.optionalText("origin"),
                        f.get("scene") == null ? Optional.empty() : Optional.of(f.objects("scene", Reader::op)),
                        f.optionalObject("camera", c -> new ServerMessage.Camera(OptionalLong.empty(), state(c))),
                        f.optionalCount("time"));
            case "wall" -> numberedWall(f);
            case "wall-removed" ->
                new ServerMessage.WallRemoved(f.count("seq"), Wall.checkName("wall", f.text("wall")));
            case "assigned" -> new ServerMessage.Assigned(wallName(f));
            case "display" -> display(f);
            case "asked" -> new ServerMessage.Asked(camera(f), f.text("display"), f.text("session"));
            case "notice" -> new ServerMessage.Notice(level(f), f.text("text"));
            case "heartbeat" ->
                new ServerMessage.Heartbeat(
                        f.count("time"),
                        f.count("seq"),
                        f.count("delivered"),
                        f.count("superseded"),
                        f.count("refused"));
            case "pong" ->
                new ServerMessage.Pong(
                        id, f.integer("t0"), f.integer("t1"), f.integer("t2"), f.optionalCount("reportAfter"));
            case "gap" -> new ServerMessage.Gap(f.count("from"), f.count("to"));
            case "goodbye" ->
                new ServerMessage.Goodbye(whole(f, "code"), f.text("reason"), f.optionalCount("reconnectAfter"));
            default -> throw new IllegalArgumentException(type);
        };
    }

    private static ServerMessage.Welcome welcome(Fields f) {
        return new ServerMessage.Welcome(
                f.text("session"),
                f.text("display"),
                f.text("token"),
                f.flag("resumed"),
                f.text("epoch"),
                f.count("seq"),
                f.count("time"),
                Role.of(f.word("role", List.of("view", "control", "admin"))),
                f.object("heartbeat", h -> new ServerMessage.Beat(h.count("interval"), h.count("timeout"))),
                f.object(
                        "limits",
                        l -> new ServerMessage.Limits(
                                whole(l, "messageBytes"),
                                whole(l, "requestsPerSecond"),
                                l.count("resumeWindow"),
                                whole(l, "cameras"),
                                whole(l, "models"))),
                f.object("server", s -> new ServerMessage.Server(s.text("name"), s.text("version"))),
                f.optionalObject("settings", Reader::settings),
                wallName(f),
                f.get("hosts") == null ? List.of() : f.texts("hosts"));
    }

    private static ServerMessage.Playback playback(Fields f) {
        return new ServerMessage.Playback(
                name("playback", f.text("playback")),
                switch (f.word("status", List.of("stopped", "playing", "paused"))) {
                    case "stopped" -> PlaybackState.Status.STOPPED;
                    case "playing" -> PlaybackState.Status.PLAYING;
                    default -> PlaybackState.Status.PAUSED;
                },
                f.count("position"),
                f.count("length"),
                f.number("speed"),
                f.flag("loop"),
                f.optionalObject("marks", m -> new PlaybackState.Marks(m.count("from"), m.count("to"))),
                f.optionalCount("began"));
    }

    private static ErrorCode errorCode(Fields f) {
        String word = f.text("code");
        try {
            return ErrorCode.of(word);
        } catch (IllegalArgumentException e) {
            throw new InvalidValueException("code", word, "must be an error code of this protocol");
        }
    }

    private static ServerMessage.Snapshot snapshot(Fields f) {
        return new ServerMessage.Snapshot(
                f.text("epoch"),
                f.count("seq"),
                f.flag("all"),
                f.objects("cameras", Reader::numberedCamera),
                f.objects("control", Reader::control),
                f.optionalObject(
                        "scene",
                        s -> new ServerMessage.SceneState(
                                s.count("revision"), s.objects("models", Reader::model), s.texts("selected"))),
                f.get("displays") == null ? Optional.empty() : Optional.of(f.objects("displays", Reader::display)),
                f.get("walls") == null ? Optional.empty() : Optional.of(f.objects("walls", Reader::numberedWall)),
                f.optionalObject("tiles", TileReader::state));
    }

    private static ServerMessage.Wall numberedWall(Fields f) {
        return new ServerMessage.Wall(
                f.count("seq"),
                new Wall(
                        f.text("wall"),
                        f.optionalText("title"),
                        f.optionalText("camera"),
                        f.number("width"),
                        f.number("height"),
                        Unit.of("unit", f.text("unit")),
                        Fit.of("fit", f.text("fit")),
                        org.geometryos.compositor.api.wall.View.of("view", f.text("view")),
                        optionalPoint(f, "eye"),
                        f.objects("members", Reader::member),
                        f.get("delay") == null ? List.of() : f.objects("delay", Reader::delayChange),
                        f.optionalText("picture").map(word -> Picture.of("picture", word))));
    }

    private static WallMember member(Fields f) {
        double yaw = f.optionalNumber("yaw").orElse(0);
        double pitch = f.optionalNumber("pitch").orElse(0);
        return new WallMember(
                f.text("display"),
                f.number("x"),
                f.number("y"),
                f.number("width"),
                f.number("height"),
                f.get("turn") == null ? 0 : (int) f.integer("turn", 0, MAX_TURN),
                f.optionalNumber("delay").orElse(0),
                optionalPoint(f, "position").map(position -> new Placement(position, yaw, pitch)));
    }

    private static DelayChange delayChange(Fields f) {
        return new DelayChange(f.count("from"), f.count("value"), f.count("until"), f.count("to"));
    }

    private static Optional<List<Double>> optionalPoint(Fields f, String name) {
        if (f.get(name) == null) {
            return Optional.empty();
        }
        double[] point = f.numbers(name, 3);
        return Optional.of(List.of(point[0], point[1], point[2]));
    }

    private static Optional<String> wallName(Fields f) {
        Optional<String> wall = f.optionalText("wall");
        wall.ifPresent(name -> Wall.checkName("wall", name));
        return wall;
    }

    private static ServerMessage.Camera numberedCamera(Fields f) {
        return new ServerMessage.Camera(OptionalLong.of(f.count("seq")), state(f));
    }

    private static CameraState state(Fields f) {
        return new CameraState(
                camera(f),
                f.object("view", Reader::view),
                f.count("time"),
                f.count("received"),
                f.optionalCount("sample"),
                f.optionalText("timecode"),
                f.text("source"),
                f.optionalText("origin"),
                f.flag("cut", false));
    }

    /** The holder's priority is not on the wire. */
    private static ServerMessage.Control control(Fields f) {
        return new ServerMessage.Control(
                f.count("seq"), new ControlState(camera(f), f.optionalText("holder"), f.optionalText("session"), 0));
    }

    private static ServerMessage.Display display(Fields f) {
        String action = f.word("action", List.of("joined", "changed", "left"));
        return new ServerMessage.Display(
                f.count("seq"),
                new Presence(
                        switch (action) {
                            case "joined" -> Presence.Action.JOINED;
                            case "changed" -> Presence.Action.CHANGED;
                            default -> Presence.Action.LEFT;
                        },
                        f.text("display"),
                        f.text("session"),
                        f.text("user"),
                        f.flag("connected"),
                        f.optionalObject("settings", Reader::settings).orElse(DisplaySettings.EMPTY),
                        f.optionalText("reason")));
    }

    // ---- parts ----

    private static View view(Fields f) {
        return f.word("kind", List.of("2d", "3d")).equals("2d") ? view2d(f) : view3d(f);
    }

    private static View2d view2d(Fields f) {
        double[] center = f.numbers("center", 2);
        return new View2d(center[0], center[1], f.number("zoom"), f.number("rotation"), size(f, "size"));
    }

    private static View3d view3d(Fields f) {
        return new View3d(
                f.vector("position"),
                f.quaternion("orientation"),
                f.object("projection", Reader::projection),
                f.optionalNumber("focusDistance"),
                f.optionalObject("lens", Reader::lens));
    }

    private static Projection projection(Fields f) {
        String type = f.word("type", List.of("perspective", "orthographic", "frustum"));
        return switch (type) {
            case "perspective" ->
                new Projection.Perspective(
                        f.number("yfov"), f.number("znear"), f.optionalNumber("zfar"), f.optionalNumber("aspectRatio"));
            case "orthographic" ->
                new Projection.Orthographic(f.number("xmag"), f.number("ymag"), f.number("znear"), f.number("zfar"));
            case "frustum" ->
                new Projection.Frustum(
                        f.number("left"),
                        f.number("right"),
                        f.number("bottom"),
                        f.number("top"),
                        f.number("znear"),
                        f.number("zfar"));
            default -> throw new IllegalArgumentException(type);
        };
    }

    private static Lens lens(Fields f) {
        return new Lens(
                f.optionalNumber("focalLength"),
                size(f, "sensor"),
                f.get("distortion") == null ? Optional.empty() : Optional.of(f.numbers("distortion")));
    }

    private static Optional<Size> size(Fields f, String name) {
        if (f.get(name) == null) {
            return Optional.empty();
        }
        double[] size = f.numbers(name, 2);
        try {
            return Optional.of(new Size(size[0], size[1]));
        } catch (InvalidValueException e) {
            throw e.within(name);
        }
    }

    private static DisplaySettings settings(Fields f) {
        return new DisplaySettings(
                pixels(f, "width"),
                pixels(f, "height"),
                positive(f, "pixelRatio"),
                positive(f, "refreshRate"),
                f.optionalWord("colorSpace", DisplaySettings.COLOR_SPACES),
                f.optionalWord("fit", DisplaySettings.FITS),
                f.optionalText("title", DisplaySettings.MAX_TITLE));
    }

    private static OptionalInt pixels(Fields f, String name) {
        return f.get(name) == null
                ? OptionalInt.empty()
                : OptionalInt.of((int) f.integer(name, 1, DisplaySettings.MAX_PIXELS));
    }

    private static OptionalDouble positive(Fields f, String name) {
        OptionalDouble number = f.optionalNumber(name);
        if (number.isPresent() && !(number.getAsDouble() > 0)) {
            throw new InvalidValueException(name, number.getAsDouble(), "must be above 0");
        }
        return number;
    }

    private static SceneOp op(Fields f) {
        String op = f.word("op", List.of("put", "patch", "remove", "select", "clear"));
        return switch (op) {
            case "put" -> new SceneOp.Put(f.object("model", Reader::model));
            case "patch" ->
                new SceneOp.Patch(
                        f.text("id"),
                        change(f, "uri", f::text),
                        change(f, "position", f::vector),
                        change(f, "orientation", f::quaternion),
                        change(f, "scale", f::vector),
                        change(f, "visible", f::flag),
                        change(f, "label", f::text),
                        change(f, "layer", f::text));
            case "remove" -> new SceneOp.Remove(f.text("id"));
            case "select" -> new SceneOp.Select(f.texts("ids"));
            case "clear" -> new SceneOp.Clear();
            default -> throw new IllegalArgumentException(op);
        };
    }

    /** A field of a patch: here alone null is not the same as absent. */
    private static <T> SceneOp.Field<T> change(Fields f, String name, Function<String, T> read) {
        return !f.has(name)
                ? SceneOp.Field.absent()
                : f.get(name) == null ? SceneOp.Field.cleared() : SceneOp.Field.of(read.apply(name));
    }

    private static Model model(Fields f) {
        return new Model(
                f.text("id"),
                f.text("uri"),
                f.get("position") == null ? Model.ORIGIN : f.vector("position"),
                f.get("orientation") == null ? Quaternion.IDENTITY : f.quaternion("orientation"),
                f.get("scale") == null ? Model.UNSCALED : f.vector("scale"),
                f.flag("visible", true),
                f.optionalText("label"),
                f.optionalText("layer"));
    }

    private static Level level(Fields f) {
        return switch (f.word("level", LEVELS)) {
            case "info" -> Level.INFO;
            case "warning" -> Level.WARNING;
            default -> Level.ERROR;
        };
    }

    private static String camera(Fields f) {
        return Names.check("camera", f.text("camera"));
    }

    /** A number of something, small enough for an int. */
    private static int whole(Fields f, String name) {
        return (int) f.integer(name, 0, Integer.MAX_VALUE);
    }

    private static Optional<String> optionalName(Fields f, String name) {
        Optional<String> text = f.optionalText(name);
        text.ifPresent(t -> name(name, t));
        return text;
    }

    /** The rule for names of displays and users. */
    private static String name(String field, String text) {
        boolean good = !text.isEmpty() && text.length() <= 64;
        for (int i = 0; good && i < text.length(); i++) {
            char c = text.charAt(i);
            good = c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || c == '.'
                    || c == '_'
                    || c == '-';
        }
        if (!good) {
            throw new InvalidValueException(field, text, "must be 1-64 of A-Z a-z 0-9 . _ -");
        }
        return text;
    }
}
