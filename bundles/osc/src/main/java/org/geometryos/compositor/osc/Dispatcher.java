package org.geometryos.compositor.osc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.camera.View;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.replay.Playback;
import org.geometryos.compositor.api.replay.PlaybackCommand;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.scene.SceneOp.Field;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.api.scene.SceneService;
import org.geometryos.compositor.api.value.Answer;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Later;
import org.geometryos.compositor.api.value.Names;
import org.geometryos.compositor.api.value.Vector3;
import org.geometryos.compositor.api.wall.Picture;
import org.geometryos.compositor.api.wall.Walls;

/** Does what messages say. One thread. */
final class Dispatcher {
    /** Messages a second that change scene or walls, with bursts of one second. */
    static final int MAX_COSTLY = 500;

    private static final List<String> CAMERA = List.of(
            "view",
            "x",
            "y",
            "zoom",
            "rotation",
            "position",
            "angles",
            "orientation",
            "fov",
            "focus",
            "take",
            "release");
    private static final List<String> MODEL = List.of("visible", "selected", "position");
    private static final List<String> WALL = List.of("picture");
    private static final List<String> REPLAY = List.of("play", "pause", "seek", "cue", "step", "loop", "speed");
    private static final double MICROS = 1e6;
    /** A pattern, which is held against all names, counts as so many. */
    private static final int PATTERN = 5;

    private static final double SECOND = 1e9;

    /** What is known at once. */
    private static final Map<Count, Answer<Count>> KNOWN =
            Arrays.stream(Count.values()).collect(Collectors.toUnmodifiableMap(Function.identity(), Later::of));

    private final Around around;
    private final Supplier<CameraSink> bridgeSink;
    private final Counters counters;
    private final Consumer<Count> counted;
    private final Runnable refresh;
    private double allowed = MAX_COSTLY;
    private long allowedAt = System.nanoTime();
    // of the message under way
    private Settings settings;
    private OscMessage message;
    private OptionalLong time = OptionalLong.empty();

    /**
     * @param sink gives null while there is none
     * @param refresh has all be told again
     */
    Dispatcher(Around around, Supplier<CameraSink> sink, Counters counters, Runnable refresh) {
        this.around = around;
        this.bridgeSink = sink;
        this.counters = counters;
        this.counted = counters::add;
        this.refresh = refresh;
    }

    /**
     * Follows a message.
     *
     * @param when it was to be, microseconds since the Unix epoch; empty: at once
     */
    void handle(OscMessage asked, OptionalLong when, Settings current) {
        message = asked;
        time = when;
        settings = current;
        counters.add(Count.MESSAGES);
        Answer<Count> became;
        try {
            became = AddressPattern.isPattern(asked.address()) ? pattern() : one(asked.address());
        } catch (OscException | InvalidValueException | IndexOutOfBoundsException | ClassCastException e) {
            became = known(Count.ARGUMENTS);
        }
        became.then(counted);
    }

    private boolean costly(int cost) {
        long now = System.nanoTime();
        allowed = Math.min(MAX_COSTLY, allowed + (now - allowedAt) / SECOND * MAX_COSTLY);
        allowedAt = now;
        if (allowed < cost) {
            return false;
        }
        allowed -= cost;
        return true;
    }

    /** Of several, what is best for the sender: one that was done, else the first that was not. */
    private Answer<Count> pattern() throws OscException {
        if (!costly(PATTERN)) {
            return known(Count.LIMITED);
        }
        String text = message.address();
        int slash = text.lastIndexOf('/');
        AddressPattern head = AddressPattern.parse(text.substring(0, slash));
        AddressPattern tail = AddressPattern.parse(text.substring(slash + 1));
        Answer<Count> best = known(Count.UNKNOWN);
        for (String address : addresses(head, tail)) {
            best = better(best, one(address));
        }
        return best;
    }

    private static Answer<Count> better(Answer<Count> best, Answer<Count> next) {
        Later<Count> better = new Later<>();
        best.then(known ->
                next.then(became -> better.tell(known == Count.UNKNOWN || became == Count.DONE ? became : known)));
        return better;
    }

    private static Answer<Count> known(Count count) {
        return KNOWN.get(count);
    }

    private List<String> addresses(AddressPattern head, AddressPattern tail) {
        List<String> all = new ArrayList<>();
        CameraBridge bridge = around.bridge();
        if (bridge != null) {
            bridge.cameras().forEach(state -> expand("/camera/" + state.camera(), CAMERA, head, tail, all));
        }
        SceneService scene = around.scene();
        if (scene != null) {
            scene.scene().models().forEach(model -> expand("/scene/" + model.id(), MODEL, head, tail, all));
        }
        Walls walls = around.walls();
        if (walls != null) {
            walls.walls().forEach(wall -> expand("/wall/" + wall.wall().name(), WALL, head, tail, all));
        }
        around.playbacks().keySet().forEach(name -> expand("/replay/" + name, REPLAY, head, tail, all));
        return all;
    }

    private void expand(
            String name, List<String> methods, AddressPattern head, AddressPattern tail, List<String> into) {
        if (head.matches(settings.prefix() + name)) {
            methods.stream().filter(tail::matches).forEach(method -> into.add(settings.prefix() + name + "/" + method));
        }
    }

    private Answer<Count> one(String address) {
        if (!address.startsWith(settings.prefix() + "/")) {
            return known(Count.UNKNOWN);
        }
        String path = address.substring(settings.prefix().length() + 1);
        if (path.equals("refresh")) {
            refresh.run();
            return known(Count.DONE);
        }
        if (path.equals("scene/select")) {
            return select();
        }
        int first = path.indexOf('/');
        int last = path.lastIndexOf('/');
        if (first < 0 || first == last) {
            return known(Count.UNKNOWN);
        }
        String name = path.substring(first + 1, last);
        String method = path.substring(last + 1);
        if (!Names.valid(name)) {
            return known(Count.UNKNOWN);
        }
        return switch (path.substring(0, first)) {
            case "camera" -> CAMERA.contains(method) ? camera(name, method) : known(Count.UNKNOWN);
            case "scene" -> MODEL.contains(method) ? model(name, method) : known(Count.UNKNOWN);
            case "wall" -> WALL.contains(method) ? picture(name) : known(Count.UNKNOWN);
            case "replay" -> REPLAY.contains(method) ? replay(name, method) : known(Count.UNKNOWN);
            default -> known(Count.UNKNOWN);
        };
    }

    private Driver driver() {
        return new Driver(settings.source(), Optional.empty(), settings.priority());
    }

    private Answer<Count> camera(String name, String method) {
        CameraBridge bridge = around.bridge();
        CameraSink sink = bridgeSink.get();
        if (bridge == null || sink == null) {
            return known(Count.UNCONNECTED);
        }
        if (method.equals("take") || method.equals("release")) {
            if (!pressed()) {
                return known(Count.DONE);
            }
            if (method.equals("take") && bridge.camera(name).isEmpty()) {
                return known(Count.UNKNOWN);
            }
            return said(method.equals("take") ? bridge.take(driver(), name) : bridge.release(driver(), name));
        }
        Optional<View> view = Views.changed(bridge.camera(name).map(CameraState::view), method, numbers());
        return said(sink.push(
                new CameraUpdate(name, view.orElseThrow(), time, OptionalLong.empty(), false, Optional.empty())));
    }

    /** A button says 1 when it is pressed and 0 when it is let go; some say nothing but that they were pressed. */
    private boolean pressed() {
        List<Object> all = message.flat();
        return all.isEmpty() || flag(all);
    }

    private static boolean flag(List<Object> arguments) {
        return OscMessage.flag(arguments.get(0))
                .orElseThrow(() -> new InvalidValueException("argument", arguments.get(0), "must be a switch"));
    }

    private List<Double> numbers() {
        List<Double> numbers = new ArrayList<>();
        for (Object argument : message.flat()) {
            OptionalDouble number = OscMessage.number(argument);
            if (number.isEmpty()) {
                throw new InvalidValueException("argument", argument, "must be a number");
            }
            numbers.add(number.getAsDouble());
        }
        return numbers;
    }

    private static Answer<Count> said(Answer<Outcome> answer) {
        Outcome now = answer.now(null);
        return now == null ? answer.map(Dispatcher::count) : known(count(now));
    }

    private static Count count(Outcome outcome) {
        return outcome instanceof Outcome.Refused refused ? count(refused.reason()) : Count.DONE;
    }

    private static Count count(SceneOutcome outcome) {
        return outcome instanceof SceneOutcome.Refused refused ? count(refused.reason()) : Count.DONE;
    }

    private static Count count(Outcome.Reason reason) {
        return switch (reason) {
            case HELD, LIMIT -> Count.REFUSED;
            case NOT_FOUND -> Count.UNKNOWN;
            case UNAVAILABLE -> Count.UNCONNECTED;
        };
    }

    private Answer<Count> select() {
        SceneService scene = around.scene();
        if (scene == null) {
            return known(Count.UNCONNECTED);
        }
        List<String> ids = new ArrayList<>();
        message.flat().forEach(argument -> ids.add((String) argument));
        return change(scene, new SceneOp.Select(ids));
    }

    private Answer<Count> model(String id, String method) {
        SceneService scene = around.scene();
        if (scene == null) {
            return known(Count.UNCONNECTED);
        }
        return switch (method) {
            case "visible" -> change(scene, patch(id, Field.absent(), given(flag(message.flat()))));
            case "selected" -> {
                Set<String> chosen = new LinkedHashSet<>(scene.scene().selected());
                boolean changes = flag(message.flat()) ? chosen.add(id) : chosen.remove(id);
                yield changes
                        ? change(scene, new SceneOp.Select(List.copyOf(chosen)))
                        : scene.scene().models().stream().map(Model::id).anyMatch(id::equals)
                                ? known(Count.DONE)
                                : known(Count.UNKNOWN);
            }
            default -> {
                List<Double> n = numbers();
                yield change(scene, patch(id, given(new Vector3(n.get(0), n.get(1), n.get(2))), Field.absent()));
            }
        };
    }

    private static <T> Field<T> given(T value) {
        return new Field<>(true, Optional.of(value));
    }

    private static SceneOp.Patch patch(String id, Field<Vector3> position, Field<Boolean> visible) {
        return new SceneOp.Patch(
                id, Field.absent(), position, Field.absent(), Field.absent(), visible, Field.absent(), Field.absent());
    }

    private Answer<Count> change(SceneService scene, SceneOp op) {
        if (!costly(1)) {
            return known(Count.LIMITED);
        }
        return scene.change(driver(), List.of(op), Optional.empty()).map(Dispatcher::count);
    }

    private Answer<Count> picture(String wall) {
        Walls walls = around.walls();
        if (walls == null) {
            return known(Count.UNCONNECTED);
        }
        if (!costly(1)) {
            return known(Count.LIMITED);
        }
        String word =
                message.flat().isEmpty() ? "none" : (String) message.flat().get(0);
        boolean shown = walls.show(
                wall,
                word.equals("none") || word.isEmpty() ? Optional.empty() : Optional.of(Picture.of("picture", word)));
        return known(shown ? Count.DONE : Count.UNKNOWN);
    }

    /** A hand on what plays. Nobody waits: what it refuses later is not counted. */
    private Answer<Count> replay(String name, String method) {
        Playback playback = around.playbacks().get(name);
        if (playback == null) {
            return known(Count.UNKNOWN);
        }
        if (!costly(1)) {
            return known(Count.LIMITED);
        }
        boolean button = method.equals("play") || method.equals("pause");
        if (button && !pressed()) {
            return known(Count.DONE);
        }
        PlaybackCommand wanted = hand(method);
        if (method.equals("cue")) {
            playback.send(new PlaybackCommand.Pause());
        }
        boolean refused = playback.send(wanted).toCompletableFuture().isCompletedExceptionally();
        return known(refused ? Count.REFUSED : Count.DONE);
    }

    private PlaybackCommand hand(String method) {
        List<Object> all = message.flat();
        return switch (method) {
            case "play" -> new PlaybackCommand.Play();
            case "pause" -> new PlaybackCommand.Pause();
            case "seek", "cue" -> new PlaybackCommand.Seek(micros(numbers().get(0)));
            case "step" ->
                new PlaybackCommand.Step(
                        all.isEmpty() || all.get(0) instanceof OscMessage.Impulse
                                ? 1
                                : numbers().get(0).intValue(),
                        Optional.empty());
            case "loop" ->
                all.size() < 2
                        ? new PlaybackCommand.Loop(flag(all))
                        : new PlaybackCommand.LoopBetween(
                                micros(numbers().get(0)), micros(numbers().get(1)));
            default -> new PlaybackCommand.Speed(numbers().get(0));
        };
    }

    /** Microseconds; a number that is none is refused as a position. */
    private static long micros(double seconds) {
        return Double.isNaN(seconds) ? -1 : Math.round(seconds * MICROS);
    }
}
