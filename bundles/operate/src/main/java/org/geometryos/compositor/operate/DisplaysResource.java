package org.geometryos.compositor.operate;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.configuration.InstanceName;
import org.geometryos.compositor.io.http.api.ApiException;
import org.osgi.service.cm.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives displays titles, as configurations that declare them: so they are remembered. Any thread. */
final class DisplaysResource implements Resource {
    private static final Logger LOG = LoggerFactory.getLogger(DisplaysResource.class);
    private static final String FACTORY = "org.geometryos.compositor.connections.display";
    private static final String DISPLAY = "display";
    private static final String TITLE = "title";

    private final Parts parts;
    private final Configurations configurations;

    DisplaysResource(Parts parts, Configurations configurations) {
        this.parts = parts;
        this.configurations = configurations;
    }

    @Override
    public boolean readable() {
        return false;
    }

    @Override
    public boolean writable() {
        return true;
    }

    @Override
    public Map<String, Object> get(Map<String, String> query) {
        return Map.of();
    }

    @Override
    public synchronized Map<String, Object> post(Map<String, Object> body) throws ApiException {
        String display = Body.text(body, DISPLAY);
        Optional<String> title = title(body);
        Optional<Configuration> declared = declared(display);
        if (declared.isEmpty()
                && parts.connections().need().displays().stream()
                        .noneMatch(each -> each.name().equals(display))) {
            throw ApiException.notFound(DISPLAY, "there is no display " + Body.shown(display));
        }
        Map<String, Object> properties =
                declared.map(Configurations::properties).orElseGet(TreeMap::new);
        if (title.isPresent() || declared.isPresent()) {
            set(display, title, declared, properties);
            LOG.info("display \"{}\" has another title on request of an operator", display);
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put(DISPLAY, display);
        answer.put(TITLE, title.orElse(null));
        answer.put("lasts", configurations.lasts(properties));
        return answer;
    }

    private void set(
            String display, Optional<String> title, Optional<Configuration> declared, Map<String, Object> properties)
            throws ApiException {
        if (title.isPresent()) {
            properties.put(DISPLAY, display);
            properties.put(TITLE, title.get());
            configurations.update(
                    declared.isPresent() ? declared.get() : configurations.make(FACTORY + "~" + display), properties);
            return;
        }
        properties.remove(TITLE);
        boolean empty = properties.keySet().stream().allMatch(DISPLAY::equals);
        if (empty) {
            configurations.delete(declared.orElseThrow());
        } else {
            configurations.update(declared.orElseThrow(), properties);
        }
    }

    private static Optional<String> title(Map<String, Object> body) throws ApiException {
        Object given = body.get(TITLE);
        if (given == null && body.containsKey(TITLE)) {
            return Optional.empty();
        }
        if (!(given instanceof String title) || title.isBlank()) {
            throw ApiException.invalid(TITLE, "title must be text that is not empty, or null for none");
        }
        if (title.codePoints().anyMatch(Character::isISOControl)) {
            throw ApiException.invalid(TITLE, "title must have no control characters");
        }
        if (title.contains("$[")) {
            throw ApiException.invalid(TITLE, "title must not contain $[, which stands for a placeholder");
        }
        try {
            return DisplaySettings.fromMap(Map.of(TITLE, title)).title();
        } catch (InvalidValueException e) {
            throw ApiException.invalid(TITLE, "title must have at most " + DisplaySettings.MAX_TITLE + " characters");
        }
    }

    /** The configuration that declares a display. */
    private Optional<Configuration> declared(String display) throws ApiException {
        for (Configuration each : configurations.find("(service.factoryPid=" + FACTORY + ")")) {
            Map<String, Object> properties = Configurations.properties(each);
            Object name = properties.get(DISPLAY);
            if (display.equals(
                    name == null ? InstanceName.orMadeUp(FACTORY, each.getPid(), properties) : name.toString())) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }
}
