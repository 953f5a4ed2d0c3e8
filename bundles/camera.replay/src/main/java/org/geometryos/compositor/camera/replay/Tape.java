package org.geometryos.compositor.camera.replay;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.recording.RecordedEntry;
import org.geometryos.compositor.api.recording.Recorder;
import org.geometryos.compositor.api.recording.RecordingException;
import org.geometryos.compositor.api.recording.Selection;
import org.geometryos.compositor.camera.replay.RecordedFile.Frame;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.DecodeException;
import org.geometryos.compositor.protocol.ServerMessage;

/**
 * A part of what the recorder wrote, read while it plays: some frames ahead, so that a recorder that is replaced is not
 * missed. A view is due as it was received, and its sample is as old as it was then. Confined to the player's thread,
 * but for the cameras.
 */
final class Tape implements Reel {
    /** Entries of one read: about a millisecond. */
    static final int PAGE = 200;
    /** Frames that are kept ready. */
    static final int AHEAD = 1_000;
    /** After a failed read, nanoseconds. */
    static final long RETRY = 500_000_000;
    /** A sample's distance from its arrival, microseconds, that is believed; beyond it clocks differed. */
    private static final long MOST_OLDER = 60_000_000;

    private static final long MOST_NEWER = 1_000_000;

    private final Supplier<Optional<Recorder>> recorder;
    private final Codec codec;
    private final Clock clock;
    private final Selection selection;
    private final List<String> cameras;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Consumer<String> errors;
    private final ArrayDeque<Frame> ahead = new ArrayDeque<>();
    /** The number of the first frame in {@link #ahead}. */
    private int first;

    private long after;
    private boolean read;
    /** When the first entry was received, microseconds; of each lap the same. */
    private long base;

    private long latest;
    private int count;
    private long retry;
    private boolean failed;
    private String told = "";

    /**
     * @param selection views only, with an end
     * @param cameras that occur in it
     * @param errors takes each problem once, as a sentence for an operator
     */
    Tape(
            Supplier<Optional<Recorder>> recorder,
            Codec codec,
            Clock clock,
            Selection selection,
            List<String> cameras,
            Consumer<String> errors) {
        this.recorder = recorder;
        this.codec = codec;
        this.clock = clock;
        this.selection = selection;
        this.cameras = List.copyOf(cameras);
        for (String camera : this.cameras) {
            numbers.put(camera, numbers.size());
        }
        this.errors = errors;
    }

    @Override
    public List<String> cameras() {
        return cameras;
    }

    @Override
    public boolean ends(int index) {
        return read && index == first + ahead.size();
    }

    @Override
    public Frame frame(int index) {
        if (index < first) {
            rewind();
        }
        while (first < index && !ahead.isEmpty()) {
            ahead.poll();
            first++;
        }
        return ahead.peek();
    }

    private void rewind() {
        ahead.clear();
        first = 0;
        after = 0;
        latest = 0;
        count = 0;
        read = false;
    }

    /** One mean distance behind the last frame. */
    @Override
    public long lap() {
        return latest + (count > 1 && latest > 0 ? latest / (count - 1) : RecordedFile.DEFAULT_SPACING);
    }

    /** What is ready, whatever the recording has. */
    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public String flaw() {
        return "";
    }

    @Override
    public boolean readAhead(int next) {
        frame(next);
        if (read || ahead.size() >= AHEAD || failed && clock.nanos() - retry < 0) {
            return false;
        }
        Optional<Recorder> from = recorder.get();
        try {
            List<RecordedEntry> page = from.isEmpty() ? List.of() : from.get().read(selection, after, PAGE);
            failed = from.isEmpty();
            retry = clock.nanos() + RETRY;
            for (RecordedEntry entry : page) {
                add(entry);
            }
            read = from.isPresent() && page.size() < PAGE;
            return from.isPresent();
        } catch (RecordingException | RuntimeException e) {
            // a recorder that is being replaced fails in its own way
            failed = true;
            retry = clock.nanos() + RETRY;
            tell("cannot be read on, and is tried again: " + e.getMessage());
            return false;
        }
    }

    private void add(RecordedEntry entry) {
        after = entry.seq();
        try {
            if (codec.decodeServer(ByteBuffer.wrap(entry.json().getBytes(StandardCharsets.UTF_8)))
                            instanceof ServerMessage.Camera camera
                    && numbers.containsKey(camera.state().camera())) {
                CameraState state = camera.state();
                if (count == 0) {
                    base = entry.received();
                }
                // a clock that was set back while it was recorded holds nothing up
                latest = Math.max(latest, entry.received() - base);
                long lead = state.time() - state.received();
                ahead.add(new Frame(
                        latest,
                        lead < -MOST_OLDER || lead > MOST_NEWER ? 0 : lead,
                        numbers.get(state.camera()),
                        state.view(),
                        state.cut(),
                        state.timecode()));
                count++;
            }
        } catch (DecodeException e) {
            tell("entry " + entry.seq() + ", and perhaps more, is left out: " + e.getMessage());
        }
    }

    private void tell(String problem) {
        if (!problem.equals(told)) {
            told = problem;
            errors.accept("recording " + selection.epoch() + ": " + problem);
        }
    }
}
