package org.geometryos.compositor.api.wall;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How a member of a wall does.
 *
 * @param display its name
 * @param connected whether it has a session with a socket
 * @param report its last one; empty if it has none since the wall began, or the figures did
 * @param reported seconds since that report; empty without one
 * @param late share of its frames that were late, of its last 30 reports, in [0, 1]
 * @param needs the delay in microseconds that it needs; empty while that is not known
 * @param apart by how many microseconds it shows another moment than the middle of the members: above 0 is ahead; empty
 *     if it shows none
 * @param counted whether it counts for the wall's delay
 * @param reason why not; empty if it counts
 */
public record MemberFigures(
        String display,
        boolean connected,
        Optional<MemberReport> report,
        OptionalDouble reported,
        double late,
        OptionalDouble needs,
        OptionalDouble apart,
        boolean counted,
        Optional<String> reason) {}
