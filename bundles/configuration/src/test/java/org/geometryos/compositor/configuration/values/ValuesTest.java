package org.geometryos.compositor.configuration.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.junit.jupiter.api.Test;

class ValuesTest {
    private static Values of(Object value) {
        return new Values(Map.of("key", value));
    }

    private static void refused(ThrowingCallable reading, String message) {
        assertThatThrownBy(reading).isInstanceOf(InvalidValueException.class).hasMessage(message);
    }

    @Test
    void whatIsMissingOrBlankHasItsDefault() {
        for (Values values : List.of(new Values(Map.of()), of("  "))) {
            assertThat(values.text("key")).isEmpty();
            assertThat(values.list("key", 1)).isEmpty();
            assertThat(values.integer("key", 3, 5, 9)).isEqualTo(3);
            assertThat(values.decimal("key", 0.5, 1, 2)).isEqualTo(0.5);
            assertThat(values.flag("key", true)).isTrue();
            assertThat(values.numbers("key", 1, 2)).containsExactly(1, 2);
        }
    }

    @Test
    void valuesAreTypedOrText() {
        assertThat(of(7).integer("key", 0, 0, 9)).isEqualTo(7);
        assertThat(of(" 7 ").integer("key", 0, 0, 9)).isEqualTo(7);
        assertThat(of(1.5).decimal("key", 0, 0, 9)).isEqualTo(1.5);
        assertThat(of(false).flag("key", true)).isFalse();
        assertThat(of("false").flag("key", true)).isFalse();
    }

    @Test
    void severalValuesAreOneText() {
        assertThat(of(List.of("a", "b")).text("key")).contains("a,b");
        assertThat(of(new String[] {"a", "b"}).text("key", ";")).contains("a;b");
        assertThat(of(new double[] {1, 2.5}).numbers("key", 0, 0)).containsExactly(1, 2.5);
        assertThat(of("a, ,b").list("key", 2)).containsExactly("a", "b");
    }

    @Test
    void whatIsWrongNamesKeyValueAndRule() {
        refused(() -> of("1.5").integer("key", 0, 0, 9), "key must be an integer in [0, 9], not \"1.5\"");
        refused(() -> of("10").integer("key", 0, 0, 9), "key must be an integer in [0, 9], not \"10\"");
        refused(() -> of("x").decimal("key", 0, 0, 9), "key must be a finite number, not \"x\"");
        refused(() -> of("NaN").decimal("key", 0, 0, 9), "key must be a finite number, not \"NaN\"");
        refused(() -> of(-1).decimal("key", 0, 0, 9), "key must lie in [0.0, 9.0], not \"-1\"");
        refused(() -> of("yes").flag("key", true), "key must be true or false, not \"yes\"");
        refused(() -> of("1").numbers("key", 0, 0), "key must be 2 numbers, separated by commas, not \"1\"");
        refused(() -> of("1,2e9").numbers("key", 0, 0), "key must be numbers in [-1e9, 1e9], not \"1,2e9\"");
        refused(() -> of("a,b,c").list("key", 2), "key must have at most 2, not \"3 entries\"");
        refused(
                () -> of("$[env:NONE]").text("key"),
                "key must not contain an unresolved placeholder $[...] or a NUL character, not \"$[env:NONE]\"");
    }
}
