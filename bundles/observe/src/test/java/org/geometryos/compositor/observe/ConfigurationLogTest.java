package org.geometryos.compositor.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

class ConfigurationLogTest {
    private ConfigurationLog log;

    @BeforeEach
    void start() throws Exception {
        Configuration before = proxy(
                Configuration.class,
                Map.of(
                        "getPid",
                        "acme.camera",
                        "getProperties",
                        dictionary(Map.of("rate", 5, "password", "open sesame"))));
        log = new ConfigurationLog(
                proxy(ConfigurationAdmin.class, Map.of("listConfigurations", (Object) new Configuration[] {before})));
    }

    private static <T> T proxy(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> answers.get(method.getName())));
    }

    private static Dictionary<String, Object> dictionary(Map<String, Object> values) {
        return new Hashtable<>(values);
    }

    private String change(String pid, Map<String, Object> values) {
        return log.change(pid, ConfigurationLog.numbers(dictionary(values)));
    }

    @Test
    void changeNamesTheKeysAndNoValue() {
        assertThat(change("acme.camera", Map.of("rate", 5, "password", "swordfish", "name", "b")))
                .isEqualTo("set name; changed password");
        assertThat(change("acme.camera", Map.of("rate", 6))).isEqualTo("changed rate; removed name, password");
        assertThat(change("acme.new", Map.of("a", new String[] {"x"}))).isEqualTo("set a");
        assertThat(change("acme.new", Map.of("a", new String[] {"y"}))).isEqualTo("changed a");
        assertThat(change("acme.empty", Map.of())).isEqualTo("made, with no key");
    }

    @Test
    void whatIsWrittenAgainIsNoChange() {
        assertThat(change("acme.camera", Map.of("rate", 5, "password", "open sesame")))
                .isEmpty();
        assertThat(change(
                        "acme.camera",
                        Map.of("rate", 5, "password", "open sesame", "service.pid", "acme.camera", ".seen", 7)))
                .isEmpty();
    }

    @Test
    void configurationThatNobodyReadsIsNamedWithTheNameThatItNeeds() {
        String pid = "org.geometryos.compositor.camera.tracking.freed~rig";
        Configuration single = proxy(
                Configuration.class,
                Map.of(
                        "getPid",
                        pid,
                        "getProperties",
                        dictionary(Map.of("port", 1, "felix.fileinstall.filename", "file:/etc/" + pid + ".cfg"))));
        assertThat(ConfigurationLog.dead(single))
                .hasValueSatisfying(text -> assertThat(text)
                        .contains("file:/etc/" + pid + ".cfg")
                        .endsWith("org.geometryos.compositor.camera.tracking.freed-rig.cfg"));
        Configuration one = proxy(
                Configuration.class,
                Map.of("getPid", pid, "getFactoryPid", "org.geometryos.compositor.camera.tracking.freed"));
        assertThat(ConfigurationLog.dead(one)).isEmpty();
        for (String other : List.of(
                "org.geometryos.compositor.camera",
                "org.geometryos.compositor.endpoint.key~wall",
                "org.geometryos.compositor.connections.display~wall",
                "com.acme~x")) {
            assertThat(ConfigurationLog.dead(proxy(Configuration.class, Map.of("getPid", other))))
                    .isEmpty();
        }
    }

    @Test
    void lineOfManyKeysIsShort() {
        Map<String, Object> many = new Hashtable<>();
        for (int i = 0; i < 100; i++) {
            many.put("key" + (100 + i), i);
        }
        assertThat(change("acme.many", many)).startsWith("set key100, key101").endsWith("key119 and 80 more");
    }
}
