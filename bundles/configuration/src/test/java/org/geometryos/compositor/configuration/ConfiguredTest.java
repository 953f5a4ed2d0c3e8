package org.geometryos.compositor.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

class ConfiguredTest {
    private static final String PID = "org.geometryos.compositor.test";

    @TempDir
    Path data;

    private final List<Supplier<Map<String, Object>>> health = new ArrayList<>();

    /**
     * The build writes the description of it that {@link Description} reads; here it stands among the resources of the
     * tests.
     */
    @ObjectClassDefinition
    @interface TestConfig {
        @AttributeDefinition(min = "10", max = "1000")
        int leaseMillis() default 100;

        long maxAge() default 0;

        double speed() default 1;

        boolean enabled() default true;

        @AttributeDefinition(options = {@Option("left"), @Option("right")})
        String side() default "left";

        String[] names() default {};

        @AttributeDefinition(type = AttributeType.PASSWORD)
        String password() default "";

        String grid_color() default "";
    }

    private record Made(
            int lease, long maxAge, double speed, boolean enabled, String side, List<String> names, String color) {
        static Made of(TestConfig config) {
            if (config.maxAge() > 0 && config.maxAge() < config.leaseMillis()) {
                throw new IllegalArgumentException("maxAge must be more than leaseMillis, not " + config.maxAge());
            }
            return new Made(
                    config.leaseMillis(),
                    config.maxAge(),
                    config.speed(),
                    config.enabled(),
                    config.side(),
                    List.of(config.names()),
                    config.grid_color());
        }
    }

    private static final Made DEFAULTS = new Made(100, 0, 1, true, "left", List.of(), "");

    private BundleContext context() {
        return (BundleContext) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {BundleContext.class}, (self, method, arguments) -> {
                    switch (method.getName()) {
                        case "getProperty":
                            return arguments[0].equals("compositor.data") ? data.toString() : null;
                        case "registerService":
                            health.add(supplier(arguments[1]));
                            return Proxy.newProxyInstance(
                                    getClass().getClassLoader(),
                                    new Class<?>[] {ServiceRegistration.class},
                                    (it, call, values) -> null);
                        default:
                            return null;
                    }
                });
    }

    @SuppressWarnings("unchecked")
    private static Supplier<Map<String, Object>> supplier(Object service) {
        return (Supplier<Map<String, Object>>) service;
    }

    private Configured<Made> configured() {
        return Configured.of(context(), PID, TestConfig.class, Made::of);
    }

    private List<String> problems() {
        return ((List<?>) health.get(health.size() - 1).get().get("problems"))
                .stream()
                        .map(each -> String.valueOf(((Map<?, ?>) each).get("text")))
                        .toList();
    }

    private static Map<String, Object> map(Object... pairs) {
        Map<String, Object> map = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }

    @Test
    void whatIsGivenCountsAsTextOrWithItsType() {
        assertThat(configured().start(map())).isEqualTo(DEFAULTS);
        Made all = new Made(20, 60, 0.5, false, "right", List.of("a", "b"), "#fff");
        assertThat(configured()
                        .start(map(
                                "leaseMillis",
                                "20",
                                "maxAge",
                                " 60 ",
                                "speed",
                                "0.5",
                                "enabled",
                                "FALSE",
                                "side",
                                "right",
                                "names",
                                new String[] {"a", "b"},
                                "grid.color",
                                "#fff")))
                .isEqualTo(all);
        assertThat(configured()
                        .start(map(
                                "leaseMillis",
                                20,
                                "maxAge",
                                60,
                                "speed",
                                0.5f,
                                "enabled",
                                false,
                                "side",
                                "right",
                                "names",
                                List.of("a", "b"),
                                "grid.color",
                                "#fff")))
                .isEqualTo(all);
        assertThat(problems()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "leaseMillis|abc|leaseMillis must be a whole number from 10 to 1000, not \"abc\"",
                "leaseMillis|9|leaseMillis must be a whole number from 10 to 1000, not \"9\"",
                "leaseMillis|1001|leaseMillis must be a whole number from 10 to 1000, not \"1001\"",
                "leaseMillis|12.5|leaseMillis must be a whole number from 10 to 1000, not \"12.5\"",
                "leaseMillis|''|leaseMillis must be a whole number from 10 to 1000, not \"\"",
                "maxAge|9999999999999999999|maxAge must be a whole number, not \"9999999999999999999\"",
                "speed|fast|speed must be a number, not \"fast\"",
                "speed|NaN|speed must be a number, not \"NaN\"",
                "enabled|yes|enabled must be true or false, not \"yes\"",
                "side|up|side must be one of left, right, not \"up\"",
                "maxAge|5|maxAge must be more than leaseMillis, not 5"
            })
    void whatBreaksARuleIsRefusedWithKeyValueAndRule(String key, String value, String line) {
        Configured<Made> configured = configured();
        configured.start(map("leaseMillis", "50"));
        assertThat(configured.change(map(key, value, "felix.fileinstall.filename", "file:/conf/" + PID + ".cfg")))
                .isEmpty();
        assertThat(problems())
                .containsExactly(
                        PID + " (/conf/" + PID + ".cfg): " + line + "; the previous configuration stays in force");
        assertThat(configured.change(map("leaseMillis", "60")).map(Made::lease)).contains(60);
        assertThat(problems()).isEmpty();
    }

    @Test
    void whatWasRefusedIsRefusedAgainAfterARestart() {
        Configured<Made> first = configured();
        first.start(map("leaseMillis", "50", "names", List.of("a", "b")));
        first.change(map("leaseMillis", "abc"));
        Configured<Made> second = configured();
        assertThat(second.start(map("leaseMillis", "abc")))
                .isEqualTo(new Made(50, 0, 1, true, "left", List.of("a", "b"), ""));
        assertThat(problems())
                .singleElement()
                .asString()
                .contains("leaseMillis must be a whole number", "the previous configuration stays in force");
        // without a file the defaults are what is meant, and the next slip falls back to them
        assertThat(configured().start(map())).isEqualTo(DEFAULTS);
        assertThat(configured().start(map("leaseMillis", "abc"))).isEqualTo(DEFAULTS);
    }

    @Test
    void whereNothingWasGoodBeforeTheDefaultsAreInForceAndItIsSaid() {
        assertThat(configured().start(map("leaseMillis", "7"))).isEqualTo(DEFAULTS);
        assertThat(problems())
                .singleElement()
                .asString()
                .contains("not \"7\"; the defaults are in force, because there is no previous configuration");
    }

    @Test
    void aKeyThatIsNotKnownIsSaidWithTheOneThatMayBeMeant() {
        assertThat(configured()
                        .start(map(
                                "leaseMilis",
                                "20",
                                "SPEED",
                                "2",
                                "whatever",
                                "x",
                                "service.pid",
                                PID,
                                ".private",
                                1,
                                "component.name",
                                "x",
                                "codec.target",
                                "(a=b)")))
                .isEqualTo(DEFAULTS);
        assertThat(problems())
                .containsExactlyInAnyOrder(
                        PID + ": leaseMilis is not known and is ignored; leaseMillis is",
                        PID + ": SPEED is not known and is ignored; speed is",
                        PID + ": whatever is not known and is ignored");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "service.pid",
                "component.name",
                ".private",
                "felix.fileinstall.filename",
                "org.apache.karaf.features.configKey",
                ":configurator:feature-service"
            })
    void whatTheContainerAddsIsNoKeyOfAnybody(String key) {
        assertThat(configured().start(map(key, "x"))).isEqualTo(DEFAULTS);
        assertThat(problems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uFEFF", "\u00EF\u00BB\u00BF"})
    void aKeyBehindAByteOrderMarkCountsAndIsSaid(String mark) {
        assertThat(configured().start(map(mark + "leaseMillis", "20")).lease()).isEqualTo(20);
        assertThat(problems()).singleElement().asString().contains("leaseMillis follows a byte order mark");
    }

    @Test
    void noSecretIsShown() {
        Configured<Made> configured = configured();
        assertThat(configured.change(map("password", new String[] {"sesame", "open"})))
                .isEmpty();
        assertThat(problems())
                .containsExactly(
                        PID + ": password must be one value, not 2; the previous configuration stays in force");
        assertThatThrownBy(() -> Description.of(TestConfig.class).convert(Map.of("leaseMillis", "sesame"), key -> true))
                .hasMessage("leaseMillis must be a whole number from 10 to 1000, not what it is");
    }

    @Test
    void aKeyThatMovedIsIgnoredAndSaidWithItsNewPlace() {
        Configured<Made> configured = configured().moved(PID + ".other", "headerSeconds", "handshakes");
        assertThat(configured
                        .start(map("headerSeconds", "3", "leaseMillis", "50"))
                        .lease())
                .isEqualTo(50);
        assertThat(problems())
                .containsExactly(PID + ": headerSeconds is a key of " + PID + ".other now, and is ignored here");
        assertThat(configured.change(map("leaseMillis", "50"))).isPresent();
        assertThat(problems()).isEmpty();
    }

    private static Map<String, Object> ofOne(Map<String, Object> values) {
        if ("abc".equals(values.get("leaseMillis"))) {
            throw new IllegalArgumentException("leaseMillis must be a number, not \"abc\"");
        }
        return values;
    }

    private Configured<Map<String, Object>> one(String pid) {
        return Configured.ofOne(context(), pid, TestConfig.class, ConfiguredTest::ofOne);
    }

    @Test
    void oneOfSeveralHasThePreviousConfigurationAfterARestartOrNone() {
        String pid = PID + "~a/b*";
        Configured<Map<String, Object>> first = one(pid);
        assertThat(first.begin(map("service.pid", pid, "leaseMillis", "abc"))).isEmpty();
        assertThat(first.refusal()).isEqualTo("leaseMillis must be a number, not \"abc\"");
        assertThat(problems())
                .containsExactly(pid + ": leaseMillis must be a number, not \"abc\"; nothing is in force, because "
                        + "there is no previous configuration");
        assertThat(first.change(map("leaseMillis", "abc"))).isEmpty();
        assertThat(problems()).singleElement().asString().contains("nothing is in force");
        assertThat(first.change(map("service.pid", pid, "names", "a, b", "whatever", "x")))
                .contains(map("service.pid", pid, "names", "a, b"));
        assertThat(first.refusal()).isEmpty();

        Configured<Map<String, Object>> second = one(pid);
        assertThat(second.begin(map("service.pid", pid, "leaseMillis", "abc")))
                .contains(map("service.pid", pid, "names", List.of("a, b")));
        assertThat(second.change(map("leaseMillis", "abc"))).isEmpty();
        assertThat(problems()).singleElement().asString().endsWith("the previous configuration stays in force");
        assertThat(one(PID + "~other").begin(map("leaseMillis", "abc"))).isEmpty();
    }

    @Test
    void oneThatWasDeletedHasNoPreviousConfiguration() {
        Configured<Map<String, Object>> first = one(PID + "~a");
        first.begin(map("names", "a"));
        first.close(false);
        Configured<Map<String, Object>> second = one(PID + "~a");
        assertThat(second.begin(map("leaseMillis", "abc"))).isPresent();
        second.close(true);
        assertThat(one(PID + "~a").begin(map("leaseMillis", "abc"))).isEmpty();
    }

    @Test
    void secretsOfOneAreNotKept() throws IOException {
        one(PID + "~a").begin(map("names", "a", "password", "sesame"));
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(file).content().contains("names").doesNotContain("sesame");
            }
        }
        assertThat(one(PID + "~a").begin(map("leaseMillis", "abc", "password", "another")))
                .contains(map("names", List.of("a"), "password", "another"));
    }

    @Test
    void whatElseIsWrongIsSaidWithAnyConfiguration() {
        Configured<Map<String, Object>> one = one(PID + "~a").also("there are too many");
        one.begin(map("names", "a"));
        assertThat(problems()).containsExactly(PID + "~a: there are too many");
        one.change(map("leaseMillis", "abc"));
        assertThat(problems()).hasSize(2).contains(PID + "~a: there are too many");
    }

    @Test
    void whoChecksByItselfSaysTheSameOfEachConfiguration() {
        Problems problems = new Problems(context(), PID, TestConfig.class);
        Map<String, Object> slip =
                map("leaseMilis", "50", "felix.fileinstall.filename", "file:/conf/" + PID + "~a.cfg");
        List<String> wrong = new ArrayList<>(problems.oddities(PID + "~a", slip));
        wrong.addAll(problems.oddities(PID + "~b", map("side", "left")));
        wrong.add(Problems.line(PID + "~b", map(), "side is wrong"));
        problems.now(wrong);
        assertThat(problems())
                .containsExactly(
                        PID + "~a (/conf/" + PID + "~a.cfg): leaseMilis is not known and is ignored; leaseMillis is",
                        PID + "~b: side is wrong");
        problems.now(problems.oddities(PID + "~a", slip));
        assertThat(problems()).singleElement().asString().contains("leaseMilis");
        problems.now(List.of());
        assertThat(problems()).isEmpty();
    }

    @Test
    void aSecretThatStandsInThePlaceOfAKeyIsNotSaid() {
        Problems problems = new Problems(null, PID, TestConfig.class);
        assertThat(problems.oddities(PID, map("cb_abcdefgh_0123456789", "")))
                .singleElement()
                .asString()
                .doesNotContain("0123")
                .contains("a key of 22 characters is not known");
        assertThat(problems.oddities(PID, map("pasword", "x")))
                .singleElement()
                .asString()
                .endsWith("pasword is not known and is ignored; password is");
    }
}
