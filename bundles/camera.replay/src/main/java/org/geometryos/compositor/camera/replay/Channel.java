package org.geometryos.compositor.camera.replay;

/** A camera that is driven: its name, the number of its next sample, and whether the bridge took our last one. */
final class Channel {
    private final String camera;
    private long sample;
    private volatile boolean drove;
    /** Whether the last update was refused, as somebody else holds the camera. */
    private volatile boolean held;
    /** Whether a refusal that came later has it that the next view is no continuation. */
    private volatile boolean jumps;

    /** @param sample number of the first sample; of the wall clock, so that it lies above those of an earlier run */
    Channel(String camera, long sample) {
        this.camera = camera;
        this.sample = sample;
    }

    String camera() {
        return camera;
    }

    /**
     * Each sample due has a number, sent or not: a hole in the numbers at a display is a loss. Player's thread only.
     */
    long nextSample() {
        return sample++;
    }

    /** Whether it was ever moved: then it is ours to take away, also while somebody else holds it. */
    boolean drove() {
        return drove;
    }

    void moved() {
        drove = true;
    }

    /** The next view jumps. */
    void jump() {
        jumps = true;
    }

    /** Whether the next view jumps; asked once for each. Player's thread only. */
    boolean takeJump() {
        boolean jump = jumps;
        if (jump) {
            jumps = false;
        }
        return jump;
    }

    boolean held() {
        return held;
    }

    void held(boolean now) {
        held = now;
    }
}
