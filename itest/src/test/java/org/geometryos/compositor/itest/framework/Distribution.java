package org.geometryos.compositor.itest.framework;

import static org.ops4j.pax.exam.CoreOptions.bootClasspathLibrary;
import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.cleanCaches;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.frameworkStartLevel;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.systemPackages;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;
import static org.ops4j.pax.exam.CoreOptions.vmOptions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.geometryos.compositor.testkit.FreePort;
import org.ops4j.pax.exam.Option;

/** The distribution's bundles, as its feature files name them, in a framework of a test. */
public final class Distribution {
    private static final Pattern BUNDLE =
            Pattern.compile("\"id\"\\s*:\\s*\"([^\":]+):([^\":]+)(?::[^\":]+(?::([^\":]+))?)?:([^\":]+)\"\\s*,"
                    + "\\s*\"start-order\"\\s*:\\s*(\\d+)");

    private Distribution() {}

    public static Path home() {
        return Path.of(System.getProperty("compositor.distribution"));
    }

    /** A framework with the core, a data folder of its own, and a free port for it. */
    public static Option[] framework(Option... more) {
        int port = FreePort.next();
        List<Option> options = new ArrayList<>(List.of(
                cleanCaches(true),
                frameworkProperty("org.apache.felix.jetty.websocket.enable").value("true"),
                frameworkProperty("compositor.data").value(data().toString()),
                frameworkProperty("org.osgi.service.http.port").value(String.valueOf(port)),
                frameworkProperty("org.apache.felix.http.host").value("127.0.0.1"),
                frameworkStartLevel(100),
                systemProperty("itest.port").value(String.valueOf(port)),
                systemProperty("itest.classes").value(System.getProperty("compositor.test.classes")),
                systemProperty("itest.output").value(System.getProperty("compositor.output")),
                vmOptions(
                        "@" + home().resolve("lib/compiler.options"),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-Dlogback.configurationFile="
                                + Path.of(System.getProperty("compositor.test.classes"), "framework-logback.xml")
                                        .toUri()),
                // as the launcher has it: logging comes from the class path
                bootClasspathLibrary(library("slf4j-api")),
                bootClasspathLibrary(library("logback-classic")),
                bootClasspathLibrary(library("logback-core")),
                systemPackages(
                        "org.slf4j;version=2.0.20",
                        "org.slf4j.event;version=2.0.20",
                        "org.slf4j.helpers;version=2.0.20",
                        "org.slf4j.spi;version=2.0.20"),
                junitBundles()));
        options.addAll(core());
        options.addAll(List.of(more));
        return new Option[] {composite(options.toArray(new Option[0]))};
    }

    private static Path data() {
        try {
            return Files.createTempDirectory(
                    Files.createDirectories(Path.of(System.getProperty("compositor.output"))), "data-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String library(String name) {
        return home().resolve("lib").resolve(name + ".jar").toUri().toString();
    }

    private static List<Option> core() {
        List<Option> bundles = new ArrayList<>();
        Path features = home().resolve("features");
        if (!Files.isDirectory(features)) {
            throw new IllegalStateException("the distribution is not built: " + features + " is not there");
        }
        try (Stream<Path> files = Files.list(features)) {
            for (Path feature : files.sorted().toList()) {
                String text = Files.readString(feature);
                if (text.contains("org.geometryos.compositor.option")) {
                    continue;
                }
                Matcher m = BUNDLE.matcher(text);
                while (m.find()) {
                    String classifier = m.group(3) == null ? "" : "-" + m.group(3);
                    Path jar = home().resolve("bundle").resolve(m.group(2) + "-" + m.group(4) + classifier + ".jar");
                    bundles.add(bundle(jar.toUri().toString()).startLevel(Integer.parseInt(m.group(5))));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (bundles.isEmpty()) {
            throw new IllegalStateException("no bundle in " + features);
        }
        return bundles;
    }
}
