package org.geometryos.compositor.launcher.command;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Walls, and how their members do. */
@Command(
        name = "walls",
        sortOptions = false,
        customSynopsis = "compositor walls [NAME] [options]",
        description = "Lists the walls: their members and how many of them count, the delay that they share, by how "
                + "much the moments differ that they show (skew), the share of late frames, and the member that needs "
                + "the longest delay. With NAME the members of that wall. Times are in ms.",
        footer = {"", "exit codes: 0 listed, 1 no such wall or not answered, 2 wrong usage"})
public final class WallsCommand implements Callable<Integer> {
    private static final List<String> HEAD =
            List.of("WALL", "MEMBERS", "COUNT", "DELAY", "SKEW", "ALARM", "LATE", "SLOWEST", "TITLE");
    private static final List<String> MEMBERS_HEAD = List.of(
            "DISPLAY", "CONNECTED", "AGE", "AGE P99", "NEEDS", "LATE", "CLOCK", "APART", "REPORTED", "LEFT OUT");
    private static final double PERCENT = 100;

    @Parameters(
            paramLabel = "NAME",
            arity = "0..1",
            converter = OptionTypes.Text.class,
            description = "The name of a wall.")
    private String name;

    @Option(names = "--json", description = "Print each wall as a line of JSON, as GET /compositor/walls has it.")
    private boolean json;

    @Mixin
    private ServerOptions server;

    @Mixin
    private Help help;

    @Override
    public Integer call() throws FailedException, UsageException, InterruptedException {
        AdminApi.Answer answer = AdminApi.ofWalls(server.target()).get("");
        print(answer, name, json).forEach(Console::out);
        return 0;
    }

    /** @param name of one wall; null: all */
    static List<String> print(AdminApi.Answer answer, String name, boolean json) throws FailedException {
        List<Map<?, ?>> walls = answer.list("walls");
        List<String> lines = answer.lines("walls");
        if (name == null) {
            return json
                    ? lines
                    : Table.lines(HEAD, walls.stream().map(WallsCommand::row).toList());
        }
        for (int i = 0; i < walls.size(); i++) {
            if (JsonText.text(walls.get(i), "wall").equals(name)) {
                return json ? List.of(lines.get(i)) : Table.lines(MEMBERS_HEAD, members(walls.get(i)));
            }
        }
        throw new FailedException("there is no wall " + Console.plain(name));
    }

    private static Map<?, ?> figures(Map<?, ?> wall) {
        return wall.get("figures") instanceof Map<?, ?> figures ? figures : Map.of();
    }

    private static Map<?, ?> membersOf(Map<?, ?> wall) {
        return figures(wall).get("members") instanceof Map<?, ?> members ? members : Map.of();
    }

    private static List<String> row(Map<?, ?> wall) {
        Map<?, ?> figures = figures(wall);
        Map<?, ?> members = membersOf(wall);
        long counted = members.values().stream()
                .filter(member -> member instanceof Map<?, ?> map && Boolean.TRUE.equals(map.get("counted")))
                .count();
        return List.of(
                JsonText.text(wall, "wall"),
                Integer.toString(members.size()),
                Long.toString(counted),
                millis(figures, "delay") + (Boolean.TRUE.equals(figures.get("fixed")) ? " fixed" : ""),
                millis(figures, "skew"),
                Boolean.TRUE.equals(figures.get("alarm")) ? "yes" : "no",
                percent(figures),
                JsonText.text(figures, "slowest"),
                JsonText.text(wall, "title"));
    }

    private static List<List<String>> members(Map<?, ?> wall) {
        List<List<String>> rows = new ArrayList<>();
        membersOf(wall).forEach((display, member) -> {
            Map<?, ?> map = (Map<?, ?>) member;
            rows.add(List.of(
                    Console.plain(String.valueOf(display)),
                    Boolean.TRUE.equals(map.get("connected")) ? "yes" : "no",
                    millis(map, "age50"),
                    millis(map, "age99"),
                    millis(map, "needs"),
                    map.get("reported") == null ? "-" : percent(map),
                    millis(map, "clock"),
                    millis(map, "apart"),
                    map.get("reported") == null ? "never" : millis(map, "reported"),
                    JsonText.text(map, "reason")));
        });
        return rows;
    }

    /** The wall of each display and the share of its frames that were late, by display. */
    static Map<String, List<String>> byDisplay(AdminApi.Answer answer) {
        Map<String, List<String>> displays = new HashMap<>();
        for (Map<?, ?> wall : answer.list("walls")) {
            membersOf(wall)
                    .forEach((display, member) -> displays.put(
                            String.valueOf(display),
                            List.of(
                                    JsonText.text(wall, "wall"),
                                    ((Map<?, ?>) member).get("reported") == null ? "-" : percent((Map<?, ?>) member))));
        }
        return displays;
    }

    private static String millis(Map<?, ?> from, String key) {
        return from.get(key) == null
                ? "-"
                : String.format(Locale.ROOT, "%.1f", Double.parseDouble(String.valueOf(from.get(key))));
    }

    private static String percent(Map<?, ?> from) {
        return from.get("late") == null
                ? "-"
                : String.format(Locale.ROOT, "%.1f%%", Double.parseDouble(String.valueOf(from.get("late"))) * PERCENT);
    }
}
