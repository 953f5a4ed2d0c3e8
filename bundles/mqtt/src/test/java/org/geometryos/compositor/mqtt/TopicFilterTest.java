package org.geometryos.compositor.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.junit.jupiter.api.Test;

class TopicFilterTest {
    private static Optional<Map<String, String>> match(String filter, String topic) {
        return TopicFilter.parse("in", filter).match(topic);
    }

    @Test
    void wildcardsMatchAsTheStandardSays() {
        assertThat(match("a/+/c", "a/b/c")).contains(Map.of("1", "b"));
        assertThat(match("+/+", "/finance")).contains(Map.of("1", "", "2", "finance"));
        assertThat(match("a/#", "a/b/c")).contains(Map.of("#", "b/c"));
        assertThat(match("a/#", "a")).contains(Map.of("#", ""));
        assertThat(match("a/+", "a")).isEmpty();
        assertThat(match("a/+", "a/b/c")).isEmpty();
        assertThat(match("#", "$SYS/x")).isEmpty();
        assertThat(match("$SYS/#", "$SYS/x")).contains(Map.of("#", "x"));
    }

    @Test
    void wrongPatternsNameTheRule() {
        for (String wrong : List.of("a/b+/c", "a/#/c", "a#", "")) {
            assertThatThrownBy(() -> TopicFilter.parse("in rule 1", wrong))
                    .isInstanceOf(InvalidValueException.class)
                    .hasMessageContaining("in rule 1");
        }
    }

    @Test
    void templatesThatMayMatchAreFound() {
        assertThat(TopicFilter.parse("in", "a/+/c").mayMatch(List.of("a", "{camera}", "c")))
                .isTrue();
        assertThat(TopicFilter.parse("in", "a/x/y/c").mayMatch(List.of("a", "{camera}", "c")))
                .isTrue();
        assertThat(TopicFilter.parse("in", "a/#").mayMatch(List.of("a", "{camera}")))
                .isTrue();
        assertThat(TopicFilter.parse("in", "b/+").mayMatch(List.of("a", "{camera}")))
                .isFalse();
        assertThat(TopicFilter.parse("in", "a/+/in").mayMatch(List.of("a", "{camera}", "out")))
                .isFalse();
    }

    @Test
    void namesAreMadeOfLevels() {
        Set<String> known = Set.of("1", "#");
        assertThat(NamePattern.parse("in", "rig/{1}", known).name(Map.of("1", "jib 3")))
                .contains("rig/jib-3");
        assertThat(NamePattern.parse("in", "{#}", known).name(Map.of("#", "a/../b")))
                .contains("a/--/b");
        assertThat(NamePattern.parse("in", "{#}", known).name(Map.of("#", "a//b")))
                .contains("a/-/b");
        assertThat(NamePattern.parse("in", "{1}", known).name(Map.of("1", ""))).isEmpty();
    }
}
