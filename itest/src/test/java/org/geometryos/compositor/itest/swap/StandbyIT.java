package org.geometryos.compositor.itest.swap;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
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

/** What clients are told while what they ask for is away for a moment: to try again, and never that it is not there. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class StandbyIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Map<String, List<String>> PATHS = Map.of(
            "transport",
            List.of("/compositor", "/compositor/status"),
            "settings",
            List.of("/compositor/settings", "/compositor/settings/schema.json"),
            "models",
            List.of("/models/", "/models/gear.glb"),
            "metrics",
            List.of("/metrics"),
            "operate",
            List.of("/compositor/admin/state"),
            "web",
            List.of("/", "/2d", "/3d", "/wall/left", "/compositor-client.js", "/assets/none.js"));

    @Inject
    private BundleContext context;

    @Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + Host.port() + path))
                        .build(),
                BodyHandlers.ofString());
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
                        20,
                        path + " as before, " + before.get(path),
                        () -> get(path).statusCode() == before.get(path) ? true : null);
            }
        }
        assertEquals("what nobody serves", 404, get("/nobody").statusCode());
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
            Set<String> seen = new ConcurrentSkipListSet<>();
            AtomicInteger asked = new AtomicInteger();
            Thread asking = new Thread(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    try {
                        HttpResponse<String> answer = get(path);
                        seen.add(answer.statusCode()
                                + (answer.statusCode() == 503
                                        ? " "
                                                + answer.headers()
                                                        .firstValue("Retry-After")
                                                        .isPresent()
                                        : ""));
                        asked.incrementAndGet();
                    } catch (InterruptedException e) {
                        return;
                    } catch (Exception e) {
                        // a connection that ended with what served it
                        asked.incrementAndGet();
                    }
                }
            });
            asking.start();
            for (int i = 0; i < 5; i++) {
                int before = asked.get();
                host.swap(bundle);
                Host.await(20, "answers", () -> asked.get() > before + 20 ? true : null);
            }
            asking.interrupt();
            asking.join();
            seen.removeAll(Set.of("200", "426", "503 true"));
            assertTrue(path + " was answered with " + seen, seen.isEmpty());
        }
        host.awaitReady();
    }
}
