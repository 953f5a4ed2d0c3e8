package org.geometryos.compositor.camera.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Names;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamePatternTest {
    private static final Set<String> KNOWN = Set.of("a", "b");

    private static Optional<String> name(String pattern, String a, String b) {
        return NamePattern.parse("camera", pattern, KNOWN).name(Map.of("a", a, "b", b));
    }

    @ParameterizedTest
    @CsvSource({"cam, cam", "{a}, one", "{a}/{b}, one/two", "x.{b}{a}-9, x.twoone-9"})
    void placeholdersAreReplaced(String pattern, String name) {
        assertThat(name(pattern, "one", "two")).contains(name);
    }

    @ParameterizedTest
    @CsvSource({"Jib #1, Jib--1", "a/b, a-b", "., -", ".., --", "ü, -", "$1\\, -1-", ".x, .x"})
    void whatDoesNotBelongIntoANameIsReplaced(String value, String name) {
        assertThat(name("{a}", value, "")).contains(name);
    }

    @Test
    void aMissingValueGivesNoName() {
        assertThat(name("{a}/{b}", "one", "")).isEmpty();
        assertThat(NamePattern.parse("camera", "{a}", KNOWN).name(Map.of())).isEmpty();
    }

    @Test
    void aLongNameIsCutOff() {
        assertThat(name("{a}", "x".repeat(100), "")).contains("x".repeat(64));
        assertThat(name("{a}/{b}", "x".repeat(63), "y")).contains("x".repeat(63));
        assertThat(name("{a}/{b}", "x".repeat(62), ".y")).contains("x".repeat(62));
        assertThat(name("{a}/{b}", "x".repeat(61), "..y")).contains("x".repeat(61));
        assertThat(name("{a}/{b}", "x".repeat(60), "...y")).contains("x".repeat(60) + "/...");
    }

    @Property
    void anyValueGivesAValidName(
            @ForAll @StringLength(min = 1, max = 80) String a, @ForAll @StringLength(min = 1, max = 80) String b) {
        assertThat(name("{a}/{b}", a, b).orElseThrow()).matches(Names::valid);
        assertThat(name("x/{b}.{a}", a, b).orElseThrow()).matches(Names::valid);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{c}", "{}", "{a", "a b", "/{a}", "{a}/", "{a}//{b}", "../{a}", ""})
    void aPatternThatGivesNoNameIsRefused(String pattern) {
        assertThatThrownBy(() -> NamePattern.parse("camera", pattern, KNOWN))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageStartingWith("camera must ");
    }
}
