package org.geometryos.compositor.itest.deploy;

import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** The only class of a bundle of somebody else that is a part of the host, and down. */
public final class IllBundle implements BundleActivator {
    @Override
    public void start(BundleContext context) {
        Supplier<Map<String, Object>> health = () -> Map.of(
                "problems",
                        List.of(
                                Map.of("level", "DOWN", "text", "it lies in bed"),
                                Map.of("level", "WARNING", "text", "it coughs")),
                "budgets", List.of(Map.of("name", "tea", "used", 3, "limit", 4, "unit", "cups")));
        context.registerService(
                Supplier.class, health, new Hashtable<>(Map.of("org.geometryos.compositor.health", "patient")));
    }

    @Override
    public void stop(BundleContext context) {
        // the service goes with the bundle
    }
}
