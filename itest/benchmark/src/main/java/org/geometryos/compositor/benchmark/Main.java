package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** Runs a scenario: all contenders in turn, round by round, and writes what came out. Exit codes: 0 measured, 1 failed, 2 wrong usage. */
public final class Main {
    /** Files beside its sockets that a server or the load generator has open. */
    private static final int OTHER_FILES = 500;

    /** The default of the bridge. */
    private static final long HEARTBEAT_MILLIS = 10_000;

    private Main() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path module = Path.of(System.getProperty("compositor.benchmark"));
        if (List.of(args).contains("--help")) {
            System.out.println(Options.USAGE);
            return;
        }
        try {
            run(module, Options.parse(List.of(args), module));
        } catch (Options.UsageException e) {
            System.err.println(e.getMessage());
            System.err.println(Options.USAGE);
            System.exit(2);
        }
    }

    private static void run(Path module, Options options) throws Options.UsageException, IOException, InterruptedException {
        OptionalLong files = ProcFs.openFiles();
        if (files.isPresent() && files.getAsLong() < options.displays() + OTHER_FILES) {
            throw new Options.UsageException(String.format("%,d displays need %,d open files in one process, but this system allows %,d: "
                    + "raise the hard limit (ulimit -Hn), or ask for fewer --displays",
                    options.displays(), options.displays() + OTHER_FILES, files.getAsLong()));
        }
        if (!options.scenario().equals("idle")) {
            throw new Options.UsageException("there is no scenario " + options.scenario());
        }
        Path work = Files.createTempDirectory(Files.createDirectories(module.resolve("target/processes")), "");
        System.out.println("logs of the processes: " + work);
        Contender.Product product = new Contender.Product(options.distribution());
        List<String> jvmOptions = product.jvmOptions(Files.createDirectory(work.resolve("options")));
        Scenario scenario = new IdleScenario(List.of(product, new Contender.PlainJetty(jvmOptions, HEARTBEAT_MILLIS)), options.displays(),
                options.settleSeconds(), options.windowSeconds());

        List<Run> runs = new ArrayList<>();
        for (int round = 1; round <= options.rounds(); round++) {
            for (Contender contender : scenario.contenders()) {
                Path folder = Files.createDirectory(work.resolve(round + "-" + contender.name().replace(' ', '-')));
                Run run = scenario.measure(contender, round, folder);
                runs.add(run);
                System.out.println("round " + round + ", " + contender.name() + ": " + String.join(", ", scenario.metrics().stream()
                        .map(metric -> String.format(Locale.ROOT, "%s %.2f %s", metric.name(), run.values().get(metric.name()), metric.unit()))
                        .toList()));
            }
        }
        Report report = new Report(LocalDate.now().toString(), Machine.here(), jvmOptions, scenario.name(), scenario.conditions(),
                scenario.metrics(), scenario.contenders().stream().map(Contender::name).toList(), runs);
        report.write(options.out(), scenario.name() + "-" + report.date());
        System.out.println();
        System.out.print(report.markdown());
        System.out.println();
        System.out.println("written to " + options.out());
    }
}
