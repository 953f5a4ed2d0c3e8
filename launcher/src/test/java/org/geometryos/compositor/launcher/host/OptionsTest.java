package org.geometryos.compositor.launcher.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.geometryos.compositor.launcher.command.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {

    private static final Path HOME = Path.of("/opt/compositor");

    @Test
    void withoutOptionsItListensOnLoopbackAndKeepsAllInItsFolder() throws Exception {
        assertThat(parse())
                .isEqualTo(new Options(8081, "127.0.0.1", HOME.resolve("data"), HOME.resolve("conf"), true, Set.of()));
    }

    @Test
    void allOptionsAreTaken() throws Exception {
        assertThat(parse(
                        "--port",
                        "9000",
                        "--host",
                        "localhost",
                        "--data",
                        "/d",
                        "--conf",
                        "/c/../e",
                        "--no-demo",
                        "--console",
                        "--web-console"))
                .isEqualTo(new Options(
                        9000, "localhost", Path.of("/d"), Path.of("/e"), false, Set.of("console", "web-console")));
    }

    @Test
    void furtherDemoIsNamed() throws Exception {
        assertThat(parse("--demo", "wall").wanted()).containsExactly(Options.DEMO_WALL);
        assertThat(parse("--demo", "wall").demo()).isTrue();
        assertThatThrownBy(() -> parse("--demo", "walls"))
                .isInstanceOf(UsageException.class)
                .hasMessage("--demo walls: must be wall");
    }

    @Test
    void valueMayFollowAnEqualsSign() throws Exception {
        assertThat(parse("--port=0", "--data=/a=b").port()).isZero();
        assertThat(parse("--port=0", "--data=/a=b").data()).isEqualTo(Path.of("/a=b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "65536", "http", "80 81", "1e3"})
    void badPortIsNamedWithTheRule(String port) {
        assertThatThrownBy(() -> parse("--port", port))
                .isInstanceOf(UsageException.class)
                .hasMessage("--port " + port + ": must be a whole number from 0 to 65535");
    }

    @Test
    void missingValueIsNamed() {
        assertThatThrownBy(() -> parse("--port"))
                .isInstanceOf(UsageException.class)
                .hasMessage("--port needs a value");
        assertThatThrownBy(() -> parse("--data", "--no-demo"))
                .isInstanceOf(UsageException.class)
                .hasMessage("--data needs a value");
        assertThatThrownBy(() -> parse("--conf="))
                .isInstanceOf(UsageException.class)
                .hasMessage("--conf needs a value");
    }

    @Test
    void whatItDoesNotKnowIsNamed() {
        assertThatThrownBy(() -> parse("--prot", "1"))
                .isInstanceOf(UsageException.class)
                .hasMessage("unknown option --prot");
        assertThatThrownBy(() -> parse("now"))
                .isInstanceOf(UsageException.class)
                .hasMessage("unknown argument now");
        assertThatThrownBy(() -> parse("--no-demo=yes"))
                .isInstanceOf(UsageException.class)
                .hasMessage("--no-demo takes no value");
    }

    @Test
    void keyOnTheCommandLineIsRefusedAndNotRepeated() {
        for (String[] arguments : new String[][] {{"--key", "cb_a_b"}, {"--key=cb_a_b"}}) {
            assertThatThrownBy(() -> parse(arguments))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("--key-file FILE")
                    .hasMessageNotContaining("cb_a_b");
        }
        assertThatThrownBy(() -> parse("--secret=cb_a_b")).hasMessage("unknown option --secret");
        assertThatThrownBy(() -> parse("cb_a_b")).hasMessage("unknown argument cb_(hidden)");
    }

    private static Options parse(String... arguments) throws UsageException {
        return Options.parse(List.of(arguments), HOME);
    }
}
