package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The bridge alone, as it is by default and with one thing different: the form of the messages, TLS, how many threads
 * write, the Java that it runs in.
 */
record VariantsScenario(List<Contender> contenders, Plan plan) implements Scenario {
    private static final int HERTZ = 60;
    private static final int WRITERS = 4;
    /** The first Java whose sockets the bridge writes to natively and that is tested. */
    private static final int NATIVE = 25;

    private static final Metric ONE = Metric.more("1 outstanding", "deliveries/CPU s");
    private static final Metric STEADY = Metric.more(HERTZ + " Hz", "deliveries/CPU s");
    private static final Metric P99 = Metric.less("p99 at " + HERTZ + " Hz", "µs");
    private static final Metric BYTES = Metric.fact("message to a display", "B");
    private static final Metric COMPLETE = Metric.fact("delivered of what was due, the least", "%");
    private static final Metric OTHERS = Metric.fact("CPU of all else at " + HERTZ + " Hz", "% of a core");

    static VariantsScenario of(Path distribution, Plan plan) {
        List<Contender> all = new ArrayList<>();
        all.add(Contender.Product.of(distribution));
        all.add(new Contender.Product("CBOR", distribution, Map.of(), Map.of(), Form.CBOR));
        all.add(new Encrypted(distribution));
        all.add(new Contender.Product(
                WRITERS + " writers",
                distribution,
                Map.of("org.geometryos.compositor.broadcast.cfg", "writers = " + WRITERS + "\n"),
                Map.of()));
        newerJava().ifPresent(java -> {
            Map<String, String> home = Map.of("JAVA_HOME", java.toString());
            all.add(new Contender.Product("Java " + NATIVE, distribution, Map.of(), home));
            all.add(new Contender.Product("Java " + NATIVE + " and CBOR", distribution, Map.of(), home, Form.CBOR));
        });
        return new VariantsScenario(List.copyOf(all), plan);
    }

    /** Where the command looks for it, too. */
    private static Optional<Path> newerJava() {
        try (Stream<Path> installed = Files.list(Path.of("/usr/lib/jvm"))) {
            return installed.filter(VariantsScenario::isNewer).sorted().findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean isNewer(Path home) {
        Properties release = new Properties();
        try (var text = Files.newBufferedReader(home.resolve("release"))) {
            release.load(text);
        } catch (IOException e) {
            return false;
        }
        return release.getProperty("JAVA_VERSION", "").replace("\"", "").startsWith(NATIVE + ".");
    }

    @Override
    public String name() {
        return "variants";
    }

    @Override
    public String conditions() {
        return String.format(
                Locale.ROOT,
                "One camera, %,d displays that get every update. %s. %d s each after %d s of the same load.",
                plan.displays(),
                newerJava().isPresent()
                        ? "In Java " + NATIVE + " the bridge writes to sockets natively"
                        : "Skipped: Java " + NATIVE + ", which is not in /usr/lib/jvm",
                plan.windowSeconds(),
                plan.warmSeconds());
    }

    @Override
    public List<Metric> metrics() {
        return List.of(ONE, STEADY, P99, BYTES, COMPLETE, OTHERS);
    }

    @Override
    public Run measure(Contender contender, int round, Path folder) throws IOException, InterruptedException {
        try (Trial trial = Trial.start(contender, folder)) {
            trial.displays(plan.displays(), "every");
            trial.sources(1);
            Trial.Window one = trial.closed(1, plan.warmSeconds(), plan.windowSeconds());
            Trial.Window steady = trial.open(1, HERTZ, plan.warmSeconds(), plan.windowSeconds());
            Map<String, Double> values = new LinkedHashMap<>();
            values.put(ONE.name(), one.perCpuSecond());
            values.put(STEADY.name(), steady.perCpuSecond());
            values.put(P99.name(), (double) steady.latency().p99());
            values.put(BYTES.name(), (double) steady.deliveryBytes() / steady.deliveries());
            values.put(COMPLETE.name(), 100 * Math.min(one.complete(), steady.complete()));
            values.put(OTHERS.name(), steady.otherCpu() / steady.seconds() * 100);
            return Run.of(contender, round, values);
        }
    }
}
