package org.geometryos.compositor.connections;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.connection.ConnectionListener;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.scene.SceneService;
import org.geometryos.compositor.io.files.WholeFile;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.LinkListener;
import org.geometryos.compositor.transport.api.Transport;

/** The table of sessions with what its component does, turned by hand. */
public final class SimulatedConnections implements LinkListener {
    private static final Settings SETTINGS = new Settings(
            10_000L,
            30_000,
            60_000,
            10_000,
            100,
            20_000,
            new Settings.Admission(1000, 0, 0, 0),
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            100,
            1 << 24,
            1 << 24);
    private static final Set<Integer> AT_ONCE = Set.of(1001, 1012);
    private static final Set<Integer> LATER = Set.of(4408, 4503);
    private static final Sessions.Events UNHEARD = new Sessions.Events() {
        @Override
        public boolean heard() {
            return false;
        }

        @Override
        public void tell(Consumer<ConnectionListener> event) {
            // nobody listens
        }
    };

    private final Sessions sessions;
    private Journal journal;
    private CameraBridge cameras;
    private SceneService scene;

    /** What outlives a table: what it remembers of displays, and the file that it leaves to the next one. */
    public static final class Folder {
        private final DisplayStore store =
                new DisplayStore(new JsonFile(new WholeFile(Path.of("no such folder", "displays.json"))), 100);
        private SessionFile.Content left;

        /** Forgets what the last table has left. */
        public void lose() {
            left = null;
        }
    }

    public SimulatedConnections(
            Transport transport,
            Map<String, Codec> codecs,
            Folder folder,
            LongSupplier nanos,
            LongSupplier micros,
            Random random) {
        sessions = new Sessions(
                new Sessions.Neighbours(
                        transport,
                        () -> journal,
                        () -> cameras,
                        () -> scene,
                        () -> null,
                        codecs::get,
                        UNHEARD,
                        folder.store),
                SETTINGS,
                "1.0.0",
                new Sessions.Clocks(nanos, micros),
                random);
        if (folder.left != null) {
            sessions.restore(folder.left);
            folder.left = null;
        }
        transport.links().forEach(sessions::seen);
    }

    public ConnectionManager manager() {
        return sessions;
    }

    public void journal(Journal next) {
        journal = next;
    }

    public void cameras(CameraBridge next) {
        cameras = next;
    }

    public void scene(SceneService next) {
        scene = next;
    }

    public void tick() {
        sessions.tick();
    }

    /** Leaves to the next one what it has to know. */
    public void stop(Folder folder) {
        folder.left = HandedOver.through(sessions.content());
    }

    @Override
    public void opened(Link link) {
        sessions.seen(link);
    }

    @Override
    public void ready(Link link) {
        // not its business
    }

    @Override
    public void closing(Link link, int code, String reason) {
        sessions.close(
                link,
                code,
                reason,
                AT_ONCE.contains(code)
                        ? Optional.of(Duration.ZERO)
                        : LATER.contains(code) ? Optional.of(Duration.ofSeconds(5)) : Optional.empty());
    }

    @Override
    public void closed(Link link, int code, String reason) {
        sessions.lost(link, code, reason);
    }
}
