package org.geometryos.compositor.launcher.command;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.value.TimeOfDay;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The last lines of the log of a host. */
@Command(
        name = "log",
        sortOptions = false,
        customSynopsis = "compositor log [options]",
        description = "Prints the last lines of the log of a host, at most the last MiB, and with --follow those that "
                + "come. Needs the role admin.",
        footer = {"", "exit codes: 0 printed, or Ctrl-C; 1 refused or not answered; 2 wrong usage"})
public final class LogCommand implements Callable<Integer> {
    private static final long LOOK_MILLIS = 500;
    private static final long PATIENCE_SECONDS = 60;

    @Option(names = "--follow", description = "Go on with what comes, until Ctrl-C.")
    private boolean follow;

    @Option(
            names = "--lines",
            paramLabel = "N",
            converter = OptionTypes.Count.class,
            description = "Begin with the last N lines (default: all that the host keeps).")
    private Integer lines;

    @Option(names = "--json", description = "Print each line as a line of JSON; time is in microseconds.")
    private boolean json;

    @Mixin
    private ServerOptions server;

    @Mixin
    private Help help;

    @Override
    public Integer call() throws FailedException, UsageException, InterruptedException {
        AdminApi api = new AdminApi(server.target());
        if (follow) {
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0), "compositor-bye"));
        }
        long after = 0;
        ArrayDeque<String> kept = new ArrayDeque<>();
        for (boolean first = true; ; ) {
            AdminApi.Answer answer = first ? api.get("log?after=" + after) : again(api, after);
            List<String> some = json
                    ? answer.lines("lines")
                    : answer.list("lines").stream().map(LogCommand::line).toList();
            long next = answer.document().get("next") instanceof Long number ? number : after;
            if (first && !some.isEmpty()) {
                kept.addAll(some);
                while (lines != null && kept.size() > lines) {
                    kept.remove();
                }
            } else {
                first = false;
                kept.forEach(Console::out);
                kept.clear();
                some.forEach(Console::out);
                if (!follow || Console.broken()) {
                    return 0;
                }
                if (some.isEmpty()) {
                    Thread.sleep(LOOK_MILLIS);
                }
            }
            after = next;
        }
    }

    /** Goes on over a replacement or a restart of the host. */
    private static AdminApi.Answer again(AdminApi api, long after) throws FailedException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (boolean told = false; ; told = true) {
            try {
                return api.get("log?after=" + after);
            } catch (FailedException e) {
                if (System.nanoTime() - end >= 0) {
                    throw e;
                }
                if (!told) {
                    Console.error(e.getMessage() + "; it is tried again for " + PATIENCE_SECONDS + " s");
                }
                Thread.sleep(2 * LOOK_MILLIS);
            }
        }
    }

    static String line(Map<?, ?> line) {
        String time = line.get("time") instanceof Long micros ? TimeOfDay.text(micros) : "";
        return time + " " + JsonText.text(line, "level") + " " + JsonText.text(line, "logger") + " "
                + JsonText.text(line, "text");
    }
}
