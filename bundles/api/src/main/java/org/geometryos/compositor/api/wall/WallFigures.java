package org.geometryos.compositor.api.wall;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A wall, and how its members do together.
 *
 * @param wall its state
 * @param configuration the PID that declares it; empty while that is not known
 * @param lasts whether a change of that configuration outlives the host
 * @param delay its delay at this instant, microseconds; empty: no delay was chosen yet
 * @param fixed whether its configuration fixes the delay
 * @param skew by how many microseconds the moments that its members show differ at most; empty with less than two
 *     members that show anything
 * @param late share of all members' frames that were late, in [0, 1]
 * @param slowest the member that needs the longest delay, of those that count
 * @param alarm whether the skew has been above the bound of its configuration for a second
 * @param members in the order of the wall
 */
public record WallFigures(
        Wall wall,
        Optional<String> configuration,
        boolean lasts,
        OptionalDouble delay,
        boolean fixed,
        OptionalDouble skew,
        double late,
        Optional<String> slowest,
        boolean alarm,
        List<MemberFigures> members) {
    public WallFigures {
        members = List.copyOf(members);
    }
}
