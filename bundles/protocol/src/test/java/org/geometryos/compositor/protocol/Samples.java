package org.geometryos.compositor.protocol;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
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
import org.geometryos.compositor.api.tiles.TileLayer;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tileset;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Size;
import org.geometryos.compositor.api.value.Vector3;
import org.geometryos.compositor.api.wall.DelayChange;
import org.geometryos.compositor.api.wall.Fit;
import org.geometryos.compositor.api.wall.MemberReport;
import org.geometryos.compositor.api.wall.Picture;
import org.geometryos.compositor.api.wall.Placement;
import org.geometryos.compositor.api.wall.Unit;
import org.geometryos.compositor.api.wall.Wall;
import org.geometryos.compositor.api.wall.WallMember;

/** Random messages: every kind, every optional field now there and now not. The same seed gives the same messages. */
final class Samples {
    private static final long MAX = CameraUpdate.MAX_INTEGER;
    private static final String NAME = "ABCXYZabcxyz0189._-";
    private static final String TEXT = "aZ09 \"\\/\b\n\t\u0000\u001f\u007f\u00e9\u2028\uFFFD\uFEFF";

    private final Random random;

    Samples(long seed) {
        random = new Random(seed);
    }

    /** One of each kind, with each variant of what it holds. */
    List<ClientMessage> client() {
        List<ClientMessage> messages = new ArrayList<>();
        messages.add(new ClientMessage.Hello(
                id(),
                new Opening(
                        maybe(this::name),
                        maybe(this::name),
                        random.nextBoolean(),
                        maybe(this::settings),
                        maybe(() -> new Opening.Resume(text(), text(), count())))));
        messages.add(new ClientMessage.Settings(id(), settings()));
        messages.add(new ClientMessage.Subscribe(id(), subscription()));
        messages.add(new ClientMessage.Unsubscribe(id()));
        for (View view : views()) {
            messages.add(new ClientMessage.Camera(
                    id(),
                    new CameraUpdate(
                            camera(),
                            view,
                            maybeCount(),
                            maybeCount(),
                            random.nextBoolean(),
                            maybe(() -> "10:11:12:13"))));
        }
        messages.add(new ClientMessage.Control(id(), camera(), ClientMessage.Control.Action.TAKE, true));
        for (ClientMessage.Control.Action action : ClientMessage.Control.Action.values()) {
            messages.add(new ClientMessage.Control(id(), camera(), action));
        }
        messages.add(new ClientMessage.Tiles(id(), tileOps(), List.of(), Optional.empty()));
        messages.add(new ClientMessage.Tiles(
                id(), tileOps(), ops(), Optional.of(new CameraUpdate(camera(), view3d(perspective())))));
        messages.add(new ClientMessage.Scene(
                id(), ops(), maybe(() -> new CameraUpdate(camera(), view2d()).withCut(random.nextBoolean()))));
        for (PlaybackCommand command : commands()) {
            messages.add(new ClientMessage.Replay(id(), Optional.of(name()), Optional.of(command)));
        }
        messages.add(new ClientMessage.Replay(id(), maybe(this::name), Optional.empty()));
        messages.add(new ClientMessage.Ping(id(), integer(), maybe(this::report)));
        messages.add(new ClientMessage.Admin(id(), new ClientMessage.AdminAction.Drain(maybeCount(), maybeCount())));
        messages.add(new ClientMessage.Admin(id(), new ClientMessage.AdminAction.Undrain()));
        messages.add(new ClientMessage.Admin(id(), new ClientMessage.AdminAction.Close(name(), maybe(this::text))));
        for (Level level : Level.values()) {
            messages.add(new ClientMessage.Admin(
                    id(), new ClientMessage.AdminAction.Notice(maybe(this::name), level, text())));
        }
        messages.add(new ClientMessage.Admin(id(), new ClientMessage.AdminAction.RemoveCamera(camera())));
        messages.add(new ClientMessage.Bye(id()));
        return messages;
    }

    /** One of each kind, with each variant of what it holds. */
    List<ServerMessage> server() {
        List<ServerMessage> messages = new ArrayList<>();
        for (Role role : Role.values()) {
            messages.add(new ServerMessage.Welcome(
                    text(),
                    name(),
                    text(),
                    random.nextBoolean(),
                    text(),
                    count(),
                    count(),
                    role,
                    new ServerMessage.Beat(count(), count()),
                    new ServerMessage.Limits(random.nextInt(1 << 20), random.nextInt(1 << 20), count(), 1000, 1000),
                    new ServerMessage.Server(text(), text()),
                    maybe(this::settings),
                    maybe(this::name),
                    random.nextBoolean() ? List.of() : List.of(text(), text())));
        }
        messages.add(new ServerMessage.Ack(new RequestId.Number(integer()), maybeCount()));
        messages.add(new ServerMessage.Ack(new RequestId.Text(text()), maybeCount()));
        messages.add(new ServerMessage.Ack(
                new RequestId.Number(integer()), OptionalLong.empty(), Optional.of(List.of(playback(), playback()))));
        for (ErrorCode code : ErrorCode.values()) {
            messages.add(new ServerMessage.Error(id(), code, text(), maybe(this::text)));
        }
        messages.add(new ServerMessage.Snapshot(
                text(), count(), random.nextBoolean(), List.of(), List.of(), Optional.empty(), Optional.empty()));
        messages.add(new ServerMessage.Snapshot(
                text(),
                count(),
                random.nextBoolean(),
                cameras(),
                List.of(control(), control()),
                Optional.of(new ServerMessage.SceneState(count(), List.of(model(), model()), List.of(camera()))),
                Optional.of(List.of(display(Presence.Action.JOINED))),
                maybe(() -> List.of(wall(), wall())),
                maybe(this::tilesState)));
        messages.addAll(cameras());
        messages.add(new ServerMessage.CameraRemoved(count(), camera()));
        messages.add(control());
        messages.add(new ServerMessage.Scene(
                count(),
                ops(),
                maybe(this::text),
                maybe(() -> new ServerMessage.Camera(OptionalLong.empty(), state(view3d(perspective())))),
                OptionalLong.of(count())));
        messages.add(new ServerMessage.Tiles(
                count(),
                tileOps(),
                maybe(this::text),
                maybe(this::ops),
                maybe(() -> new ServerMessage.Camera(OptionalLong.empty(), state(view3d(perspective())))),
                maybeCount()));
        for (Presence.Action action : Presence.Action.values()) {
            messages.add(display(action));
        }
        messages.add(new ServerMessage.Wall(count(), flat()));
        messages.add(wall());
        messages.add(new ServerMessage.WallRemoved(count(), name()));
        messages.add(new ServerMessage.Assigned(maybe(this::name)));
        messages.add(new ServerMessage.Asked(camera(), name(), text()));
        for (Level level : Level.values()) {
            messages.add(new ServerMessage.Notice(level, text()));
        }
        messages.add(new ServerMessage.Heartbeat(count(), count(), count(), count(), count()));
        messages.add(new ServerMessage.Pong(id(), integer(), integer(), integer(), maybeCount()));
        messages.add(new ServerMessage.Gap(count(), count()));
        messages.add(new ServerMessage.Goodbye(4000 + random.nextInt(999), text(), maybeCount()));
        return messages;
    }

    private List<PlaybackCommand> commands() {
        long from = random.nextInt(1 << 20);
        return List.of(
                new PlaybackCommand.Play(),
                new PlaybackCommand.Pause(),
                new PlaybackCommand.Seek(count()),
                new PlaybackCommand.Step(1 + random.nextInt(1000), maybe(this::camera)),
                new PlaybackCommand.Step(-1 - random.nextInt(1000), maybe(this::camera)),
                new PlaybackCommand.LoopBetween(from, from + 1 + random.nextInt(1000)),
                new PlaybackCommand.Loop(random.nextBoolean()),
                new PlaybackCommand.Speed(0.01 + random.nextDouble() * 99));
    }

    private ServerMessage.Playback playback() {
        return new ServerMessage.Playback(
                name(),
                PlaybackState.Status.values()[random.nextInt(PlaybackState.Status.values().length)],
                count(),
                count(),
                positive(),
                random.nextBoolean(),
                maybe(() -> new PlaybackState.Marks(count(), count())),
                maybeCount());
    }

    private List<ServerMessage.Camera> cameras() {
        return views().stream()
                .map(view -> new ServerMessage.Camera(OptionalLong.of(count()), state(view)))
                .toList();
    }

    private CameraState state(View view) {
        return new CameraState(
                camera(),
                view,
                count(),
                count(),
                maybeCount(),
                maybe(this::text),
                name(),
                maybe(this::text),
                random.nextBoolean());
    }

    private ServerMessage.Control control() {
        return new ServerMessage.Control(count(), new ControlState(camera(), maybe(this::name), maybe(this::text), 0));
    }

    /** A wall that would not be one with another view, or with its change of the delay twice. */
    private Wall flat() {
        return new Wall(
                name(),
                Optional.empty(),
                Optional.empty(),
                positive(),
                positive(),
                Unit.MM,
                Fit.CONTAIN,
                org.geometryos.compositor.api.wall.View.CAMERA,
                Optional.of(List.of(0.0, 0.0, -1.0)),
                List.of(member(0, true)),
                List.of(DelayChange.at(count(), count())),
                Optional.empty());
    }

    private ServerMessage.Wall wall() {
        boolean window = random.nextBoolean();
        List<WallMember> members = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            members.add(member(i, window));
        }
        long from = random.nextInt(1 << 20);
        List<DelayChange> delay = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            from += 1 + random.nextInt(1000);
            delay.add(new DelayChange(from, count(), from + random.nextInt(1000), count()));
        }
        return new ServerMessage.Wall(
                count(),
                new Wall(
                        name(),
                        maybe(this::text),
                        maybe(this::camera),
                        positive(),
                        positive(),
                        Unit.values()[random.nextInt(Unit.values().length)],
                        Fit.values()[random.nextInt(Fit.values().length)],
                        window
                                ? org.geometryos.compositor.api.wall.View.WINDOW
                                : org.geometryos.compositor.api.wall.View.CAMERA,
                        window ? Optional.of(List.of(positive(), 0.5, 1e6)) : maybe(this::point),
                        members,
                        delay,
                        maybe(() -> Picture.values()[random.nextInt(Picture.values().length)])));
    }

    /** @param flat so that an eye that is far before the wall is before it */
    private WallMember member(int number, boolean flat) {
        return new WallMember(
                name() + number,
                flat ? positive() : number(),
                flat ? positive() : number(),
                positive(),
                positive(),
                90 * random.nextInt(4),
                random.nextBoolean() ? 0 : random.nextDouble() * 1000,
                flat ? Optional.empty() : maybe(() -> new Placement(point(), number(), number())));
    }

    private List<Double> point() {
        return List.of(number(), number(), number());
    }

    private MemberReport report() {
        int frames = random.nextInt(1000);
        return new MemberReport(
                name(), count(), integer(), integer(), count(), frames, random.nextInt(frames + 1), count(), count());
    }

    private ServerMessage.Display display(Presence.Action action) {
        return new ServerMessage.Display(
                count(),
                new Presence(
                        action,
                        name(),
                        text(),
                        name(),
                        random.nextBoolean(),
                        maybe(this::settings).orElse(DisplaySettings.EMPTY),
                        maybe(this::text)));
    }

    private List<View> views() {
        return List.of(
                view2d(),
                view3d(perspective()),
                view3d(new Projection.Orthographic(positive(), positive(), 0, positive())),
                view3d(new Projection.Frustum(
                        -positive(), positive(), -positive(), positive(), 0.5, 0.5 + positive())));
    }

    private View2d view2d() {
        return new View2d(number(), number(), Math.pow(10, random.nextDouble() * 18 - 9), number(), maybe(this::size));
    }

    private Projection perspective() {
        return new Projection.Perspective(
                0.001 + random.nextDouble() * 3.1,
                0.5,
                maybeNumber(() -> 0.5 + positive()),
                maybeNumber(this::positive));
    }

    private View3d view3d(Projection projection) {
        return new View3d(
                vector(),
                quaternion(),
                projection,
                maybeNumber(this::positive),
                maybe(() -> new Lens(
                        maybeNumber(this::positive),
                        maybe(this::size),
                        maybe(() -> random.doubles(random.nextInt(33)).boxed().toList()))));
    }

    private List<SceneOp> ops() {
        return List.of(
                new SceneOp.Put(model()),
                new SceneOp.Put(new Model(camera(), "models/gear.glb")),
                new SceneOp.Patch(
                        camera(),
                        change(() -> "models/a%20b.glb", false),
                        change(this::vector, true),
                        change(this::quaternion, true),
                        change(this::vector, true),
                        change(random::nextBoolean, true),
                        change(this::text, true),
                        change(this::text, true)),
                new SceneOp.Remove(camera()),
                new SceneOp.Select(List.of()),
                new SceneOp.Select(List.of(camera(), camera())),
                new SceneOp.Clear());
    }

    private List<TileOp> tileOps() {
        return List.of(
                new TileOp.Declare(tileset()),
                new TileOp.Declare(
                        new Tileset(name(), positive(), 256, 0, "https://tiles.example/{z}/{x}/{y}/{v}.png")),
                new TileOp.Drop(name()),
                new TileOp.Put(name(), TileTree.EMPTY),
                new TileOp.Put(name(), tree(2)),
                new TileOp.Put(name(), tree(66)),
                new TileOp.Remove(name(), TileTree.tile(5, 31, 0, 0).plus(TileTree.tile(30, 0, 1 << 29, 0))),
                new TileOp.Remove(name(), TileTree.pyramid(3, 1, 2, 9, 0)));
    }

    private ServerMessage.TilesState tilesState() {
        return new ServerMessage.TilesState(
                count(),
                List.of(new TileLayer(tileset(), TileTree.EMPTY), new TileLayer(tileset(), tree(30))),
                random.nextInt(3));
    }

    private Tileset tileset() {
        double left = number() / 2;
        double top = number() / 2;
        return new Tileset(
                name(),
                number(),
                number(),
                positive(),
                1 + random.nextInt(8192),
                1 + random.nextInt(2),
                25 + random.nextInt(6),
                maybe(() -> List.of(left, top, Math.nextUp(left), Math.nextUp(top))),
                "/tiles/{z}/{x}/{y}/{v}",
                random.nextInt(2001) - 1000,
                random.nextDouble());
    }

    private TileTree tree(int tiles) {
        TileTree tree = TileTree.EMPTY;
        for (int i = 0; i < tiles; i++) {
            int z = 3 + random.nextInt(20);
            tree = tree.plus(TileTree.tile(z, random.nextInt(1 << z), random.nextInt(1 << z), count()));
        }
        return tree;
    }

    private <T> SceneOp.Field<T> change(Supplier<T> value, boolean clearable) {
        return switch (random.nextInt(3)) {
            case 0 -> SceneOp.Field.absent();
            case 1 -> clearable ? SceneOp.Field.cleared() : SceneOp.Field.absent();
            default -> SceneOp.Field.of(value.get());
        };
    }

    private Model model() {
        return new Model(
                camera(),
                "models/gear.glb",
                vector(),
                quaternion(),
                vector(),
                random.nextBoolean(),
                maybe(this::text),
                maybe(this::text));
    }

    private Subscription subscription() {
        Set<Subscription.Topic> topics = EnumSet.noneOf(Subscription.Topic.class);
        for (Subscription.Topic topic : Subscription.Topic.values()) {
            if (random.nextBoolean()) {
                topics.add(topic);
            }
        }
        Set<String> cameras = new TreeSet<>();
        for (int i = random.nextInt(4); i > 0 && !topics.contains(Subscription.Topic.ALL_CAMERAS); i--) {
            cameras.add(camera());
        }
        Set<String> walls = new TreeSet<>();
        for (int i = random.nextInt(4); i > 0 && !topics.contains(Subscription.Topic.ALL_WALLS); i--) {
            walls.add(name());
        }
        boolean every = random.nextBoolean();
        return new Subscription(
                cameras,
                walls,
                topics,
                every ? Delivery.EVERY : Delivery.LATEST,
                every ? OptionalDouble.empty() : maybeNumber(() -> 1 + random.nextInt(1000)),
                random.nextBoolean());
    }

    private DisplaySettings settings() {
        return new DisplaySettings(
                random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(1 + random.nextInt(1_000_000)),
                random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(1 + random.nextInt(1_000_000)),
                maybeNumber(this::positive),
                maybeNumber(this::positive),
                maybe(() -> List.of("srgb", "display-p3", "rec2020").get(random.nextInt(3))),
                maybe(() -> List.of("contain", "cover", "same-scale").get(random.nextInt(3))),
                maybe(this::text));
    }

    private Vector3 vector() {
        return new Vector3(number(), number(), number());
    }

    private Quaternion quaternion() {
        double a = random.nextDouble() * 6;
        return new Quaternion(Math.sin(a), 0, 0, Math.cos(a));
    }

    private Size size() {
        return new Size(positive(), positive());
    }

    private Optional<RequestId> id() {
        return switch (random.nextInt(3)) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(new RequestId.Number(integer()));
            default -> Optional.of(new RequestId.Text(text()));
        };
    }

    private long integer() {
        long n = random.nextLong() >> random.nextInt(64);
        return Math.max(-MAX, Math.min(MAX, n));
    }

    private long count() {
        return Math.abs(integer());
    }

    private OptionalLong maybeCount() {
        return random.nextBoolean() ? OptionalLong.of(count()) : OptionalLong.empty();
    }

    private double number() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(1000);
            case 1 -> random.nextGaussian() * 1e6;
            case 2 ->
                List.of(0.0, -0.0, Double.MIN_VALUE, Double.MAX_VALUE, 2.2250738585072014E-308, 1e23)
                        .get(random.nextInt(6));
            default -> finite(Double.longBitsToDouble(random.nextLong()));
        };
    }

    private static double finite(double number) {
        return Double.isFinite(number) ? number : 1;
    }

    private double positive() {
        return 1e-3 + random.nextDouble() * 5000;
    }

    private OptionalDouble maybeNumber(Supplier<? extends Number> number) {
        return random.nextBoolean() ? OptionalDouble.of(number.get().doubleValue()) : OptionalDouble.empty();
    }

    private <T> Optional<T> maybe(Supplier<T> value) {
        return random.nextBoolean() ? Optional.of(value.get()) : Optional.empty();
    }

    private String name() {
        StringBuilder name = new StringBuilder("a");
        for (int i = random.nextInt(20); i > 0; i--) {
            name.append(NAME.charAt(random.nextInt(NAME.length())));
        }
        return name.toString();
    }

    private String camera() {
        return random.nextBoolean() ? name() : name() + "/" + name();
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(20); i > 0; i--) {
            if (random.nextInt(10) == 0) {
                text.appendCodePoint(0x1F600 + random.nextInt(50));
            } else {
                text.append(TEXT.charAt(random.nextInt(TEXT.length())));
            }
        }
        return text.toString();
    }
}
