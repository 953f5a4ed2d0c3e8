package org.geometryos.compositor.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    private static Settings of(String... pairs) {
        Map<String, Object> properties =
                new HashMap<>(Map.of("url", "mqtt://broker", "service.pid", "org.geometryos.compositor.mqtt~studio"));
        for (int i = 0; i < pairs.length; i += 2) {
            properties.put(pairs[i], pairs[i + 1]);
        }
        return Settings.of(properties, Codecs.json());
    }

    @Test
    void oneFileIsOneBroker() {
        Settings settings = of(
                "in",
                "a/+ -> {1} qos=1; b/# -> {#}",
                "out",
                "* -> out/{camera} rate=20 qos=1 retain=false",
                "events",
                "control, scene",
                "url",
                "mqtts://[::1]:9000");
        assertThat(settings.source()).isEqualTo("studio");
        assertThat(settings.in()).hasSize(2);
        assertThat(settings.access().subscriptions())
                .containsExactly(new Subscription("a/+", 1), new Subscription("b/#", 0));
        assertThat(settings.access().address()).isEqualTo(new BrokerAddress("::1", 9000, true));
        assertThat(settings.access().version()).isEqualTo(Optional.empty());
        assertThat(settings.out().get(0).period()).isEqualTo(50_000_000);
        assertThat(settings.out().get(0).topicOf("a/b")).isEqualTo("out/a/b");
        assertThat(settings.events()).containsExactlyInAnyOrder(EventKind.CONTROL, EventKind.SCENE);
    }

    @Test
    void patternsOfCamerasTakeWhatTheySay() {
        OutRule rule = OutRule.parse("out", "stage/*.x -> out/{camera}");
        assertThat(rule.takes("stage/a.x")).isTrue();
        assertThat(rule.takes("stage/a-x")).isFalse();
        assertThat(rule.takes("other/a.x")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            url          | http://broker          | mqtt://HOST:PORT
            url          | mqtt://a:70000         | mqtt://HOST:PORT
            url          | mqtt://broker/path     | mqtt://HOST:PORT
            version      | 4                      | auto, 5 or 3.1.1
            in           | a/+                    | FROM -> TO
            in           | a/+ -> {2}             | placeholders
            in           | a/+x -> b              | whole level
            in           | a -> b qos=2           | one of 0, 1
            out          | * -> all               | {camera}
            out          | * -> out/+/{camera}    | without + #
            out          | a -> b rate=0          | must lie in
            events       | all                    | control, presence, scene, removed
            keepAlive    | 500                    | [5, 50]
            password     | secret                 | with a password
            trust        | ca.pem                 | mqtts://
            source       | a b                    | 1-64
            queueBytes   | -1                     | [0,
            user         | $[env:NONE]            | placeholder
            """)
    void whatIsWrongNamesKeyAndRule(String key, String value, String rule) {
        assertThatThrownBy(() -> of(key, value))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining(key.equals("password") ? "user" : key)
                .hasMessageContaining(rule);
    }

    @Test
    void whatGoesOutMustNotComeIn() {
        assertThatThrownBy(() -> of("in", "cams/# -> {#}", "out", "* -> cams/{camera}"))
                .hasMessageContaining("must not match a topic that this configuration sends to");
        assertThatThrownBy(() -> of("in", "# -> {#}", "will", "status")).hasMessageContaining("status");
    }

    @Test
    void secretsAreNotShown() {
        assertThatThrownBy(() -> of("url", "mqtt://me:hidden@broker")).hasMessageNotContaining("hidden");
        assertThatThrownBy(() -> of("user", "me", "password", "hidden$[env:X]")).hasMessageNotContaining("hidden");
        assertThat(of("user", "me", "password", "hidden").toString()).doesNotContain("hidden");
    }
}
