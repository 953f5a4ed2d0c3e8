package org.geometryos.compositor.benchmark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All scenarios: what each does by default, and who takes part. */
final class Scenarios {
    /** The heartbeat interval of the bridge, which the peer of {@code idle} keeps, too. */
    private static final long HEARTBEAT_MILLIS = 10_000;

    private static final String TRACKING = "-XX:NativeMemoryTracking=summary";

    /** @param quick for a look at whether everything works; its figures mean nothing */
    private record Defaults(Plan full, Plan quick) {}

    private static final Map<String, Defaults> DEFAULTS = new LinkedHashMap<>();

    static {
        DEFAULTS.put("fanout", new Defaults(new Plan(1000, 3, 2, 4), new Plan(100, 1, 0, 1)));
        DEFAULTS.put("variants", new Defaults(new Plan(1000, 3, 3, 6), new Plan(50, 1, 0, 1)));
        DEFAULTS.put("latency", new Defaults(new Plan(1000, 1, 3, 10), new Plan(50, 1, 0, 1)));
        DEFAULTS.put("saturation", new Defaults(new Plan(1000, 1, 2, 5), new Plan(100, 1, 0, 1)));
        DEFAULTS.put("cameras", new Defaults(new Plan(1000, 1, 3, 8), new Plan(50, 1, 0, 1)));
        DEFAULTS.put("tracking", new Defaults(new Plan(1000, 1, 3, 10), new Plan(50, 1, 0, 1)));
        DEFAULTS.put("slow", new Defaults(new Plan(1000, 1, 2, 8), new Plan(50, 1, 0, 1)));
        DEFAULTS.put("storm", new Defaults(new Plan(5000, 1, 2, 1), new Plan(200, 1, 0, 1)));
        DEFAULTS.put("memory", new Defaults(new Plan(5000, 1, 3, 5), new Plan(100, 1, 0, 1)));
        DEFAULTS.put("subscribers", new Defaults(new Plan(10_000, 1, 3, 10), new Plan(100, 1, 0, 1)));
        DEFAULTS.put("allocation", new Defaults(new Plan(5000, 1, 3, 10), new Plan(100, 1, 0, 1)));
        DEFAULTS.put("scale", new Defaults(new Plan(10_000, 1, 2, 5), new Plan(200, 1, 0, 1)));
        DEFAULTS.put("walls", new Defaults(new Plan(1000, 5, 3, 8), new Plan(40, 1, 0, 1)));
        DEFAULTS.put("inputs", new Defaults(new Plan(1000, 5, 3, 8), new Plan(40, 1, 0, 1)));
        DEFAULTS.put("jitter", new Defaults(new Plan(0, 3, 5, 60), new Plan(0, 1, 0, 2)));
        DEFAULTS.put("tiles", new Defaults(new Plan(100, 3, 20, 60), new Plan(10, 1, 1, 2)));
        DEFAULTS.put("idle", new Defaults(new Plan(10_000, 1, 20, 40), new Plan(100, 1, 0, 10)));
    }

    private Scenarios() {}

    static List<String> names() {
        return List.copyOf(DEFAULTS.keySet());
    }

    static Plan defaults(String name, boolean quick) {
        Defaults defaults = DEFAULTS.get(name);
        return quick ? defaults.quick : defaults.full;
    }

    /** The most displays that a scenario connects in one process. */
    static int displays(String name, Plan plan) {
        return name.equals("latency") ? plan.displays() * LatencyScenario.MOST_TIMES : plan.displays();
    }

    /** @param module the benchmark's folder @param jvmOptions those of the product */
    static Scenario of(String name, Plan plan, Path module, Path distribution, List<String> jvmOptions) {
        Contender.Product bridge = Contender.Product.of(distribution);
        return switch (name) {
            case "fanout" -> new FanoutScenario(with(bridge, peers(module, jvmOptions, List.of())), plan);
            case "variants" -> VariantsScenario.of(distribution, plan);
            case "latency" ->
                new LatencyScenario(with(bridge, peers(module, jvmOptions, List.of(Peers.LIMIT_MERGING))), plan);
            case "saturation" -> new SaturationScenario(with(bridge, peers(module, jvmOptions, List.of())), plan);
            case "cameras" -> new CamerasScenario(with(bridge, peers(module, jvmOptions, List.of())), plan);
            case "tracking" -> TrackingScenario.of(distribution, plan);
            case "slow" -> {
                // the limit waits for who does not read, so it has no place here
                List<Contender> all =
                        with(bridge, peers(module, jvmOptions, List.of(Peers.LIMIT, Peers.LIMIT_MERGING)));
                all.add(withoutReceipts(distribution));
                yield new SlowScenario(all, plan);
            }
            case "storm" ->
                new StormScenario(with(bridge, peers(module, jvmOptions, List.of(Peers.LIMIT_MERGING))), plan);
            case "memory" -> {
                List<String> tracking = new ArrayList<>(jvmOptions);
                tracking.add(TRACKING);
                yield new MemoryScenario(
                        with(
                                new Contender.Product(
                                        bridge.name(), distribution, Map.of(), Map.of("JAVA_OPTS", TRACKING)),
                                peers(module, tracking, List.of(Peers.LIMIT, Peers.LIMIT_MERGING))),
                        plan);
            }
            case "subscribers" -> new SubscribersScenario(List.of(bridge), plan);
            case "allocation" -> new AllocationScenario(List.of(bridge, withoutReceipts(distribution)), plan);
            case "scale" -> new ScaleScenario(List.of(bridge), plan);
            case "walls" -> new WallsScenario(distribution, plan);
            case "inputs" -> InputsScenario.of(distribution, plan);
            case "jitter" -> JitterScenario.of(distribution, plan);
            case "tiles" -> new TilesScenario(List.of(bridge), plan);
            case "idle" ->
                new IdleScenario(
                        List.of(
                                bridge,
                                new Contender.Peer(
                                        Peers.JETTY,
                                        Java.command(
                                                jvmOptions,
                                                PlainEndpoint.class,
                                                List.of(Long.toString(HEARTBEAT_MILLIS))),
                                        true)),
                        plan);
            default -> throw new IllegalArgumentException("there is no scenario " + name);
        };
    }

    private static Contender withoutReceipts(Path distribution) {
        return new Contender.Product(
                "bridge without busyDetection",
                distribution,
                Map.of("org.geometryos.compositor.transport.cfg", "busyDetection = false\n"),
                Map.of());
    }

    private static List<Contender.Peer> peers(Path module, List<String> jvmOptions, List<String> without) {
        return Peers.find(module, jvmOptions).all().stream()
                .filter(peer -> !without.contains(peer.name()))
                .toList();
    }

    private static List<Contender> with(Contender bridge, List<Contender.Peer> peers) {
        List<Contender> all = new ArrayList<>();
        all.add(bridge);
        all.addAll(peers);
        return all;
    }
}
