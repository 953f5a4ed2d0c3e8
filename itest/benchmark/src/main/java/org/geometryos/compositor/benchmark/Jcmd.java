package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a JVM tells about itself, asked by the {@code jcmd} of the JDK that the benchmark runs on. */
final class Jcmd {
    private static final long LIMIT_SECONDS = 60;
    private static final Pattern OBJECTS = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(\\S+).*");
    private static final Pattern TOTAL = Pattern.compile("Total\\s+\\d+\\s+(\\d+)\\s*");
    /** JDK 17 writes the kernel's number of a thread in hexadecimal, newer ones in decimal. */
    private static final Pattern THREAD = Pattern.compile("\"(.*)\" .*\\bnid=(0x[0-9a-f]+|\\d+)\\b.*");

    private static final Pattern COMMITTED = Pattern.compile(".*?(Total|Java Heap)\\b.*committed=(\\d+)KB.*");

    /** Objects of one class. */
    record Objects(String type, long count, long bytes) {}

    /** Live objects, after a full collection. @param largest the classes that take most, in descending order */
    record Heap(long bytes, List<Objects> largest) {}

    private Jcmd() {}

    /** Forces a full collection and counts what is left. */
    static Heap heap(long pid, int classes) throws IOException, InterruptedException {
        return heap(run(pid, "GC.class_histogram"), classes);
    }

    static Heap heap(List<String> histogram, int classes) {
        List<Objects> largest = new ArrayList<>();
        for (String line : histogram) {
            Matcher total = TOTAL.matcher(line);
            if (total.matches()) {
                return new Heap(Long.parseLong(total.group(1)), largest);
            }
            Matcher objects = OBJECTS.matcher(line);
            if (objects.matches() && largest.size() < classes) {
                largest.add(new Objects(
                        objects.group(3), Long.parseLong(objects.group(1)), Long.parseLong(objects.group(2))));
            }
        }
        throw new IllegalArgumentException("a class histogram without its total: " + histogram);
    }

    /** Bytes that the JVM counts outside the heap; empty if it was not started with NativeMemoryTracking. */
    static OptionalLong outsideHeap(long pid) throws IOException, InterruptedException {
        return outsideHeap(run(pid, "VM.native_memory", "summary"));
    }

    static OptionalLong outsideHeap(List<String> summary) {
        long total = -1;
        for (String line : summary) {
            Matcher committed = COMMITTED.matcher(line);
            if (committed.matches()) {
                long bytes = Long.parseLong(committed.group(2)) * 1024;
                if (committed.group(1).equals("Total")) {
                    total = bytes;
                } else if (total >= 0) {
                    return OptionalLong.of(total - bytes);
                }
            }
        }
        return OptionalLong.empty();
    }

    /** Names of threads by the kernel's numbers. */
    static Map<Long, String> threadNames(long pid) throws IOException, InterruptedException {
        return threadNames(run(pid, "Thread.print"));
    }

    static Map<Long, String> threadNames(List<String> dump) {
        Map<Long, String> names = new TreeMap<>();
        for (String line : dump) {
            Matcher thread = THREAD.matcher(line);
            if (thread.matches()) {
                names.put(Long.decode(thread.group(2)), thread.group(1));
            }
        }
        return names;
    }

    private static List<String> run(long pid, String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("jcmd", ".txt");
        try {
            Process jcmd = new ProcessBuilder(Stream.concat(
                                    Stream.of(
                                            Path.of(System.getProperty("java.home"), "bin/jcmd")
                                                    .toString(),
                                            Long.toString(pid)),
                                    Stream.of(command))
                            .toList())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!jcmd.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                jcmd.destroyForcibly();
                throw new IOException(
                        "jcmd " + String.join(" ", command) + " did not answer within " + LIMIT_SECONDS + " s");
            }
            List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
            if (jcmd.exitValue() != 0) {
                throw new IOException("jcmd " + String.join(" ", command) + " failed: " + lines);
            }
            return lines;
        } finally {
            Files.delete(output);
        }
    }
}
