package org.geometryos.compositor.wall;

import java.io.IOException;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.Map;
import java.util.Set;
import org.geometryos.compositor.io.http.api.ApiException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** The configurations of walls in Config Admin. Any thread. */
final class StoredConfigurations implements Stored {
    /** Where a host that reads files says which one it was. */
    private static final String FILE = "felix.fileinstall.filename";

    private static final Set<String> OF_CONFIG_ADMIN =
            Set.of("service.pid", "service.factoryPid", "service.bundleLocation");

    private final BundleContext context;
    private final ConfigurationAdmin admin;
    private final Runnable changed;

    /** @param changed reads what is declared */
    StoredConfigurations(BundleContext context, ConfigurationAdmin admin, Runnable changed) {
        this.context = context;
        this.admin = admin;
        this.changed = changed;
    }

    /** The calls of Config Admin, which may fail. */
    private interface Call<T> {
        T call() throws IOException, InvalidSyntaxException;
    }

    private static <T> T call(Call<T> call) throws ApiException {
        try {
            return call.call();
        } catch (IOException | IllegalStateException e) {
            throw ApiException.unavailable("the configuration cannot be read or kept: " + e.getMessage());
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private Configuration find(String pid) throws ApiException {
        Configuration[] found = call(() -> admin.listConfigurations(DeclaredWalls.ALL));
        for (Configuration each : found == null ? new Configuration[0] : found) {
            if (each.getPid().equals(pid)) {
                return each;
            }
        }
        return null;
    }

    @Override
    public Map<String, Object> properties(String pid) throws ApiException {
        Configuration found = find(pid);
        if (found == null) {
            return null;
        }
        Map<String, Object> map = new HashMap<>();
        Dictionary<String, Object> properties = call(found::getProperties);
        if (properties != null) {
            Collections.list(properties.keys()).forEach(key -> map.put(key, properties.get(key)));
        }
        map.keySet().removeAll(OF_CONFIG_ADMIN);
        return map;
    }

    @Override
    public void write(String pid, Map<String, Object> properties) throws ApiException {
        Configuration found = find(pid);
        int tilde = pid.indexOf('~');
        call(() -> {
            Configuration written = found != null
                    ? found
                    : admin.getFactoryConfiguration(pid.substring(0, tilde), pid.substring(tilde + 1), "?");
            written.update(new Hashtable<>(properties));
            return null;
        });
        changed.run();
    }

    @Override
    public void delete(String pid) throws ApiException {
        Configuration found = find(pid);
        if (found != null) {
            call(() -> {
                found.delete();
                return null;
            });
        }
        changed.run();
    }

    /** Not where a file is read again at the next start, and nobody writes it. */
    @Override
    public boolean lasts(Map<String, Object> properties) {
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
}
