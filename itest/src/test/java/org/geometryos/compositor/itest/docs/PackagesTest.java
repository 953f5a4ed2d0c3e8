package org.geometryos.compositor.itest.docs;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A package belongs to one module: what stands beside a bundle, benchmarks too, uses what others may use. */
class PackagesTest {
    private static final Pattern MAIN = Pattern.compile("(.*)/src/main/java/(.*)/[^/]+\\.java");
    private static final int AT_LEAST = 25;

    @Test
    void noModuleHasClassesInAPackageOfAnother() {
        Map<String, TreeSet<String>> modules = new TreeMap<>();
        for (Path file : Repository.files(".java")) {
            Matcher main = MAIN.matcher(Repository.name(file).replace('\\', '/'));
            if (main.matches()) {
                modules.computeIfAbsent(main.group(2), any -> new TreeSet<>()).add(main.group(1));
            }
        }
        assertTrue(modules.size() >= AT_LEAST, () -> modules.size() + " packages");
        Map<String, TreeSet<String>> shared = modules.entrySet().stream()
                .filter(one -> one.getValue().size() > 1)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, TreeMap::new));
        assertTrue(shared.isEmpty(), shared::toString);
    }
}
