package org.geometryos.compositor.itest.hosts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.Folders;
import org.geometryos.compositor.itest.outside.Tools;
import org.geometryos.compositor.testkit.FreePort;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * All features as one, started by a launcher of others that knows nothing of us: that of Apache Sling. (No launcher of
 * the OSGi specification is released.)
 */
@Tag("long")
class FeatureLauncherIT {
    private static final String MAIN = "org.apache.sling.feature.launcher.impl.Main";

    @Test
    void theLauncherOfSlingGetsToAStream() throws Exception {
        String path = launcher().stream().map(Path::toString).collect(Collectors.joining(":"));
        Path built = DistributionProcess.distribution().resolveSibling("launch");
        Path folder = Folders.fresh("sling");
        Path recordings = DistributionProcess.distribution().resolve("recordings");
        int port = FreePort.next();
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", path, MAIN));
        command.addAll(List.of("-f", built.resolve("sling-feature.json").toString()));
        command.addAll(List.of("-u", built.resolve("repository").toUri().toString()));
        command.addAll(List.of("-fv", "7.0.5", "-p", folder.resolve("home").toString()));
        command.addAll(List.of("-c", folder.resolve("cache").toString()));
        for (String property : List.of(
                "org.osgi.service.http.port=" + port,
                "compositor.data=" + folder.resolve("data"),
                "compositor.recordings=" + recordings)) {
            command.addAll(List.of("-D", property));
        }
        Path log = folder.resolve("out.log");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Thread lastResort = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(lastResort);
        try (StartWatch watch = new StartWatch(port)) {
            new Bridge(port, () -> read(log)).awaitStream();
            watch.check();
        } finally {
            Tools.end(process);
            Runtime.getRuntime().removeShutdownHook(lastResort);
        }
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "(" + e + ")";
        }
    }

    /** The launcher, and what it needs. */
    private static List<Path> launcher() {
        return List.of(
                jar("org.apache.sling", "org.apache.sling.feature.launcher", "1.3.4"),
                jar("org.apache.sling", "org.apache.sling.feature", "2.0.4"),
                jar("org.apache.commons", "commons-text", "1.10.0"),
                jar("org.apache.commons", "commons-lang3", "3.12.0"),
                jar("commons-cli", "commons-cli", "1.4"),
                jar("org.osgi", "osgi.core", "8.0.0"),
                jar("org.osgi", "org.osgi.util.function", "1.0.0"),
                jar("org.osgi", "org.osgi.util.converter", "1.0.9"),
                jar("org.slf4j", "slf4j-api", "1.7.25"),
                jar("org.slf4j", "slf4j-simple", "1.7.25"),
                jar("org.apache.felix", "org.apache.felix.cm.json", "2.0.0"),
                jar("jakarta.json", "jakarta.json-api", "2.0.2"),
                Downloads.file("org.apache.johnzon", "johnzon-core", "jakarta", "jar", "1.2.19"));
    }

    private static Path jar(String group, String artifact, String version) {
        return Downloads.file(group, artifact, "jar", version);
    }
}
