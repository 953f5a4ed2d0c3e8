package org.geometryos.compositor.operate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.geometryos.compositor.io.http.api.ApiException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** Configurations in Config Admin. Any thread. */
final class Configurations {
    /** Where a host that reads files says which one it was. */
    static final String FILE = "felix.fileinstall.filename";

    private static final Set<String> OF_CONFIG_ADMIN =
            Set.of("service.pid", "service.factoryPid", "service.bundleLocation");

    private final BundleContext context;
    private final Part<ConfigurationAdmin> admin;

    Configurations(BundleContext context, Part<ConfigurationAdmin> admin) {
        this.context = context;
        this.admin = admin;
    }

    /** The calls of Config Admin, which may fail. */
    private interface Call<T> {
        T on(ConfigurationAdmin admin) throws IOException, InvalidSyntaxException;
    }

    private <T> T call(Call<T> call) throws ApiException {
        ConfigurationAdmin now = admin.need();
        try {
            return call.on(now);
        } catch (IOException | IllegalStateException e) {
            throw ApiException.unavailable("the configuration cannot be read or kept: " + e.getMessage());
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All that a filter finds. */
    List<Configuration> find(String filter) throws ApiException {
        return call(now -> {
            Configuration[] found = now.listConfigurations(filter);
            return found == null ? List.of() : List.of(found);
        });
    }

    /** The one with a PID, if there is one. */
    Optional<Configuration> ofPid(String pid) throws ApiException {
        for (Configuration each : find(null)) {
            if (each.getPid().equals(pid)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /** The one with a PID, be it there already or not: {@code PID}, or {@code FACTORY~NAME}. */
    Configuration make(String pid) throws ApiException {
        int tilde = pid.indexOf('~');
        return call(now -> tilde < 0
                ? now.getConfiguration(pid, "?")
                : now.getFactoryConfiguration(pid.substring(0, tilde), pid.substring(tilde + 1), "?"));
    }

    /** Without what Config Admin adds. */
    static Map<String, Object> properties(Configuration configuration) {
        Map<String, Object> map = new HashMap<>();
        try {
            Dictionary<String, Object> properties = configuration.getProperties();
            if (properties != null) {
                Collections.list(properties.keys()).forEach(key -> map.put(key, properties.get(key)));
            }
        } catch (IllegalStateException e) {
            // it was deleted meanwhile
            return map;
        }
        map.keySet().removeAll(OF_CONFIG_ADMIN);
        return map;
    }

    void update(Configuration configuration, Map<String, Object> properties) throws ApiException {
        call(now -> {
            configuration.update(new Hashtable<>(properties));
            return null;
        });
    }

    void delete(Configuration configuration) throws ApiException {
        call(now -> {
            configuration.delete();
            return null;
        });
    }

    /**
     * Whether a change through Config Admin lasts: not where a file is read again at the next start, and nobody writes
     * it.
     */
    boolean lasts(Map<String, Object> properties) {
        return properties.get(FILE) == null || runs("org.apache.felix.fileinstall");
    }

    private boolean runs(String name) {
        for (Bundle each : context.getBundles()) {
            if (name.equals(each.getSymbolicName()) && each.getState() == Bundle.ACTIVE) {
                return true;
            }
        }
        return false;
    }

    /** The PIDs that a service property names. */
    static List<String> pids(Object property) {
        List<String> pids = new ArrayList<>();
        if (property instanceof Collection<?> all) {
            all.forEach(each -> pids.add(String.valueOf(each)));
        } else if (property instanceof String[] all) {
            pids.addAll(List.of(all));
        } else if (property != null) {
            pids.add(String.valueOf(property));
        }
        return pids;
    }
}
