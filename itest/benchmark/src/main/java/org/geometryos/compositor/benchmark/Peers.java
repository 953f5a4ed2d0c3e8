package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Who the bridge is compared to, as far as they are there.
 *
 * @param all in the order of the report; the first is the one to beat
 * @param skipped those that could not be had, and why
 */
record Peers(List<Contender.Peer> all, List<String> skipped) {
    static final String BUN = "Bun";
    static final String WS = "ws";
    static final String NETTY = "Netty";
    static final String JETTY = "plain Jetty";
    static final String LIMIT = "limit";
    static final String LIMIT_MERGING = "merging limit";

    /**
     * @param module the benchmark's folder, in whose target the script installs what is not Java
     * @param jvmOptions those of the product
     */
    static Peers find(Path module, List<String> jvmOptions) {
        List<Contender.Peer> all = new ArrayList<>();
        List<String> skipped = new ArrayList<>();
        Path programs = module.resolve("src/main/peers");
        Path target = module.resolve("target/peers");
        Path bun = target.resolve("bun/node_modules/@oven/bun-linux-x64/bin/bun");
        if (Files.isExecutable(bun)) {
            all.add(new Contender.Peer(
                    BUN, List.of(bun.toString(), programs.resolve("bun.js").toString()), false));
        } else {
            skipped.add(BUN + ": " + reason(target.resolve("bun.log")));
        }
        Path ws = target.resolve("ws/node_modules");
        if (Files.isDirectory(ws.resolve("ws"))) {
            all.add(new Contender.Peer(
                    WS, List.of("node", programs.resolve("ws.cjs").toString(), ws.toString()), false));
        } else {
            skipped.add(WS + ": " + reason(target.resolve("ws.log")));
        }
        all.add(new Contender.Peer(NETTY, Java.command(jvmOptions, NettyBroadcast.class, List.of()), true));
        all.add(new Contender.Peer(JETTY, Java.command(jvmOptions, PlainBroadcast.class, List.of()), true));
        Path limit = target.resolve("limit");
        if (Files.isExecutable(limit)) {
            all.add(new Contender.Peer(LIMIT, List.of(limit.toString()), false));
            all.add(new Contender.Peer(LIMIT_MERGING, List.of(limit.toString(), "merge"), false));
        } else {
            skipped.add(LIMIT + ": " + reason(target.resolve("limit.log")));
        }
        return new Peers(List.copyOf(all), List.copyOf(skipped));
    }

    /** The last line that the script's attempt to get it left. */
    private static String reason(Path log) {
        try {
            List<String> lines = Files.readAllLines(log).stream()
                    .filter(line -> !line.isBlank())
                    .toList();
            return lines.isEmpty()
                    ? "could not be had, without a reason"
                    : lines.get(lines.size() - 1).trim();
        } catch (IOException e) {
            return "was not prepared: run itest/benchmark/run once without --no-build";
        }
    }
}
