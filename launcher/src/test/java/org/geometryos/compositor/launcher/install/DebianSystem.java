package org.geometryos.compositor.launcher.install;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

/** A Debian system with Java, as an archive. It is made once for each clean build: what is in it does not change. */
final class DebianSystem {
    private static final Path SYSTEM = Path.of(System.getProperty("compositor.distribution", "target/compositor"))
            .toAbsolutePath()
            .resolveSibling("debian-system.tar");
    private static final String PACKAGES = "adduser,init-system-helpers,openjdk-17-jre-headless";
    private static final Duration DOWNLOAD = Duration.ofMinutes(8);

    private DebianSystem() {}

    /**
     * Skips the test where none can be made.
     *
     * @param folder where it is made
     */
    static Path archive(Path folder) throws Exception {
        if (!Files.exists(SYSTEM)) {
            assumeTrue(Shell.has("mmdebstrap"), "needs mmdebstrap");
            Path made = folder.resolve("system.tar");
            Shell.Result result = Shell.run(
                    DOWNLOAD,
                    "mmdebstrap",
                    "--variant=minbase",
                    "--include=" + PACKAGES,
                    "bookworm",
                    made.toString(),
                    "http://deb.debian.org/debian");
            assumeTrue(
                    result.code() == 0,
                    () -> "no Debian system could be made: "
                            + result.output().lines().reduce("", (before, line) -> line));
            Files.move(made, SYSTEM, StandardCopyOption.REPLACE_EXISTING);
        }
        return SYSTEM;
    }
}
