package org.geometryos.compositor.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.geometryos.compositor.launcher.host.Readiness;
import org.geometryos.compositor.testkit.FreePort;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts the assembled distribution as a user does. */
class DistributionIT {

    private static final Path DISTRIBUTION =
            Path.of(System.getProperty("compositor.distribution", "target/compositor"));
    private static final Duration READY = Duration.ofSeconds(70);
    /** Longer than it gives itself, of which its exit code tells. */
    private static final Duration STOP = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();
    private Path distribution = DISTRIBUTION;
    private int port;
    private String javaOptions = "";

    @BeforeEach
    void takeAPort() {
        port = FreePort.next();
    }

    @AfterEach
    void stopAll() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void saysReadyServesAndStopsOnSigterm() throws Exception {
        Process process = run("first", "--port", "" + port);
        assertThat(readyLine(process))
                .isEqualTo("ready http://localhost:" + port + "/ ws://localhost:" + port + "/compositor");
        assertThat(Readiness.probe(URI.create("http://127.0.0.1:" + port + "/compositor/status")))
                .isEmpty();
        assertThat(folder.resolve("data/log/compositor.log")).isNotEmptyFile();

        terminate(process);
        assertThat(rest(process)).as("standard output has the ready line only").isEmpty();
    }

    /** Digits, letters and calendars of these languages are others than a machine expects. */
    @Tag("long")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ar",
                "fa",
                "bn",
                "mr-u-nu-deva",
                "my",
                "tr",
                "hi-u-nu-deva",
                "th-TH-u-ca-buddhist-nu-thai",
                "ja-JP-u-ca-japanese"
            })
    void startsInEveryLanguage(String language) throws Exception {
        Locale locale = Locale.forLanguageTag(language);
        javaOptions = "-Duser.language=" + locale.getLanguage() + " -Duser.country=" + locale.getCountry()
                + (language.contains("-u-")
                        ? " -Duser.extensions=" + language.substring(language.indexOf("-u-") + 1)
                        : "");
        Process process = run("first", "--port", "" + port);
        assertThat(readyLine(process))
                .isEqualTo("ready http://localhost:" + port + "/ ws://localhost:" + port + "/compositor");
        assertThat(settings()).contains("\"units\":\"px\"");
        terminate(process);
        assertThat(folder.resolve("data/log/compositor.log"))
                .content(StandardCharsets.UTF_8)
                .matches("(?s)\\d{4}-\\d\\d-\\d\\d.*")
                .doesNotContain("ERROR");
    }

    /** Also in the locale C, in which Java would take no other letters than ASCII. */
    @Tag("long")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "100% sure %20",
                "${user.home} $HOME $[env:HOME]",
                "a+b & c",
                "B\u00fchne links",
                "a,b;c",
                "#1 (new)",
                "'quoted' \"name\"",
                "\u821e\u53f0"
            })
    void runsWhereverItsFoldersAre(String name) throws Exception {
        folder = Files.createDirectory(folder.resolve(name));
        String key = "sesame, open the wall";
        Path conf = Files.createDirectories(folder.resolve("conf"));
        Files.writeString(Files.createDirectory(conf.resolve("secrets")).resolve("wall"), key);
        Files.writeString(
                conf.resolve("org.geometryos.compositor.endpoint.key~wall.cfg"),
                "\uFEFFrole = view\r\nkey = $[secret:wall]\r\n");
        Files.writeString(conf.resolve("org.geometryos.compositor.recorder.cfg"), "enabled = true\n");
        Files.createDirectories(folder.resolve("data/models"));
        Files.copy(
                DISTRIBUTION.resolve("recordings/tour.jsonl"),
                Files.createDirectories(folder.resolve("data/recordings")).resolve("B\u00fchne.jsonl"));
        Files.writeString(
                conf.resolve("org.geometryos.compositor.camera.replay~umlaut.cfg"),
                "file = B\u00fchne.jsonl\ncamera = umlaut\n");
        Process process = run("first", "--port", "" + port);
        readyLine(process);
        assertThat(status("the wrong key, this one")).isEqualTo(401);
        assertThat(status(key)).isEqualTo(200);
        await("the database", () -> Files.isRegularFile(folder.resolve("data/recorder/recordings.db")));
        await(
                "the recording",
                () -> text(folder.resolve("data/log/compositor.log"))
                        .contains("Playing B\u00fchne.jsonl (camera umlaut)"));
        terminate(process);
        assertThat(folder.resolve("data/log/compositor.log"))
                .content(StandardCharsets.UTF_8)
                .doesNotContain("ERROR");
    }

    /** The distribution itself, below a link. */
    @Test
    void runsWhereverItIs() throws Exception {
        Path real = Files.createDirectory(folder.resolve("B\u00fchne 100% ${a}+#1"));
        copy(DISTRIBUTION, real.resolve("compositor"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);
        distribution = link.resolve("compositor");
        Process process = run("first", "--port", "" + port);
        readyLine(process);
        terminate(process);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each :
                    all.filter(path -> !path.startsWith(from.resolve("data"))).toList()) {
                Files.copy(each, to.resolve(from.relativize(each).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    /** A slip is refused at each start, and what was good stays. */
    @Test
    void whatWasRefusedIsRefusedAgainByTheNextStart() throws Exception {
        String pid = "org.geometryos.compositor.connections";
        Path conf = Files.createDirectories(folder.resolve("conf"));
        Files.writeString(conf.resolve(pid + ".cfg"), "maxConnectionsPerAddress = 1\n");
        Process process = run("first", "--port", "" + port);
        readyLine(process);
        Files.writeString(conf.resolve(pid + ".cfg"), "maxConnectionsPerAddress = one\nresumeWindw = 1\n");
        String line = pid
                + ".cfg): maxConnectionsPerAddress must be a whole number from 0 to 1000000, not \"one\"; the "
                + "previous configuration stays in force";
        Path log = folder.resolve("data/log/compositor.log");
        await("the line", () -> text(log).contains(line));
        await(
                "the other line",
                () -> text(log).contains(pid + ".cfg): resumeWindw is not known and is ignored; resumeWindow is"));
        terminate(process);
        Files.delete(log);
        Process second = run("second", "--port", "" + port);
        readyLine(second);
        await("the line again", () -> text(log).contains(line));
        terminate(second);
    }

    @Test
    void secondOneOnThePortSaysSoAndLeavesTheFirstAlone() throws Exception {
        Process first = run("first", "--port", "" + port);
        readyLine(first);
        Process second = run("second", "--port", "" + port);
        assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isEqualTo(1);
        assertThat(folder.resolve("second")).content().contains("cannot listen on port " + port);

        Process third = run("third", "--port", "0");
        assertThat(third.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(third.exitValue()).isEqualTo(1);
        assertThat(folder.resolve("third"))
                .content()
                .contains("in use by another instance (process " + first.pid() + ")");
        assertThat(Readiness.probe(URI.create("http://127.0.0.1:" + port + "/compositor/status")))
                .isEmpty();
    }

    @Test
    void startsAgainAfterItWasKilled() throws Exception {
        Process first = run("first", "--port", "0");
        readyLine(first);
        assertThat(first.destroyForcibly().waitFor(60, TimeUnit.SECONDS)).isTrue();
        Process second = run("second", "--port", "0");
        readyLine(second);
        terminate(second);
    }

    @Test
    void killedWhileItStartsItStartsCleanlyNextTime() throws Exception {
        Process first = run("first", "--port", "0");
        await("the bundle cache", () -> Files.isDirectory(folder.resolve("data/cache/bundle5")));
        first.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        Process second = run("second", "--port", "0");
        readyLine(second);
    }

    @Test
    void fileTakesTheDefaultsPlaceAndTheDefaultComesBack() throws Exception {
        String pid = "org.geometryos.compositor.camera.replay~tour";
        Path conf = Files.createDirectories(folder.resolve("conf"));
        Process process = run("first", "--port", "0");
        readyLine(process);
        Path stored = folder.resolve("data/config/org/geometryos/compositor/camera/replay%007etour.config");
        await("the default", () -> text(stored).contains("tour.jsonl"));

        Path file = Files.writeString(folder.resolve("new"), "file = stage.jsonl\nspeed = 2.0\n");
        Files.move(file, conf.resolve(pid + ".cfg"));
        await("the file's configuration", () -> text(stored).contains("stage.jsonl"));
        Files.delete(conf.resolve(pid + ".cfg"));
        await("the default again", () -> text(stored).contains("tour.jsonl"));
        terminate(process);

        Process withoutDemo = run("second", "--port", "0", "--no-demo");
        readyLine(withoutDemo);
        await("no default", () -> !Files.exists(stored));
    }

    @Test
    void deployedBundleThatCannotResolveIsReportedWithTheReason() throws Exception {
        Process process = run("first", "--port", "0");
        readyLine(process);
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Bundle-ManifestVersion", "2");
        manifest.getMainAttributes().putValue("Bundle-SymbolicName", "needs.something");
        manifest.getMainAttributes().putValue("Import-Package", "not.there");
        Path jar = folder.resolve("needs.something.jar");
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        Path deployed = DISTRIBUTION.resolve("deploy").resolve(jar.getFileName());
        try {
            Files.move(jar, deployed, StandardCopyOption.REPLACE_EXISTING);
            await(
                    "the report",
                    () -> text(folder.resolve("first"))
                            .matches("(?s).*bundle needs.something 0.0.0 cannot resolve: [^\n]*not.there.*"));
        } finally {
            Files.deleteIfExists(deployed);
        }
    }

    @Test
    void wrongUsageIsTwoAndOtherInterfacesAreRefused() throws Exception {
        assertThat(exit("usage", "--port", "x")).isEqualTo(2);
        assertThat(folder.resolve("usage")).content().contains("--port x: must be a whole number from 0 to 65535");
        assertThat(exit("host", "--host", "0.0.0.0")).isEqualTo(1);
        assertThat(folder.resolve("host"))
                .content()
                .contains("--host 0.0.0.0: must be a loopback address")
                .contains("compositor key new");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void withAKeyItListensOnEveryInterface() throws Exception {
        Path conf = Files.createDirectories(folder.resolve("conf"));
        Files.writeString(
                conf.resolve("org.geometryos.compositor.endpoint.key~ops.cfg"),
                "role = admin\nsha256 = " + "0".repeat(64) + "\n");
        Process process = run("first", "--port", "" + port, "--host", "0.0.0.0");
        assertThat(readyLine(process))
                .matches("ready http://[^/:]+:" + port + "/ ws://[^/:]+:" + port + "/compositor")
                .doesNotContain("0.0.0.0");
        terminate(process);
    }

    @Test
    void configurationsTakeWhatTheirPlaceholdersNameFromTheEnvFile() throws Exception {
        String key = "sesame, open the wall";
        Path conf = Files.createDirectories(folder.resolve("conf"));
        Files.writeString(conf.resolve(".env"), "WALL_KEY='" + key + "'\nWALL_ROLE=view\n");
        Files.writeString(
                conf.resolve("org.geometryos.compositor.endpoint.key~wall.cfg"),
                "role = $[env:WALL_ROLE]\nkey = $[env:WALL_KEY]\n");
        Process process = run("first", "--port", "" + port);
        readyLine(process);
        assertThat(status("the wrong key, this one")).isEqualTo(401);
        assertThat(status(key)).isEqualTo(200);
        assertThat(process.info().commandLine()).isPresent().get().asString().doesNotContain("sesame");
        terminate(process);
        assertThat(folder.resolve("data/log/compositor.log")).content().doesNotContain("sesame");
        assertThat(folder.resolve("first"))
                .content()
                .contains("can be read by others")
                .doesNotContain("sesame");
    }

    @Test
    void settingsInTheDataFolderAreInForceAndAWrongOneIsSaidOnce() throws Exception {
        Path file = Files.createDirectories(folder.resolve("data")).resolve("compose_config.json");
        Files.writeString(file, "{\"units\": \"mm\"}");
        Process process = run("first", "--port", "" + port);
        readyLine(process);
        await("the units", () -> settings().contains("\"units\":\"mm\""));

        Files.writeString(file, "{\"units\": \"yd\"}");
        String line =
                "compose_config.json: units must be one of px, mm, cm, m, in, ft, not \"yd\"; the previous settings "
                        + "stay in force";
        await(
                "the line in the log",
                () -> text(folder.resolve("data/log/compositor.log")).contains(line));
        assertThat(settings()).contains("\"units\":\"mm\"");
        Files.writeString(file, "{\"units\": \"cm\"}");
        await("the right units", () -> settings().contains("\"units\":\"cm\""));
        terminate(process);
        assertThat(folder.resolve("data/log/compositor.log")).content().containsOnlyOnce("units must be");
    }

    /** What displays get; empty while it cannot be had. */
    private String settings() {
        try {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + port + "/compositor/settings"))
                    .build();
            return HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException | InterruptedException e) {
            return "";
        }
    }

    private int status(String key) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/compositor/status"))
                .header("X-API-Key", key)
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private int exit(String name, String... options) throws Exception {
        Process process = run(name, options);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    /** @param name the file that gets what it prints on standard error */
    private Process run(String name, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                distribution.resolve("bin/compositor").toString(),
                "run",
                "--data",
                folder.resolve("data").toString(),
                "--conf",
                folder.resolve("conf").toString()));
        command.addAll(List.of(options));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(folder.resolve(name).toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JAVA_OPTS", javaOptions);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        process.getOutputStream().close();
        started.add(process);
        return process;
    }

    private String readyLine(Process process) throws Exception {
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        long limit = System.nanoTime() + READY.toNanos();
        while (!output.ready() && process.isAlive() && System.nanoTime() < limit) {
            Thread.sleep(20);
        }
        String line = output.ready() ? output.readLine() : null;
        assertThat(line).as("the ready line; standard error: %s", errors()).startsWith("ready http://");
        return line;
    }

    private String errors() {
        StringBuilder all = new StringBuilder();
        for (String name : List.of("first", "second", "third")) {
            all.append(text(folder.resolve(name)));
        }
        return all.toString();
    }

    private static String rest(Process process) {
        return String.join(
                "\n", process.inputReader(StandardCharsets.UTF_8).lines().toList());
    }

    private static void terminate(Process process) throws InterruptedException {
        process.toHandle().destroy();
        assertThat(process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS))
                .as("stopped within %s", STOP)
                .isTrue();
        assertThat(process.exitValue()).as("stopped in time").isZero();
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long limit = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waiting for %s", what).isLessThan(limit);
            Thread.sleep(20);
        }
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return "";
        }
    }
}
