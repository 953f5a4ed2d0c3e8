package org.geometryos.compositor.itest.outside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Debian's Python, whose packages {@code apt-get} installs. */
public final class Python {
    public static final Path PROGRAM = Path.of("/usr/bin/python3");
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Python() {}

    /** Skips the test, with the reason, where a module is missing and cannot be installed. */
    public static void needs(String module) throws Exception {
        assumeTrue(Files.isExecutable(PROGRAM), "there is no " + PROGRAM);
        if (!has(module)) {
            String debian = module.equals("mypy") ? module : "python3-" + module;
            Optional<String> cannot = Tools.aptInstalls(debian, Duration.ofMinutes(3));
            assumeTrue(cannot.isEmpty(), () -> "Python has no module " + module + ", and " + cannot.orElse(""));
            assertEquals(true, has(module), module + " is installed, but not found");
        }
    }

    private static boolean has(String module) throws Exception {
        return Tools.run(
                        LIMIT,
                        Folders.output(),
                        Folders.output().resolve("python-" + module + ".log"),
                        Map.of(),
                        List.of(PROGRAM.toString(), "-c", "import " + module))
                == 0;
    }
}
