package org.geometryos.compositor.itest.swap;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.inject.Inject;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.replay.Playback;
import org.geometryos.compositor.api.replay.PlaybackCommand;
import org.geometryos.compositor.api.replay.PlaybackState;
import org.geometryos.compositor.itest.framework.Distribution;
import org.geometryos.compositor.itest.framework.Host;
import org.geometryos.compositor.itest.framework.RawDisplay;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationAdmin;

/** A hand on a replay stays while its configuration changes and bundles beneath it are replaced. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class PlaybackIT {
    private static final String FACTORY = Host.PREFIX + "camera.replay";
    private static final String CAMERA = "hand";
    private static final long STEP = 10_000;
    private static final int ENTRIES = 6_000;

    @Inject
    private BundleContext context;

    @Inject
    private ConfigurationAdmin admin;

    private Host host;
    private Path file;

    @Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    @Before
    public void play() throws Exception {
        host = new Host(context);
        host.awaitReady();
        file = Files.createTempFile(Path.of(System.getProperty("itest.output")), "hand-", ".jsonl");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < ENTRIES; i++) {
            lines.append("{\"type\":\"camera\",\"camera\":\"" + CAMERA + "\",\"time\":" + i * STEP
                    + ",\"view\":{\"kind\":\"2d\",\"center\":[" + i + ",0],\"zoom\":1,\"rotation\":0}}\n");
        }
        Files.writeString(file, lines);
        configure(5, 1.0);
        Host.await(60, "it plays", () -> shown().isPresent());
    }

    @After
    public void end() throws Exception {
        host.unconfigure(FACTORY + "~" + CAMERA);
        Files.deleteIfExists(file);
    }

    private void configure(int priority, double speed) throws Exception {
        admin.getFactoryConfiguration(FACTORY, CAMERA, "?")
                .update(new Hashtable<>(Map.of("file", file.toString(), "priority", priority, "speed", speed)));
    }

    private Playback playback() throws Exception {
        return Host.await(60, "the playback", () -> {
            for (ServiceReference<Playback> each :
                    context.getServiceReferences(Playback.class, "(compositor.source.id=" + CAMERA + ")")) {
                return context.getService(each);
            }
            return null;
        });
    }

    /** The number of the entry that the camera shows. */
    private Optional<Integer> shown() throws Exception {
        return host.service(CameraBridge.class).cameras().stream()
                .filter(state -> state.camera().equals(CAMERA))
                .findFirst()
                .map(CameraState::view)
                .map(view -> (int) ((View2d) view).x());
    }

    private void awaitPriority(int wanted) throws Exception {
        Host.await(
                60,
                "the new priority",
                () -> host.service(CameraBridge.class).sources().stream()
                        .anyMatch(source -> source.id().equals(CAMERA) && source.priority() == wanted));
    }

    @Test
    public void pausedItShowsTheEntryWhateverChangesAroundIt() throws Exception {
        playback().command(new PlaybackCommand.Pause());
        playback().command(new PlaybackCommand.Seek(1234 * STEP + 5));
        Host.await(60, "the entry of the position", () -> shown().equals(Optional.of(1234)));
        configure(7, 1.0);
        awaitPriority(7);
        PlaybackState state = playback().state();
        assertEquals(PlaybackState.Status.PAUSED, state.status());
        assertEquals(1234 * STEP + 5, state.position());
        assertEquals(Optional.of(1234), shown());

        host.swap("camera");
        Host.await(60, "a step on through the new bridge", () -> {
            PlaybackState now = playback().command(new PlaybackCommand.Step(1, Optional.empty()));
            return shown().equals(Optional.of((int) (now.position() / STEP)));
        });
        configure(7, 2.0);
        Host.await(60, "the configured speed", () -> playback().state().speed() == 2);
        assertEquals(PlaybackState.Status.PAUSED, playback().state().status());
    }

    @Test
    public void playingItGoesOnWhereAHandPutIt() throws Exception {
        playback().command(new PlaybackCommand.LoopBetween(20_000_000, 21_000_000));
        playback().command(new PlaybackCommand.Seek(20_000_000));
        configure(8, 1.0);
        awaitPriority(8);
        PlaybackState state = playback().state();
        assertEquals(Optional.of(new PlaybackState.Marks(20_000_000, 21_000_000)), state.marks());
        assertTrue(state.toString(), state.position() >= 20_000_000 && state.position() < 21_000_000);
        host.swap("camera");
        Host.await(
                60,
                "entries between the marks",
                () -> shown().filter(it -> it >= 2_000 && it < 2_100).isPresent());
        assertEquals(PlaybackState.Status.PLAYING, playback().state().status());
    }

    @Test
    public void aReplacedReplayGoesOnAsAHandLeftIt() throws Exception {
        playback().command(new PlaybackCommand.LoopBetween(10_000_000, 50_000_000));
        playback().command(new PlaybackCommand.Pause());
        playback().command(new PlaybackCommand.Seek(4321 * STEP));
        Host.await(60, "the entry of the position", () -> shown().equals(Optional.of(4321)));
        Playback before = playback();
        host.swap("camera.replay");
        Host.await(
                60,
                "another playback, paused where it was",
                () -> playback() != before
                        && playback().state().status() == PlaybackState.Status.PAUSED
                        && playback().state().position() == 4321 * STEP);
        assertEquals(
                Optional.of(new PlaybackState.Marks(10_000_000, 50_000_000)),
                playback().state().marks());
        Host.await(60, "the entry that it showed", () -> shown().equals(Optional.of(4321)));

        playback().command(new PlaybackCommand.Play());
        Playback second = playback();
        host.swap("camera.replay");
        Host.await(
                60,
                "it plays behind that position",
                () -> playback() != second
                        && playback().state().status() == PlaybackState.Status.PLAYING
                        && playback().state().position() > 4321 * STEP);
        host.unconfigure(FACTORY + "~" + CAMERA);
        configure(5, 1.0);
        Host.await(
                60,
                "a new configuration plays from the beginning",
                () -> playback().state().marks().isEmpty()
                        && playback().state().status() == PlaybackState.Status.PLAYING);
    }

    private static RawDisplay display(String role) throws Exception {
        RawDisplay display =
                new RawDisplay(Host.port(), 0, "compositor.v1.json", "Authorization: Bearer " + secret(role));
        display.hello(role);
        return display;
    }

    private static String secret(String role) {
        return "a-key-of-the-role-" + role + "-0123456789";
    }

    private static String ask(RawDisplay display, String request) throws Exception {
        display.send("{\"type\":\"replay\",\"id\":1," + request + "}");
        String answer;
        do {
            answer = display.message();
        } while (!answer.contains("\"id\":1,"));
        return answer;
    }

    private static void assertAnswer(String answer, String... parts) {
        for (String part : parts) {
            assertTrue(part + " is not in " + answer, answer.contains(part));
        }
    }

    /** A playback is away while its bundle is replaced. */
    private static String awaitAnswer(RawDisplay display, String request, String part) throws Exception {
        return Host.await(60, "an answer with " + part, () -> {
            String answer = ask(display, request);
            return answer.contains(part) ? answer : null;
        });
    }

    @Test
    public void aClientOfTheProtocolHasAHandOnItWithTheRoleControlAlone() throws Exception {
        String keys = Host.PREFIX + "endpoint.key";
        for (String role : new String[] {"control", "view"}) {
            admin.getFactoryConfiguration(keys, role, "?")
                    .update(new Hashtable<>(Map.of("role", role, "key", secret(role))));
        }
        try {
            Host.await(60, "a key is needed", () -> Host.status() == 401);
            try (RawDisplay driver = Host.await(60, "the key that controls", () -> display("control"));
                    RawDisplay viewer = Host.await(60, "the key that views", () -> display("view"))) {
                followsAHand(driver, viewer);
            }
        } finally {
            host.unconfigure(keys + "~control");
            host.unconfigure(keys + "~view");
            host.awaitReady();
        }
    }

    private void followsAHand(RawDisplay driver, RawDisplay viewer) throws Exception {
        String hand = "\"playback\":\"" + CAMERA + "\",";
        assertAnswer(ask(driver, hand + "\"action\":\"pause\""), "\"ack\"", "\"status\":\"paused\"");
        assertAnswer(
                ask(driver, hand + "\"action\":\"seek\",\"position\":" + 777 * STEP),
                "\"position\":" + 777 * STEP + ",",
                "\"length\":" + (ENTRIES - 1) * STEP + ",");
        Host.await(60, "the entry of the position", () -> shown().equals(Optional.of(777)));
        assertAnswer(
                ask(driver, hand + "\"action\":\"seek\",\"position\":" + ENTRIES * STEP),
                "\"code\":\"invalid\"",
                "must be at most the length",
                "\"field\":\"position\"");

        assertAnswer(ask(viewer, hand + "\"action\":\"step\""), "\"code\":\"forbidden\"", "role control is needed");
        assertAnswer(ask(viewer, "\"action\":\"list\""), "\"ack\"", "\"position\":" + 777 * STEP + ",");
        assertEquals(777 * STEP, playback().state().position());

        awaitAnswer(driver, hand + "\"action\":\"step\",\"entries\":-7", "\"position\":" + 770 * STEP + ",");
        Host.await(60, "the entry before", () -> shown().equals(Optional.of(770)));
        host.swap("camera.replay");
        awaitAnswer(driver, hand + "\"action\":\"list\"", "\"position\":" + 770 * STEP + ",");
        List<WeakReference<ClassLoader>> old = List.of(new WeakReference<>(Host.loader(host.bundle("endpoint"))));
        host.swap("endpoint");
        assertAnswer(
                awaitAnswer(driver, hand + "\"action\":\"loop\",\"from\":0,\"to\":" + 9 * STEP, "\"ack\""),
                "\"marks\":{\"from\":0,\"to\":" + 9 * STEP + "}");
        awaitAnswer(driver, hand + "\"action\":\"play\"", "\"status\":\"playing\"");
        Host.await(
                60,
                "entries between the marks",
                () -> shown().filter(it -> it < 9).isPresent());
        assertEquals("what waited for the player keeps no copy", Map.of(), Host.leftOver(Map.of("endpoint", old)));
    }
}
