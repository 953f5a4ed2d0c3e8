package org.geometryos.compositor.itest.swap;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.geometryos.compositor.itest.framework.Distribution;
import org.geometryos.compositor.itest.framework.Host;
import org.geometryos.compositor.itest.framework.TwoCameras;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;

/** What an operator sees and does over HTTP, in a framework without the launcher. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class OperateIT {
    private static final int LIMIT = 30;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @Inject
    private BundleContext context;

    @Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + Host.port() + "/compositor/admin/" + path));
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return HTTP.send(request(path).build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private static String state() throws Exception {
        HttpResponse<String> answer = get("state");
        return answer.statusCode() == 200 ? answer.body() : "";
    }

    private static String awaitState(String... parts) throws Exception {
        String[] last = {""};
        try {
            return Host.await(LIMIT, "a state", () -> {
                last[0] = state();
                return Stream.of(parts).allMatch(last[0]::contains) ? last[0] : null;
            });
        } catch (AssertionError e) {
            throw new AssertionError("no " + String.join(" and ", parts) + " in " + last[0], e);
        }
    }

    @Test
    public void theStateTellsOfAllPartsAndOfThoseThatAreAway() throws Exception {
        Host host = new Host(context);
        host.awaitReady();
        try (TwoCameras source = new TwoCameras(context);
                Host.Crowd crowd = Host.crowd(1, 2)) {
            awaitState(
                    "\"connected\":3,",
                    "\"codec\":\"compositor.v1.",
                    "\"camera\":\"a\",\"kind\":\"2d\"",
                    "\"level\":\"ok\"",
                    "\"updatesPerSecond\":",
                    "\"deliveredPerSecond\":",
                    "\"ageP99\":",
                    "\"recorder\":{\"enabled\":false",
                    "\"roundTrip\":");
            for (String[] away : new String[][] {
                {"recorder", "\"recorder\":null"},
                {"connections", "\"sessions\":null"},
                {"camera", "\"cameras\":null"},
                {"journal", "\"cameras\":null"}
            }) {
                host.bundle(away[0]).stop();
                if (away[0].equals("connections")) {
                    // without it nobody says who may ask
                    Host.await(LIMIT, "an answer", () -> get("state").statusCode() < 600);
                } else {
                    awaitState(away[1]);
                }
                host.bundle(away[0]).start();
            }
            awaitState("\"connected\":3,", "\"camera\":\"a\"", "\"recorder\":{");
        }
    }

    @Test
    public void whoeverMayNotConnectMayNotAsk() throws Exception {
        new Host(context).awaitReady();
        assertEquals(403, post("state", "{}", "Origin", "http://evil.example").statusCode());
        assertEquals(405, post("state", "{}").statusCode());
        assertTrue(get("none").body().contains("\"code\":\"not-found\""));
    }
}
