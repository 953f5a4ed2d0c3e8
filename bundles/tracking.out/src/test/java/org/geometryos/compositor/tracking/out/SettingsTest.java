package org.geometryos.compositor.tracking.out;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.geometryos.compositor.tracking.out.Fixtures.freeD;
import static org.geometryos.compositor.tracking.out.Fixtures.openTrackIo;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

    @Test
    void littleIsNeeded() {
        Settings settings = freeD("port", "");
        assertThat(settings.name()).isEqualTo("led");
        assertThat(settings.target().port()).isEqualTo(40_000);
        assertThat(settings.rate()).isEmpty();
        assertThat(((Settings.OpenTrackIo) openTrackIo().format()).id()).startsWith("urn:uuid:");
        assertThat(openTrackIo().format())
                .as("it stays the same")
                .isEqualTo(openTrackIo().format());
    }

    @Test
    void ratesAreFractions() {
        assertThat(Rate.parse("rate", "59.94")).isEqualTo(new Rate(60_000, 1001));
        assertThat(Rate.parse("rate", "24000/1001").hertz()).isCloseTo(23.976, within(0.001));
        assertThat(new Rate(50, 1).nanos(3)).isEqualTo(60_000_000);
        assertThat(freeD("rate", "0").rate()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "camera | | camera",
                "camera | a//b | camera",
                "address | | address",
                "address | engine.example | address",
                "address | 0.0.0.0 | address",
                "address | 255.255.255.255 | address",
                "interface | eth0 | interface",
                "port | 70000 | port",
                "rate | 241 | rate",
                "rate | 0.5 | rate",
                "rate | 1/0 | rate",
                "lag | -1 | lag",
                "lag | 2000 | lag",
                "id | 256 | id",
                "zoom | 0=60 10=20 20=40 | zoom",
                "zoom | 1: 0=60 10=20 | zoom",
                "zoom | 0=60 10=60 | zoom",
                "focus | 0=-1 | focus",
                "focus | 1 | focus",
                "sensor | 36 | sensor",
                "axes | x,y | axes",
                "offsetPosition | 1,2 | offsetPosition"
            })
    void wrongValuesAreRefusedByName(String key, String value, String named) {
        assertThatThrownBy(() -> freeD(key, value == null ? "" : value)).hasMessageContaining(named);
    }

    @ParameterizedTest
    @CsvSource({
        "encoding, xml",
        "sourceNumber, 0",
        "sourceNumber, 201",
        "sourceId, me",
        "timecode, free",
        "timecodeRate, 0",
        "utcOffset, x"
    })
    void wrongValuesOfOpenTrackIoAreRefusedByName(String key, String value) {
        assertThatThrownBy(() -> openTrackIo(key, value)).hasMessageContaining(key);
    }
}
