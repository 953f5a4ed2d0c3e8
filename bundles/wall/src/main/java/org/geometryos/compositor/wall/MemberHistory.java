package org.geometryos.compositor.wall;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import org.geometryos.compositor.api.wall.MemberReport;

/** What a member has reported of late. Any thread. */
final class MemberHistory {
    /** Reports that are remembered. */
    static final int REMEMBERED = 30;
    /** What comes faster than that counts with the report before it, microseconds. */
    private static final long FAST = 500_000;

    private static final double QUANTILE = 0.9;

    /** Since when its reports are awaited. */
    private final long since;

    // guarded by this
    private final long[] needs = new long[REMEMBERED];
    private final int[] frames = new int[REMEMBERED];
    private final int[] late = new int[REMEMBERED];
    private int count;
    private long begun;
    private MemberReport last;
    private long lastAt;

    /** @param now since when its reports are awaited, microseconds */
    MemberHistory(long now) {
        since = now;
    }

    /**
     * A member at one instant; microseconds.
     *
     * @param last its newest report
     * @param lastAt when that came; without one, since when it is awaited
     * @param needs of its samples' ages and their interval, without a reserve; empty without a report
     * @param frames that it has shown, of the reports that are remembered
     * @param late those of them that were late
     */
    record Seen(Optional<MemberReport> last, long lastAt, OptionalDouble needs, long frames, long late) {}

    synchronized void take(MemberReport report, long now) {
        boolean fast = count > 0 && now - begun >= 0 && now - begun < FAST;
        if (!fast) {
            begun = now;
            count++;
        }
        int at = (count - 1) % REMEMBERED;
        long needed = Math.max(0, report.ageP99()) + report.interval();
        needs[at] = fast ? Math.max(needs[at], needed) : needed;
        frames[at] = sum(fast ? frames[at] : 0, report.frames());
        late[at] = sum(fast ? late[at] : 0, report.late());
        last = report;
        lastAt = now;
    }

    private static int sum(int a, int b) {
        return (int) Math.min(Integer.MAX_VALUE, (long) a + b);
    }

    synchronized Seen seen() {
        int known = Math.min(count, REMEMBERED);
        if (known == 0) {
            return new Seen(Optional.empty(), since, OptionalDouble.empty(), 0, 0);
        }
        long[] sorted = Arrays.copyOf(needs, known);
        Arrays.sort(sorted);
        return new Seen(
                Optional.of(last),
                lastAt,
                OptionalDouble.of(sorted[(int) Math.min(known - 1, Math.floor(QUANTILE * known))]),
                total(frames, known),
                total(late, known));
    }

    private static long total(int[] values, int known) {
        long sum = 0;
        for (int i = 0; i < known; i++) {
            sum += values[i];
        }
        return sum;
    }
}
