package org.geometryos.compositor.observe;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.geometryos.compositor.health.Health;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** The components of the product that are not satisfied, or failed. Any thread. */
final class Components {
    private static final String PREFIX = "org.geometryos.compositor.";
    private static final int TEXT = 200;
    /** What a component waits for that was stopped by its configuration, as an operator does it. */
    private static final String CONDITION = "osgi.ds.satisfying.condition";

    private static final String CAUSED_BY = "Caused by: ";

    private final Supplier<ServiceComponentRuntime> runtime;

    /** @param runtime gives null where there is none */
    Components(Supplier<ServiceComponentRuntime> runtime) {
        this.runtime = runtime;
    }

    /** @param failed whether it failed when it was activated; otherwise it lacks something */
    private record Unsatisfied(String component, String bundle, String problem, boolean failed) {}

    private List<Unsatisfied> all() {
        ServiceComponentRuntime asked = runtime.get();
        List<Unsatisfied> all = new ArrayList<>();
        if (asked == null) {
            return all;
        }
        for (ComponentDescriptionDTO component : asked.getComponentDescriptionDTOs()) {
            if (component.bundle != null
                    && String.valueOf(component.bundle.symbolicName).startsWith(PREFIX)) {
                for (ComponentConfigurationDTO state : asked.getComponentConfigurationDTOs(component)) {
                    if (state.failure != null) {
                        all.add(new Unsatisfied(
                                component.name,
                                component.bundle.symbolicName,
                                "failed: " + cause(state.failure),
                                true));
                    } else if (lacksSomething(state)) {
                        all.add(new Unsatisfied(
                                component.name,
                                component.bundle.symbolicName,
                                "has no "
                                        + Arrays.stream(state.unsatisfiedReferences)
                                                .map(each -> each.name)
                                                .collect(Collectors.joining(", ")),
                                false));
                    }
                }
            }
        }
        return all;
    }

    private static boolean lacksSomething(ComponentConfigurationDTO state) {
        return state.unsatisfiedReferences != null
                && Arrays.stream(state.unsatisfiedReferences).anyMatch(each -> !CONDITION.equals(each.name));
    }

    /**
     * What is behind it all: the component runtime calls by reflection, so that the first line says no more than that.
     */
    static String cause(String stackTrace) {
        List<String> lines = stackTrace.lines().toList();
        String last = lines.stream()
                .filter(line -> line.startsWith(CAUSED_BY))
                .reduce((one, next) -> next)
                .map(line -> line.substring(CAUSED_BY.length()))
                .orElse(lines.isEmpty() ? "" : lines.get(0))
                .strip();
        return last.length() <= TEXT ? last : last.substring(0, TEXT) + "...";
    }

    List<Health.Problem> problems() {
        return all().stream()
                .map(each -> new Health.Problem(
                        each.failed ? Health.Level.DOWN : Health.Level.WARNING,
                        "component " + each.component + " " + each.problem))
                .toList();
    }

    List<Map<String, Object>> report() {
        return all().stream()
                .map(each -> {
                    Map<String, Object> map = new LinkedHashMap<>();
                    map.put("component", each.component);
                    map.put("bundle", each.bundle);
                    map.put("problem", each.problem);
                    return map;
                })
                .toList();
    }
}
