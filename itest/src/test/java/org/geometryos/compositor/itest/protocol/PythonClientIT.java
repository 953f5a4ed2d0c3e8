package org.geometryos.compositor.itest.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.geometryos.compositor.itest.outside.CameraStream;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.Folders;
import org.geometryos.compositor.itest.outside.Python;
import org.junit.jupiter.api.Test;

/** The Python client and a host: it follows, drives, changes the scene, and comes back. */
class PythonClientIT {
    private static final Duration LIMIT = Duration.ofMinutes(4);

    @Test
    void followsDrivesAndComesBackAfterCutsAndARestart() throws Exception {
        Python.needs("websockets");
        try (DistributionProcess distribution =
                DistributionProcess.fresh("python-client").start()) {
            CameraStream.awaitBoth(distribution.port());
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
}
