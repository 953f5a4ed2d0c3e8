package org.geometryos.compositor.wall;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import org.geometryos.compositor.api.wall.MemberReport;

/** What a member has reported of late. Any thread. */
final class MemberHistory {
    /** Reports that are remembered. */
    static final int REMEMBERED = 30;
    /** And for how long, beyond the newest ones, microseconds. */
    private static final long MEMORY = 35_000_000;

    private static final int NEWEST = 3;
    /** Without a report for so long a member is silent, microseconds. */
    private static final long SILENT = 5_000_000;
    /** Or for so many times the time after which the next one was wanted. */
    private static final double MISSED = 2.5;
    /** What comes faster than that counts with the report before it, microseconds. */
    private static final long FAST = 500_000;

    private static final double QUANTILE = 0.9;

    /** Since when its reports are awaited. */
    private final long since;

    // guarded by this
    private final long[] at = new long[REMEMBERED];
    private final long[] needs = new long[REMEMBERED];
    private final int[] frames = new int[REMEMBERED];
    private final int[] late = new int[REMEMBERED];
    private int count;
    private long begun;
    private MemberReport last;
    private long lastAt;
    private long silentAfter = SILENT;
    /** Of the reports so far; null if it has to be made. */
    private Seen seen;

    /** @param now since when its reports are awaited, microseconds */
    MemberHistory(long now) {
        since = now;
    }

    /**
     * A member at one instant; microseconds.
     *
     * @param last its newest report
     * @param lastAt when that came; without one, since when it is awaited
     * @param silentAfter without a report for so long it counts as silent
     * @param needs of its samples' ages and their interval, without a reserve; empty without a report
     * @param frames that it has shown, of the reports that are remembered
     * @param late those of them that were late
     */
    record Seen(
            Optional<MemberReport> last, long lastAt, long silentAfter, OptionalDouble needs, long frames, long late) {}

    /**
     * @param next after how many milliseconds the next one is wanted
     * @return whether it is the first one
     */
    synchronized boolean take(MemberReport report, long now, int next) {
        boolean first = count == 0;
        boolean fast = !first && now - begun >= 0 && now - begun < FAST;
        if (!fast) {
            begun = now;
            count++;
        }
        int slot = (count - 1) % REMEMBERED;
        long needed = Math.max(0, report.ageP99()) + report.interval();
        at[slot] = now;
        needs[slot] = fast ? Math.max(needs[slot], needed) : needed;
        frames[slot] = sum(fast ? frames[slot] : 0, report.frames());
        late[slot] = sum(fast ? late[slot] : 0, report.late());
        last = report;
        lastAt = now;
        seen = null;
        silentAfter = Math.max(SILENT, Math.round(MISSED * next * 1_000));
        return first;
    }

    private static int sum(int a, int b) {
        return (int) Math.min(Integer.MAX_VALUE, (long) a + b);
    }

    synchronized Seen seen() {
        if (seen == null) {
            seen = reckon();
        }
        return seen;
    }

    private Seen reckon() {
        if (count == 0) {
            return new Seen(Optional.empty(), since, SILENT, OptionalDouble.empty(), 0, 0);
        }
        int known = known();
        long[] sorted = new long[known];
        long shown = 0;
        long missed = 0;
        for (int i = 0; i < known; i++) {
            int slot = slot(i);
            sorted[i] = needs[slot];
            shown += frames[slot];
            missed += late[slot];
        }
        Arrays.sort(sorted);
        return new Seen(
                Optional.of(last),
                lastAt,
                silentAfter,
                OptionalDouble.of(sorted[(int) Math.min(known - 1, Math.floor(QUANTILE * known))]),
                shown,
                missed);
    }

    /** How many of the newest ones count. */
    private int known() {
        int most = Math.min(count, REMEMBERED);
        int known = Math.min(most, NEWEST);
        while (known < most && lastAt - at[slot(known)] <= MEMORY) {
            known++;
        }
        return known;
    }

    /** @param back 0 is the newest one */
    private int slot(int back) {
        return (count - 1 - back) % REMEMBERED;
    }
}
