package org.geometryos.compositor.features;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Something of others in the distribution.
 *
 * @param group empty if there is none
 * @param purl its package URL
 * @param licences their names, or SPDX expressions
 * @param file what the distribution has of it; empty if it was built into something else
 */
record Component(String group, String name, String version, String purl, List<String> licences, Optional<Path> file) {

    Component {
        if (licences.isEmpty()) {
            throw new IllegalArgumentException(purl + " names no licence");
        }
    }

    /**
     * Packages of npm and all that they need.
     *
     * @param lock {@code package-lock.json}
     * @param roots their names
     */
    static List<Component> ofNpm(Path lock, List<String> roots) throws IOException {
        JsonNode packages = new ObjectMapper().readTree(lock.toFile()).path("packages");
        Map<String, Component> found = new TreeMap<>();
        Deque<String> open = new ArrayDeque<>(roots);
        while (!open.isEmpty()) {
            String name = open.pop();
            JsonNode entry = packages.path("node_modules/" + name);
            if (entry.isMissingNode()) {
                throw new IllegalArgumentException(lock + " has no package \"" + name + "\"");
            }
            if (found.put(name, ofNpm(name, entry)) == null) {
                entry.path("dependencies").fieldNames().forEachRemaining(open::add);
            }
        }
        return List.copyOf(found.values());
    }

    private static Component ofNpm(String name, JsonNode entry) {
        String version = entry.path("version").asText();
        String licence = entry.path("license").asText();
        return new Component(
                "",
                name,
                version,
                "pkg:npm/" + name.replace("@", "%40") + "@" + version,
                licence.isEmpty() ? List.of() : List.of(licence),
                Optional.empty());
    }
}
