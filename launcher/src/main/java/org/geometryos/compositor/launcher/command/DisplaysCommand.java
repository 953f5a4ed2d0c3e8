package org.geometryos.compositor.launcher.command;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.value.TimeOfDay;
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
                + "whose session waits for them to come back. With --trouble those with which something is wrong, by "
                + "what the host knows of them; declared ones that are not there belong to them. WALL is the wall that a "
                + "display is a member of, LATE the share of its frames that were late.")
public final class DisplaysCommand implements Callable<Integer> {
    /** Presence only. */
    static final Subscription PRESENCE = Subscription.NONE.with(Subscription.Topic.PRESENCE);

    private static final List<String> HEAD =
            List.of("NAME", "USER", "CONNECTED", "SESSION", "SIZE", "RATIO", "REFRESH", "FIT", "WALL", "LATE", "TITLE");
    private static final List<String> TROUBLE_HEAD = List.of("NAME", "TROUBLE", "SINCE", "WHAT");

    @Option(
            names = "--trouble",
            description = "List the displays with which something is wrong, and since when. Needs the role admin.")
    private boolean trouble;

    @Option(
            names = "--json",
            description = "Print each display as a line of JSON, the protocol's message \"display\"; with --trouble as "
                    + "the operator's interface has it.")
    private boolean json;

    @Mixin
    private ServerOptions server;

    @Mixin
    private Help help;

    @Override
    public Integer call() throws FailedException, UsageException, InterruptedException {
        if (trouble) {
            troubles(new AdminApi(server.target()).get("state"), json).forEach(Console::out);
            return 0;
        }
        Roll roll = new Roll();
        try (Visit visit = Visit.to(server.target(), PRESENCE, roll)) {
            String own = visit.welcome().session();
            visit.awaitKnown(roll, "displays");
            print(roll.others(own), json ? Map.of() : walls(server.target()), json)
                    .forEach(Console::out);
            return 0;
        }
    }

    /** Which wall displays belong to; none where the host does not tell. */
    private static Map<String, List<String>> walls(Target target) throws InterruptedException {
        try {
            return WallsCommand.byDisplay(AdminApi.ofWalls(target).get(""));
        } catch (FailedException e) {
            return Map.of();
        }
    }

    /** Sessions with trouble, and displays with trouble that have no session. */
    static List<String> troubles(AdminApi.Answer state, boolean json) {
        List<List<String>> rows = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        Set<Object> sessions = new HashSet<>();
        for (String list : List.of("sessions", "displays")) {
            List<Map<?, ?>> maps = state.list(list);
            List<String> lines = state.lines(list);
            for (int i = 0; i < maps.size(); i++) {
                Map<?, ?> each = maps.get(i);
                if (each.get("trouble") instanceof Map<?, ?> wrong
                        && (each.get("session") == null || sessions.add(each.get("session")))) {
                    texts.add(lines.get(i));
                    rows.add(List.of(
                            JsonText.text(each, "display"),
                            JsonText.text(wrong, "kind"),
                            wrong.get("since") instanceof Long micros ? TimeOfDay.text(micros) : "-",
                            JsonText.text(wrong, "text")));
                }
            }
        }
        return json ? texts : Table.lines(TROUBLE_HEAD, rows);
    }

    /** @param walls what {@link WallsCommand#byDisplay} gives */
    static List<String> print(
            Collection<ServerMessage.Display> displays, Map<String, List<String>> walls, boolean json) {
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
                        HEAD,
                        sorted.stream().map(one -> row(one.presence(), walls)).toList());
    }

    private static List<String> row(Presence presence, Map<String, List<String>> walls) {
        DisplaySettings settings = presence.settings();
        List<String> wall = walls.getOrDefault(presence.display(), List.of("-", "-"));
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
                wall.get(0),
                wall.get(1),
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
