package org.geometryos.compositor.operate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.io.files.Origin;
import org.geometryos.compositor.io.http.api.ApiException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** The bundles of the host, and their replacement. */
final class BundlesResource implements Resource {
    static final String PREFIX = "org.geometryos.compositor.";
    private static final int MOST = 1_000;

    private final BundleContext context;
    private final BundleSwap swap;

    BundlesResource(BundleContext context) {
        this.context = context;
        this.swap = new BundleSwap(context);
    }

    @Override
    public Map<String, Object> get(Map<String, String> query) {
        List<Map<?, ?>> deployments = deployments();
        return Map.of(
                "bundles",
                Arrays.stream(context.getBundles())
                        .filter(bundle -> !trial(bundle))
                        .limit(MOST)
                        .map(bundle -> bundle(bundle, deployments))
                        .toList());
    }

    /** What the launcher tries out for a moment. */
    private static boolean trial(Bundle bundle) {
        return bundle.getLocation().startsWith("trial:");
    }

    private static String name(Bundle bundle) {
        return bundle.getSymbolicName() == null ? bundle.getLocation() : bundle.getSymbolicName();
    }

    private Map<String, Object> bundle(Bundle bundle, List<Map<?, ?>> deployments) {
        String name = name(bundle);
        Optional<Map<?, ?>> file = deployments.stream()
                .filter(each -> "running".equals(each.get("state"))
                        && name.equals(each.get("bundle"))
                        && bundle.getVersion().toString().equals(String.valueOf(each.get("version"))))
                .findFirst();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", name);
        map.put("version", bundle.getVersion().toString());
        map.put("state", state(bundle));
        map.put("id", bundle.getBundleId());
        map.put("location", Origin.of(bundle));
        map.put(
                "from",
                file.isPresent()
                        ? "deploy"
                        : bundle.getLocation().startsWith("compositor:") ? "distribution" : "other");
        file.ifPresent(from -> map.put("file", String.valueOf(from.get("file"))));
        file.map(from -> from.get("instead")).ifPresent(version -> map.put("replaced", String.valueOf(version)));
        map.put("own", name.startsWith(PREFIX));
        if (name.startsWith(PREFIX)) {
            swap.refusal(bundle).ifPresent(reason -> map.put("fixed", reason));
        }
        Map<String, Object> last = swap.last(name);
        if (last != null) {
            map.put("lastSwap", last);
        }
        return map;
    }

    private static String state(Bundle bundle) {
        return switch (bundle.getState()) {
            case Bundle.INSTALLED -> "installed";
            case Bundle.RESOLVED -> "resolved";
            case Bundle.STARTING -> "starting";
            case Bundle.ACTIVE -> "active";
            case Bundle.STOPPING -> "stopping";
            default -> "uninstalled";
        };
    }

    /** What the launcher tells of the files in {@code deploy/}; nothing in other hosts. */
    private List<Map<?, ?>> deployments() {
        List<Map<?, ?>> deployments = new ArrayList<>();
        try {
            for (ServiceReference<?> reference :
                    context.getServiceReferences(Supplier.class, "(" + Health.PROPERTY + "=deploy)")) {
                if (context.getService(reference) instanceof Supplier<?> supplier) {
                    if (supplier.get() instanceof Map<?, ?> map && map.get("deployments") instanceof List<?> list) {
                        list.forEach(each -> deployments.add((Map<?, ?>) each));
                    }
                    context.ungetService(reference);
                }
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
        return deployments;
    }

    @Override
    public boolean writable() {
        return true;
    }

    @Override
    public Map<String, Object> post(Map<String, Object> body) throws ApiException {
        String name = Body.text(body, "name");
        Body.word(body, "action", "swap");
        if (!name.startsWith(PREFIX)) {
            throw ApiException.invalid("name", "name must begin with " + PREFIX + ", as the bundles of the bridge do");
        }
        Bundle bundle = Arrays.stream(context.getBundles())
                .filter(each -> name.equals(each.getSymbolicName()) && !trial(each))
                .max((a, b) -> Boolean.compare(a.getState() == Bundle.ACTIVE, b.getState() == Bundle.ACTIVE))
                .orElseThrow(() -> ApiException.notFound("name", "there is no bundle " + Body.shown(name)));
        return swap.swap(bundle);
    }
}
