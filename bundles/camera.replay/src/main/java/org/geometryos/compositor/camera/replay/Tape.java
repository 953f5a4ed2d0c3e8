package org.geometryos.compositor.camera.replay;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
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
    private final ArrayDeque<Numbered> ahead = new ArrayDeque<>();
    /** The number of the first frame in {@link #ahead}. */
    private int first;

    private long after;
    /** The number of the entry in front of {@link #first}; 0: none. */
    private long passed;

    private boolean read;
    /** When the first entry was received, microseconds; of each lap the same. */
    private long base;

    private long latest;
    /** Where {@link #count} began, microseconds. */
    private long counted;

    private int count;
    private final long length;
    /** Of two frames, as it was found last, microseconds. */
    private long spacing = RecordedFile.DEFAULT_SPACING;

    private long retry;
    private boolean failed;
    private String told = "";

    /** A frame and the number of its entry. */
    private record Numbered(long seq, Frame frame) {}

    /**
     * @param selection views only, with an end
     * @param cameras that occur in it
     * @param first when the first of them was received, microseconds
     * @param last when the last of them was received
     * @param errors takes each problem once, as a sentence for an operator
     */
    Tape(
            Supplier<Optional<Recorder>> recorder,
            Codec codec,
            Clock clock,
            Selection selection,
            List<String> cameras,
            long first,
            long last,
            Consumer<String> errors) {
        this.length = Math.max(0, last - first);
        this.base = first;
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
            passed = ahead.poll().seq();
            first++;
        }
        Numbered next = ahead.peek();
        return next == null ? null : next.frame();
    }

    private void rewind() {
        ahead.clear();
        first = 0;
        after = 0;
        passed = 0;
        latest = 0;
        counted = 0;
        count = 0;
        read = false;
    }

    @Override
    public OptionalLong began() {
        return OptionalLong.of(base);
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public Place at(long offset) throws UnplayableException {
        return go(newest(cameras, until(offset), Long.MAX_VALUE));
    }

    private long until(long offset) {
        return offset >= length ? selection.to() : Math.min(selection.to(), base + offset);
    }

    @Override
    public Place back(int next, int camera) throws UnplayableException {
        frame(next);
        List<String> counts = camera < 0 ? cameras : List.of(cameras.get(camera));
        long shown = camera < 0 ? passed : last(newest(counts, selection.to(), passed + 1));
        long wanted = shown == 0 ? 0 : last(newest(counts, selection.to(), shown));
        return wanted == 0 ? null : go(newest(cameras, selection.to(), wanted + 1));
    }

    @Override
    public int again(int next, long offset) throws UnplayableException {
        return at(offset).next();
    }

    private static long last(List<RecordedEntry> entries) {
        return entries.stream().mapToLong(RecordedEntry::seq).max().orElse(0);
    }

    private List<RecordedEntry> newest(List<String> of, long to, long before) throws UnplayableException {
        try {
            return recorder.get()
                    .orElseThrow(() -> new UnplayableException("the recorder is away for a moment"))
                    .newest(new Selection(selection.epoch(), selection.from(), to, Set.copyOf(of), true), before);
        } catch (RecordingException | RuntimeException e) {
            throw new UnplayableException("the recording cannot be read: " + e.getMessage());
        }
    }

    /** The frames behind which it goes on; they have the number 0, which nobody asks for. */
    private Place go(List<RecordedEntry> newest) {
        Frame[] shown = new Frame[cameras.size()];
        long behind = 0;
        long offset = 0;
        for (RecordedEntry entry : newest) {
            behind = Math.max(behind, entry.seq());
            Frame frame = frame(entry, Math.max(0, entry.received() - base));
            if (frame != null) {
                shown[frame.camera()] = frame;
                offset = Math.max(offset, frame.offset());
            }
        }
        rewind();
        if (behind > 0) {
            first = 1;
            after = behind;
            passed = behind;
            latest = offset;
            counted = offset;
            count = 1;
        }
        return new Place(first, shown);
    }

    /** One mean distance behind the last frame. */
    @Override
    public long lap() {
        if (count > 1 && latest > counted) {
            spacing = (latest - counted) / (count - 1);
        }
        return latest + spacing;
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
        boolean begins = first == 0 && count == 0;
        // a clock that was set back while it was recorded holds nothing up
        long offset = begins ? 0 : Math.max(latest, entry.received() - base);
        Frame frame = frame(entry, offset);
        if (frame != null) {
            base = begins ? entry.received() : base;
            latest = offset;
            ahead.add(new Numbered(entry.seq(), frame));
            count++;
        }
    }

    /** null if it is none that can be played. */
    private Frame frame(RecordedEntry entry, long offset) {
        try {
            if (codec.decodeServer(ByteBuffer.wrap(entry.json().getBytes(StandardCharsets.UTF_8)))
                            instanceof ServerMessage.Camera camera
                    && numbers.containsKey(camera.state().camera())) {
                CameraState state = camera.state();
                long lead = state.time() - state.received();
                return new Frame(
                        offset,
                        lead < -MOST_OLDER || lead > MOST_NEWER ? 0 : lead,
                        numbers.get(state.camera()),
                        state.view(),
                        state.cut(),
                        state.timecode());
            }
        } catch (DecodeException e) {
            tell("entry " + entry.seq() + ", and perhaps more, is left out: " + e.getMessage());
        }
        return null;
    }

    private void tell(String problem) {
        if (!problem.equals(told)) {
            told = problem;
            errors.accept("recording " + selection.epoch() + ": " + problem);
        }
    }
}
