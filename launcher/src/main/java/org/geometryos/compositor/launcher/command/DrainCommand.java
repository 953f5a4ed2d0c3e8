package org.geometryos.compositor.launcher.command;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.protocol.ClientMessage.AdminAction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sends the displays away before a stop. */
@Command(
        name = "drain",
        sortOptions = false,
        customSynopsis = "compositor drain [options]",
        description = "Takes no more displays and sends those that are connected away, spread over a "
                + "time. Needs a key of role admin.",
        footer = {"", "exit codes: 0 done, 1 refused or (--wait) not done in time, 2 wrong usage"})
public final class DrainCommand implements Callable<Integer> {
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final long TELL_MILLIS = 1000;

    @Option(
            names = "--over",
            paramLabel = "TIME",
            converter = OptionTypes.Time.class,
            description = "Over how long displays are sent away: 500ms, 30s, 2m (default 30s).")
    private Duration over = Duration.ofSeconds(30);

    @Option(
            names = "--reconnect-after",
            paramLabel = "TIME",
            converter = OptionTypes.Time.class,
            description = "When displays shall try to come back (default 5s).")
    private Duration reconnectAfter = Duration.ofSeconds(5);

    @Option(names = "--wait", description = "Wait until all other displays are gone, 10 s longer than --over at most.")
    private boolean wait;

    @Option(names = "--undo", description = "Take displays again.")
    private boolean undo;

    @Option(names = "--json", description = "Print the outcome as lines of JSON.")
    private boolean json;

    @Mixin
    private ServerOptions server;

    @Mixin
    private Help help;

    @Override
    public Integer call() throws FailedException, UsageException, InterruptedException {
        if (undo && wait) {
            throw new UsageException("--wait: not with --undo, which is done at once");
        }
        Roll roll = new Roll();
        try (Visit visit = Visit.toRun(server.target(), wait ? DisplaysCommand.PRESENCE : Subscription.NONE, roll)) {
            if (undo) {
                visit.admin(new AdminAction.Undrain());
                print(JsonLine.done("undrain"), "displays are admitted again");
                return 0;
            }
            if (wait) {
                visit.awaitKnown(roll, "displays");
            }
            visit.admin(new AdminAction.Drain(
                    OptionalLong.of(over.toMillis()), OptionalLong.of(reconnectAfter.toMillis())));
            print(
                    JsonLine.done("drain")
                            .with("over", over.toMillis())
                            .with("reconnectAfter", reconnectAfter.toMillis()),
                    "draining: no display is taken any more, those connected are sent away within "
                            + OptionTypes.Time.text(over) + " and told to come back after "
                            + OptionTypes.Time.text(reconnectAfter)
                            + ". \"compositor drain --undo\" takes displays again");
            if (wait) {
                awaitNone(visit, roll);
            }
            return 0;
        }
    }

    private void print(JsonLine line, String text) {
        Console.out(json ? line.toString() : text);
    }

    private void awaitNone(Visit visit, Roll roll) throws FailedException, InterruptedException {
        String own = visit.welcome().session();
        long end = System.nanoTime() + over.plus(GRACE).toNanos();
        long told = -1;
        while (true) {
            long left = roll.connected(own);
            if (!visit.open()) {
                throw new FailedException(
                        "the connection was lost while waiting; whether displays are left is unknown");
            }
            if (left != told) {
                print(new JsonLine().with("left", left), left == 1 ? "1 display left" : left + " displays left");
                told = left;
            }
            if (left == 0) {
                return;
            }
            long millis = (end - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                throw new FailedException(left + (left == 1 ? " display is" : " displays are") + " left after "
                        + OptionTypes.Time.text(over.plus(GRACE)) + " (keys of role admin stay)");
            }
            roll.awaitChange(Math.min(millis, TELL_MILLIS));
        }
    }
}
