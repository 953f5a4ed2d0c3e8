package org.geometryos.compositor.camera.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.geometryos.compositor.camera.tracking.Fixtures.freeD;
import static org.geometryos.compositor.camera.tracking.Fixtures.openTrackIo;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Size;
import org.geometryos.compositor.tracking.Axes;
import org.geometryos.compositor.tracking.Calibration;
import org.geometryos.compositor.tracking.Triple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

    @Test
    void defaultsAreThoseThatTheMetatypeShows() throws Exception {
        for (Class<?> shown : new Class<?>[] {OpenTrackIoConfig.class, FreeDConfig.class}) {
            Settings<?> settings = shown == FreeDConfig.class ? freeD() : openTrackIo();
            assertThat(settings.listen().port()).isEqualTo(shown(shown, "port"));
            assertThat(settings.camera().text()).isEqualTo(shown(shown, "camera"));
            assertThat(settings.priority()).isEqualTo(shown(shown, "priority"));
            assertThat(settings.staleNanos()).isEqualTo((int) shown(shown, "staleAfter") * 1_000_000L);
            assertThat(settings.yfov()).isEqualTo(Math.toRadians((double) shown(shown, "fieldOfView")));
            assertThat(settings.near()).isEqualTo(shown(shown, "near"));
            assertThat(settings.far()).isEqualTo(OptionalDouble.empty());
            assertThat(settings.placement())
                    .isEqualTo(freeD(
                                    "axes",
                                    shown(shown, "axes"),
                                    "angles",
                                    shown(shown, "angles"),
                                    "offsetPosition",
                                    shown(shown, "offsetPosition"),
                                    "offsetRotation",
                                    shown(shown, "offsetRotation"))
                            .placement());
        }
        OpenTrackIoOptions options = openTrackIo().options();
        assertThat(options.utcOffset()).isEqualTo(shown(OpenTrackIoConfig.class, "utcOffset"));
        assertThat(options.sampleTime()).isEqualTo(shown(OpenTrackIoConfig.class, "sampleTime"));
        assertThat(options.entrancePupil()).isEqualTo(shown(OpenTrackIoConfig.class, "entrancePupil"));
    }

    private static Object shown(Class<?> config, String key) throws Exception {
        return config.getDeclaredMethod(key).getDefaultValue();
    }

    @Test
    void nothingIsReceivedBeyondThisMachineUnlessConfigured() {
        assertThat(freeD().listen()).hasToString("udp 127.0.0.1 port 40000");
        assertThat(openTrackIo().listen()).hasToString("udp 127.0.0.1 port 55555");
        assertThat(openTrackIo().listen().open()).isFalse();
        assertThat(openTrackIo("bind", "0.0.0.0").listen().open()).isTrue();
    }

    @Test
    void withAGroupItsDatagramsAreTakenAlone() {
        Listen listen = openTrackIo("group", "239.135.1.7", "interface", "eth0", "port", 5000)
                .listen();
        assertThat(listen).hasToString("udp 239.135.1.7 port 5000 on eth0");
        assertThat(listen.open()).isTrue();
        assertThat(openTrackIo("group", "239.135.1.7", "bind", "0.0.0.0").listen())
                .hasToString("udp 0.0.0.0 port 55555 group 239.135.1.7");
    }

    @Test
    void stringsOfACfgFileAndTypedValuesAreRead() {
        Settings<OpenTrackIoOptions> strings = openTrackIo(
                "port",
                "6000",
                "priority",
                " 5 ",
                "near",
                "0.2",
                "far",
                "100",
                "staleAfter",
                "250",
                "delay",
                "41.7",
                "sampleTime",
                "false",
                "utcOffset",
                "-1",
                "offsetPosition",
                "1, 2, 3",
                "source",
                "wall");
        assertThat(openTrackIo(
                        "port",
                        6000,
                        "priority",
                        5,
                        "near",
                        0.2,
                        "far",
                        100.0,
                        "staleAfter",
                        250,
                        "delay",
                        41.7,
                        "sampleTime",
                        false,
                        "utcOffset",
                        -1,
                        "offsetPosition",
                        new double[] {1, 2, 3},
                        "source",
                        "wall"))
                .isEqualTo(strings);
        assertThat(strings.source()).isEqualTo("wall");
        assertThat(strings.far()).isEqualTo(OptionalDouble.of(100));
        assertThat(strings.options()).isEqualTo(new OpenTrackIoOptions(-1, false, true));
    }

    @ParameterizedTest
    @CsvSource({
        "x~jib, jib",
        "x~a b/ü, a-b--",
        "org.geometryos.compositor.camera.tracking.freed.1234-5678, freed",
        "'', freed"
    })
    void aReceiverIsNamedAfterItsConfiguration(String pid, String name) {
        assertThat(Settings.receiver(Map.of("service.pid", pid), FreeDOptions.FORMAT))
                .isEqualTo(name);
        assertThat(Settings.of(Map.of("service.pid", pid), FreeDOptions.FORMAT).source())
                .isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "port|0",
                "port|65536",
                "port|x",
                "bind|example.org",
                "bind|256.0.0.1",
                "bind|1.2.3",
                "group|127.0.0.1",
                "interface|eth0",
                "camera|a b",
                "camera|{subject}",
                "source|a b",
                "priority|high",
                "delay|-1001",
                "delay|10000.1",
                "delay|soon",
                "staleAfter|1",
                "staleAfter|99",
                "staleAfter|-1",
                "staleAfter|3600001",
                "offsetPosition|1,2",
                "offsetPosition|1,2,NaN",
                "offsetRotation|1,2,x",
                "offsetPosition|1,2,1e10",
                "axes|x,y",
                "axes|x,x,z",
                "axes|x,y,+z",
                "angles|x,y,z",
                "fieldOfView|0",
                "fieldOfView|180",
                "near|0",
                "far|-1",
                "far|0.05",
                "near|$[env:NEAR]",
                "sensor|36",
                "sensor|0x1",
                "sensor|36x2000",
                "zoom|1",
                "zoom|1:",
                "zoom|1: 0",
                "zoom|1: 0=0",
                "zoom|1: 0=180",
                "zoom|1: -1=60",
                "zoom|1: 16777216=60",
                "zoom|256: 0=60",
                "zoom|x: 0=60",
                "zoom|1: 0=60; 1: 0=50",
                "zoom|1: 0=60 0=50",
                "zoom|1: 0=60:1=50"
            })
    void aWrongValueIsRefusedWithKeyAndRule(String key, String value) {
        assertThatThrownBy(() -> freeD(key, value))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageStartingWith(key + " ");
    }

    @Test
    void aDeviceThatSendsOnlyOnChangeIsNeverStale() {
        assertThat(freeD("staleAfter", 0).staleNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void onlyWhatViewsAreMadeOfMakesThemJump() {
        assertThat(freeD("staleAfter", 0, "priority", 5, "camera", "other").sameViews(freeD()))
                .isTrue();
        assertThat(freeD("offsetPosition", "1,2,3").sameViews(freeD())).isFalse();
        assertThat(freeD("fieldOfView", 30).sameViews(freeD())).isFalse();
        assertThat(freeD("zoom", "1: 0=60").sameViews(freeD())).isFalse();
    }

    @Test
    void aTableInMillimetresNeedsTheSensor() {
        assertThatThrownBy(() -> freeD("zoom", "1: 0=10mm"))
                .hasMessage("sensor is required for a zoom table in mm, not \"\"");
        assertThatThrownBy(() -> freeD("zoom", "1: 0=10mm 1=60", "sensor", "36x24"))
                .hasMessageStartingWith("zoom must not mix degrees and mm");
        assertThat(freeD("zoom", "1: 0=10mm", "sensor", "36 x 24").options().sensor())
                .contains(new Size(36, 24));
    }

    @Test
    void aGroupIsReceivedAtItsOwnAddressOrAtAll() {
        assertThatThrownBy(() -> openTrackIo("group", "239.135.1.1", "bind", "127.0.0.1"))
                .hasMessage("bind must be empty, the group, or 0.0.0.0 (:: for IPv6) when there is a group, not "
                        + "\"127.0.0.1\"");
        assertThatThrownBy(() -> openTrackIo("group", "ff02::1", "bind", "0.0.0.0"))
                .hasMessageStartingWith("bind must be empty");
        assertThatThrownBy(() -> openTrackIo("utcOffset", "1.5"))
                .hasMessage("utcOffset must be an integer in [-86400, 86400], not \"1.5\"");
        assertThatThrownBy(() -> openTrackIo("sampleTime", "yes"))
                .hasMessage("sampleTime must be true or false, not \"yes\"");
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 60", "1, 8192, 40", "1, 16384, 20", "1, 16777215, 20", "7, 0, 90", "7, 5, 90"})
    void aTableIsLinearBetweenReadingsAndStaysBeyondItsEnds(int device, int reading, double value) {
        Calibration calibration = Calibration.parse("zoom", "1: 0=60 16384=20; *: 3=90;");
        assertThat(calibration.of(device).orElseThrow().at(reading)).isEqualTo(value);
    }

    @Test
    void aTableIsBounded() {
        StringBuilder table = new StringBuilder("1:");
        for (int i = 0; i <= Calibration.MAX_READINGS; i++) {
            table.append(' ').append(i).append("=60");
        }
        assertThatThrownBy(() -> Calibration.parse("zoom", table.toString()))
                .hasMessageStartingWith("zoom must have at most 1000 readings in a table");
        assertThat(Calibration.parse("zoom", "1: 0=60").of(2)).isEmpty();
    }

    @Test
    void axesAreAnOrderWithSigns() {
        Axes axes = Axes.parse("axes", " -Y, z ,x", List.of("x", "y", "z"));
        assertThat(axes.apply(new Triple(1, 2, 3))).isEqualTo(new Triple(-2, 3, 1));
        assertThat(axes.order(new Triple(1, 2, 3))).isEqualTo(new Triple(2, 3, 1));
    }
}
