package org.geometryos.compositor.client;

import java.util.Arrays;
import java.util.List;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.wall.Delay;
import org.geometryos.compositor.api.wall.DelayChange;
import org.geometryos.compositor.api.wall.MemberReport;
import org.geometryos.compositor.api.wall.WallMember;

/**
 * Presentation time of a display that belongs to a wall (protocol, "Walls"): at the server's time t it shows the state
 * of the sample time t - D, where D is the wall's delay, which is the same for all members at every instant, less what
 * the screen itself takes. Whoever draws says for which moment, and what samples came; it also counts what a member
 * reports. All times in microseconds; "seen" and "now" are the server's ({@link CompositorClient#serverTime()}). Any
 * thread.
 */
public final class WallPresentation {
    /** Ages that a report looks back on: some seconds of them, so that rare late ones count. */
    private static final int AGES = 600;
    /** A longer interval between samples is a rest, and not their rate. */
    private static final long LONGEST_INTERVAL = 100_000;
    /** A time further ahead than this is the source's mistake (protocol, "Time"). */
    private static final long AHEAD = 1_000_000;

    // guarded by this
    private final long[] ages = new long[AGES];
    private int ageCount;
    private List<DelayChange> delay = List.of();
    private long screenDelay;
    private String source = "";
    private boolean sampled;
    private long newest;
    private double interval;
    private int frames;
    private int late;
    private long seenAt;
    private long lastShown;

    /** The wall changed: its delay, and this display in it. */
    public synchronized void change(List<DelayChange> wall, WallMember member) {
        delay = List.copyOf(wall);
        screenDelay = Math.round(member.delay() * 1000);
    }

    /** The sample time that is to be seen at a moment. */
    public synchronized long momentOf(long seen) {
        long eye = seen + screenDelay;
        return eye - Math.round(Delay.at(delay, eye));
    }

    /** A sample of the wall's camera came. */
    public synchronized void arrived(CameraState sample, long now) {
        long time = sample.time() > sample.received() + AHEAD ? sample.received() : sample.time();
        long step = time - newest;
        if (sampled && source.equals(sample.source()) && step > 0 && step <= LONGEST_INTERVAL) {
            interval = interval == 0 ? step : interval + (step - interval) * 0.1;
        }
        sampled = true;
        source = sample.source();
        newest = time;
        ages[ageCount++ % AGES] = now - time;
        if (ageCount == 2 * AGES) {
            ageCount = AGES;
        }
    }

    /** A frame is drawn that will be seen at that moment. @return the sample time that it is to show */
    public synchronized long frame(long seen) {
        long moment = momentOf(seen);
        frames++;
        // at rest nothing is late: the next sample may be a long way off
        if (sampled && moment > newest && moment < newest + LONGEST_INTERVAL) {
            late++;
        }
        seenAt = seen;
        lastShown = moment;
        return moment;
    }

    /**
     * What there is to report of the time since the last report; counts anew.
     *
     * @param wall the name of the wall
     * @param clock by how much our knowledge of the server's clock may be wrong ({@link ClockEstimate#bound()})
     */
    public synchronized MemberReport report(String wall, long clock) {
        MemberReport report = new MemberReport(
                wall,
                clock,
                quantile(0.5),
                quantile(0.99),
                Math.round(interval),
                frames,
                late,
                Math.max(0, seenAt),
                seenAt == 0 ? 0 : Math.max(0, lastShown));
        frames = 0;
        late = 0;
        return report;
    }

    private long quantile(double q) {
        int count = Math.min(ageCount, AGES);
        if (count == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(ages, count);
        Arrays.sort(sorted);
        return sorted[Math.min(count - 1, (int) (q * count))];
    }
}
