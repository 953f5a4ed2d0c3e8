package org.geometryos.compositor.observe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.geometryos.compositor.health.Failures;
import org.geometryos.compositor.health.Health;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** All that is known of the health of the host, as values of the JDK. Any thread. */
final class HostReport {
    private static final int MAX_UNASKED = 256;

    private final BundleContext context;
    private final Bundles bundles;
    private final Components components;
    private final Map<String, Failures> unasked = new ConcurrentHashMap<>();

    HostReport(BundleContext context, Bundles bundles, Components components) {
        this.context = context;
        this.bundles = bundles;
        this.components = components;
    }

    /** The worst level of all parts. */
    Health.Level level() {
        return worst(parts());
    }

    private List<Health> parts() {
        return Health.all(context, this::unasked).stream()
                .map(Health::withBudgets)
                .toList();
    }

    /** A part of another bundle cannot be asked: one line, and no more than one in ten seconds. */
    private void unasked(ServiceReference<?> part, Throwable problem) {
        Bundle bundle = part.getBundle();
        if (bundle != null && unasked.size() < MAX_UNASKED) {
            unasked.computeIfAbsent(
                            "the health of part \"" + part.getProperty(Health.PROPERTY) + "\" (" + Bundles.title(bundle)
                                    + ")",
                            Failures::ofPlugIn)
                    .failed(problem);
        }
    }

    private static Health.Level worst(List<Health> parts) {
        return parts.stream().map(Health::level).max(Health.Level::compareTo).orElse(Health.Level.OK);
    }

    Map<String, Object> all() {
        List<Health> parts = parts();
        List<Map<?, ?>> deployments = deployments();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("status", word(worst(parts)));
        all.put("version", context.getBundle().getVersion().toString());
        all.put("parts", parts.stream().map(HostReport::part).toList());
        all.put("deployments", deployments);
        all.put("components", components.report());
        all.put("bundles", bundles.report(deployments));
        return all;
    }

    static String word(Health.Level level) {
        return level.name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> part(Health health) {
        Map<String, Object> part = new LinkedHashMap<>();
        part.put("part", health.part());
        part.put("status", word(health.level()));
        part.put(
                "problems",
                health.problems().stream()
                        .map(each -> ordered("level", word(each.level()), "text", each.text()))
                        .toList());
        part.put(
                "budgets",
                health.budgets().stream()
                        .map(each -> ordered(
                                "name", each.name(), "used", each.used(), "limit", each.limit(), "unit", each.unit()))
                        .toList());
        return part;
    }

    private static Map<String, Object> ordered(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }

    /** What was deployed, as the launcher adds it to its part. */
    private List<Map<?, ?>> deployments() {
        List<Map<?, ?>> deployments = new ArrayList<>();
        ofLauncher("deployments").forEach(each -> deployments.add((Map<?, ?>) each));
        return deployments;
    }

    /** The symbolic names of the bundles that a distribution consists of; empty in other hosts. */
    Optional<Set<String>> distribution() {
        Set<String> names =
                ofLauncher("distribution").stream().map(String::valueOf).collect(Collectors.toSet());
        return names.isEmpty() ? Optional.empty() : Optional.of(names);
    }

    private List<?> ofLauncher(String key) {
        List<Object> all = new ArrayList<>();
        try {
            for (ServiceReference<?> reference :
                    context.getServiceReferences(Supplier.class, "(" + Health.PROPERTY + "=deploy)")) {
                try {
                    if (context.getService(reference) instanceof Supplier<?> supplier) {
                        if (supplier.get() instanceof Map<?, ?> map && map.get(key) instanceof List<?> list) {
                            all.addAll(list);
                        }
                        context.ungetService(reference);
                    }
                } catch (RuntimeException | Error e) {
                    unasked(reference, e);
                }
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
        return all;
    }
}
