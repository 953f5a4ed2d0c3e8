package org.geometryos.compositor.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationCheckTest {
    private static final String RESOURCE =
            "/OSGI-INF/metatype/org.geometryos.compositor.configuration.ConfiguredTest$TestConfig.xml";

    private final ConfigurationCheck check = check();

    private static ConfigurationCheck check() {
        InputStream in = ConfigurationCheckTest.class.getResourceAsStream(RESOURCE);
        return ConfigurationCheck.of(in, RESOURCE);
    }

    @Test
    void valuesGetTheirTypes() {
        assertThat(check.check(Map.of("leaseMillis", 20L, "speed", 2L, "enabled", "true", "names", List.of("a", "b"))))
                .isEqualTo(Map.of("leaseMillis", 20, "speed", 2.0, "enabled", true, "names", List.of("a", "b")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "leaseMillis|9|leaseMillis must be a whole number from 10 to 1000, not \"9\"",
                "leaseMillis|1.5|leaseMillis must be a whole number from 10 to 1000, not \"1.5\"",
                "enabled|1|enabled must be true or false, not \"1\"",
                "side|up|side must be one of left, right, not \"up\"",
                "leaseMilis|20|leaseMilis is not known; leaseMillis is",
            })
    void whatBreaksARuleIsNamed(String key, String value, String message) {
        assertThatThrownBy(() -> check.check(Map.of(key, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void whatAFormLeavesEmptyIsNotSet() {
        String document = "<MetaData><OCD id=\"x\"><AD id=\"width\" type=\"Integer\" required=\"false\"/>"
                + "<AD id=\"fit\" type=\"String\" required=\"false\"><Option label=\"as it is\" value=\"\"/>"
                + "<Option label=\"cover\" value=\"cover\"/></AD>"
                + "<AD id=\"rate\" type=\"Integer\" default=\"1\" required=\"false\"/></OCD></MetaData>";
        ConfigurationCheck form =
                ConfigurationCheck.of(new ByteArrayInputStream(document.getBytes(StandardCharsets.UTF_8)), "a.xml");
        assertThat(form.check(Map.of("width", "", "fit", " "))).isEmpty();
        assertThat(form.check(Map.of("width", "5", "fit", "cover"))).isEqualTo(Map.of("width", 5, "fit", "cover"));
        assertThatThrownBy(() -> form.check(Map.of("fit", "wide")))
                .hasMessage("fit must be one of cover, not \"wide\"");
        assertThatThrownBy(() -> form.check(Map.of("rate", ""))).hasMessageContaining("rate must be a whole number");
    }

    @Test
    void whatIsNoDescriptionIsRefused() {
        assertThatThrownBy(() -> ConfigurationCheck.of(
                        new ByteArrayInputStream("<a>".getBytes(StandardCharsets.UTF_8)), "a.xml"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a.xml");
    }
}
