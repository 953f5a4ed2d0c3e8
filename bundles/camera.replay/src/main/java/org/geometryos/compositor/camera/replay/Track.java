package org.geometryos.compositor.camera.replay;

import java.util.Arrays;
import java.util.List;
import org.geometryos.compositor.api.replay.PlaybackState;
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
    /** So many frames are passed over at most in search of a camera's next one. */
    private static final int MOST_LOOKED = 100_000;

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
    /** Whether a hand holds it at {@link #position}. */
    private boolean paused;
    /** Where it is paused, microseconds. */
    private long position;
    /** Between which it loops; null: over all of it, if it loops. */
    private PlaybackState.Marks marks;
    /** By the camera's index, the offset of the frame that was put out last; -1: none yet. */
    private final long[] shown;

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
        this.shown = new long[channels.size()];
        Arrays.fill(shown, -1);
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
            double played = (now - origin) * speed;
            speed = speedNow;
            origin = now - Math.round(played / speed);
        }
        if (loopNow && !loop && finished()) {
            begin(now);
        }
        loop = loopNow;
    }

    /** Whether it comes to nothing more by itself, and nobody holds it. */
    boolean finished() {
        return !paused && marks == null && recording.ends(next);
    }

    boolean paused() {
        return paused;
    }

    /** Where it is, microseconds; at most its length. */
    long position(long now) {
        double at = paused ? position : (now - origin) * speed / 1000;
        return Math.max(0, Math.min(recording.length(), Math.round(at)));
    }

    long length() {
        return recording.length();
    }

    /** Offset of the frame that comes next, or of the one that is shown; -1 if there is none or it is not known. */
    long neighbour(boolean on) {
        if (!on) {
            return Arrays.stream(shown).max().orElse(-1);
        }
        Frame frame = recording.ends(next) ? null : recording.frame(next);
        return frame == null ? -1 : frame.offset();
    }

    /** Offset of the frame that a camera got last; -1: none yet. */
    long shown(int camera) {
        return shown[camera];
    }

    void pause(long now) {
        position = position(now);
        paused = true;
    }

    /** Goes on where it is; from the beginning where it is at its end and does not loop. */
    void play(long now) {
        boolean over = marks == null && recording.ends(next);
        paused = false;
        if (over) {
            begin(now);
        } else {
            origin(now, position);
        }
    }

    private void origin(long now, long at) {
        origin = now - Math.round(at * 1000.0 / speed);
        waiting = false;
        retry = now;
    }

    /** Between which it loops from now on; null: over all of it, if it loops. */
    void marks(PlaybackState.Marks wanted) {
        marks = wanted;
    }

    /**
     * Goes to a position and puts out what each camera has there.
     *
     * @throws UnplayableException if it is not known what that is; nothing has changed then
     */
    void seek(long to, long now, Output output) throws UnplayableException {
        long at = Math.min(to, recording.length());
        Reel.Place place = recording.at(at);
        take(place, at, now, now, output);
    }

    /**
     * Goes one frame on or back, while it is paused.
     *
     * @param camera index of the camera whose frames count; -1: those of all
     * @return false at the first and the last one, where it stays
     * @throws UnplayableException if the frame cannot be read; it stays
     */
    boolean step(boolean on, int camera, long now, Output output) throws UnplayableException {
        if (on) {
            return stepOn(camera, now, output);
        }
        Reel.Place place = recording.back(next, camera);
        if (place == null) {
            return false;
        }
        take(place, place.offset(), now, now, output);
        return true;
    }

    private boolean stepOn(int camera, long now, Output output) throws UnplayableException {
        Frame[] newest = new Frame[shown.length];
        int passed = next;
        for (int looked = 0; looked < MOST_LOOKED; looked++) {
            Frame frame = there(passed);
            if (frame == null) {
                next = passed == next ? next : recording.again(next, position);
                return false;
            }
            newest[frame.camera()] = frame;
            passed++;
            if (camera < 0 || frame.camera() == camera) {
                take(new Reel.Place(passed, newest), frame.offset(), now, now, output);
                return true;
            }
        }
        next = recording.again(next, position);
        throw new UnplayableException("the next entry of that camera is more than " + MOST_LOOKED + " entries away");
    }

    /** A frame, read if it is not there yet; null behind the last one. */
    private Frame there(int index) throws UnplayableException {
        while (!recording.ends(index)) {
            Frame frame = recording.frame(index);
            if (frame != null) {
                return frame;
            }
            if (!recording.readAhead(index)) {
                throw new UnplayableException("what comes next cannot be read; try again");
            }
        }
        return null;
    }

    /** @param taken when what is put out was due, nanoseconds */
    private void take(Reel.Place place, long at, long now, long taken, Output output) {
        next = place.next();
        position = at;
        origin(now, at);
        recording.readAhead(next);
        for (int camera = 0; camera < shown.length; camera++) {
            Frame frame = place.shown()[camera];
            jumps[camera] = true;
            if (frame != null) {
                jumps[camera] = !put(frame, taken, true, output);
            }
        }
    }

    private boolean put(Frame frame, long taken, boolean jump, Output output) {
        shown[frame.camera()] = frame.offset();
        return output.frame(channels.get(frame.camera()), frame, taken, jump);
    }

    /** Offset at which the part between the marks ends; what is there or behind is not part of it. */
    private long limit() {
        return marks == null || marks.to() >= recording.length() ? Long.MAX_VALUE : marks.to();
    }

    /** When the part between the marks begins again, nanoseconds. */
    private long turn() {
        long end = marks.to() >= recording.length() ? recording.lap() : marks.to();
        return at(marks.from()) + Math.max(MIN_LAP, Math.round((end - marks.from()) * 1000.0 / speed));
    }

    /** Whether all between the marks is put out. */
    private boolean passed() {
        if (recording.ends(next)) {
            return true;
        }
        Frame frame = recording.frame(next);
        return frame != null && frame.offset() >= limit();
    }

    /** Back to the first mark, when it is time. */
    private boolean turned(long now, Output output) {
        if (!passed() || turn() > now) {
            return false;
        }
        long begins = turn();
        long lap = begins - at(marks.from());
        if (now - begins > LATE) {
            begins += (now - begins) / lap * lap;
        }
        try {
            Reel.Place place = recording.at(marks.from());
            take(place, marks.from(), begins, begins, output);
            return true;
        } catch (UnplayableException e) {
            // found again at the next look, as a recorder is only away for a moment
            retry = now + RETRY;
            return false;
        }
    }

    /** See {@link Reel#readAhead}. */
    boolean readAhead() {
        return recording.readAhead(next);
    }

    /** When the next frame is due, nanoseconds; meaningless when finished. */
    long due() {
        if (marks != null && passed()) {
            return Math.max(turn(), retry);
        }
        Frame frame = recording.frame(next);
        return frame == null ? retry : at(frame.offset());
    }

    private long at(long offset) {
        return origin + Math.round(offset * 1000.0 / speed);
    }

    /** Whether the next frame is there and due. */
    private boolean ready(long now) {
        if (recording.ends(next) || marks != null && passed()) {
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
        if (paused) {
            return;
        }
        if (loop && finished()) {
            // a hand went to the end
            lap();
        }
        do {
            advanceLap(now, output);
        } while (marks != null && !output.stopped() && turned(now, output));
    }

    private void advanceLap(long now, Output output) {
        if (ready(now) && now - due() > LATE) {
            catchUp(now, output);
        }
        while (ready(now) && !output.stopped()) {
            Frame frame = recording.frame(next);
            int camera = frame.camera();
            jumps[camera] = !put(frame, at(frame.offset() + frame.lead()), jumps[camera] || frame.cut(), output);
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
                jumps[camera] |= !put(newest[camera], taken[camera], jumped[camera], output);
            }
        }
    }

    private void step() {
        next++;
        if (loop && finished()) {
            lap();
        }
    }

    private void lap() {
        begin(origin + Math.max(MIN_LAP, Math.round(recording.lap() * 1000.0 / speed)));
    }

    private void begin(long at) {
        origin = at;
        next = 0;
        Arrays.fill(jumps, true);
    }
}
