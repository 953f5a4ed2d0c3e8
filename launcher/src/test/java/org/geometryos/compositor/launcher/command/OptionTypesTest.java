package org.geometryos.compositor.launcher.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.connection.Subscription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class OptionTypesTest {

    @ParameterizedTest
    @CsvSource({"500ms,500,500ms", "30s,30000,30s", "2m,120000,2m", "0s,0,0s", "1440m,86400000,1440m", "90s,90000,90s"})
    void timesHaveAUnit(String text, long millis, String again) {
        assertThat(new OptionTypes.Time().convert(text)).hasMillis(millis);
        assertThat(OptionTypes.Time.text(new OptionTypes.Time().convert(text))).isEqualTo(again);
    }

    @ParameterizedTest
    @ValueSource(strings = {"30", "s", "-1s", "1.5s", "1h", "1441m", "9999999999s", "30 s"})
    void otherTimesAreRefused(String text) {
        assertThatThrownBy(() -> new OptionTypes.Time().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("500ms, 30s or 2m");
    }

    @Test
    void wrongValueIsNamedWithOptionAndRule() {
        assertThatThrownBy(() -> connect("-w", "a b")).hasMessage("--display a b: must be 1-64 of A-Z a-z 0-9 . _ -");
        assertThatThrownBy(() -> connect("-w", "a", "--rate", "0"))
                .hasMessage("--rate 0: must be a number above 0 and at most 1000");
        assertThatThrownBy(() -> connect("-w", "a", "--rate", "NaN"))
                .hasMessage("--rate NaN: must be a number above 0 and at most 1000");
        assertThatThrownBy(() -> connect("-w", "a", "--connect-type", "twice"))
                .hasMessage("--connect-type twice: must be one of keep-open, once");
        assertThatThrownBy(() -> connect("-w", "a", "--width", "0"))
                .hasMessage("--width 0: must be a whole number from 1 to 1000000");
        assertThatThrownBy(() -> connect()).hasMessage("--display is needed");
        assertThatThrownBy(() -> connect("-w", "a", "--rate", "5", "--every").subscription())
                .hasMessageStartingWith("--rate 5.0: not with --every");
        assertThatThrownBy(() -> connect("-w", "a", "--camera", "../x").subscription())
                .hasMessageStartingWith("--camera ../x: must be");
    }

    @Test
    void withoutCamerasAllAreFollowed() throws Exception {
        assertThat(connect("-w", "a").subscription().all()).isTrue();
        assertThat(connect("-w", "a").settings()).isEqualTo(Optional.empty());
        Subscription some = connect("-w", "a", "--camera", "x", "--camera", "y", "--every", "--presence")
                .subscription();
        assertThat(some.all()).isFalse();
        assertThat(some.cameras()).containsExactly("x", "y");
        assertThat(some.every()).isTrue();
        assertThat(some.presence()).isTrue();
        assertThat(connect("-w", "a", "--width", "1920", "--fit", "cover")
                        .settings()
                        .get()
                        .fit())
                .contains("cover");
    }

    private static ConnectCommand connect(String... arguments) throws UsageException {
        ConnectCommand command = new ConnectCommand();
        Arguments.parse(Arguments.commandLine(command), List.of(arguments));
        return command;
    }
}
