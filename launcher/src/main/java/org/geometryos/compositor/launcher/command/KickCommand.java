package org.geometryos.compositor.launcher.command;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.protocol.ClientMessage.AdminAction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Ends the session of a display. */
@Command(
        name = "kick",
        sortOptions = false,
        customSynopsis = "compositor kick DISPLAY [options]",
        description = "Ends the session of a display. The display is told the reason, and does not come back by "
                + "itself. Needs a key of role admin.",
        footer = {"", "exit codes: 0 done, 1 refused or no such display, 2 wrong usage"})
public final class KickCommand implements Callable<Integer> {
    private static final int MAX_REASON = 256;

    @Parameters(paramLabel = "DISPLAY", converter = OptionTypes.Name.class, description = "The display's name.")
    private String display;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            converter = OptionTypes.Text.class,
            description = "What the display is told, at most 256 characters (default: closed by an operator).")
    private String reason;

    @Mixin
    private OutcomeOptions outcome;

    @Override
    public Integer call() throws FailedException, UsageException, InterruptedException {
        if (reason != null && reason.length() > MAX_REASON) {
            throw new UsageException("--reason: must be at most " + MAX_REASON + " characters, not " + reason.length());
        }
        try (Visit visit = Visit.toRun(outcome.target(), Subscription.NONE, new Roll())) {
            visit.admin(new AdminAction.Close(display, Optional.ofNullable(reason)));
            outcome.print(() -> JsonLine.done("kick").with("display", display), "display " + display + " is closed");
            return 0;
        }
    }
}
