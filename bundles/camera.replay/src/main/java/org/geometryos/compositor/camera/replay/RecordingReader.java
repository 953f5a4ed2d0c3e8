package org.geometryos.compositor.camera.replay;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Lens;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.value.Size;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.DecodeException;

/**
 * Reads a recording: JSON Lines, each line a {@code camera} message of the protocol. A broken line is left out and told
 * in {@link RecordedFile#flaw()}; more than {@value #MAX_BROKEN} of them, or times of a camera that go backwards, and
 * the file is refused. What is held is about as large as the file.
 */
final class RecordingReader {
    static final long MAX_BYTES = 64L << 20;
    static final int MAX_LINE = 65_536;
    static final int MAX_BROKEN = 100;
    static final int MAX_CAMERAS = 100;
    /** 30 days, so that a deadline can be reckoned in nanoseconds at every speed. */
    static final long MAX_DURATION = 30L * 24 * 3600 * 1_000_000;

    private final Codec codec;
    private final long bytes;
    private final Map<String, Integer> cameras = new LinkedHashMap<>();
    private final List<Long> lastTimes = new ArrayList<>();
    private final List<View> lastViews = new ArrayList<>();
    private final List<Timed> lines = new ArrayList<>();
    private int line;
    private int broken;
    private String firstBroken = "";

    private record Timed(long time, int camera, View view, boolean cut, Optional<String> timecode) {}

    private RecordingReader(Codec codec, long bytes) {
        this.codec = codec;
        this.bytes = bytes;
    }

    /**
     * @param codec that of JSON
     * @throws RecordingException if the file cannot be played
     * @throws IOException if it cannot be read, or the thread is interrupted
     */
    static RecordedFile read(Path file, Codec codec) throws IOException, UnplayableException {
        if (!Files.isRegularFile(file)) {
            throw new UnplayableException(Files.exists(file) ? "is not a regular file" : "there is no such file");
        }
        long size = Files.size(file);
        if (size > MAX_BYTES) {
            throw new UnplayableException(
                    "has " + size + " bytes; a recording may have at most " + MAX_BYTES + " (64 MiB)");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return new RecordingReader(codec, size).read(in);
        }
    }

    private RecordedFile read(InputStream in) throws IOException, UnplayableException {
        byte[] buffer = new byte[MAX_LINE + 1];
        int filled = 0;
        long total = 0;
        boolean tooLong = false;
        for (int n; (n = in.read(buffer, filled, buffer.length - filled)) >= 0; ) {
            total += n;
            if (total > MAX_BYTES) {
                throw new UnplayableException("grew beyond " + MAX_BYTES + " bytes (64 MiB) while it was read");
            }
            filled += n;
            int start = 0;
            for (int i = filled - n; i < filled; i++) {
                if (buffer[i] == '\n') {
                    line(buffer, start, i, tooLong);
                    tooLong = false;
                    start = i + 1;
                }
            }
            if (start == 0 && filled == buffer.length) {
                tooLong = true;
                start = filled;
            }
            System.arraycopy(buffer, start, buffer, 0, filled - start);
            filled -= start;
        }
        if (filled > 0 || tooLong) {
            line(buffer, 0, filled, tooLong);
        }
        return finish(total);
    }

    private RecordedFile finish(long total) throws UnplayableException {
        if (lines.isEmpty()) {
            throw new UnplayableException(
                    total == 0
                            ? "is empty"
                            : broken == 0
                                    ? "holds no camera message"
                                    : "none of its " + broken + " lines can be played; the first: " + firstBroken);
        }
        long first = lines.stream().mapToLong(Timed::time).min().getAsLong();
        List<RecordedFile.Frame> frames = new ArrayList<>(lines.size());
        for (Timed one : lines) {
            if (one.time() - first > MAX_DURATION) {
                throw new UnplayableException(
                        "lasts longer than 30 days: from time " + first + " to time " + one.time() + " (microseconds)");
            }
            frames.add(new RecordedFile.Frame(one.time() - first, one.camera(), one.view(), one.cut(), one.timecode()));
        }
        String flaw =
                switch (broken) {
                    case 0 -> "";
                    case 1 -> "1 broken line is left out: " + firstBroken;
                    default -> broken + " broken lines are left out, the first: " + firstBroken;
                };
        return new RecordedFile(List.copyOf(cameras.keySet()), frames, bytes, flaw);
    }

    private void line(byte[] buffer, int from, int to, boolean tooLong) throws UnplayableException {
        line++;
        if (line == 1
                && to - from >= 3
                && Arrays.equals(buffer, from, from + 3, new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF}, 0, 3)) {
            from += 3;
        }
        while (from < to && blank(buffer[from])) {
            from++;
        }
        while (to > from && blank(buffer[to - 1])) {
            to--;
        }
        if (tooLong) {
            broken("is longer than " + MAX_LINE + " bytes");
        } else if (from < to && buffer[from] != '#') {
            try {
                ClientMessage message = codec.decodeClient(
                        ByteBuffer.wrap(buffer, from, to - from).slice());
                if (message instanceof ClientMessage.Camera camera) {
                    add(camera.update());
                } else {
                    broken("type must be \"camera\"");
                }
            } catch (DecodeException e) {
                broken(e.getMessage());
            }
        }
    }

    private static boolean blank(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }

    private void add(CameraUpdate update) throws UnplayableException {
        if (update.time().isEmpty()) {
            broken("time is required in a recording (microseconds)");
            return;
        }
        long time = update.time().getAsLong();
        Integer known = cameras.get(update.camera());
        if (known == null) {
            if (cameras.size() == MAX_CAMERAS) {
                throw new UnplayableException("line " + line + ": camera " + update.camera()
                        + " is one too many; a recording may have " + MAX_CAMERAS + " cameras");
            }
            known = cameras.size();
            cameras.put(update.camera(), known);
            lastTimes.add(time);
            lastViews.add(null);
        }
        if (time < lastTimes.get(known)) {
            throw new UnplayableException("line " + line + ": time must not go backwards within a camera, but " + time
                    + " of camera " + update.camera() + " comes after " + lastTimes.get(known));
        }
        View view = compact(update.view(), lastViews.get(known));
        lastTimes.set(known, time);
        lastViews.set(known, view);
        lines.add(new Timed(time, known, view, update.cut(), update.timecode()));
    }

    private void broken(String why) throws UnplayableException {
        broken++;
        if (broken == 1) {
            firstBroken = "line " + line + ": " + why;
        }
        if (broken > MAX_BROKEN) {
            throw new UnplayableException("more than " + MAX_BROKEN + " lines are broken; the first: " + firstBroken);
        }
    }

    /** The same view, sharing the parts that did not change with the one before. */
    private static View compact(View view, View before) {
        if (view instanceof View2d now && before instanceof View2d last) {
            Optional<Size> size = now.size().equals(last.size()) ? last.size() : now.size();
            return new View2d(now.x(), now.y(), now.zoom(), now.rotation(), size);
        }
        if (view instanceof View3d now && before instanceof View3d last) {
            Projection projection = now.projection().equals(last.projection()) ? last.projection() : now.projection();
            Optional<Lens> lens = now.lens().equals(last.lens()) ? last.lens() : now.lens();
            return new View3d(now.position(), now.orientation(), projection, now.focusDistance(), lens);
        }
        return view;
    }
}
