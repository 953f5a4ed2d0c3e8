package org.geometryos.compositor.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstanceNameTest {
    private static final String FACTORY = "org.example.display";
    private static final String UUID = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed";

    @ParameterizedTest
    @CsvSource({
        "org.example.display~left, left",
        "org.example.display~wall-left, wall-left",
        "org.example.display~wall~left, wall-left",
        "org.example.display." + UUID + ", ''",
        "org.example.display, ''",
        "org.example.other, ''"
    })
    void thePidHasIt(String pid, String name) {
        assertThat(InstanceName.of(FACTORY, Map.of("service.pid", pid))).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({
        "file:/opt/karaf/etc/org.example.display-left.cfg, left",
        "file:/opt/karaf/etc/org.example.display-wall-left.cfg, wall-left",
        "file:/opt/karaf/etc/org.example.display~left.config, left",
        "file:/C:\\karaf\\etc\\org.example.display-left.cfg.json, left",
        "org.example.display-left.cfg, left",
        "file:/opt/karaf/etc/other.cfg, ''"
    })
    void theFileHasItWhereThePidIsAUuid(String file, String name) {
        assertThat(InstanceName.of(
                        FACTORY, Map.of("service.pid", FACTORY + "." + UUID, "felix.fileinstall.filename", file)))
                .isEqualTo(name);
    }

    @Test
    void thePidComesFirst() {
        assertThat(InstanceName.of(
                        FACTORY,
                        Map.of(
                                "service.pid",
                                FACTORY + "~left",
                                "felix.fileinstall.filename",
                                "file:/etc/org.example.display-right.cfg")))
                .isEqualTo("left");
    }

    @Test
    void whatTheHostMadeUpIsTheLastResort() {
        assertThat(InstanceName.orMadeUp(FACTORY, FACTORY + "." + UUID, Map.of()))
                .isEqualTo(UUID);
        assertThat(InstanceName.orMadeUp(FACTORY, FACTORY + "~left", Map.of())).isEqualTo("left");
    }

    @Test
    void withoutAPidThereIsNone() {
        assertThat(InstanceName.of(FACTORY, Map.of())).isEmpty();
    }

    @Test
    void aPlainNameIsThereForAnyConfiguration() {
        assertThat(InstanceName.plain(FACTORY, Map.of())).isEqualTo("display");
        assertThat(InstanceName.plain(FACTORY, Map.of("service.pid", FACTORY + "~wall left/1")))
                .isEqualTo("wall-left-1");
        assertThat(InstanceName.plain(FACTORY, Map.of("service.pid", FACTORY + "~" + "a".repeat(100))))
                .isEqualTo("a".repeat(64));
    }
}
