package org.geometryos.compositor.observe;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PIDs that somebody in this host reads: of Metatype, of components, of managed services. What was known once in
 * this run stays known, as a bundle may be away for a moment. One thread.
 */
final class KnownPids {
    private static final Logger LOG = LoggerFactory.getLogger(KnownPids.class);
    private static final String FOLDER = "OSGI-INF/metatype/";
    private static final Pattern DESIGNATE =
            Pattern.compile("<(?:\\w+:)?Designate\\b[^>]*?\\b(factoryPid|pid)=\"([^\"]+)\"");
    private static final String MANAGED = "(|(objectClass=org.osgi.service.cm.ManagedService)"
            + "(objectClass=org.osgi.service.cm.ManagedServiceFactory))";
    private static final int MOST_BYTES = 1 << 20;
    private static final int MOST_PIDS = 10_000;
    private static final int FURTHEST = 3;

    private final BundleContext context;
    private final Supplier<ServiceComponentRuntime> runtime;
    private final Set<String> known = new TreeSet<>();
    private final Set<String> factories = new TreeSet<>();
    private final Set<String> single = new TreeSet<>();
    /** When a bundle that was read was last changed, by its ID. */
    private final Map<Long, Long> read = new HashMap<>();

    /** @param runtime gives null where there is none */
    KnownPids(BundleContext context, Supplier<ServiceComponentRuntime> runtime) {
        this.context = context;
        this.runtime = runtime;
    }

    /** All that are or were known. */
    Set<String> look() {
        Set<Long> there = new HashSet<>();
        for (Bundle bundle : context.getBundles()) {
            there.add(bundle.getBundleId());
            Long changed = bundle.getLastModified();
            if (!changed.equals(read.put(bundle.getBundleId(), changed))) {
                described(bundle);
            }
        }
        read.keySet().retainAll(there);
        ServiceComponentRuntime asked = runtime.get();
        if (asked != null) {
            asked.getComponentDescriptionDTOs().forEach(component -> {
                if (component.configurationPid != null) {
                    List.of(component.configurationPid).forEach(this::add);
                }
            });
        }
        try {
            ServiceReference<?>[] managed = context.getAllServiceReferences(null, MANAGED);
            for (ServiceReference<?> each : managed == null ? new ServiceReference<?>[0] : managed) {
                Object pids = each.getProperty("service.pid");
                Collection<?> all = pids instanceof Object[] array
                        ? List.of(array)
                        : pids instanceof Collection<?> several ? several : pids == null ? List.of() : List.of(pids);
                all.forEach(pid -> add(String.valueOf(pid)));
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
        return known;
    }

    /** Those that are described, and take one configuration alone. */
    Set<String> single() {
        Set<String> alone = new TreeSet<>(single);
        alone.removeAll(factories);
        return alone;
    }

    private void add(Set<String> kind, Set<String> pids) {
        for (String pid : pids) {
            if (kind.size() < MOST_PIDS) {
                kind.add(pid);
            }
            add(pid);
        }
    }

    private void add(String pid) {
        if (known.size() < MOST_PIDS) {
            known.add(pid);
        }
    }

    private void described(Bundle bundle) {
        try {
            Enumeration<String> paths = bundle.getEntryPaths(FOLDER);
            for (String path : paths == null ? List.<String>of() : Collections.list(paths)) {
                URL entry = path.endsWith(".xml") ? bundle.getEntry(path) : null;
                if (entry != null) {
                    try (InputStream in = entry.openStream()) {
                        String document = new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
                        add(single, designated(document, "pid"));
                        add(factories, designated(document, "factoryPid"));
                    }
                }
            }
        } catch (IOException | IllegalStateException e) {
            // it is being replaced: it is read again when it has changed
            LOG.debug("the configurations of {} are not described", bundle, e);
        }
    }

    /** The PIDs that a Metatype document describes. @param kind {@code pid} or {@code factoryPid} */
    static Set<String> designated(String document, String kind) {
        Set<String> pids = new TreeSet<>();
        for (Matcher each = DESIGNATE.matcher(document); each.find(); ) {
            if (each.group(1).equals(kind)) {
                pids.add(each.group(2));
            }
        }
        return pids;
    }

    /** The known PID that was meant in all likelihood: one that differs in a few letters, or has more in front. */
    static Optional<String> nearest(String pid, Collection<String> known) {
        String nearest = null;
        int least = Integer.MAX_VALUE;
        for (String each : known) {
            int distance = each.endsWith("." + pid) ? 1 : distance(pid, each);
            int name = Math.min(pid.length() - pid.lastIndexOf('.'), each.length() - each.lastIndexOf('.')) - 1;
            if (distance <= Math.min(FURTHEST, Math.max(1, name / 3)) && distance < least) {
                nearest = each;
                least = distance;
            }
        }
        return Optional.ofNullable(nearest);
    }

    /** How many letters are to be put in, taken out or changed; more than {@link #FURTHEST} if it is not near. */
    private static int distance(String from, String to) {
        if (Math.abs(from.length() - to.length()) > FURTHEST) {
            return FURTHEST + 1;
        }
        int[] row = new int[to.length() + 1];
        for (int column = 0; column < row.length; column++) {
            row[column] = column;
        }
        for (int i = 0; i < from.length(); i++) {
            int diagonal = row[0];
            row[0] = i + 1;
            for (int column = 1; column < row.length; column++) {
                int changed = diagonal + (from.charAt(i) == to.charAt(column - 1) ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.min(changed, Math.min(row[column], row[column - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
