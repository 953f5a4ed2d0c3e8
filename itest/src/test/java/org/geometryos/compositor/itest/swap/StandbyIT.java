package org.geometryos.compositor.itest.swap;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.geometryos.compositor.itest.framework.Distribution;
import org.geometryos.compositor.itest.framework.Host;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationAdmin;

/** What clients are told while what they ask for is away for a moment: to try again, and never that it is not there. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class StandbyIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String PREFIX = "org.geometryos.compositor.";
    private static final Map<String, List<String>> PATHS = Map.of(
            "transport",
            List.of("/compositor", "/compositor/status"),
            "settings",
            List.of("/compositor/settings", "/compositor/settings/schema.json"),
            "models",
            List.of("/models/", "/models/gear.glb"),
            "metrics",
            List.of("/metrics"),
            "observe",
            List.of("/health/live", "/health/ready", "/compositor/health"),
            "operate",
            List.of("/compositor/admin/state", "/compositor/recordings"),
            "wall",
            List.of("/compositor/walls", "/compositor/walls/main"),
            "web",
            List.of(
                    "/",
                    "/walls",
                    "/walls/main",
                    "/recordings",
                    "/admin",
                    "/2d",
                    "/3d",
                    "/wall/left",
                    "/compositor-client.js",
                    "/assets/none.js"));

    @Inject
    private BundleContext context;

    @Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return HTTP.send(request(path), BodyHandlers.ofString());
    }

    private static HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + Host.port() + path))
                .build();
    }

    private static void assertStandsBy(String path, HttpResponse<String> answer) {
        assertEquals(path, 503, answer.statusCode());
        assertEquals(path, "1", answer.headers().firstValue("Retry-After").orElse("(absent)"));
        assertTrue(path, answer.headers().firstValue("Cache-Control").orElse("").contains("no-store"));
    }

    @Test
    public void aBundleThatIsStoppedIsNotReadyAndNotMissing() throws Exception {
        Host host = new Host(context);
        host.awaitReady();
        for (String bundle : PATHS.keySet()) {
            Map<String, Integer> before = new TreeMap<>();
            for (String path : PATHS.get(bundle)) {
                before.put(path, get(path).statusCode());
            }
            host.bundle(bundle).stop();
            try {
                for (String path : PATHS.get(bundle)) {
                    assertStandsBy(path, get(path));
                }
            } finally {
                host.bundle(bundle).start();
            }
            for (String path : PATHS.get(bundle)) {
                Host.await(
                        60,
                        path + " as before, " + before.get(path),
                        () -> get(path).statusCode() == before.get(path) ? true : null);
            }
        }
        assertEquals("what nobody serves", 404, get("/nobody").statusCode());
    }

    @Test
    public void whatIsServedHasSomebodyWhoStandsBy() throws Exception {
        Host host = new Host(context);
        host.awaitReady();
        Set<String> served = new TreeSet<>();
        Set<String> stoodBy = new TreeSet<>();
        for (ServiceReference<?> servlet : context.getAllServiceReferences("jakarta.servlet.Servlet", null)) {
            Object patterns = servlet.getProperty("osgi.http.whiteboard.servlet.pattern");
            List<String> found = patterns instanceof String[] several
                    ? List.of(several)
                    : patterns == null ? List.of() : List.of(patterns.toString());
            String bundle = servlet.getBundle().getSymbolicName();
            if (bundle.equals(PREFIX + "standby")) {
                stoodBy.addAll(found);
            } else if (bundle.startsWith(PREFIX) && PATHS.containsKey(bundle.substring(PREFIX.length()))) {
                served.addAll(found);
            }
        }
        assertTrue(served.toString(), served.containsAll(List.of("/walls", "/recordings", "/metrics")));
        served.removeAll(stoodBy);
        assertEquals("patterns that nobody stands by for", Set.of(), served);
    }

    @Test
    public void theStatusIsJsonAlsoWhileTransportIsAway() throws Exception {
        Host host = new Host(context);
        host.awaitReady();
        host.bundle("transport").stop();
        try {
            HttpResponse<String> answer = get("/compositor/status");
            assertEquals(
                    "application/json",
                    answer.headers().firstValue("Content-Type").orElse(""));
            assertTrue(
                    answer.body(),
                    answer.body().startsWith("{\"status\":\"unavailable\",\"reason\":\"")
                            && answer.body().endsWith("\"retryAfter\":1}"));
        } finally {
            host.bundle("transport").start();
        }
    }

    @Test
    public void withoutEndpointOrConnectionsItIsNotReady() throws Exception {
        Host host = new Host(context);
        for (String bundle : List.of("endpoint", "connections", "protocol")) {
            host.awaitReady();
            host.bundle(bundle).stop();
            try {
                HttpResponse<String> answer = get("/compositor/status");
                assertEquals(bundle, 503, answer.statusCode());
                assertTrue(bundle, answer.headers().firstValue("Retry-After").isPresent());
            } finally {
                host.bundle(bundle).start();
            }
        }
        host.awaitReady();
    }

    @Test
    public void nobodySees404WhileBundlesAreReplaced() throws Exception {
        Host host = new Host(context);
        host.awaitReady();
        for (String bundle : PATHS.keySet()) {
            String path = PATHS.get(bundle).get(0);
            try (Asking asking = new Asking(List.of(path))) {
                for (int i = 0; i < 5; i++) {
                    int before = asking.asked.get();
                    host.swap(bundle);
                    Host.await(60, "answers", () -> asking.asked.get() > before + 20 ? true : null);
                }
                asking.assertNobodySaysThatItIsNotThere();
            }
        }
        host.awaitReady();
    }

    @Test
    public void nobodySees404WhileTheHttpServiceRestarts() throws Exception {
        Host host = new Host(context);
        host.awaitReady();
        List<String> paths = PATHS.values().stream().map(each -> each.get(0)).toList();
        org.osgi.service.cm.Configuration http =
                host.service(ConfigurationAdmin.class).getConfiguration("org.apache.felix.http", "?");
        try (Asking asking = new Asking(paths)) {
            for (int i = 0; i < 5; i++) {
                http.update(new Hashtable<>(Map.of("org.apache.felix.http.timeout", 50_000 + i)));
                int before = asking.asked.get();
                Host.await(60, "answers", () -> asking.asked.get() > before + 50 ? true : null);
                host.awaitReady();
            }
            asking.assertNobodySaysThatItIsNotThere();
        } finally {
            http.delete();
        }
        // the last change restarts the HTTP service once more, at some moment
        Host.await(60, "404 for what nobody serves", () -> isAbsent("/nobody") ? true : null);
    }

    private static boolean isAbsent(String path) throws InterruptedException {
        try {
            return HTTP.send(request(path), BodyHandlers.ofString()).statusCode() == 404;
        } catch (IOException e) {
            return false;
        }
    }

    /** Asks again and again, one connection after the other and over ones that stay. */
    private static final class Asking implements AutoCloseable {
        private final Set<String> seen = new ConcurrentSkipListSet<>();
        private final AtomicInteger asked = new AtomicInteger();
        private final List<Thread> threads;

        Asking(List<String> paths) {
            threads = Stream.of(false, true)
                    .map(fresh -> new Thread(() -> ask(paths, fresh)))
                    .toList();
            threads.forEach(Thread::start);
        }

        private void ask(List<String> paths, boolean fresh) {
            while (!Thread.currentThread().isInterrupted()) {
                for (String path : paths) {
                    try {
                        note(path, fresh ? connect(path) : get(path));
                    } catch (InterruptedException e) {
                        return;
                    } catch (Exception e) {
                        // a connection that is refused, or that ended with what served it
                    }
                    asked.incrementAndGet();
                }
            }
        }

        private static HttpResponse<String> connect(String path) throws Exception {
            return HttpClient.newHttpClient().send(request(path), BodyHandlers.ofString());
        }

        private void note(String path, HttpResponse<String> answer) {
            int status = answer.statusCode();
            if (status != 200
                    && status != 426
                    && (status != 503
                            || answer.headers().firstValue("Retry-After").isEmpty())) {
                seen.add(path + ": " + status);
            }
        }

        void assertNobodySaysThatItIsNotThere() {
            assertEquals(Set.of(), seen);
        }

        @Override
        public void close() throws InterruptedException {
            for (Thread thread : threads) {
                thread.interrupt();
                thread.join();
            }
        }
    }
}
