package org.geometryos.compositor.itest.swap;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.geometryos.compositor.itest.framework.Loop;
import org.geometryos.compositor.itest.framework.WellBehaved;

/**
 * Displays of both kinds, in a process and a thread of their own: {@code ChaosDisplays PORT SEED WELL NAUGHTY}. Half of
 * the well-behaved ones take every update. Commands on standard input, one answer line each: {@code chaos} (the naughty
 * ones begin, and the others lose their connections now and then), {@code calm} (no more of it), {@code excuse} (the
 * transport will be replaced now), {@code report}, {@code flaws} and {@code suspicions} (those since the last time, one
 * a line, and an empty line), {@code states} (what the well-behaved ones know), {@code accounts}, {@code release}
 * (naughty sockets that hang are closed), {@code leave N} (so many well-behaved ones say bye), {@code quit}.
 */
public final class ChaosDisplays {
    private static final int MAX_TOLD = 40;
    /** How long a well-behaved display keeps its connection, in milliseconds, on average. */
    private static final int CUT_MILLIS = 45_000;

    private final Loop loop = new Loop();
    private final List<WellBehaved> well = new ArrayList<>();
    private final List<Naughty> naughty = new ArrayList<>();
    private final Naughty.Tally tally = new Naughty.Tally();
    private final List<String> flaws = new ArrayList<>();
    private final List<String> suspicions = new ArrayList<>();
    private final Random random;
    private int flawsInAll;
    private boolean chaos;

    private ChaosDisplays(int port, long seed, int wells, int naughties) throws Exception {
        random = new Random(seed);
        for (int i = 0; i < wells; i++) {
            boolean every = i % 2 == 0;
            well.add(new WellBehaved(
                    loop,
                    port,
                    (every ? "every-" : "latest-") + i,
                    every,
                    random.nextLong(),
                    this::flaw,
                    suspicions::add));
        }
        for (int i = 0; i < naughties; i++) {
            naughty.add(new Naughty(loop, port, i, naughties, random.nextLong(), tally, this::flaw));
        }
    }

    private void flaw(String what) {
        flawsInAll++;
        if (flaws.size() < MAX_TOLD) {
            flaws.add(what);
        }
    }

    private void tick() {
        well.forEach(WellBehaved::ask);
        if (chaos) {
            for (WellBehaved display : well) {
                if (random.nextInt(CUT_MILLIS) < WellBehaved.askMillis()) {
                    loop.after(random.nextInt(1000), () -> {
                        if (chaos) {
                            display.cut();
                        }
                    });
                }
            }
        }
        loop.after(WellBehaved.askMillis(), this::tick);
    }

    private void start() {
        for (int i = 0; i < well.size(); i++) {
            loop.after(i * 5L, well.get(i)::connect);
        }
        tick();
    }

    private String report() {
        Map<Integer, Integer> closes = new TreeMap<>();
        well.forEach(display -> display.closes.forEach((code, n) -> closes.merge(code, n, Integer::sum)));
        long cpu = ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
        Map<String, Object> report = new TreeMap<>();
        report.put("connected", well.stream().filter(WellBehaved::connected).count());
        report.put(
                "ready", well.stream().filter(display -> display.snapshots > 0).count());
        report.put("gone", well.stream().filter(WellBehaved::gone).count());
        report.put("lowest", well.stream().mapToLong(WellBehaved::applied).min().orElse(0));
        report.put("flaws", flawsInAll);
        report.put("suspicions", suspicions.size());
        report.put("closes", closes);
        report.put("cuts", well.stream().mapToInt(display -> display.cuts).sum());
        report.put("resumed", well.stream().mapToInt(display -> display.resumed).sum());
        report.put(
                "longestAnswerMs",
                well.stream().mapToLong(display -> display.longestAnswer).max().orElse(0) / 1_000_000);
        report.put(
                "updates",
                new TreeSet<>(well.stream()
                        .filter(display -> display.every)
                        .map(display -> display.updates)
                        .toList()));
        report.put(
                "digests",
                new TreeSet<>(well.stream()
                        .filter(display -> display.every)
                        .map(display -> display.digest)
                        .toList()));
        report.put("acts", tally.acts);
        report.put("naughtyCloses", tally.closes);
        report.put("naughtyStatuses", tally.statuses);
        report.put("naughtyErrors", tally.errors);
        report.put("naughtyMessages", tally.messages);
        report.put("naughtyResumed", tally.resumed);
        report.put("longestStallMs", loop.longestStall());
        report.put("cpuMs", cpu / 1_000_000);
        StringBuilder line = new StringBuilder();
        report.forEach((key, value) -> line.append(key)
                .append('=')
                .append(value.toString().replace(" ", ""))
                .append(' '));
        return line.toString().strip();
    }

    private static String take(List<String> lines) {
        StringBuilder all = new StringBuilder();
        lines.forEach(line -> all.append(line.replace('\n', ' ')).append('\n'));
        lines.clear();
        return all.toString();
    }

    private String states() {
        Map<String, List<String>> states = new HashMap<>();
        well.forEach(display ->
                states.computeIfAbsent(display.state(), s -> new ArrayList<>()).add(display.name));
        StringBuilder all = new StringBuilder();
        states.forEach((state, names) -> all.append(state).append('\n'));
        return all.toString();
    }

    private String accounts() {
        StringBuilder all = new StringBuilder();
        well.stream()
                .filter(display -> !display.gone())
                .forEach(display -> all.append(display.account()).append(' '));
        return all.toString().strip();
    }

    private String answer(String command) {
        switch (command.split(" ")[0]) {
            case "chaos" -> {
                chaos = true;
                naughty.forEach(Naughty::start);
            }
            case "calm" -> {
                chaos = false;
                naughty.forEach(Naughty::calm);
            }
            case "flaws" -> {
                return take(flaws);
            }
            case "suspicions" -> {
                return take(suspicions);
            }
            case "states" -> {
                return states();
            }
            case "accounts" -> {
                return accounts();
            }
            case "excuse" -> well.forEach(WellBehaved::excuse);
            case "release" -> naughty.forEach(Naughty::release);
            case "leave" ->
                well.stream()
                        .filter(WellBehaved::connected)
                        .limit(Integer.parseInt(command.split(" ")[1]))
                        .forEach(WellBehaved::leave);
            default -> {}
        }
        return report();
    }

    public static void main(String[] args) throws Exception {
        ChaosDisplays displays = new ChaosDisplays(
                Integer.parseInt(args[0]),
                Long.parseLong(args[1]),
                Integer.parseInt(args[2]),
                Integer.parseInt(args[3]));
        Thread thread = new Thread(displays.loop, "displays");
        thread.setUncaughtExceptionHandler((t, e) -> {
            e.printStackTrace();
            System.exit(1);
        });
        thread.start();
        displays.loop.call(() -> {
            displays.start();
            return null;
        });
        long deadline = System.nanoTime() + 120_000_000_000L;
        while (!displays.loop.call(() -> displays.well.stream().allMatch(display -> display.snapshots > 0))) {
            if (System.nanoTime() - deadline > 0) {
                System.out.println("failed: " + displays.loop.call(displays::report));
                System.exit(1);
            }
            Thread.sleep(20);
        }
        System.out.println("ready " + displays.loop.call(displays::report));
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
        for (String command; (command = commands.readLine()) != null && !command.equals("quit"); ) {
            String asked = command;
            System.out.println(displays.loop.call(() -> displays.answer(asked)));
        }
        System.exit(0);
    }
}
