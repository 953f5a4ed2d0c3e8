package org.geometryos.compositor.simulation;

import java.util.SplittableRandom;

/** What can be wrong where several hosts share a log, one at a time. None of it is in the product. */
public enum HostFault {
    // the fence
    VIEWS_ARE_NOT_FENCED(1, false),
    CONTROL_FENCE_IS_IGNORED(1, false),
    SCENE_FENCE_IS_IGNORED(1, false),
    TILES_FENCE_IS_IGNORED(1, false),
    PRESENCE_FENCE_IS_IGNORED(1, false),
    ONE_HOST_IGNORES_FENCES(1, true),
    AUTHORS_NAME_NO_FENCE(1, false),
    JOINS_ARE_NOT_FENCED(1, false),
    GONE_IS_NOT_FENCED(1, false),
    NOBODY_IS_GONE(1, false),
    // the once-rule
    ONCE_IS_IGNORED(1, false),
    ONE_HOST_IGNORES_ONCE(1, true),
    ORDER_IS_IGNORED(1, false),
    ONE_HOST_IGNORES_ORDER(1, true),
    ANY_RUN_OF_A_HOST_COUNTS(1, false),
    HOSTS_THAT_ARE_GONE_COUNT(1, false),
    // answers
    ANSWERS_COME_TOO_EARLY(0.05, false),
    PASSED_OVER_IS_TOLD_AS_COUNTED(1, false),
    COUNTED_IS_TOLD_AS_PASSED_OVER(0.02, false),
    // reading and resume
    GAPS_ARE_OVERLOOKED(1, false),
    LOG_TELLS_THE_RECORD_BEFORE(0.001, true),
    LOG_ENDS_FOR_A_READER(1, true),
    RESUME_SKIPS_AN_ENTRY(0.3, false),
    RESUME_REPEATS_AN_ENTRY(0.3, false),
    RESUME_OVERLOOKS_WHAT_IS_GONE(1, false),
    RESUME_TRUSTS_A_HOST_BEHIND(1, false),
    SNAPSHOT_IS_OLD(0.5, false),
    // checkpoints
    CHECKPOINT_LOSES_HOLDERS(1, false),
    CHECKPOINT_LOSES_A_CAMERA(1, false),
    CHECKPOINT_LOSES_THE_SCENE(1, false),
    CHECKPOINT_LOSES_TILES(1, false),
    CHECKPOINT_LOSES_DISPLAYS(1, false),
    CHECKPOINT_LOSES_HOSTS(1, false),
    CHECKPOINT_FORGETS_WHAT_WAS_READ(1, false),
    CHECKPOINT_LOSES_WHAT_IS_KEPT(1, false),
    CHECKPOINT_NUMBER_TOO_HIGH(1, false),
    CHECKPOINT_NUMBER_TOO_LOW(1, false),
    CHECKPOINT_TURNS_NUMBERS(1, false),
    CHECKPOINT_IS_EMPTY(1, false);

    /** How often it happens where it can. */
    final double rate;
    /** Whether it happens at the first host alone. */
    final boolean oneHost;

    HostFault(double rate, boolean oneHost) {
        this.rate = rate;
        this.oneHost = oneHost;
    }

    /** Which fault is planted, and whether it happens now, at one host. */
    public static final class Switch {
        private final HostFault planted;
        private final boolean first;
        private final SplittableRandom random;

        /** @param planted null: none is */
        Switch(HostFault planted, boolean first, long seed) {
            this.planted = planted;
            this.first = first;
            this.random = new SplittableRandom(seed);
        }

        public boolean on(HostFault fault) {
            return planted == fault
                    && (first || !fault.oneHost)
                    && (fault.rate >= 1 || random.nextDouble() < fault.rate);
        }
    }
}
