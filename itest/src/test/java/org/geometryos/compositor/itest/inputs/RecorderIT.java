package org.geometryos.compositor.itest.inputs;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.inject.Inject;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.recording.RecordedEntry;
import org.geometryos.compositor.api.recording.Recorder;
import org.geometryos.compositor.api.recording.RecorderStatus;
import org.geometryos.compositor.api.recording.Recording;
import org.geometryos.compositor.api.recording.RecordingException;
import org.geometryos.compositor.api.recording.Selection;
import org.geometryos.compositor.itest.framework.Distribution;
import org.geometryos.compositor.itest.framework.Host;
import org.geometryos.compositor.itest.framework.RawDisplay;
import org.geometryos.compositor.itest.framework.TwoCameras;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * Two cameras at 60 Hz are recorded while the recorder, and what it stands on, is replaced beneath it; then it is
 * played again.
 */
@RunWith(PaxExam.class)
public class RecorderIT {
    private static final int SWAPS = 20;
    private static final String PID = Host.PREFIX + "recorder";

    @Inject
    private BundleContext context;

    @Inject
    private ConfigurationAdmin admin;

    private Host host;

    @Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    @Before
    public void record() throws Exception {
        host = new Host(context);
        host.awaitReady();
        Path folder = Files.createTempDirectory(Path.of(System.getProperty("itest.output")), "recorder-");
        admin.getConfiguration(PID, "?")
                .update(new Hashtable<>(Map.of(
                        "enabled", true, "file", folder.resolve("recordings.db").toString(), "commitMillis", 100)));
        awaitRecording();
    }

    @After
    public void switchOff() throws Exception {
        host.unconfigure(PID);
    }

    private Recorder recorder() throws Exception {
        return host.service(Recorder.class);
    }

    private void awaitRecording() throws Exception {
        Host.await(60, "a recorder that follows the journal", () -> {
            RecorderStatus now = recorder().status();
            return now.enabled()
                    && now.epoch()
                            .filter(host.service(Journal.class).epoch()::equals)
                            .isPresent();
        });
    }

    private void awaitLevel() throws Exception {
        Host.await(60, "everything recorded: " + recorder().status(), () -> {
            RecorderStatus now = recorder().status();
            return now.behind() == 0
                    && now.seq() == host.service(Journal.class).head()
                    && now.problem().isEmpty();
        });
    }

    private List<RecordedEntry> all(String epoch) throws Exception {
        return recorder().read(Selection.all(epoch), 0, Integer.MAX_VALUE);
    }

    @Test
    public void replacedUnderLoadItMissesNothingDoublesNothingAndLeavesNothingBehind() throws Exception {
        String first = host.service(Journal.class).epoch();
        long begin = host.service(Journal.class).head();
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        try (TwoCameras source = new TwoCameras(context)) {
            Map<String, Long> threads = Host.threads();
            for (int i = 0; i < SWAPS; i++) {
                loaders.add(new WeakReference<>(Host.loader(host.bundle("recorder"))));
                host.swap("recorder");
                awaitRecording();
                TimeUnit.MILLISECONDS.sleep(50);
            }
            host.swapSideBySide("recorder");
            for (String part : List.of("protocol", "camera", "journal")) {
                host.swap(part);
                awaitRecording();
                TimeUnit.MILLISECONDS.sleep(300);
            }
            Host.await(
                    60,
                    "the same threads as before: " + threads + " now " + Host.threads(),
                    () -> threads.equals(Host.threads()));
            source.halt();
            awaitLevel();

            assertEquals(
                    List.of(first, host.service(Journal.class).epoch()),
                    recorder().recordings().stream().map(Recording::epoch).toList());
            Set<String> samples = new HashSet<>();
            for (Recording one : recorder().recordings()) {
                long expected = one.epoch().equals(first) ? begin + 1 : 1;
                for (RecordedEntry entry : all(one.epoch())) {
                    if (entry.seq() >= expected) {
                        assertEquals("the next entry of " + one, expected++, entry.seq());
                    }
                    if (RawDisplay.type(entry.json()).equals("camera")
                            && RawDisplay.string(entry.json(), "source").equals("itest")) {
                        samples.add(
                                RawDisplay.string(entry.json(), "camera") + RawDisplay.number(entry.json(), "sample"));
                    }
                }
                assertEquals(expected, one.last() + 1);
            }
            // a new journal gets the present state once more, hence a set
            assertEquals("each update that was accepted, once", source.accepted.get(), samples.size());
        }
        assertEquals(
                "class loaders still reachable, by part",
                Map.of(),
                Host.leftOver(new TreeMap<>(Map.of("recorder", loaders))));
    }

    @Test
    public void whatWasRecordedIsPlayedFromTheShellAlsoWhileTheRecorderIsReplaced() throws Exception {
        String epoch = host.service(Journal.class).epoch();
        try (TwoCameras source = new TwoCameras(context)) {
            Host.await(60, "eight seconds of two cameras", () -> source.accepted.get() >= 960);
            awaitLevel();
        }
        String listed = shell("list");
        assertTrue(listed, listed.contains(epoch) && listed.contains(" a b"));
        assertTrue(shell("status").startsWith("recording\n"));
        assertEquals(
                "what looks like a number is a name",
                "there is no recording 12e4",
                assertThrows(RecordingException.class, () -> shell("replay 12e4"))
                        .getMessage());

        assertTrue(shell("replay " + epoch + " --speed 0.5").contains("playing " + epoch));
        double at = Host.await(60, "camera a, played", () -> position("a"));
        host.swap("recorder");
        Host.await(
                60,
                "camera a, played on",
                () -> Optional.ofNullable(position("a")).orElse(at) > at + 60);
        assertEquals("stopped", shell("stop"));
        Host.await(
                60,
                "the end of what was played",
                () -> host.service(Journal.class).camera("a").isEmpty());
    }

    /** How far a camera is in what is played; null as long as it is not. */
    private Double position(String camera) throws Exception {
        return host.service(Journal.class)
                .camera(camera)
                .flatMap(entry -> entry.change().view())
                .filter(state -> state.source().equals("recorded") && state.view() instanceof View2d)
                .map(state -> ((View2d) state.view()).x())
                .orElse(null);
    }

    /** What the command gives in Gogo. */
    private String shell(String words) throws Exception {
        try (CommandSession session = host.service(CommandProcessor.class)
                .createSession(
                        InputStream.nullInputStream(),
                        OutputStream.nullOutputStream(),
                        OutputStream.nullOutputStream())) {
            return (String) session.execute("compositor:record " + words);
        }
    }
}
