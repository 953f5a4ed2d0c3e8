package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Runs scenarios: all contenders in turn, round by round, and writes what came out. Exit codes: 0 measured, 1 one of
 * the measurements failed, 2 wrong usage.
 */
public final class Main {
    /** Files beside its displays' sockets that a server or the load generator has open. */
    private static final int OTHER_FILES = 500;

    private final Options options;
    private final Path module;
    private final Path work;
    private final List<String> jvmOptions;
    private final String date = LocalDate.now().toString();
    private final Machine machine = Machine.here();
    private boolean failed;

    private Main(Options options, Path module) throws IOException, InterruptedException {
        this.options = options;
        this.module = module;
        this.work = Files.createTempDirectory(Files.createDirectories(module.resolve("target/processes")), "");
        System.out.println("logs of the processes: " + work);
        this.jvmOptions =
                Contender.Product.of(options.distribution()).jvmOptions(Files.createDirectory(work.resolve("options")));
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Path module = Path.of(System.getProperty("compositor.benchmark"));
        if (List.of(args).contains("--help")) {
            System.out.println(Options.USAGE);
            return;
        }
        try {
            Options options = Options.parse(List.of(args), module);
            checkFiles(options);
            Main main = new Main(options, module);
            main.run();
            System.exit(main.failed ? 1 : 0);
        } catch (Options.UsageException | IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.println(Options.USAGE);
            System.exit(2);
        }
    }

    private static void checkFiles(Options options) throws Options.UsageException, IOException {
        OptionalLong files = ProcFs.openFiles();
        for (String name : options.scenarios()) {
            int displays = Scenarios.displays(name, options.plan(name));
            if (files.isPresent() && files.getAsLong() < displays + OTHER_FILES) {
                throw new Options.UsageException(String.format(
                        Locale.ROOT,
                        "%s: %,d displays need %,d open files in one process, but this system allows %,d: "
                                + "raise the hard limit (ulimit -Hn), or ask for fewer --displays",
                        name,
                        displays,
                        displays + OTHER_FILES,
                        files.getAsLong()));
            }
        }
    }

    private void run() throws IOException, InterruptedException {
        List<String> texts = new ArrayList<>();
        for (String name : options.scenarios()) {
            texts.add(measure(Scenarios.of(name, options.plan(name), module, options.distribution(), jvmOptions)));
        }
        System.out.println();
        System.out.println(String.join("\n", texts));
        System.out.println("written to " + options.out());
    }

    /** @return its part of the page */
    private String measure(Scenario scenario) throws IOException, InterruptedException {
        List<Contender> contenders = scenario.contenders().stream()
                .filter(contender -> options.only().isEmpty() || options.only().contains(contender.name()))
                .toList();
        if (contenders.isEmpty()) {
            return "## " + scenario.name() + "\n\nNot measured: none of " + options.only() + " takes part.\n";
        }
        List<Run> runs = new ArrayList<>();
        for (int round = 1; round <= scenario.plan().rounds(); round++) {
            for (Contender contender : contenders) {
                runs.add(measure(scenario, contender, round));
            }
        }
        Report report = new Report(
                date,
                machine,
                jvmOptions,
                scenario.name(),
                scenario.conditions(),
                scenario.metrics(),
                contenders.stream().map(Contender::name).toList(),
                contenders.size() > 1 ? Peers.find(module, jvmOptions).skipped() : List.of(),
                runs);
        Map<String, String> plots = new LinkedHashMap<>();
        String findings = "";
        if (runs.stream().anyMatch(run -> run.failure().isEmpty())) {
            report.ratios().ifPresent(plot -> plots.put("ratios", plot));
            try {
                plots.putAll(scenario.plots(report));
                findings = scenario.findings(report);
            } catch (IllegalArgumentException e) {
                // too little was measured to conclude anything; the tables say what there is
                System.out.println(scenario.name() + ": " + e.getMessage());
            }
        }
        return report.write(options.out(), findings, plots);
    }

    private Run measure(Scenario scenario, Contender contender, int round) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(work.resolve(
                scenario.name() + "/" + round + "-" + contender.name().replaceAll("[^A-Za-z]+", "-")));
        Run run;
        long began = System.nanoTime();
        try {
            run = scenario.measure(contender, round, folder);
        } catch (IOException | IllegalArgumentException e) {
            run = Run.failed(contender, round, String.valueOf(e.getMessage()));
            failed = true;
        }
        Map<String, Double> values = run.values();
        System.out.println(String.format(
                Locale.ROOT,
                "%s, round %d, %s, %.0f s: %s",
                scenario.name(),
                round,
                contender.name(),
                (System.nanoTime() - began) / 1e9,
                run.failure().isEmpty()
                        ? String.join(
                                ", ",
                                scenario.metrics().stream()
                                        .filter(metric -> values.containsKey(metric.name()))
                                        .map(metric -> String.format(
                                                Locale.ROOT,
                                                "%s %,.2f %s",
                                                metric.name(),
                                                values.get(metric.name()),
                                                metric.unit()))
                                        .toList())
                        : "failed: " + run.failure()));
        return run;
    }
}
