package org.geometryos.compositor.launcher.command;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the displays. */
@Command(
        name = "displays",
        sortOptions = false,
        customSynopsis = "compositor displays [options]",
        description = "Lists the displays, sorted by name: those that are connected, and those "
                + "whose session waits for them to come back.")
public final class DisplaysCommand implements Callable<Integer> {
    /** Presence only. */
    static final Subscription PRESENCE = Subscription.NONE.with(Subscription.Topic.PRESENCE);

    private static final List<String> HEAD =
            List.of("NAME", "USER", "CONNECTED", "SESSION", "SIZE", "RATIO", "REFRESH", "FIT", "TITLE");

    @Option(names = "--json", description = "Print each display as a line of JSON, the protocol's message \"display\".")
    private boolean json;

    @Mixin
    private ServerOptions server;

    @Mixin
    private Help help;

    @Override
    public Integer call() throws FailedException, UsageException, InterruptedException {
        Roll roll = new Roll();
        try (Visit visit = Visit.to(server.target(), PRESENCE, roll)) {
            String own = visit.welcome().session();
            visit.awaitKnown(roll, "displays");
            print(roll.others(own), json).forEach(Console::out);
            return 0;
        }
    }

    static List<String> print(Collection<ServerMessage.Display> displays, boolean json) {
        List<ServerMessage.Display> sorted = displays.stream()
                .sorted(Comparator.comparing(
                                (ServerMessage.Display one) -> one.presence().display())
                        .thenComparing(one -> one.presence().session()))
                .toList();
        return json
                ? sorted.stream()
                        .map(one -> new String(Codecs.json().encode(one), StandardCharsets.UTF_8))
                        .toList()
                : Table.lines(
                        HEAD, sorted.stream().map(one -> row(one.presence())).toList());
    }

    private static List<String> row(Presence presence) {
        DisplaySettings settings = presence.settings();
        boolean sized = settings.width().isPresent() || settings.height().isPresent();
        List<String> row = new ArrayList<>(List.of(
                presence.display(),
                presence.user(),
                presence.connected() ? "yes" : "no",
                presence.session(),
                sized ? whole(settings.width()) + "x" + whole(settings.height()) : "-",
                number(settings.pixelRatio(), ""),
                number(settings.refreshRate(), " Hz"),
                settings.fit().orElse("-"),
                settings.title().orElse("-")));
        row.replaceAll(Console::plain);
        return row;
    }

    private static String whole(OptionalInt value) {
        return value.isPresent() ? Integer.toString(value.getAsInt()) : "?";
    }

    private static String number(OptionalDouble value, String unit) {
        if (value.isEmpty()) {
            return "-";
        }
        double number = value.getAsDouble();
        return (number == Math.rint(number)
                        ? String.format(Locale.ROOT, "%.0f", number)
                        : String.format(Locale.ROOT, "%.2f", number))
                + unit;
    }
}
