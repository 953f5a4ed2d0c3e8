package org.geometryos.compositor.itest.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.BundleFile;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.RawClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is put into {@code deploy/} and cannot take the place of what runs: one line each, and what runs goes on. */
@Tag("long")
class BrokenUploadsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String PREFIX = "org.geometryos.compositor.";
    private static final String CAMERA = PREFIX + "camera";

    private DistributionProcess distribution;

    @Test
    void eachUploadIsToldOfOnceAndNoneStopsTheHost() throws Exception {
        distribution = DistributionProcess.copy("broken").start();
        try (RawClient display = RawClient.display(distribution.port(), "watcher")) {
            byte[] camera = Files.readAllBytes(distribution.bundle(CAMERA));

            bytes("random.jar", new byte[] {7, 1, 2, 3, 4, 5, 6, 7, 8, 9});
            bytes("half ü %20.jar", Arrays.copyOf(camera, camera.length / 2));
            bytes("empty.jar", new byte[0]);
            Files.createDirectory(distribution.deploy().resolve("folder.jar"));
            put("old.jar", BundleFile.empty("old.one", "1", Map.of("Bundle-ManifestVersion", "1"), beside()));
            put("version.jar", BundleFile.empty("version.one", "1.x", Map.of(), beside()));
            put("nameless.jar", BundleFile.empty("", "1", Map.of(), beside()));
            put("framework.jar", BundleFile.empty("org.apache.felix.framework", "9", Map.of(), beside()));
            said("deploy/random.jar is no jar");
            said("half . %20.jar is only a part of a jar, or damaged");
            said("deploy/empty.jar is empty");
            said("deploy/folder.jar is a folder and no jar");
            said("deploy/old.jar \\(old.one\\) has a wrong Bundle-ManifestVersion: it must be 2, not 1");
            said("deploy/version.jar \\(version.one\\) has a wrong Bundle-Version: it must be "
                    + "MAJOR.MINOR.MICRO.QUALIFIER, not 1.x");
            said("deploy/nameless.jar has a Bundle-SymbolicName that is none");
            said("deploy/framework.jar \\(org.apache.felix.framework 9.0.0\\) is the framework");

            put(
                    "camera.jar",
                    BundleFile.changed(
                            distribution.bundle(CAMERA),
                            Map.of("Bundle-Version", "0.1.2", "Require-Bundle", "not.there"),
                            beside()));
            said("deploy/camera.jar: " + CAMERA + " 0.1.2 cannot resolve: [^\n]*not.there[^\n]*; the distribution's "
                    + CAMERA + " [^\n]* continues to run");
            put(
                    "scene.jar",
                    BundleFile.changed(
                            distribution.bundle(PREFIX + "scene"),
                            Map.of("Bundle-Version", "0.1.2", "Bundle-Activator", "not.Here"),
                            beside()));
            said("deploy/scene.jar: " + PREFIX + "scene 0.1.2 does not run: [^\n]*not.Here[^\n]*; the distribution's "
                    + PREFIX + "scene [^\n]* continues to run");

            put("part.jar", BundleFile.empty("some.part", "1", Map.of("Fragment-Host", PREFIX + "settings"), beside()));
            said("deploy/part.jar: fragment some.part 1.0.0 is attached to " + PREFIX + "settings");
            put("lost.jar", BundleFile.empty("lost.part", "1", Map.of("Fragment-Host", "not.there"), beside()));
            said("deploy/lost.jar: fragment lost.part 1.0.0 is attached to no bundle: not.there is not there");

            put("jackson.jar", BundleFile.versioned(distribution.bundle("jackson-annotations"), "2.99.0", beside()));
            said("deploy/jackson.jar: com.fasterxml.jackson.core.jackson-annotations 2.99.0 runs in place of the "
                    + "distribution's 2\\.");

            put("two-a.jar", BundleFile.empty("two", "1.0", Map.of(), beside()));
            put("two-b.jar", BundleFile.empty("two", "1.1", Map.of(), beside()));
            said("deploy/two-a.jar: two 1.0.0 is not used: deploy/two-b.jar holds the higher version 1.1.0");
            Files.delete(distribution.deploy().resolve("two-b.jar"));
            said("deploy/two-a.jar: two 1.0.0 runs in place of 1.1.0, as deploy/two-b.jar is gone");

            // broken over one that runs: the one that runs goes on
            put("two-a.jar", Files.write(beside(), new byte[] {1, 2, 3}));
            said("deploy/two-a.jar is no jar[^\n]*; two 1.0.0 continues to run");
            put("two-a.jar", BundleFile.empty("two", "1.2", Map.of("Bundle-Activator", "not.Here"), beside()));
            said("deploy/two-a.jar: two 1.2.0 does not run: [^\n]*; two 1.0.0 continues to run");
            Files.delete(distribution.deploy().resolve("two-a.jar"));
            said("two-a.jar is gone: two 1.0.0 is uninstalled");

            // what is missing comes later
            put("user.jar", BundleFile.empty("some.user", "1", Map.of("Require-Bundle", "some.parts"), beside()));
            said("bundle some.user 1.0.0 cannot resolve: [^\n]*some.parts");
            put("library.jar", BundleFile.empty("some.parts", "1", Map.of(), beside()));
            said("deploy/user.jar: some.user 1.0.0 runs");

            // touched, and written slowly
            Path library = distribution.deploy().resolve("library.jar");
            Files.setLastModifiedTime(library, FileTime.fromMillis(System.currentTimeMillis() + 5_000));
            Path slow = distribution.deploy().resolve("slow.jar");
            byte[] content = Files.readAllBytes(BundleFile.empty("slow.one", "1", Map.of(), beside()));
            for (int i = 0; i <= content.length; i += 40) {
                Files.write(slow, Arrays.copyOf(content, Math.min(content.length, i)));
                Thread.sleep(50);
            }
            Files.write(slow, content);
            said("deploy/slow.jar: slow.one 1.0.0 runs");
            assertEquals(
                    1,
                    distribution
                            .log()
                            .lines()
                            .filter(line -> line.contains("some.parts 1.0.0 runs"))
                            .count(),
                    distribution::log);
            assertTrue(
                    distribution.log().lines().noneMatch(line -> line.startsWith("\tat ")),
                    () -> "no stack traces:\n" + distribution.log());
            assertEquals(
                    1,
                    distribution
                            .log()
                            .lines()
                            .filter(line -> line.contains("deploy/random.jar"))
                            .count(),
                    distribution::log);

            display.send("{\"type\":\"ping\",\"t0\":77}");
            assertEquals(77, display.await("pong").path("t0").asInt());

            String health = health();
            for (String told : List.of(
                    "\"status\":\"warning\"",
                    "\"file\":\"random.jar\",\"state\":\"refused\"",
                    "deploy/scene.jar: " + PREFIX + "scene 0.1.2 does not run",
                    "\"from\":\"deploy/jackson.jar\",\"instead\":\"2.")) {
                assertTrue(health.contains(told), () -> told + " in " + health);
            }

            // the same after a restart, for those that would have stood in the way of the start
            distribution.stop();
            distribution.start();
            said("deploy/scene.jar: " + PREFIX + "scene 0.1.2 does not run: [^\n]*; the distribution's " + PREFIX
                    + "scene [^\n]* continues to run");
            said("deploy/camera.jar: " + CAMERA + " 0.1.2 does not run: [^\n]*not.there[^\n]*; the distribution's "
                    + CAMERA);
        } finally {
            distribution.close();
        }
    }

    private String health() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(distribution.http() + "/compositor/health"))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertEquals(200, answer.statusCode(), answer::body);
        return answer.body();
    }

    private Path beside() {
        return distribution.deploy().resolveSibling("upload.new");
    }

    private void bytes(String name, byte[] content) throws IOException {
        Files.write(distribution.deploy().resolve(name), content);
    }

    private void put(String name, Path jar) throws IOException {
        BundleFile.deploy(distribution, jar, name);
    }

    private void said(String line) {
        Pattern pattern = Pattern.compile(line);
        Waiting.until(
                LIMIT,
                () -> line + "; it printed:\n" + distribution.log(),
                () -> pattern.matcher(distribution.log()).find());
    }
}
