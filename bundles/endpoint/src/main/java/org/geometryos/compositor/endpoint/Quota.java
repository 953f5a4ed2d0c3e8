package org.geometryos.compositor.endpoint;

import java.util.ArrayDeque;
import org.geometryos.compositor.api.connection.LinkMemory;

/**
 * What one connection may ask and get wrong. Kept with the link in values of the JDK, so that it outlives this bundle;
 * only the link's inbound thread touches it.
 */
final class Quota {
    private static final long SECOND = 1_000_000_000L;
    private static final int RUN = 10;
    // slots of the array
    private static final int FULL_AT = 0;
    /** Since when it was over in every second, and when it was last. */
    private static final int OVER_SINCE = 1;

    private static final int OVER_LAST = 2;
    private static final int HELD_TOLD = 3;
    private static final int SLOTS = 4;

    private final long[] state;
    /** When malformed messages came, oldest first. */
    private final ArrayDeque<Long> malformed;

    private final long now;

    enum Verdict {
        GRANTED,
        OVER,
        TOO_LONG
    }

    Quota(LinkMemory link, long now) {
        this.now = now;
        this.state = link.quota(() -> {
            long[] fresh = new long[SLOTS];
            fresh[FULL_AT] = now;
            fresh[OVER_LAST] = now - 2 * SECOND;
            fresh[HELD_TOLD] = now - 2 * SECOND;
            return fresh;
        });
        this.malformed = link.malformed();
    }

    /**
     * Takes tokens out of a bucket that holds one second's worth: {@code FULL_AT} is when it is full again.
     *
     * @param weight as how many ordinary requests it counts
     */
    Verdict request(int perSecond, int weight) {
        // one that weighs more than the bucket holds takes all of it
        long cost = Math.min(SECOND, SECOND / perSecond * weight);
        long full = Math.max(state[FULL_AT], now);
        if (full + cost - now <= SECOND) {
            state[FULL_AT] = full + cost;
            return Verdict.GRANTED;
        }
        if (now - state[OVER_LAST] > SECOND) {
            state[OVER_SINCE] = now;
        }
        state[OVER_LAST] = now;
        // over in the first second, and now in the tenth
        return now - state[OVER_SINCE] >= (RUN - 1) * SECOND ? Verdict.TOO_LONG : Verdict.OVER;
    }

    /** Counts a malformed message. @return whether there were more than allowed within a minute */
    boolean malformed(int perMinute) {
        while (!malformed.isEmpty() && (now - malformed.peekFirst() > 60 * SECOND || malformed.size() > perMinute)) {
            malformed.pollFirst();
        }
        malformed.addLast(now);
        return malformed.size() > perMinute;
    }

    /** Whether a refusal of an unnumbered update may be told: at most once a second. */
    boolean tellHeld() {
        if (now - state[HELD_TOLD] < SECOND) {
            return false;
        }
        state[HELD_TOLD] = now;
        return true;
    }
}
