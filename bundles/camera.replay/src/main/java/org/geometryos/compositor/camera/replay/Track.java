package org.geometryos.compositor.camera.replay;

import java.util.Arrays;
import java.util.List;
import org.geometryos.compositor.camera.replay.RecordedFile.Frame;

/**
 * One recording while it plays: where it is, and when what comes next is due. Deadlines are reckoned from the beginning
 * of the lap, so that nothing adds up. Confined to the player's thread.
 */
final class Track {
    /** Later than this, nanoseconds, and what is due is not sent one by one any more. */
    static final long LATE = 200_000_000;
    /** A lap lasts at least this long, nanoseconds, however short and fast the recording. */
    static final long MIN_LAP = 100_000_000;
    /** After how many nanoseconds a frame that is not there yet is looked for again. */
    private static final long RETRY = 20_000_000;

    private final Reel recording;
    private final boolean[] jumps;
    private List<Channel> channels;
    private boolean loop;
    private double speed;
    /** When the present lap began, or would have begun at the present speed, nanoseconds. */
    private long origin;

    private int next;
    /** When to look again for a frame that is not there yet, nanoseconds. */
    private long retry;
    /** Whether the lap's first frame was not there yet when it was looked for. */
    private boolean waiting;

    /** Takes a frame that is due. */
    interface Output {
        /**
         * @param taken when its sample was due, nanoseconds
         * @param jump whether the view is no continuation of the one before
         * @return whether it was taken as a continuation of what was sent before; otherwise the next one jumps
         */
        boolean frame(Channel channel, Frame frame, long taken, boolean jump);

        /** A frame that is not sent, as a later one is due already. */
        void skipped(Channel channel);

        /** Whether to stop at once. */
        boolean stopped();
    }

    /** Begins now. */
    Track(Reel recording, List<Channel> channels, boolean loop, double speed, long now) {
        this.recording = recording;
        this.channels = channels;
        this.jumps = new boolean[channels.size()];
        this.loop = loop;
        this.speed = speed;
        begin(now);
    }

    Reel recording() {
        return recording;
    }

    List<Channel> channels() {
        return channels;
    }

    /** The same recording to other cameras, which have to jump to it. */
    void channels(List<Channel> others) {
        for (int i = 0; i < jumps.length; i++) {
            jumps[i] |= channels.get(i) != others.get(i);
        }
        channels = others;
    }

    /** From the present position on. */
    void change(boolean loopNow, double speedNow, long now) {
        if (speedNow != speed) {
            double position = (now - origin) * speed;
            speed = speedNow;
            origin = now - Math.round(position / speed);
        }
        if (loopNow && !loop && finished()) {
            begin(now);
        }
        loop = loopNow;
    }

    boolean finished() {
        return recording.ends(next);
    }

    /** See {@link Reel#readAhead}. */
    boolean readAhead() {
        return recording.readAhead(next);
    }

    /** When the next frame is due, nanoseconds; meaningless when finished. */
    long due() {
        Frame frame = recording.frame(next);
        return frame == null ? retry : at(frame.offset());
    }

    private long at(long offset) {
        return origin + Math.round(offset * 1000.0 / speed);
    }

    /** Whether the next frame is there and due. */
    private boolean ready(long now) {
        if (finished()) {
            return false;
        }
        if (recording.frame(next) == null) {
            retry = now + RETRY;
            waiting |= next == 0;
            return false;
        }
        if (waiting) {
            // to find the beginning may take a second; nothing is late for that
            waiting = false;
            origin = now - origin > 0 ? now : origin;
        }
        return due() <= now;
    }

    /** Puts out what is due. */
    void advance(long now, Output output) {
        if (ready(now) && now - due() > LATE) {
            catchUp(now, output);
        }
        while (ready(now) && !output.stopped()) {
            Frame frame = recording.frame(next);
            int camera = frame.camera();
            jumps[camera] = !output.frame(
                    channels.get(camera), frame, at(frame.offset() + frame.lead()), jumps[camera] || frame.cut());
            step();
        }
    }

    /** Of all that is due only the newest of each camera. */
    private void catchUp(long now, Output output) {
        Frame[] newest = new Frame[jumps.length];
        long[] taken = new long[jumps.length];
        boolean[] jumped = new boolean[jumps.length];
        while (ready(now) && !output.stopped()) {
            Frame frame = recording.frame(next);
            int camera = frame.camera();
            if (newest[camera] != null) {
                output.skipped(channels.get(camera));
            }
            newest[camera] = frame;
            taken[camera] = at(frame.offset() + frame.lead());
            jumped[camera] |= jumps[camera] || frame.cut();
            jumps[camera] = false;
            step();
        }
        for (int camera = 0; camera < newest.length; camera++) {
            if (newest[camera] != null) {
                jumps[camera] |= !output.frame(channels.get(camera), newest[camera], taken[camera], jumped[camera]);
            }
        }
    }

    private void step() {
        next++;
        if (finished() && loop) {
            begin(origin + Math.max(MIN_LAP, Math.round(recording.lap() * 1000.0 / speed)));
        }
    }

    private void begin(long at) {
        origin = at;
        next = 0;
        Arrays.fill(jumps, true);
    }
}
