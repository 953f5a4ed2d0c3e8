package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What the figures depend on, and nothing that names the machine. @param kernel its version, without what a builder
 * added
 */
record Machine(int cores, String processor, long memoryMiB, String kernel, String java) {

    static Machine here() throws IOException {
        String processor = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).trim())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                processor,
                ProcFs.kilobytes(Files.readAllLines(Path.of("/proc/meminfo")), "MemTotal:") / 1024,
                System.getProperty("os.name") + " "
                        + System.getProperty("os.version").replaceFirst("-.*", ""),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%d cores (%s), %,d MiB, %s, %s", cores, processor, memoryMiB, kernel, java);
    }
}
