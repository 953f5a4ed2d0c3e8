package org.geometryos.compositor.osc;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.coordinates.YawPitchRoll;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.JournalReader;
import org.geometryos.compositor.api.journal.Snapshot;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.wall.Picture;
import org.geometryos.compositor.api.wall.Wall;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells targets what has changed: follows the journal from a position, and sends the newest state of whatever is new
 * since the last time. One thread.
 */
final class Feedback {
    /** With the headers of IP and UDP it fits an Ethernet frame. */
    private static final int MAX_PACKET = 1_400;

    /** A socket that failed is opened again after this time. */
    private static final long RETRY_NANOS = 1_000_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(Feedback.class);

    private final String name;
    private final Counters counters;
    private final OscWriter writer = new OscWriter(MAX_PACKET);
    private final Map<InetSocketAddress, Target> targets = new LinkedHashMap<>();
    private Settings settings;
    private final JournalReader reader = new JournalReader();
    private volatile boolean whole = true;
    /** What models were told as visible, to tell what has changed. */
    private Map<String, Boolean> visible = new LinkedHashMap<>();

    private List<String> selected = List.of();
    /** Whether nothing is known of what targets know of the scene. */
    private boolean fresh;

    private static final class Target {
        DatagramChannel channel;
        long openAt = System.nanoTime();
        boolean told;
    }

    /** What is new, by what it is of. */
    private static final class News implements Change.Visitor<Void> {
        final Map<String, CameraState> cameras = new LinkedHashMap<>();
        final Map<String, ControlState> control = new LinkedHashMap<>();
        final Set<String> removed = new LinkedHashSet<>();
        final Map<String, Wall> walls = new LinkedHashMap<>();
        Optional<Scene> scene = Optional.empty();

        @Override
        public Void cameraChanged(Change.CameraChanged change) {
            // a view, wherever it stands
            return null;
        }

        @Override
        public Void cameraRemoved(Change.CameraRemoved change) {
            cameras.remove(change.camera());
            removed.add(change.camera());
            return null;
        }

        @Override
        public Void controlChanged(Change.ControlChanged change) {
            control.put(change.state().camera(), change.state());
            return null;
        }

        @Override
        public Void presenceChanged(Change.PresenceChanged change) {
            return null;
        }

        @Override
        public Void sceneChanged(Change.SceneChanged change) {
            scene = Optional.of(change.scene());
            return null;
        }

        @Override
        public Void tilesChanged(Change.TilesChanged change) {
            change.scene().ifPresent(scene -> scene.accept(this));
            return null;
        }

        @Override
        public Void wallChanged(Change.WallChanged change) {
            walls.put(change.state().name(), change.state());
            return null;
        }

        @Override
        public Void wallRemoved(Change.WallRemoved change) {
            walls.remove(change.wall());
            return null;
        }
    }

    Feedback(String name, Counters counters) {
        this.name = name;
        this.counters = counters;
    }

    /** Has all be told again. */
    void refresh() {
        whole = true;
    }

    /** Opens and closes sockets. */
    void configure(Settings wanted) {
        if (settings != null && !settings.prefix().equals(wanted.prefix())
                || !targets.keySet().containsAll(wanted.feedback())) {
            refresh();
        }
        settings = wanted;
        for (InetSocketAddress gone : List.copyOf(targets.keySet())) {
            if (!wanted.feedback().contains(gone)) {
                close(targets.remove(gone));
            }
        }
        wanted.feedback().forEach(address -> targets.computeIfAbsent(address, any -> new Target()));
    }

    void close() {
        targets.values().forEach(Feedback::close);
    }

    private static void close(Target target) {
        if (target.channel != null) {
            try {
                target.channel.close();
            } catch (IOException e) {
                LOG.debug("closing a socket", e);
            }
            target.channel = null;
        }
    }

    boolean wanted() {
        return !targets.isEmpty();
    }

    /** Tells what is new. @param journal null while there is none */
    void tell(Journal journal) {
        if (journal == null) {
            return;
        }
        News news = new News();
        if (whole || !reader.read(journal, entry -> take(entry, news))) {
            begin(journal, news);
        }
        if (!settings.echo()) {
            news.cameras.values().removeIf(state -> state.source().equals(settings.source()));
        }
        send(news);
    }

    private void begin(Journal journal, News news) {
        boolean all = whole || !reader.follows(journal);
        whole = false;
        Snapshot now = journal.snapshot();
        reader.begin(journal, now.seq());
        now.cameras().values().forEach(entry -> take(entry, news));
        now.control().values().forEach(entry -> take(entry, news));
        now.walls().values().forEach(entry -> take(entry, news));
        now.scene().ifPresent(entry -> take(entry, news));
        if (all) {
            visible = new LinkedHashMap<>();
            fresh = true;
        }
    }

    private static void take(Entry entry, News news) {
        entry.change().view().ifPresent(state -> {
            news.removed.remove(state.camera());
            news.cameras.put(state.camera(), state);
        });
        entry.change().accept(news);
    }

    private void send(News news) {
        news.cameras.values().forEach(this::camera);
        news.control
                .values()
                .forEach(state -> put(
                        "/camera/" + state.camera() + "/holder",
                        List.of(state.holder().orElse(""))));
        news.removed.forEach(camera -> put("/camera/" + camera + "/removed", List.of(1)));
        news.scene.ifPresent(this::scene);
        news.walls
                .values()
                .forEach(wall -> put(
                        "/wall/" + wall.name() + "/picture",
                        List.of(wall.picture().map(Picture::word).orElse("none"))));
        flush();
    }

    private void camera(CameraState state) {
        String address = "/camera/" + state.camera() + "/";
        if (state.view() instanceof View2d view) {
            put(address + "view", floats(view.x(), view.y(), view.zoom(), Math.toDegrees(view.rotation())));
        } else if (state.view() instanceof View3d view) {
            YawPitchRoll angles = YawPitchRoll.of(view.orientation());
            put(
                    address + "position",
                    floats(
                            view.position().x(),
                            view.position().y(),
                            view.position().z()));
            put(
                    address + "angles",
                    floats(
                            Math.toDegrees(angles.yaw()),
                            Math.toDegrees(angles.pitch()),
                            Math.toDegrees(angles.roll())));
            if (view.projection() instanceof Projection.Perspective lens) {
                put(address + "fov", floats(Math.toDegrees(lens.yfov())));
            }
            view.focusDistance().ifPresent(metres -> put(address + "focus", floats(metres)));
        }
    }

    private void scene(Scene scene) {
        Map<String, Boolean> now = new LinkedHashMap<>();
        for (Model model : scene.models()) {
            now.put(model.id(), model.visible());
            if (!Boolean.valueOf(model.visible()).equals(visible.get(model.id()))) {
                put("/scene/" + model.id() + "/visible", List.of(model.visible() ? 1 : 0));
            }
            boolean chosen = scene.selected().contains(model.id());
            if (fresh || chosen != selected.contains(model.id())) {
                put("/scene/" + model.id() + "/selected", List.of(chosen ? 1 : 0));
            }
        }
        visible = now;
        selected = scene.selected();
        fresh = false;
    }

    private static List<Float> floats(double... values) {
        List<Float> floats = new ArrayList<>();
        for (double value : values) {
            floats.add((float) value);
        }
        return floats;
    }

    private void put(String address, List<?> arguments) {
        if (!writer.add(settings.prefix() + address, arguments)) {
            flush();
            writer.add(settings.prefix() + address, arguments);
        }
    }

    private void flush() {
        if (writer.empty()) {
            return;
        }
        ByteBuffer packet = writer.packet();
        targets.forEach((address, target) -> send(address, target, packet.duplicate()));
        writer.begin();
    }

    private void send(InetSocketAddress address, Target target, ByteBuffer packet) {
        long now = System.nanoTime();
        if (target.channel == null && now - target.openAt < 0) {
            counters.add(Count.FEEDBACK_FAILED);
            return;
        }
        try {
            if (target.channel == null) {
                target.channel = open(address);
            }
            counters.add(target.channel.write(packet) > 0 ? Count.FEEDBACK : Count.FEEDBACK_FAILED);
        } catch (IOException | RuntimeException e) {
            counters.add(Count.FEEDBACK_FAILED);
            close(target);
            target.openAt = now + RETRY_NANOS;
            if (!target.told) {
                LOG.warn("{}: no feedback reaches {}: {}", name, address, e.toString());
                target.told = true;
            }
        }
    }

    /** One that takes nothing from anybody else. */
    private static DatagramChannel open(InetSocketAddress address) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, MAX_PACKET);
            channel.connect(address);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }
}
