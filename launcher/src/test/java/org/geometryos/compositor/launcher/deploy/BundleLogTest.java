package org.geometryos.compositor.launcher.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Version;

class BundleLogTest {
    private final List<String> lines = new ArrayList<>();
    private boolean deploying;

    private static <T> T proxy(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> method.getName().equals("hashCode")
                        ? (Object) System.identityHashCode(self)
                        : answers.get(method.getName())));
    }

    private static Bundle camera(String version) {
        return proxy(
                Bundle.class,
                Map.of(
                        "getBundleId",
                        7L,
                        "getSymbolicName",
                        "acme.camera",
                        "getVersion",
                        new Version(version),
                        "getLocation",
                        "file:camera.jar"));
    }

    @Test
    void whatOthersDoToBundlesIsALineEachAndWhatDeployDoesIsNone() {
        BundleLog log = new BundleLog(() -> deploying, lines::add);
        log.open(proxy(BundleContext.class, Map.of("getBundles", (Object) new Bundle[] {camera("1.0.0")})));
        log.bundleChanged(new BundleEvent(BundleEvent.UPDATED, camera("1.0.1")));
        deploying = true;
        log.bundleChanged(new BundleEvent(BundleEvent.UPDATED, camera("1.0.2")));
        deploying = false;
        log.bundleChanged(new BundleEvent(BundleEvent.STARTED, camera("1.0.2")));
        log.bundleChanged(new BundleEvent(BundleEvent.UNINSTALLED, camera("1.0.2")));
        log.bundleChanged(new BundleEvent(BundleEvent.INSTALLED, camera("1.0.3")));
        assertThat(lines)
                .containsExactly(
                        "bundle acme.camera 1.0.1 runs in place of 1.0.0, updated by \""
                                + Thread.currentThread().getName() + "\"",
                        "bundle acme.camera 1.0.2 is uninstalled",
                        "bundle acme.camera 1.0.3 is installed from file:camera.jar");
    }
}
