package org.geometryos.compositor.osc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPatternTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "/a/b /a/b true",
                "/a/b /a/c false",
                "/a/* /a/bcd true",
                "/a/* /a/b/c false",
                "/*/c /ab/c true",
                "/a?c /abc true",
                "/a?c /a/c false",
                "/a?c /ac false",
                "/a*z/b /az/b true",
                "/[a-c]x /bx true",
                "/[a-c]x /dx false",
                "/[!a-c]x /dx true",
                "/[!a-c]x /bx false",
                "/[abc-]x /-x true",
                "/{one,two}/x /two/x true",
                "/{one,two}/x /three/x false",
                "/{one,}x /x true",
                "/stage-{1,2}* /stage-12 true",
                "/*a*b*c /xxaxxbxxc true",
                "/*a*b*c /xxaxxbxx false"
            })
    void patternsMatchAsTheSpecificationSays(String pattern, String address, boolean matches) throws OscException {
        assertThat(AddressPattern.parse(pattern).matches(address)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/[a", "/{a", "/a]", "/a}"})
    void whatDoesNotEndIsRefused(String pattern) {
        assertThatThrownBy(() -> AddressPattern.parse(pattern)).isInstanceOf(OscException.class);
    }

    @Test
    void manyStarsTakeNoLongTime() throws OscException {
        AddressPattern pattern = AddressPattern.parse("/" + "*a".repeat(120));
        assertThat(pattern.matches("/" + "a".repeat(200) + "b")).isFalse();
    }
}
