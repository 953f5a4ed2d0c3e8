package org.geometryos.compositor.transport.native_;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlatformTest {
    /** Prints which options of the JVM are missing. */
    static final class Missing {
        public static void main(String[] arguments) throws ReflectiveOperationException {
            System.out.println(String.join(" ", Platform.missingOptions()));
        }
    }

    @Test
    void linuxOnKnownProcessorsAndJava22IsFit() {
        assertThat(Platform.unfit(22, "Linux", "amd64")).isEmpty();
        assertThat(Platform.unfit(25, "Linux", "aarch64")).isEmpty();
    }

    @Test
    void whatIsUnfitIsNamed() {
        assertThat(Platform.unfit(21, "Linux", "amd64")).contains("it needs Java 22 or newer, and this is Java 21");
        assertThat(Platform.unfit(25, "Windows 11", "amd64")).contains("it needs Linux, and this is Windows 11");
        assertThat(Platform.unfit(25, "Linux", "riscv64"))
                .contains("it needs a processor of x86-64 or AArch64, and this is riscv64");
    }
}
