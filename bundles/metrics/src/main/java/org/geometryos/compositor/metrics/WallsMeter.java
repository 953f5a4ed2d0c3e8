package org.geometryos.compositor.metrics;

import java.util.OptionalDouble;
import org.geometryos.compositor.api.metrics.Meter;
import org.geometryos.compositor.api.metrics.Readings;
import org.geometryos.compositor.api.wall.MemberFigures;
import org.geometryos.compositor.api.wall.WallFigures;
import org.geometryos.compositor.api.wall.Walls;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The walls and their members. */
@Component
public final class WallsMeter implements Meter {
    private static final double MICROS = 1e6;
    private static final String WALL = "wall";
    private static final String DISPLAY = "display";

    private final Walls walls;

    /** @param walls null while there are none */
    @Activate
    public WallsMeter(
            @Reference(cardinality = ReferenceCardinality.OPTIONAL, policyOption = ReferencePolicyOption.GREEDY)
                    Walls walls) {
        this.walls = walls;
    }

    @Override
    public void read(Readings readings) {
        if (walls == null) {
            return;
        }
        readings.counter(
                "compositor_wall_reports_ignored_total",
                "Reports of displays that were no members of the wall that they named.",
                walls.ignoredReports());
        for (WallFigures wall : walls.walls()) {
            read(readings, wall);
        }
    }

    private static void read(Readings readings, WallFigures wall) {
        String name = wall.wall().name();
        readings.gauge(
                "compositor_wall_delay_seconds",
                "The delay of a wall; NaN before one was chosen.",
                seconds(wall.delay()),
                WALL,
                name);
        readings.gauge(
                "compositor_wall_skew_seconds",
                "By how much the moments differ that the members of a wall show, at most; NaN with less than two.",
                seconds(wall.skew()),
                WALL,
                name);
        readings.gauge(
                "compositor_wall_alarm",
                "1 while the skew of a wall is above the bound of its configuration.",
                wall.alarm() ? 1 : 0,
                WALL,
                name);
        readings.gauge(
                "compositor_wall_late_ratio",
                "Share of the frames of all members of a wall for whose moment no sample was there in time.",
                wall.late(),
                WALL,
                name);
        readings.gauge(
                "compositor_wall_members", "Members of a wall.", wall.members().size(), WALL, name);
        readings.gauge(
                "compositor_wall_members_counted",
                "Members that count for the delay of a wall.",
                wall.members().stream().filter(MemberFigures::counted).count(),
                WALL,
                name);
        for (MemberFigures member : wall.members()) {
            read(readings, name, member);
        }
    }

    private static void read(Readings readings, String wall, MemberFigures member) {
        readings.gauge(
                "compositor_wall_member_age_seconds",
                "99th percentile of the age of samples when a member gets them; NaN before it reports.",
                member.report().map(report -> report.ageP99() / MICROS).orElse(Double.NaN),
                WALL,
                wall,
                DISPLAY,
                member.display());
        readings.gauge(
                "compositor_wall_member_apart_seconds",
                "By how much a member shows another moment than the middle of the members; above 0 is ahead.",
                seconds(member.apart()),
                WALL,
                wall,
                DISPLAY,
                member.display());
        readings.gauge(
                "compositor_wall_member_clock_seconds",
                "How far the clock of a member may be off; NaN before it reports.",
                member.report().map(report -> report.clock() / MICROS).orElse(Double.NaN),
                WALL,
                wall,
                DISPLAY,
                member.display());
        readings.gauge(
                "compositor_wall_member_late_ratio",
                "Share of the frames of a member for whose moment no sample was there in time.",
                member.late(),
                WALL,
                wall,
                DISPLAY,
                member.display());
    }

    private static double seconds(OptionalDouble micros) {
        return micros.isPresent() ? micros.getAsDouble() / MICROS : Double.NaN;
    }
}
