package org.geometryos.compositor.recorder;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.recording.RecorderStatus;
import org.geometryos.compositor.health.Health;

/** What an operator should know of the recorder: it does not record, falls behind, has missed something. Any thread. */
final class RecordingProblems {
    static final String PART = "recording";
    /** So much waits in the journal in passing: some seconds of many cameras. */
    static final long BEHIND = 20_000;

    static final long REMEMBERED_NANOS = TimeUnit.MINUTES.toNanos(10);

    // guarded by this
    private long missed;
    private long missedAt;

    synchronized Health of(RecorderStatus status, long now) {
        List<Health.Problem> problems = new ArrayList<>();
        status.problem()
                .ifPresent(why -> problems.add(new Health.Problem(
                        Health.Level.DOWN,
                        "nothing is recorded into " + status.file() + ": " + why.replaceAll("\\p{Cntrl}", " "))));
        if (status.behind() > BEHIND) {
            problems.add(new Health.Problem(
                    Health.Level.WARNING, "it falls behind: " + status.behind() + " entries wait in the journal"));
        }
        if (status.missed() > missed) {
            missedAt = now;
        }
        missed = status.missed();
        if (missed > 0 && now - missedAt < REMEMBERED_NANOS) {
            problems.add(new Health.Problem(
                    Health.Level.WARNING, missed + " entries were gone before they could be recorded"));
        }
        return new Health(PART, problems, List.of());
    }
}
