package org.geometryos.compositor.launcher.deploy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Which file counts where several hold the same bundle: the highest version, and of the same version the one that was
 * written last.
 *
 * @param chosen by the bundle's symbolic name
 * @param passedOver files that do not count, each with the one that does
 */
record Choice(Map<String, Upload> chosen, Map<Upload, Upload> passedOver) {
    private static final Comparator<Upload> ORDER = Comparator.comparing(
                    (Upload each) -> each.jar().orElseThrow().version())
            .thenComparingLong(Upload::modified)
            .thenComparing(Upload::file);

    /** @param usable false for what was tried and did not work */
    static Choice of(Collection<Upload> uploads, Predicate<Upload> usable) {
        Map<String, List<Upload>> byName = new TreeMap<>();
        uploads.stream()
                .filter(each -> each.jar().isPresent() && usable.test(each))
                .forEach(each -> byName.computeIfAbsent(each.bundle(), n -> new ArrayList<>())
                        .add(each));
        Map<String, Upload> chosen = new TreeMap<>();
        Map<Upload, Upload> passedOver = new java.util.LinkedHashMap<>();
        byName.forEach((name, all) -> {
            Upload best = all.stream().max(ORDER).orElseThrow();
            chosen.put(name, best);
            all.stream().filter(each -> each != best).forEach(each -> passedOver.put(each, best));
        });
        return new Choice(chosen, passedOver);
    }
}
