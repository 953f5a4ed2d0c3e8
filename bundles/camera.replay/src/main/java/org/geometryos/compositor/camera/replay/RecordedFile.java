package org.geometryos.compositor.camera.replay;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.camera.View;

/** A recording as it was read from a file. Immutable; at least one frame. */
final class RecordedFile implements Reel {
    /** What a recording without any spacing of its own waits before it begins again, microseconds. */
    static final long DEFAULT_SPACING = 1_000_000;

    private final List<String> cameras;
    private final Frame[] frames;
    private final long lap;
    private final long bytes;
    private final String flaw;

    /**
     * One line.
     *
     * @param offset microseconds since the first line
     * @param lead by how many microseconds the sample is older (negative) or newer than that
     * @param camera index into {@link Reel#cameras()}
     */
    record Frame(long offset, long lead, int camera, View view, boolean cut, Optional<String> timecode) {
        Frame(long offset, int camera, View view, boolean cut, Optional<String> timecode) {
            this(offset, 0, camera, view, cut, timecode);
        }
    }

    /**
     * @param frames in the order of the file; brought into the order of their offsets here
     * @param bytes size of the file
     * @param flaw what was left out, as a sentence; empty if nothing was
     */
    RecordedFile(List<String> cameras, List<Frame> frames, long bytes, String flaw) {
        this.cameras = List.copyOf(cameras);
        this.frames = frames.toArray(Frame[]::new);
        Arrays.sort(this.frames, Comparator.comparingLong(Frame::offset));
        this.lap = this.frames[this.frames.length - 1].offset() + spacing(this.frames);
        this.bytes = bytes;
        this.flaw = flaw;
    }

    /** The usual distance of two instants: the median, so that a pause in the recording does not count. */
    private static long spacing(Frame[] frames) {
        long[] distances = new long[frames.length - 1];
        int n = 0;
        for (int i = 1; i < frames.length; i++) {
            long distance = frames[i].offset() - frames[i - 1].offset();
            if (distance > 0) {
                distances[n++] = distance;
            }
        }
        Arrays.sort(distances, 0, n);
        return n == 0 ? DEFAULT_SPACING : distances[n / 2];
    }

    @Override
    public List<String> cameras() {
        return cameras;
    }

    int size() {
        return frames.length;
    }

    @Override
    public boolean ends(int index) {
        return index == frames.length;
    }

    @Override
    public Frame frame(int index) {
        return frames[index];
    }

    @Override
    public long length() {
        return frames[frames.length - 1].offset();
    }

    @Override
    public Place at(long offset) {
        int low = 0;
        int high = frames.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (frames[middle].offset() <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return behind(low);
    }

    @Override
    public Place back(int next, int camera) {
        int shown = before(next, camera);
        int wanted = before(shown, camera);
        return wanted < 0 ? null : behind(wanted + 1);
    }

    /** The number of the last frame of the camera in front of this one; negative if there is none. */
    private int before(int next, int camera) {
        int index = next - 1;
        while (index >= 0 && camera >= 0 && frames[index].camera() != camera) {
            index--;
        }
        return index;
    }

    private Place behind(int next) {
        Frame[] shown = new Frame[cameras.size()];
        int missing = shown.length;
        for (int i = next - 1; i >= 0 && missing > 0; i--) {
            int camera = frames[i].camera();
            if (shown[camera] == null) {
                shown[camera] = frames[i];
                missing--;
            }
        }
        return new Place(next, shown);
    }

    @Override
    public long lap() {
        return lap;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public String flaw() {
        return flaw;
    }
}
