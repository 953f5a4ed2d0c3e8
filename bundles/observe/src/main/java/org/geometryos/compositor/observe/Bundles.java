package org.geometryos.compositor.observe;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.io.files.Origin;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;

/** The bundles of the host: what runs, and why something does not. Any thread. */
final class Bundles {
    private static final String PREFIX = "org.geometryos.compositor.";
    /** Begins the location of a bundle that the launcher installs for a moment, to see whether it resolves. */
    private static final String TRIAL = "trial:";

    private final BundleContext context;

    Bundles(BundleContext context) {
        this.context = context;
    }

    /** Those that ought to run: a part that cannot resolve is down, one that was stopped is worth a warning. */
    List<Health.Problem> problems() {
        List<Health.Problem> problems = new ArrayList<>();
        for (Bundle bundle : context.getBundles()) {
            if (ours(bundle)
                    && !isFragment(bundle)
                    && running(bundle.getSymbolicName()).isEmpty()) {
                if (bundle.getState() == Bundle.INSTALLED) {
                    problems.add(new Health.Problem(
                            Health.Level.DOWN, title(bundle) + " cannot resolve: " + missing(bundle)));
                } else if (bundle.getState() == Bundle.RESOLVED) {
                    problems.add(new Health.Problem(Health.Level.WARNING, title(bundle) + " is not started"));
                }
            }
        }
        return problems;
    }

    /** @param deployments of the launcher; none in other hosts */
    List<Map<String, Object>> report(List<Map<?, ?>> deployments) {
        List<Map<String, Object>> report = new ArrayList<>();
        for (Bundle bundle : context.getBundles()) {
            Optional<Map<?, ?>> file = deployments.stream()
                    .filter(each -> "running".equals(each.get("state"))
                            && String.valueOf(each.get("bundle")).equals(bundle.getSymbolicName())
                            && String.valueOf(each.get("version"))
                                    .equals(bundle.getVersion().toString()))
                    .findFirst();
            Map<String, Object> each = new LinkedHashMap<>();
            each.put("id", bundle.getBundleId());
            each.put("bundle", bundle.getSymbolicName() == null ? bundle.getLocation() : bundle.getSymbolicName());
            each.put("version", bundle.getVersion().toString());
            each.put("state", state(bundle));
            each.put(
                    "from",
                    file.isPresent()
                            ? "deploy/" + file.get().get("file")
                            : bundle.getLocation().startsWith("compositor:") ? "distribution" : Origin.of(bundle));
            file.map(from -> from.get("instead")).ifPresent(version -> each.put("instead", String.valueOf(version)));
            if (bundle.getState() == Bundle.INSTALLED) {
                each.put("problem", missing(bundle));
            }
            report.add(each);
        }
        return report;
    }

    static boolean ours(Bundle bundle) {
        String name = bundle.getSymbolicName();
        return name != null && name.startsWith(PREFIX) && !bundle.getLocation().startsWith(TRIAL);
    }

    /** The symbolic names of the bundles of the bridge that are installed. */
    Set<String> ours() {
        return names(Bundles::ours);
    }

    /** All symbolic names that are installed. */
    Set<String> installed() {
        return names(bundle ->
                bundle.getSymbolicName() != null && !bundle.getLocation().startsWith(TRIAL));
    }

    private Set<String> names(Predicate<Bundle> which) {
        return Arrays.stream(context.getBundles())
                .filter(which)
                .map(Bundle::getSymbolicName)
                .collect(Collectors.toSet());
    }

    static String title(Bundle bundle) {
        return bundle.getSymbolicName() + " " + bundle.getVersion();
    }

    /** The running bundle of a symbolic name. */
    Optional<Bundle> running(String name) {
        return Arrays.stream(context.getBundles())
                .filter(each -> name.equals(each.getSymbolicName()))
                .filter(each -> each.getState() == Bundle.ACTIVE || each.getState() == Bundle.STARTING)
                .findFirst();
    }

    /** Why a bundle does not resolve: what nothing provides, or another version of it. */
    String missing(Bundle bundle) {
        Version other = running(bundle.getSymbolicName() == null ? "" : bundle.getSymbolicName())
                .map(Bundle::getVersion)
                .orElse(null);
        if (other != null) {
            return "version " + other + " of it runs";
        }
        FrameworkWiring wiring =
                context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        for (BundleRequirement needed :
                revision == null ? List.<BundleRequirement>of() : revision.getDeclaredRequirements(null)) {
            Map<String, String> directives = needed.getDirectives();
            boolean optional =
                    "optional".equals(directives.get("resolution")) || "dynamic".equals(directives.get("resolution"));
            boolean resolve = directives.getOrDefault("effective", "resolve").equals("resolve");
            if (resolve && !optional && wiring.findProviders(needed).isEmpty()) {
                return "nothing provides " + needed.getNamespace() + " " + directives.getOrDefault("filter", "");
            }
        }
        return "what it needs does not resolve";
    }

    private static boolean isFragment(Bundle bundle) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        return revision != null && (revision.getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
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
}
