package org.geometryos.compositor.launcher.command;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.geometryos.compositor.api.connection.Level;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.protocol.ClientMessage.AdminAction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says something on the displays. */
@Command(
        name = "notice",
        sortOptions = false,
        customSynopsis = "compositor notice [options] TEXT",
        description = "Shows a text on all displays, or on one. Needs a key of role admin.",
        footer = {"", "exit codes: 0 done, 1 refused or no such display, 2 wrong usage"})
public final class NoticeCommand implements Callable<Integer> {
    /** Well below what a message may be long. */
    private static final int MAX_TEXT = 4_096;

    @Parameters(arity = "1..*", paramLabel = "TEXT", description = "The text, at most 4,096 characters.")
    private List<String> words;

    @Option(
            names = "--display",
            paramLabel = "DISPLAY",
            converter = OptionTypes.Name.class,
            description = "The display that shows it (default: all that are connected).")
    private String display;

    @Option(
            names = "--level",
            paramLabel = "LEVEL",
            converter = OptionTypes.LevelWord.class,
            description = "info, warning or error (default info).")
    private String level = "info";

    @Mixin
    private OutcomeOptions outcome;

    @Override
    public Integer call() throws FailedException, UsageException, InterruptedException {
        String text = String.join(" ", words);
        if (text.isBlank() || text.length() > MAX_TEXT) {
            throw new UsageException("TEXT: must be 1 to " + MAX_TEXT + " characters, not "
                    + (text.isBlank() ? "blank" : text.length()));
        }
        try (Visit visit = Visit.toRun(outcome.target(), Subscription.NONE, new Roll())) {
            visit.admin(new AdminAction.Notice(
                    Optional.ofNullable(display), Level.valueOf(level.toUpperCase(Locale.ROOT)), text));
            outcome.print(
                    () -> JsonLine.done("notice")
                            .with("display", Optional.ofNullable(display))
                            .with("level", level)
                            .with("text", text),
                    display == null ? "the displays are told" : "display " + display + " is told");
            return 0;
        }
    }
}
