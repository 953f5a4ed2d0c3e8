package org.geometryos.compositor.launcher.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What systemd itself says of the unit of the Debian package, without running it. */
class ServiceUnitTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** Of 100, which is a service without any protection. */
    private static final int EXPOSURE = 20;

    private static final Path UNIT = Path.of("src/main/deb/systemd/compositor-bridge.service");

    @TempDir
    Path folder;

    private Path unit;

    @BeforeEach
    void systemdIsThere() throws Exception {
        assumeTrue(Shell.has("systemd-analyze"), "needs systemd-analyze, of the package systemd");
        String text = Files.readString(UNIT);
        assertThat(text).contains("\nExecStart=/usr/bin/compositor run ");
        unit = folder.resolve("compositor-bridge.service");
        // systemd looks whether these are there
        Files.writeString(
                unit,
                text.replace("ExecStart=/usr/bin/compositor ", "ExecStart=/bin/true ")
                        .replaceAll("(?m)^Documentation=.*$", ""));
    }

    @Test
    void systemdUnderstandsEachLine() throws Exception {
        assertThat(Shell.run(LIMIT, "systemd-analyze", "verify", unit.toString())
                        .good())
                .doesNotContain("compositor-bridge.service:");
    }

    @Test
    void aBrokenLineIsFound() throws Exception {
        Files.writeString(unit, Files.readString(unit).replace("NoNewPrivileges=yes", "NoNewPrivilege=yes"));
        assertThat(Shell.run(LIMIT, "systemd-analyze", "verify", unit.toString())
                        .output())
                .contains("NoNewPrivilege");
    }

    @Test
    void isExposedLittle() throws Exception {
        Shell.run(
                        LIMIT,
                        "systemd-analyze",
                        "security",
                        "--offline=true",
                        "--no-pager",
                        "--threshold=" + EXPOSURE,
                        unit.toString())
                .good();
    }
}
