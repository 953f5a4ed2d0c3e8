package org.geometryos.compositor.io.state;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.geometryos.compositor.io.files.WholeFile;
import org.geometryos.compositor.protocol.DecodeException;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;

/** A state on disk, as the snapshot that a display would get of it. One thread at a time; it does I/O. */
public final class SnapshotFile<S> {
    /** What a file begins with; the rest is the snapshot. */
    private static final Pattern VERSION = Pattern.compile("\\A\\{\"version\":(\\d{1,9}),");

    private static final int KNOWN = 1;
    private static final byte[] HEAD = ("{\"version\":" + KNOWN + ",").getBytes(StandardCharsets.US_ASCII);

    private final WholeFile file;
    private final Function<S, ServerMessage.Snapshot> write;
    private S stored;
    private final boolean fresh;

    /**
     * Reads what is there; a file that cannot be used is set aside, and the state begins empty.
     *
     * @param what the state is ({@code a scene}), for the message about a file that holds none
     * @param read the state in a snapshot, if there is one
     */
    public SnapshotFile(
            WholeFile file,
            String what,
            S empty,
            Function<ServerMessage.Snapshot, Optional<S>> read,
            Function<S, ServerMessage.Snapshot> write) {
        this.file = file;
        this.write = write;
        this.stored = empty;
        boolean[] there = new boolean[1];
        boolean damaged = file.read(content -> {
                    there[0] = true;
                    stored = read.apply(snapshot(content))
                            .orElseThrow(() -> new IllegalArgumentException("it holds no snapshot of " + what));
                })
                .isPresent();
        fresh = !there[0] && !damaged;
    }

    private static ServerMessage.Snapshot snapshot(byte[] content) {
        Matcher version =
                VERSION.matcher(new String(content, 0, Math.min(content.length, 32), StandardCharsets.ISO_8859_1));
        if (version.find() && Integer.parseInt(version.group(1)) > KNOWN) {
            throw new IllegalArgumentException(
                    "it was written by a newer version (format " + version.group(1) + ", known is " + KNOWN + ")");
        }
        try {
            if (Codecs.json().decodeServer(ByteBuffer.wrap(content)) instanceof ServerMessage.Snapshot snapshot) {
                return snapshot;
            }
        } catch (DecodeException e) {
            throw new IllegalArgumentException(e.getMessage());
        }
        throw new IllegalArgumentException("it holds no snapshot");
    }

    /** Whether no state had been stored when this was made. */
    public boolean fresh() {
        return fresh;
    }

    /** The state as it was read or last saved. */
    public S stored() {
        return stored;
    }

    /** Writes the state if it is another; what cannot be written is tried again by the next call. */
    public void save(S state) {
        if (state.equals(stored)) {
            return;
        }
        byte[] snapshot = Codecs.json().encode(write.apply(state));
        // the head in place of its opening brace
        byte[] content = Arrays.copyOf(HEAD, HEAD.length + snapshot.length - 1);
        System.arraycopy(snapshot, 1, content, HEAD.length, snapshot.length - 1);
        if (file.save(content)) {
            stored = state;
        }
    }

    /** What is wrong at present. Any thread. */
    public List<String> problems() {
        return file.problems();
    }
}
