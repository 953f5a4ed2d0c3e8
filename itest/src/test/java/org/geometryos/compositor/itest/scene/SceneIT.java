package org.geometryos.compositor.itest.scene;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.inject.Inject;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.api.scene.SceneService;
import org.geometryos.compositor.itest.framework.Distribution;
import org.geometryos.compositor.itest.framework.Host;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.osgi.framework.BundleContext;

/** 20 displays change the scene at once, while the scene bundle and what it stands on are replaced beneath them. */
@RunWith(PaxExam.class)
public class SceneIT {
    private static final int DISPLAYS = 20;
    private static final int SWAPS = 10;

    @Inject
    private BundleContext context;

    private Host host;
    private final List<SceneDisplay> displays = new ArrayList<>();
    private volatile boolean stopped;
    private volatile Exception failure;

    @Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    @Before
    public void connect() throws Exception {
        host = new Host(context);
        host.awaitReady();
        host.service(SceneService.class);
        for (int i = 0; i < DISPLAYS; i++) {
            displays.add(new SceneDisplay(i, i % 2 == 0));
        }
        Host.await(60, "a snapshot everywhere", () -> displays.stream().allMatch(display -> display.snapshots() == 1));
    }

    @After
    public void disconnect() throws Exception {
        for (SceneDisplay display : displays) {
            display.close();
        }
    }

    /** Transactions of all displays, 200 a second, until they are stopped. */
    private Thread load() {
        stopped = false;
        Thread load = new Thread(
                () -> {
                    try {
                        while (!stopped) {
                            for (SceneDisplay display : displays) {
                                display.change();
                                TimeUnit.MILLISECONDS.sleep(5);
                            }
                        }
                    } catch (Exception e) {
                        failure = e;
                    }
                },
                "itest-scene-load");
        load.start();
        return load;
    }

    private void end(Thread load) throws Exception {
        stopped = true;
        load.join(10_000);
        if (failure != null) {
            throw failure;
        }
        Host.await(60, "an answer to each request", () -> displays.stream().allMatch(SceneDisplay::answered));
    }

    /** What a display would make of the file that is on disk. */
    private String stored() throws Exception {
        Path file = host.data("scene/scene.json");
        FollowedScene scene = new FollowedScene();
        scene.begin(new ObjectMapper().readTree(Files.readAllBytes(file)).required("scene"));
        return content(scene.toString());
    }

    private void awaitTheSameEverywhere() throws Exception {
        // together, since a display may learn of a transaction after the answer to it
        try {
            Host.await(60, "the same scene at all displays and on disk", () -> scenes().equals(Set.of(stored())));
        } catch (AssertionError e) {
            assertEquals(Set.of(stored()), scenes());
            throw e;
        }
        assertEquals(
                "flaws", Set.of(""), displays.stream().map(SceneDisplay::flaw).collect(Collectors.toSet()));
    }

    private int accepted() {
        return displays.stream().mapToInt(SceneDisplay::accepted).sum();
    }

    private Set<String> scenes() {
        return displays.stream().map(display -> content(display.scene())).collect(Collectors.toSet());
    }

    @Test
    public void operationsOf20DisplaysEndInTheSameSceneEverywhereAndOnDiskWhateverIsReplaced() throws Exception {
        Thread load = load();
        for (int i = 0; i < SWAPS; i++) {
            TimeUnit.MILLISECONDS.sleep(200);
            host.swap("scene");
        }
        host.swapSideBySide("scene");
        for (String part : List.of("camera", "broadcast")) {
            host.swap(part);
            TimeUnit.MILLISECONDS.sleep(300);
        }
        Host.await(60, "200 transactions", () -> accepted() > 200);
        end(load);

        int accepted = accepted();
        Host.await(
                60,
                "each transaction at each display: " + accepted,
                () -> displays.stream().allMatch(display -> display.seqs().size() == accepted));
        assertEquals(
                "the same numbers in the same order everywhere",
                1,
                displays.stream()
                        .map(SceneDisplay::seqs)
                        .collect(Collectors.toSet())
                        .size());
        assertEquals(
                "snapshots",
                Set.of(1),
                displays.stream().map(SceneDisplay::snapshots).collect(Collectors.toSet()));
        awaitTheSameEverywhere();
        System.out.println(accepted + " transactions accepted, "
                + displays.stream().mapToInt(SceneDisplay::unavailable).sum() + " asked for while a part was away");

        // a new sequence: the scene is told to it, whether its bundle is there or comes later
        load = load();
        host.swap("journal");
        TimeUnit.MILLISECONDS.sleep(500);
        end(load);
        Host.await(
                60,
                "another snapshot everywhere",
                () -> displays.stream().allMatch(display -> display.snapshots() == 2));
        awaitTheSameEverywhere();
        String before = scenes().iterator().next();
        host.bundle("scene").stop();
        host.swap("journal");
        Host.await(
                60,
                "a third snapshot everywhere",
                () -> displays.stream().allMatch(display -> display.snapshots() == 3));
        host.bundle("scene").start();
        Host.await(
                60,
                "the scene in the new sequence",
                () -> host.service(Journal.class).scene().isPresent());
        Host.await(60, "the models as they were", () -> scenes().equals(Set.of(before)));
        assertEquals(before, stored());
    }

    /**
     * Without the revision, which a display that follows transactions does not learn from the one that brings the scene
     * back.
     */
    private static String content(String scene) {
        return scene.substring(scene.indexOf(' '));
    }

    @Test
    public void aBundleCanDoWhatADisplayCan() throws Exception {
        SceneOutcome outcome = host.service(SceneService.class)
                .change(
                        new Driver("bundle", Optional.empty(), 0),
                        List.of(new SceneOp.Put(new Model("lamp", "models/lamp.glb"))),
                        Optional.empty())
                .now(null);
        assertTrue(String.valueOf(outcome), outcome instanceof SceneOutcome.Accepted);
        Host.await(
                60,
                "the lamp everywhere",
                () -> displays.stream().allMatch(display -> display.scene().contains("models/lamp.glb")));
        awaitTheSameEverywhere();
    }
}
