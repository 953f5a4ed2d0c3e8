package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** What Linux tells about processes. Each read is a fresh one. */
final class ProcFs {
    /** Clock ticks a second in /proc: fixed in Linux for everything that Java runs on. */
    private static final double TICKS = 100;
    /** Fields of stat behind the name, counted from the state: utime and stime. */
    private static final int USER = 11;

    private static final int SYSTEM = 12;

    /** Resident bytes of a process. @param rss all pages @param pss shared ones by their share */
    record Memory(long rss, long pss) {}

    private ProcFs() {}

    /** User and system seconds of a process since its start, threads that have ended included. */
    static double cpuSeconds(long pid) throws IOException {
        return cpuSeconds(Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1));
    }

    /** Seconds in which the machine's processors were not idle, over all of them, since it started. */
    static double machineSeconds() throws IOException {
        return machineSeconds(Files.readAllLines(Path.of("/proc/stat")).get(0));
    }

    /** @param stat the line {@code cpu user nice system idle iowait irq softirq ...} */
    static double machineSeconds(String stat) {
        String[] fields = stat.trim().split("\\s+");
        if (!fields[0].equals("cpu") || fields.length < 8) {
            throw new IllegalArgumentException("\"" + stat + "\" is not the first line of /proc/stat");
        }
        long ticks = 0;
        for (int field : new int[] {1, 2, 3, 6, 7}) {
            ticks += Long.parseLong(fields[field]);
        }
        return ticks / TICKS;
    }

    /** User and system seconds of each living thread, by its number. */
    static Map<Long, Double> threadSeconds(long pid) throws IOException {
        Map<Long, Double> seconds = new TreeMap<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path task : tasks) {
                try {
                    seconds.put(
                            Long.parseLong(task.getFileName().toString()),
                            cpuSeconds(Files.readString(task.resolve("stat"), StandardCharsets.ISO_8859_1)));
                } catch (NoSuchFileException e) {
                    // it ended between the listing and the look
                    continue;
                }
            }
        }
        return seconds;
    }

    /** User and system seconds of the living threads whose name begins so, of which Linux knows 15 characters. */
    static double threadSeconds(long pid, String name) throws IOException {
        double seconds = 0;
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path task : tasks) {
                try {
                    String stat = Files.readString(task.resolve("stat"), StandardCharsets.ISO_8859_1);
                    seconds += stat.startsWith(name, stat.indexOf('(') + 1) ? cpuSeconds(stat) : 0;
                } catch (NoSuchFileException e) {
                    // it ended between the listing and the look
                    continue;
                }
            }
        }
        return seconds;
    }

    /** @param stat the file of a process or a thread; its name, in parentheses, may hold anything */
    static double cpuSeconds(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM])) / TICKS;
    }

    /** Of the machine over the last minute. */
    static double loadAverage() throws IOException {
        return Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
    }

    static Memory memory(long pid) throws IOException {
        return memory(Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup")));
    }

    static Memory memory(List<String> smapsRollup) {
        return new Memory(kilobytes(smapsRollup, "Rss:") * 1024, kilobytes(smapsRollup, "Pss:") * 1024);
    }

    /** @param lines of the kind {@code Name: 123 kB} */
    static long kilobytes(List<String> lines, String name) {
        for (String line : lines) {
            String[] words = line.trim().split("\\s+");
            if (words[0].equals(name) && words.length == 3 && words[2].equals("kB")) {
                return Long.parseLong(words[1]);
            }
        }
        throw new IllegalArgumentException("no line \"" + name + " NUMBER kB\" in " + lines);
    }

    /** The command line of a process, word by word. */
    static List<String> commandLine(long pid) throws IOException {
        return List.of(Files.readString(Path.of("/proc/" + pid + "/cmdline")).split("\0"));
    }

    /**
     * Files that this process may have open, up to the hard limit, which its children can raise theirs to; empty if
     * unlimited.
     */
    static OptionalLong openFiles() throws IOException {
        return openFiles(Files.readAllLines(Path.of("/proc/self/limits")));
    }

    static OptionalLong openFiles(List<String> limits) {
        for (String line : limits) {
            if (line.startsWith("Max open files")) {
                String hard = line.trim().split("\\s+")[4];
                return hard.equals("unlimited") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(hard));
            }
        }
        throw new IllegalArgumentException("no line \"Max open files\" in " + limits);
    }
}
