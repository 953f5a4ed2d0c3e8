package org.geometryos.compositor.recorder;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.Page;
import org.geometryos.compositor.api.journal.Snapshot;
import org.geometryos.compositor.api.recording.RecorderStatus;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.protocol.Codec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the journal into the database. {@link #pass()}, on one thread, does all the work; everybody else only changes
 * what it looks at. It asks the journal time and again instead of being woken, so that recording costs an update
 * nothing; and it holds nothing but a position, which the database keeps: the journal is the buffer.
 */
final class Follower {
    static final String NOT_RECORDING = "not recording";
    static final String GONE = "gone from the journal";
    static final String NO_FORM = "no form known";
    private static final int PAGE = 2_000;
    private static final long RETRY_NANOS = 1_000_000_000;
    private static final long LOG_NANOS = 10_000_000_000L;
    private static final long TRIM_NANOS = 1_000_000_000;
    /** How long deleting may go on at a time. */
    private static final long TRIM_BUDGET_NANOS = 100_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    private final Codec codec;
    private final long generation;
    private final LongSupplier nanos;
    private final LongSupplier micros;
    private volatile Settings settings;
    private volatile Journal journal;
    private volatile Optional<String> problem = Optional.empty();
    private volatile Optional<String> epoch = Optional.empty();
    private volatile long seq;
    private volatile long written;
    private volatile long missed;
    private volatile long bytes;

    // of the thread that passes alone
    private Journal followed;
    private Database store;
    private Path opened;
    private boolean fromNow;
    private long lastLog;
    private boolean logged;
    private long lastTrim;

    /** A stretch of the sequence that is not recorded. */
    private record Hole(long first, long last, String reason) {}

    /**
     * @param codec that of JSON
     * @param generation of the codec's service
     * @param nanos the clock for waiting
     * @param micros the clock for stamps, since the Unix epoch
     */
    Follower(Codec codec, long generation, Settings settings, LongSupplier nanos, LongSupplier micros) {
        this.codec = codec;
        this.generation = generation;
        this.settings = settings;
        this.nanos = nanos;
        this.micros = micros;
        this.lastTrim = nanos.getAsLong();
    }

    /** A pass. @return how long to wait for the next one, nanoseconds */
    long turn() {
        pass();
        return problem.isPresent() ? RETRY_NANOS : settings.commitMillis() * 1_000_000L;
    }

    /** Any thread; at the next pass. */
    void configure(Settings wanted) {
        settings = wanted;
    }

    /** What to follow. The one before it is still read to its end, as soon as it can be written. Any thread. */
    void setJournal(Journal next) {
        journal = next;
    }

    /** Any thread. */
    void gone(Journal old) {
        if (journal == old) {
            journal = null;
        }
    }

    RecorderStatus status() {
        Settings now = settings;
        Journal source = journal;
        Optional<String> following = epoch;
        long head = source == null ? seq : source.head();
        long behind = !now.enabled()
                ? 0
                : source != null && following.filter(source.epoch()::equals).isPresent()
                        ? Math.max(0, head - seq)
                        : source == null ? 0 : head;
        return new RecorderStatus(
                now.enabled(), now.file().toString(), following, seq, behind, written, missed, bytes, problem);
    }

    /** Records what is new. */
    void pass() {
        Settings now = settings;
        Journal next = journal;
        if (!now.enabled()) {
            close();
            fromNow = true;
            problem = Optional.empty();
        } else if (followed != null && followed != next && !record(now, followed)) {
            // its end is not recorded yet; the next one holds what is new meanwhile
            return;
        } else if (next != null) {
            record(now, next);
        }
        followed = next;
    }

    /** Ends what was begun with the database. */
    void close() {
        if (store != null) {
            store.close();
            store = null;
        }
    }

    /** @return whether all that it has is recorded */
    private boolean record(Settings now, Journal from) {
        try {
            if (store == null || !now.file().equals(opened)) {
                close();
                store = Database.open(now.file());
                opened = now.file();
            }
            if (store.log() > now.maxBytes()) {
                store.emptyLog();
                if (store.log() > now.maxBytes()) {
                    throw new IOException("its log has more than " + now.maxBytes()
                            + " bytes, as another program keeps a transaction open");
                }
            }
            boolean more = true;
            while (more) {
                more = page(now, from);
            }
            trim(now, from.epoch());
            if (problem.isPresent()) {
                LOG.info("recording continues in {}", now.file());
                problem = Optional.empty();
            }
            return true;
        } catch (SQLException | IOException | RuntimeException e) {
            failed(now, e);
            return false;
        }
    }

    private void failed(Settings now, Exception e) {
        close();
        String why = e.getMessage() == null ? e.toString() : e.getMessage();
        problem = Optional.of(why);
        complain("nothing is recorded into " + now.file() + " and what is new waits in the journal: " + why);
    }

    private void complain(String what) {
        long at = nanos.getAsLong();
        if (!logged || at - lastLog > LOG_NANOS) {
            logged = true;
            lastLog = at;
            LOG.error(what);
        }
    }

    /** @return whether there is more to read at once */
    private boolean page(Settings now, Journal from) throws SQLException {
        String name = from.epoch();
        if (epoch.filter(name::equals).isPresent() && from.head() == seq && !fromNow) {
            return false;
        }
        Page[] taken = new Page[1];
        long[] counts = new long[2];
        store.transaction(() -> {
            OptionalLong known = store.last(name);
            if (known.isEmpty()) {
                store.begin(name, micros.getAsLong(), 0);
            }
            long after = known.orElse(0);
            boolean begin = fromNow || known.isEmpty() && !from.holdsAll(0);
            Page page = begin ? present(from.snapshot(), after) : from.read(after, PAGE);
            List<Row> rows = new ArrayList<>();
            for (Hole hole : rows(now, page, after, begin, rows)) {
                store.gap(name, hole.first(), hole.last(), micros.getAsLong(), hole.reason());
                counts[1] += hole.reason().equals(NOT_RECORDING) ? 0 : hole.last() - hole.first() + 1;
            }
            long received = micros.getAsLong();
            long[] stamps = new long[rows.size()];
            for (int i = rows.size() - 1; i >= 0; i--) {
                // what was there already belongs to the moment in which recording begins
                received = begin ? received : rows.get(i).received().orElse(received);
                stamps[i] = received;
            }
            for (int i = 0; i < stamps.length; i++) {
                store.add(name, rows.get(i), stamps[i]);
            }
            store.flush();
            store.advance(name, page.to());
            counts[0] = rows.size();
            taken[0] = page;
        });
        fromNow = false;
        seq = taken[0].to();
        epoch = Optional.of(name);
        written += counts[0];
        missed += counts[1];
        if (counts[1] > 0) {
            complain(counts[1] + " entries of " + name + " up to " + seq + " are missing in " + now.file()
                    + ": they were " + GONE + " before they could be written, or have no form that is known");
        }
        return taken[0].entries().size() == PAGE;
    }

    /** What there is at the moment, as a page: views that do not change would be missing otherwise. */
    private static Page present(Snapshot now, long after) {
        List<Entry> entries = new ArrayList<>();
        now.scene().ifPresent(entry -> entries.add(wholeScene(now, entry)));
        now.cameras().values().stream()
                .filter(entry -> now.scene().filter(entry::equals).isEmpty())
                .map(Follower::viewAlone)
                .forEach(entries::add);
        entries.addAll(now.control().values());
        entries.addAll(now.displays().values());
        entries.removeIf(entry -> entry.seq() <= after);
        entries.sort(Comparator.comparingLong(Entry::seq));
        return new Page(entries, Math.max(now.seq(), after), 0);
    }

    /**
     * The scene as it stands, in place of its last change; with that one's view, if no newer one of the camera is
     * there.
     */
    private static Entry wholeScene(Snapshot now, Entry entry) {
        Change.SceneChanged last = entry.change().inScene().orElseThrow();
        Scene scene = last.scene();
        return new Entry(
                entry.seq(),
                new Change.SceneChanged(
                        scene.asOps(),
                        Optional.empty(),
                        entry.change().view().filter(state -> now.cameras().get(state.camera()) == entry),
                        scene,
                        last.time()));
    }

    private static Entry viewAlone(Entry entry) {
        return entry.change() instanceof Change.CameraChanged
                ? entry
                : new Entry(
                        entry.seq(),
                        new Change.CameraChanged(entry.change().view().orElseThrow()));
    }

    /** A transaction whose camera is not recorded, without its view. */
    private static Entry recorded(Settings now, Entry entry) {
        Optional<Change.SceneChanged> scene = entry.change().inScene();
        if (scene.flatMap(Change.SceneChanged::camera)
                .filter(state -> !wanted(now, state.camera()))
                .isEmpty()) {
            return entry;
        }
        Change.SceneChanged bare = new Change.SceneChanged(
                scene.get().ops(),
                scene.get().origin(),
                Optional.empty(),
                scene.get().scene(),
                scene.get().time());
        return new Entry(
                entry.seq(),
                entry.change() instanceof Change.TilesChanged tiles
                        ? new Change.TilesChanged(
                                tiles.ops(), tiles.origin(), Optional.of(bare), tiles.tiles(), tiles.time())
                        : bare);
    }

    private static boolean wanted(Settings now, String camera) {
        return now.cameras().isEmpty() || now.cameras().contains(camera);
    }

    /** Adds the rows of a page; gives what is missing in it, as numbers are without holes. */
    private List<Hole> rows(Settings now, Page page, long after, boolean begin, List<Row> rows) {
        List<Hole> holes = new ArrayList<>();
        long expected = after + 1;
        for (Entry entry : page.entries()) {
            hole(holes, expected, entry.seq() - 1, begin ? NOT_RECORDING : GONE);
            expected = entry.seq() + 1;
            try {
                Row.of(recorded(now, entry), codec, generation)
                        .filter(row -> row.camera().isEmpty()
                                || wanted(now, row.camera().get()))
                        .ifPresent(rows::add);
            } catch (IllegalArgumentException e) {
                hole(holes, entry.seq(), entry.seq(), NO_FORM);
            }
        }
        hole(holes, expected, page.to(), begin ? NOT_RECORDING : GONE);
        return holes;
    }

    private static void hole(List<Hole> holes, long first, long last, String reason) {
        if (first <= last) {
            holes.add(new Hole(first, last, reason));
        }
    }

    private void trim(Settings now, String current) throws SQLException, IOException {
        long begin = nanos.getAsLong();
        if (begin - lastTrim < TRIM_NANOS) {
            return;
        }
        lastTrim = begin;
        long before = now.maxAge() == 0 ? Long.MIN_VALUE : micros.getAsLong() - now.maxAge() * 1_000_000;
        boolean more = true;
        while (more && nanos.getAsLong() - begin < TRIM_BUDGET_NANOS) {
            more = store.trim(before, now.maxBytes(), current);
        }
        bytes = store.used() + store.log();
    }
}
