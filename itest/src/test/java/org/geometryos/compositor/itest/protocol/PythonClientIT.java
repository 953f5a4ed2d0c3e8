package org.geometryos.compositor.itest.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.geometryos.compositor.itest.outside.CameraStream;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.Folders;
import org.geometryos.compositor.itest.outside.Python;
import org.geometryos.compositor.itest.outside.Tools;
import org.junit.jupiter.api.Test;

/** The Python client and a host: it follows, drives, changes the scene, and comes back; and so does its example. */
class PythonClientIT {
    private static final Duration LIMIT = Duration.ofMinutes(4);

    @Test
    void followsDrivesAndComesBackAfterCutsAndARestart() throws Exception {
        Python.needs("websockets");
        try (DistributionProcess distribution =
                DistributionProcess.fresh("python-client").start()) {
            CameraStream.awaitBoth(distribution.port());
            runsTheExample(distribution);
            try (LineProcess client = new LineProcess(
                    PythonClientTest.CLIENT,
                    Folders.output().resolve("python-live.err"),
                    List.of(Python.PROGRAM.toString(), "-B", "-X", "dev", "tests/live.py", distribution.url()))) {
                client.await(LIMIT, "the wish for a restart", lines -> lines.contains("restart"));
                distribution.stop();
                distribution.start();
                client.type("restarted");
                assertEquals(0, client.ends(LIMIT), client::said);
                assertEquals(
                        List.of("follow", "drive", "scene", "resume", "restart", "came back", "closed"),
                        client.lines());
            }
        }
    }

    private static void runsTheExample(DistributionProcess distribution) throws Exception {
        Path log = Folders.output().resolve("python-example.log");
        int exit = Tools.run(
                LIMIT,
                PythonClientTest.CLIENT,
                log,
                Map.of("PYTHONPATH", "src"),
                List.of(Python.PROGRAM.toString(), "-B", "examples/notebook.py", distribution.url()));
        String printed = PythonClientTest.read(log);
        assertEquals(0, exit, printed);
        assertTrue(printed.contains("notebook/gear"), printed);
    }
}
