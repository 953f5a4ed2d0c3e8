package org.geometryos.compositor.launcher.command;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.geometryos.compositor.api.value.TimeOfDay;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a host sends to one display and gets from it. */
@Command(
        name = "messages",
        sortOptions = false,
        customSynopsis = "compositor messages DISPLAY [options]",
        description = "Prints what a host sends to a display and gets from it, until Ctrl-C: > is sent to the display, "
                + "< comes from it. A display that comes back is followed. Tokens are hidden. Needs the role admin.",
        footer = {
            "",
            "exit codes: 0 Ctrl-C, or --count is reached; 1 refused, not answered, or no such display;",
            "  2 wrong usage"
        })
public final class MessagesCommand implements Callable<Integer> {
    private static final long LOOK_MILLIS = 250;

    @Parameters(paramLabel = "DISPLAY", converter = OptionTypes.Name.class, description = "The display's name.")
    private String display;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            converter = OptionTypes.Text.class,
            description = "Only messages of this type, such as camera; may be given several times.")
    private Set<String> types = Set.of();

    @Option(
            names = "--count",
            paramLabel = "N",
            converter = OptionTypes.Count.class,
            description = "End after N messages.")
    private Integer count;

    @Option(
            names = "--json",
            description = "Print each message as a line of JSON: number, time (microseconds), sent, bytes, message.")
    private boolean json;

    @Mixin
    private ServerOptions server;

    @Mixin
    private Help help;

    @Override
    public Integer call() throws FailedException, UsageException, InterruptedException {
        AdminApi api = new AdminApi(server.target());
        String session = session(api.get("state"))
                .orElseThrow(() -> new FailedException("there is no display \"" + Console.plain(display) + "\""));
        if (count == null) {
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0), "compositor-bye"));
        }
        long after = 0;
        int printed = 0;
        while (!Console.broken()) {
            AdminApi.Answer answer = api.get(
                    "messages?session=" + URLEncoder.encode(session, StandardCharsets.UTF_8) + "&after=" + after);
            if (answer.document().get("missed") instanceof Long missed && missed > 0) {
                Console.error(missed + " messages went by too quickly to be shown");
            }
            for (String line : lines(answer)) {
                Console.out(line);
                if (count != null && ++printed >= count) {
                    return 0;
                }
            }
            long next = answer.document().get("next") instanceof Long number ? number : after;
            if (next == after) {
                Thread.sleep(LOOK_MILLIS);
            }
            after = next;
        }
        return 0;
    }

    /** The session of the display; that which is connected, if there are two. */
    private Optional<String> session(AdminApi.Answer state) {
        return state.list("sessions").stream()
                .filter(each -> display.equals(each.get("display")))
                .sorted((a, b) -> Boolean.compare(connected(b), connected(a)))
                .map(each -> String.valueOf(each.get("session")))
                .findFirst();
    }

    private static boolean connected(Map<?, ?> session) {
        return Boolean.TRUE.equals(session.get("connected"));
    }

    private List<String> lines(AdminApi.Answer answer) {
        List<Map<?, ?>> messages = answer.list("messages");
        List<String> texts = answer.lines("messages");
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            if (types.isEmpty() || types.contains(type(messages.get(i)))) {
                lines.add(json ? texts.get(i) : line(messages.get(i), JsonText.member(texts.get(i), "message")));
            }
        }
        return lines;
    }

    private static String type(Map<?, ?> seen) {
        return seen.get("message") instanceof Map<?, ?> message ? JsonText.text(message, "type") : "";
    }

    static String line(Map<?, ?> seen, String message) {
        String time = seen.get("time") instanceof Long micros ? TimeOfDay.text(micros) : "";
        return time
                + (Boolean.TRUE.equals(seen.get("sent")) ? " > " : " < ")
                + (message.isEmpty()
                        ? seen.get("bytes") + " bytes: " + JsonText.text(seen, "problem")
                        : Console.plain(message));
    }
}
