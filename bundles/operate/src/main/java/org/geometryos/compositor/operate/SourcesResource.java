package org.geometryos.compositor.operate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.io.http.api.ApiException;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops and starts sources. One with a configuration of its own gets a condition there that nothing fulfils, so that
 * its component stops, and stays so; a component without one is disabled, until the host starts again. Any thread.
 */
final class SourcesResource implements Resource {
    private static final Logger LOG = LoggerFactory.getLogger(SourcesResource.class);
    /** OSGi Compendium 8, 112.3.13: on it a component of Declarative Services 1.5 waits. */
    private static final String CONDITION = "osgi.ds.satisfying.condition.target";

    private static final String NEVER = "(osgi.condition.id=org.geometryos.compositor.operate.started)";
    /** Marks the configuration of a stopped source; its value is the source's name. */
    private static final String STOPPED = ".compositor.stopped";

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final BundleContext context;
    private final Parts parts;
    private final Configurations configurations;
    /** Those whose component is disabled, by source. */
    private final Map<String, ComponentDescriptionDTO> disabled = new ConcurrentHashMap<>();

    SourcesResource(BundleContext context, Parts parts, Configurations configurations) {
        this.context = context;
        this.parts = parts;
        this.configurations = configurations;
    }

    // ---- what is to see, in the state

    /** Those that run, by name, and whether they can be stopped. */
    Map<String, Boolean> running() {
        Map<String, Boolean> running = new HashMap<>();
        for (ServiceReference<CameraSource> each : references()) {
            running.merge(
                    String.valueOf(each.getProperty(CameraSource.ID)),
                    each.getProperty("service.pid") != null || isComponentOfItsOwn(each),
                    Boolean::logicalOr);
        }
        return running;
    }

    /** The names of those that were stopped. */
    TreeSet<String> stopped() {
        TreeSet<String> stopped = new TreeSet<>(disabled.keySet());
        try {
            for (Configuration each : configurations.find("(" + STOPPED + "=*)")) {
                stopped.add(String.valueOf(Configurations.properties(each).get(STOPPED)));
            }
        } catch (ApiException e) {
            LOG.debug("stopped sources are not known", e);
        }
        return stopped;
    }

    private List<ServiceReference<CameraSource>> references() {
        try {
            return new ArrayList<>(context.getServiceReferences(CameraSource.class, null));
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether a component is a source and nothing else. */
    private static boolean isComponentOfItsOwn(ServiceReference<CameraSource> reference) {
        return reference.getProperty("component.name") != null
                && ((String[]) reference.getProperty(Constants.OBJECTCLASS)).length == 1;
    }

    private Optional<ServiceReference<CameraSource>> reference(String source) {
        return references().stream()
                .filter(each -> source.equals(each.getProperty(CameraSource.ID)))
                .findFirst();
    }

    // ---- what is to do

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
        String source = Body.text(body, "source");
        boolean stop = Body.word(body, "action", "stop", "start").equals("stop");
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("source", source);
        answer.put("stopped", stop);
        answer.put("lasts", stop ? stop(source) : start(source));
        return answer;
    }

    /** @return whether it stays so when the host starts again */
    private boolean stop(String source) throws ApiException {
        Optional<ServiceReference<CameraSource>> reference = reference(source);
        if (reference.isEmpty()) {
            if (stopped().contains(source)) {
                return !disabled.containsKey(source);
            }
            throw ApiException.notFound("source", "there is no source " + Body.shown(source));
        }
        for (String pid : Configurations.pids(reference.get().getProperty("service.pid"))) {
            Optional<Configuration> configuration = configurations.ofPid(pid);
            if (configuration.isPresent()) {
                return stop(source, reference.get(), configuration.get());
            }
        }
        return disable(source, reference.get());
    }

    private boolean stop(String source, ServiceReference<CameraSource> reference, Configuration configuration)
            throws ApiException {
        Map<String, Object> before = Configurations.properties(configuration);
        Map<String, Object> next = new TreeMap<>(before);
        next.put(CONDITION, NEVER);
        next.put(STOPPED, source);
        configurations.update(configuration, next);
        if (!await(() -> reference.getBundle() == null)) {
            configurations.update(configuration, before);
            throw ApiException.conflict("source " + Body.shown(source)
                    + " cannot be stopped: its component does not heed " + CONDITION
                    + " (Declarative Services 1.5); stop its bundle");
        }
        LOG.info("source \"{}\" was stopped on request of an operator", source);
        return configurations.lasts(next);
    }

    private boolean disable(String source, ServiceReference<CameraSource> reference) throws ApiException {
        ServiceComponentRuntime runtime = parts.components().need();
        ComponentDescriptionDTO component =
                isComponentOfItsOwn(reference) && reference.getProperty("component.name") instanceof String name
                        ? runtime.getComponentDescriptionDTO(reference.getBundle(), name)
                        : null;
        if (component == null) {
            throw ApiException.conflict(
                    "source " + Body.shown(source)
                            + " cannot be stopped: it is neither a component of its own nor has a configuration; stop its bundle");
        }
        if (runtime.getComponentConfigurationDTOs(component).size() > 1) {
            throw ApiException.conflict("source " + Body.shown(source)
                    + " cannot be stopped: its component is others, too; stop its bundle");
        }
        runtime.disableComponent(component);
        if (!await(() -> reference.getBundle() == null)) {
            runtime.enableComponent(component);
            throw ApiException.conflict("source " + Body.shown(source) + " did not stop; it goes on");
        }
        disabled.put(source, component);
        LOG.info("source \"{}\" was stopped on request of an operator, until the host starts again", source);
        return false;
    }

    private boolean start(String source) throws ApiException {
        if (reference(source).isPresent()) {
            return true;
        }
        ComponentDescriptionDTO component = disabled.remove(source);
        boolean lasts = true;
        if (component != null) {
            parts.components().need().enableComponent(component);
        } else {
            Optional<Configuration> configuration = configurations.find("(" + STOPPED + "=*)").stream()
                    .filter(each ->
                            source.equals(Configurations.properties(each).get(STOPPED)))
                    .findFirst();
            if (configuration.isEmpty()) {
                throw ApiException.notFound("source", "there is no source " + Body.shown(source) + " that was stopped");
            }
            Map<String, Object> next = Configurations.properties(configuration.get());
            next.keySet().removeAll(List.of(CONDITION, STOPPED));
            configurations.update(configuration.get(), next);
            lasts = configurations.lasts(next);
        }
        if (!await(() -> reference(source).isPresent())) {
            throw ApiException.conflict(
                    "source " + Body.shown(source) + " may start, and does not: its bundle is away, or it failed");
        }
        LOG.info("source \"{}\" was started on request of an operator", source);
        return lasts;
    }

    private static boolean await(BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return true;
    }
}
