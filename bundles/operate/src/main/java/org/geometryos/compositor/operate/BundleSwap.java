package org.geometryos.compositor.operate;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.geometryos.compositor.io.files.Origin;
import org.geometryos.compositor.io.http.api.ApiException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a bundle by what now lies where it came from, and measures for how long its services were away. What does
 * not run is taken back. One at a time; the caller's thread does it.
 */
final class BundleSwap {
    private static final Logger LOG = LoggerFactory.getLogger(BundleSwap.class);
    private static final long REFRESH_SECONDS = 60;
    private static final long BACK_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
    private static final String SERVLETS = "jakarta.servlet.";
    private static final double MILLI = 1e6;

    private final BundleContext context;
    private final Contents contents;
    private final FrameworkWiring wiring;
    private final ReentrantLock swapping = new ReentrantLock();
    /** By symbolic name; there are no more than bundles of the bridge. */
    private final Map<String, Map<String, Object>> last = new ConcurrentHashMap<>();

    BundleSwap(BundleContext context) {
        this.context = context;
        this.contents = new Contents(context);
        this.wiring = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
    }

    /**
     * {@code millis} and {@code time} of the last one of a bundle; null if there was none since this bundle started.
     */
    Map<String, Object> last(String name) {
        return last.get(name);
    }

    /** @return how long it took, and what was restarted with it */
    Map<String, Object> swap(Bundle bundle) throws ApiException {
        if (!swapping.tryLock()) {
            throw ApiException.conflict("another bundle is being replaced; one is replaced at a time");
        }
        Path next = context.getDataFile("next.jar").toPath();
        Path before = context.getDataFile("before.jar").toPath();
        try {
            check(bundle);
            prepare(bundle, next, before);
            return swap(bundle, next, before);
        } catch (IOException e) {
            throw ApiException.conflict(bundle.getSymbolicName() + " is as it was: " + e.getMessage());
        } finally {
            delete(next);
            delete(before);
            swapping.unlock();
        }
    }

    private void check(Bundle bundle) throws ApiException {
        Optional<String> refusal = refusal(bundle);
        if (refusal.isPresent()) {
            throw ApiException.conflict(refusal.get());
        }
    }

    /** Why a bundle is not replaced here, if it is one of these. */
    Optional<String> refusal(Bundle bundle) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        if (revision != null && (revision.getTypes() & BundleRevision.TYPE_FRAGMENT) != 0) {
            return Optional.of(bundle.getSymbolicName() + " is a fragment, and is replaced with its host");
        }
        if (bundle.equals(context.getBundle()) || dependents(bundle).contains(context.getBundle())) {
            return Optional.of(
                    "this interface itself runs on " + bundle.getSymbolicName()
                            + ", and its answer would be lost; replace it by the means of the host, such as the folder deploy/");
        }
        return Optional.empty();
    }

    private void prepare(Bundle bundle, Path next, Path before) throws IOException {
        try {
            contents.copy(bundle, next);
            if (!Contents.name(next).equals(bundle.getSymbolicName())) {
                throw new IOException("there is the bundle " + Contents.name(next) + " now");
            }
        } catch (IOException e) {
            throw new IOException("what it came from, " + Origin.of(bundle) + ", cannot be used: " + e.getMessage(), e);
        }
        Contents.keep(bundle, before);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.debug("{} stays", file, e);
        }
    }

    private Map<String, Object> swap(Bundle bundle, Path next, Path before) throws ApiException {
        String old = bundle.getSymbolicName() + " " + bundle.getVersion();
        List<Bundle> dependents =
                dependents(bundle).stream().filter(BundleSwap::runs).toList();
        List<Bundle> all = new ArrayList<>(dependents);
        all.add(bundle);
        Map<Bundle, List<String>> services = services(all);
        long began = System.nanoTime();
        try {
            replace(bundle, next, dependents);
        } catch (BundleException | IOException | RuntimeException e) {
            throw ApiException.conflict("what " + old + " came from does not run: " + reason(e) + "; "
                    + back(bundle, old, before, dependents));
        }
        List<String> missing = await(services);
        double millis = (System.nanoTime() - began) / MILLI;
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("name", bundle.getSymbolicName());
        answer.put("before", old.substring(old.indexOf(' ') + 1));
        answer.put("version", bundle.getVersion().toString());
        answer.put("millis", millis);
        answer.put(
                "restarted",
                new TreeSet<>(dependents.stream().map(Bundle::getSymbolicName).toList()));
        if (!missing.isEmpty()) {
            answer.put("missing", missing);
        }
        Map<String, Object> remembered = new LinkedHashMap<>();
        remembered.put("millis", millis);
        remembered.put("time", TimeOfDay.micros());
        last.put(bundle.getSymbolicName(), remembered);
        LOG.info(
                "{} was replaced by version {} on request of an operator; its services were back after {} ms",
                old,
                bundle.getVersion(),
                Math.round(millis));
        return answer;
    }

    private void replace(Bundle bundle, Path jar, Collection<Bundle> dependents) throws BundleException, IOException {
        // it is still one that the framework starts by itself
        bundle.stop(Bundle.STOP_TRANSIENT);
        try (InputStream in = Files.newInputStream(jar)) {
            bundle.update(in);
        }
        refresh(bundle);
        bundle.start(Bundle.START_ACTIVATION_POLICY);
        for (Bundle each : dependents) {
            if (!runs(each)) {
                try {
                    each.start(Bundle.START_ACTIVATION_POLICY);
                } catch (BundleException e) {
                    throw new BundleException(
                            "with it " + each.getSymbolicName() + " does not run: " + reason(e), e.getType(), e);
                }
            }
        }
    }

    /** @return what became of it */
    private String back(Bundle bundle, String old, Path before, Collection<Bundle> dependents) {
        try {
            replace(bundle, before, dependents);
            LOG.warn("what {} came from does not run; it runs again as it was", old);
            return old + " runs again";
        } catch (BundleException | IOException | RuntimeException e) {
            LOG.error("{} does not run again", old, e);
            return "and " + old + " does not run again: " + reason(e);
        }
    }

    private static String reason(Exception e) {
        Throwable cause = e;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        String text = String.valueOf(cause.getMessage() == null ? cause : cause.getMessage());
        return text.length() <= 500 ? text : text.substring(0, 500) + "...";
    }

    private void refresh(Bundle bundle) throws BundleException {
        CountDownLatch done = new CountDownLatch(1);
        wiring.refreshBundles(List.of(bundle), event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                done.countDown();
            }
        });
        try {
            if (!done.await(REFRESH_SECONDS, TimeUnit.SECONDS)) {
                throw new BundleException(
                        "the bundles that use it have not started again for " + REFRESH_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BundleException("it was interrupted", e);
        }
    }

    private List<Bundle> dependents(Bundle bundle) {
        return wiring.getDependencyClosure(List.of(bundle)).stream()
                .filter(each -> !each.equals(bundle))
                .toList();
    }

    private static boolean runs(Bundle bundle) {
        return bundle.getState() == Bundle.ACTIVE || bundle.getState() == Bundle.STARTING;
    }

    /**
     * The names of the services that bundles offer to others of the bridge and to the HTTP service, as often as they
     * offer them. What else they register, such as for the health, comes and goes for reasons of its own.
     */
    private static Map<Bundle, List<String>> services(Collection<Bundle> bundles) {
        Map<Bundle, List<String>> services = new LinkedHashMap<>();
        for (Bundle bundle : bundles) {
            services.put(bundle, services(bundle));
        }
        return services;
    }

    private static List<String> services(Bundle bundle) {
        ServiceReference<?>[] references = bundle.getRegisteredServices();
        List<String> names = new ArrayList<>();
        for (ServiceReference<?> each : references == null ? new ServiceReference<?>[0] : references) {
            List<String> classes = List.of((String[]) each.getProperty(Constants.OBJECTCLASS));
            if (classes.stream().anyMatch(BundleSwap::counts)) {
                names.add(String.join(", ", classes));
            }
        }
        return names;
    }

    private static boolean counts(String service) {
        return service.startsWith(BundlesResource.PREFIX) || service.startsWith(SERVLETS);
    }

    /** Waits until all of them are offered again. @return those that are not after ten seconds */
    private static List<String> await(Map<Bundle, List<String>> services) {
        long end = System.nanoTime() + BACK_NANOS;
        List<String> missing = missing(services);
        while (!missing.isEmpty() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(LOOK_NANOS);
            missing = missing(services);
        }
        return missing;
    }

    private static List<String> missing(Map<Bundle, List<String>> services) {
        List<String> missing = new ArrayList<>();
        services.forEach((bundle, names) -> {
            List<String> left = new ArrayList<>(names);
            services(bundle).forEach(left::remove);
            left.forEach(name -> missing.add(name + " of " + bundle.getSymbolicName()));
        });
        return missing;
    }
}
