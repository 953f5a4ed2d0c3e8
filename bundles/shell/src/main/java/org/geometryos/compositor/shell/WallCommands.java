package org.geometryos.compositor.shell;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.geometryos.compositor.api.wall.MemberFigures;
import org.geometryos.compositor.api.wall.Picture;
import org.geometryos.compositor.api.wall.WallFigures;
import org.geometryos.compositor.api.wall.Walls;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * What an operator asks of walls, in the scope {@code compositor} of a Gogo shell. Each command gives the text to be
 * shown; an argument that breaks a rule gives an {@link IllegalArgumentException} that says so.
 */
@Component(
        service = WallCommands.class,
        property = {"osgi.command.scope=compositor", "osgi.command.function=walls", "osgi.command.function=wallpicture"
        })
public final class WallCommands {
    private static final double MILLI = 1000;
    private static final int PERCENT = 100;
    private static final String NO_PICTURE = "none";

    private final Walls walls;

    @Activate
    public WallCommands(@Reference Walls walls) {
        this.walls = walls;
    }

    /** One line per wall; times in ms. */
    public String walls() {
        StringBuilder text =
                new StringBuilder(wall("WALL", "MEMBERS", "COUNT", "DELAY", "SKEW", "LATE", "SLOWEST", "TITLE"));
        for (WallFigures each : walls.walls()) {
            text.append('\n')
                    .append(wall(
                            each.wall().name(),
                            String.valueOf(each.members().size()),
                            String.valueOf(counted(each)),
                            millis(each.delay()) + (each.fixed() ? " fixed" : ""),
                            millis(each.skew()) + (each.alarm() ? " !" : ""),
                            percent(each.late()),
                            each.slowest().orElse("-"),
                            each.wall().title().orElse("-")));
        }
        return text.toString();
    }

    private static long counted(WallFigures wall) {
        return wall.members().stream().filter(MemberFigures::counted).count();
    }

    private static String wall(String... columns) {
        return String.format(Locale.ROOT, "%-20s %7s %5s %12s %9s %6s %-20s %s", (Object[]) columns);
    }

    /** A wall and its members, one line each; times in ms. */
    public String walls(String name) {
        Optional<WallFigures> found = walls.wall(name);
        if (found.isEmpty()) {
            return missing(name);
        }
        WallFigures wall = found.get();
        StringBuilder text = new StringBuilder(wall.wall().name())
                .append(": delay ")
                .append(millis(wall.delay()))
                .append(" ms, skew ")
                .append(millis(wall.skew()))
                .append(" ms, late ")
                .append(percent(wall.late()))
                .append("; shows ")
                .append(wall.wall()
                        .picture()
                        .map(Picture::word)
                        .orElse(wall.wall().camera().orElse("its camera")))
                .append('\n')
                .append(member(
                        "DISPLAY", "CONNECTED", "AGE50", "AGE99", "NEEDS", "LATE", "CLOCK", "APART", "LEFT OUT"));
        List<MemberFigures> members = wall.members();
        for (MemberFigures each : members) {
            text.append('\n')
                    .append(member(
                            each.display(),
                            each.connected() ? "yes" : "no",
                            each.report().map(report -> millis(report.ageP50())).orElse("-"),
                            each.report().map(report -> millis(report.ageP99())).orElse("-"),
                            millis(each.needs()),
                            each.report().isPresent() ? percent(each.late()) : "-",
                            each.report().map(report -> millis(report.clock())).orElse("-"),
                            millis(each.apart()),
                            each.reason().orElse("")));
        }
        return text.toString();
    }

    private static String member(String... columns) {
        return String.format(Locale.ROOT, "%-20s %9s %7s %7s %7s %6s %6s %7s %s", (Object[]) columns)
                .stripTrailing();
    }

    /**
     * Shows a picture in place of a wall's camera.
     *
     * @param picture {@code calibration}, {@code identify}, or {@code none} for the camera
     */
    public String wallpicture(String name, String picture) {
        Optional<Picture> shown =
                picture.equals(NO_PICTURE) ? Optional.empty() : Optional.of(Picture.of("picture", picture));
        return walls.show(name, shown)
                ? "\"" + name + "\" shows " + shown.map(Picture::word).orElse("its camera")
                : missing(name);
    }

    private static String missing(String name) {
        return "there is no wall \"" + name + "\"";
    }

    private static String millis(OptionalDouble micros) {
        return micros.isPresent() ? millis(micros.getAsDouble()) : "-";
    }

    private static String millis(double micros) {
        return String.format(Locale.ROOT, "%.1f", micros / MILLI);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f%%", share * PERCENT);
    }
}
