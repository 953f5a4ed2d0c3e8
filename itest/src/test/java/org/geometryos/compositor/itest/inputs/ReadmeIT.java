package org.geometryos.compositor.itest.inputs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Outcome;
import org.junit.jupiter.api.Test;

/** What the README shows is what compiles, and it works. */
class ReadmeIT {

    @Test
    void sourceInTheReadmeIsTheOneThatCompiles() throws Exception {
        Path module = Path.of(System.getProperty("compositor.itest"));
        assertEquals(
                example(Files.readString(
                        module.resolve("src/test/java/org/geometryos/compositor/itest/inputs/SpinningCamera.java"))),
                example(Files.readString(module.resolve("../README.md"))));
    }

    private static String example(String text) {
        int from = text.indexOf("@Component\n@CameraSourceId");
        return text.substring(from, text.indexOf("\n}\n", from) + 3);
    }

    @Test
    void sourceInTheReadmeMovesItsCamera() throws Exception {
        AtomicInteger pushed = new AtomicInteger();
        SpinningCamera source = new SpinningCamera();
        try {
            source.connected(new CameraSink() {
                @Override
                public Outcome push(CameraUpdate update) {
                    pushed.incrementAndGet();
                    return new Outcome.Accepted(OptionalLong.empty());
                }

                @Override
                public Outcome remove(String camera) {
                    return new Outcome.Accepted(OptionalLong.empty());
                }
            });
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (pushed.get() < 10 && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            assertTrue(pushed.get() >= 10, () -> "pushed " + pushed);
        } finally {
            source.stop();
        }
    }
}
