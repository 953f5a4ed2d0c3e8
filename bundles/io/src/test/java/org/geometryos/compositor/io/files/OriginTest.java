package org.geometryos.compositor.io.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.Hashtable;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;

class OriginTest {
    private static Bundle bundle(Map<String, String> headers) {
        return (Bundle) Proxy.newProxyInstance(
                OriginTest.class.getClassLoader(),
                new Class<?>[] {Bundle.class},
                (self, method, given) -> method.getName().equals("getHeaders")
                        ? new Hashtable<>(headers)
                        : method.getName().equals("getLocation") ? "mvn:group/name/0.1.0" : null);
    }

    @Test
    void itIsWhereItWasInstalledFrom() {
        assertThat(Origin.of(bundle(Map.of()))).isEqualTo("mvn:group/name/0.1.0");
        assertThat(Origin.of(bundle(Map.of("Bundle-UpdateLocation", " ")))).isEqualTo("mvn:group/name/0.1.0");
    }

    @Test
    void anUpdateThatComesFromElsewhereCounts() {
        assertThat(Origin.of(bundle(Map.of("Bundle-UpdateLocation", "file:/new/name-0.1.1.jar"))))
                .isEqualTo("file:/new/name-0.1.1.jar");
    }
}
