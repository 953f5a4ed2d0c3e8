package org.geometryos.compositor.cluster;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.zip.CRC32;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.Page;
import org.geometryos.compositor.api.journal.Snapshot;
import org.geometryos.compositor.api.journal.Verdict;
import org.geometryos.compositor.api.log.Checkpoint;
import org.geometryos.compositor.api.log.SharedLog;
import org.geometryos.compositor.api.scene.NoSuchModelException;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.tiles.NoSuchTilesetException;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.api.value.Answer;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Later;
import org.geometryos.compositor.cluster.form.Forms;
import org.geometryos.compositor.cluster.form.UnknownFormException;
import org.geometryos.compositor.rings.RingJournal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal as one of several hosts has it: what is appended goes into the shared log, and what comes back from there
 * counts or is passed over, here as on all others. Any thread. Without threads of its own: {@link #tick} is called
 * several times a second, and {@link #store} about once, on a thread that may take long.
 *
 * <p>One that has failed is of no use any more; another one begins with the newest checkpoint.
 */
class Replica implements Journal, SharedLog.Reader {
    private static final Logger LOG = LoggerFactory.getLogger(Replica.class);
    /** Bytes that are put again in one go. */
    private static final int MOST_AGAIN = 256 << 10;
    /** Between two readings that begin anew, and two questions for the checkpoint. */
    private static final long ANEW_NANOS = 1_000_000_000L;

    /** How far it is. */
    enum Phase {
        /** Reads the newest checkpoint. */
        LOADING,
        /** Reads the log, and waits for its own record that it joins. */
        JOINING,
        JOINED,
        FAILED
    }

    /** A change that has not come back. */
    private static final class Proposal {
        private final long number;
        private final byte[] record;
        private final Later<Verdict> answer = new Later<>();
        private final long begun;
        private long sent;

        private Proposal(long number, byte[] record, long begun) {
            this.number = number;
            this.record = record;
            this.begun = begun;
            this.sent = begun;
        }
    }

    private final String host;
    private final SharedLog log;
    private final RingJournal ring;
    private final Limits limits;
    private final Figures figures;
    private final LongSupplier nanos;
    private final Random random;
    private final Runnable wake;
    private final Forms forms = new Forms();
    private final Roll roll;
    private final Applying applying = new Applying();

    private final ReentrantLock lock = new ReentrantLock();
    // guarded by lock
    private final Deque<Proposal> underWay = new ArrayDeque<>();
    private int underWayBytes;
    private Phase phase = Phase.LOADING;
    private String why = "this host reads what the others know";
    private SharedLog.Reading reading;
    private long position;
    private long nonce;
    private long start;
    private long next;
    private final NavigableMap<String, State.Private> kept = new TreeMap<>();
    private long keptBytes;
    private final Authors authors = new Authors();
    private final Agreement agreement;
    private long sceneSeq;
    private long sceneDigest;
    // of the clock, nanoseconds
    private final Map<String, Long> heard = new HashMap<>();
    private final Orphans orphans;
    private long heardLog;
    private long begunReading;
    private long ticked;
    private long beaten;
    private long joinSent;
    private long stored;
    private long asked;

    /**
     * @param ring empty, with the log's epoch
     * @param figures of this host
     * @param nanos the clock, {@link System#nanoTime()}
     * @param wake called after entries have come, outside all locks
     */
    Replica(
            String host,
            SharedLog log,
            RingJournal ring,
            Roll roll,
            Limits limits,
            Figures figures,
            LongSupplier nanos,
            Random random,
            Runnable wake) {
        this.host = host;
        this.log = log;
        this.ring = ring;
        this.roll = roll;
        this.limits = limits;
        this.figures = figures;
        this.agreement = new Agreement(host);
        this.orphans = new Orphans(limits.leave());
        this.nanos = nanos;
        this.random = random;
        this.wake = wake;
        long now = nanos.getAsLong();
        this.ticked = now;
        this.heardLog = now;
        this.stored = now;
        this.begunReading = now - ANEW_NANOS;
        this.beaten = now - limits.beat();
    }

    // ---- beginning and end

    /** Asks for the newest checkpoint; goes on from there by itself. */
    void begin() {
        lock.lock();
        try {
            asked = nanos.getAsLong();
        } finally {
            lock.unlock();
        }
        log.checkpoint().whenComplete((found, failure) -> {
            if (failure == null) {
                all(List.of(() -> load(found)));
            }
        });
    }

    private void load(Optional<Checkpoint> checkpoint) {
        List<Runnable> after = new ArrayList<>();
        lock.lock();
        try {
            if (phase != Phase.LOADING) {
                return;
            }
            if (checkpoint.isPresent()) {
                State state = forms.value(State.class, checkpoint.get().content());
                if (state.format() != State.FORMAT) {
                    throw new UnknownFormException(
                            "a checkpoint has format " + State.FORMAT + ", not " + state.format());
                }
                if (state.epoch().equals(log.epoch())) {
                    begin(state);
                }
            }
            phase = Phase.JOINING;
            join();
            after.add(this::read);
        } catch (UnknownFormException e) {
            fail("the checkpoint: " + e.getMessage(), after);
        } finally {
            lock.unlock();
        }
        all(after);
    }

    private void begin(State state) {
        ring.begin(
                state.seq(),
                state.newest().stream()
                        .map(each -> new Entry(each.seq(), each.change()))
                        .toList());
        roll.begin(state.hosts());
        state.kept().forEach(each -> {
            kept.put(each.key(), each);
            keptBytes += each.bytes();
        });
        state.newest().forEach(each -> each.host().ifPresent(by -> authors.appended(each.change(), by)));
        position = state.seq();
    }

    /** Reads from where it is, by a new reading. Without the lock. */
    private void read() {
        SharedLog.Reading before;
        long after;
        lock.lock();
        try {
            before = reading;
            reading = null;
            after = position;
            begunReading = nanos.getAsLong();
        } finally {
            lock.unlock();
        }
        if (before != null) {
            before.close();
        }
        SharedLog.Reading begun = log.read(after, this);
        lock.lock();
        try {
            if (phase != Phase.FAILED && reading == null) {
                reading = begun;
                begun = null;
            }
        } finally {
            lock.unlock();
        }
        if (begun != null) {
            begun.close();
        }
    }

    /** Answers all that is under way, and reads no more. */
    void close() {
        List<Runnable> after = new ArrayList<>();
        lock.lock();
        try {
            fail("this host leaves the others", after);
        } finally {
            lock.unlock();
        }
        all(after);
    }

    /** Without the lock; one that fails does not keep the others. */
    private static void all(List<Runnable> after) {
        for (Runnable each : after) {
            try {
                each.run();
            } catch (RuntimeException e) {
                LOG.error("somebody fails at an answer of the other hosts", e);
            }
        }
    }

    private void fail(String reason, List<Runnable> after) {
        if (phase == Phase.FAILED) {
            return;
        }
        phase = Phase.FAILED;
        why = reason;
        giveUp(after);
        SharedLog.Reading last = reading;
        reading = null;
        if (last != null) {
            after.add(last::close);
        }
    }

    /** Whether what is under way counts is not known any more. */
    private void giveUp(List<Runnable> after) {
        Verdict unknown = new Verdict.Unknown(why);
        for (Proposal each : underWay) {
            after.add(() -> each.answer.tell(unknown));
        }
        underWay.clear();
        underWayBytes = 0;
    }

    // ---- how it is

    Phase phase() {
        lock.lock();
        try {
            return phase;
        } finally {
            lock.unlock();
        }
    }

    /** Why it is not with the others, in words; empty while it is. */
    String why() {
        lock.lock();
        try {
            return phase == Phase.JOINED ? "" : why;
        } finally {
            lock.unlock();
        }
    }

    /** How many changes have not come back. */
    int underWay() {
        lock.lock();
        try {
            return underWay.size();
        } finally {
            lock.unlock();
        }
    }

    /** What they take. */
    int underWayBytes() {
        lock.lock();
        try {
            return underWayBytes;
        } finally {
            lock.unlock();
        }
    }

    /** What private records take, with their keys. */
    long keptBytes() {
        lock.lock();
        try {
            return keptBytes;
        } finally {
            lock.unlock();
        }
    }

    List<Roll.Host> hosts() {
        lock.lock();
        try {
            return roll.all();
        } finally {
            lock.unlock();
        }
    }

    /** The value of a private record, if there is one. */
    Optional<State.Private> kept(String key) {
        lock.lock();
        try {
            return Optional.ofNullable(kept.get(key));
        } finally {
            lock.unlock();
        }
    }

    /** The keys of private records that begin so. */
    List<String> keys(String prefix) {
        lock.lock();
        try {
            return kept.tailMap(prefix).keySet().stream()
                    .takeWhile(key -> key.startsWith(prefix))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    // ---- appending

    @Override
    public Answer<Verdict> append(Change change, Fence fence) {
        return propose(by -> record(by, change, fence));
    }

    /**
     * Shares something with the other hosts.
     *
     * @param value empty: it is gone
     * @param replaces the number of the record that it replaces, 0 if there is none, {@link Fence#ANY}
     * @return passed over as well where all that is shared would take more than {@link State#MOST_KEPT}
     */
    Answer<Verdict> keep(String key, Optional<byte[]> value, long replaces) {
        return propose(by -> new LogRecord.Kept(by, replaces, key, value));
    }

    private interface Making {
        LogRecord by(LogRecord.Author author);
    }

    private Answer<Verdict> propose(Making making) {
        lock.lock();
        try {
            if (phase != Phase.JOINED) {
                return new Verdict.Unknown(why);
            }
            byte[] record = forms.bytes(LogRecord.class, making.by(new LogRecord.Author(host, start, next)));
            if (record.length > SharedLog.MOST_BYTES) {
                return new Verdict.Unknown(
                        "it takes " + record.length + " bytes in the log: there may be " + SharedLog.MOST_BYTES);
            }
            if (underWayBytes + record.length > limits.underWay()) {
                return new Verdict.Unknown("too much is under way to the other hosts; send it again");
            }
            Proposal proposal = new Proposal(next++, record, nanos.getAsLong());
            underWay.add(proposal);
            underWayBytes += record.length;
            log.append(record);
            return proposal.answer;
        } finally {
            lock.unlock();
        }
    }

    private static LogRecord record(LogRecord.Author by, Change change, Fence fence) {
        if (change instanceof Change.SceneChanged made) {
            return new LogRecord.Transacted(by, fence, part(made), made.origin(), made.time());
        }
        if (change instanceof Change.TilesChanged made) {
            return new LogRecord.Tiled(
                    by,
                    fence,
                    made.ops(),
                    made.origin(),
                    made.scene().map(Replica::part),
                    made.tiles().revision(),
                    made.time());
        }
        return new LogRecord.Changed(by, fence, change);
    }

    private static LogRecord.InScene part(Change.SceneChanged made) {
        return new LogRecord.InScene(made.ops(), made.camera(), made.scene().revision());
    }

    private void join() {
        nonce = random.nextLong();
        sendJoin();
    }

    private void sendJoin() {
        joinSent = nanos.getAsLong();
        log.append(forms.bytes(LogRecord.class, new LogRecord.Joined(host, nonce, roll.entry(host))));
    }

    // ---- reading

    @Override
    public void record(long seq, byte[] bytes) {
        List<Runnable> after = new ArrayList<>();
        boolean entries = false;
        lock.lock();
        try {
            if (phase == Phase.FAILED || phase == Phase.LOADING) {
                return;
            }
            heardLog = nanos.getAsLong();
            if (seq <= position) {
                return;
            }
            if (seq > position + 1) {
                // something is missing
                after.add(this::readAgain);
            } else {
                entries = apply(seq, bytes, after);
            }
        } finally {
            lock.unlock();
        }
        if (entries) {
            wake.run();
        }
        all(after);
    }

    /** As {@link #read}, but not time and again. */
    private void readAgain() {
        boolean now;
        lock.lock();
        try {
            now = phase != Phase.FAILED && nanos.getAsLong() - begunReading >= ANEW_NANOS / 10;
        } finally {
            lock.unlock();
        }
        if (now) {
            read();
        }
    }

    private boolean apply(long seq, byte[] bytes, List<Runnable> after) {
        figures.read();
        LogRecord record;
        try {
            record = forms.value(LogRecord.class, bytes);
        } catch (UnknownFormException e) {
            fail("record " + seq + " of the log: " + e.getMessage(), after);
            return false;
        }
        applying.seq = seq;
        applying.after = after;
        applying.placed = false;
        record.accept(applying);
        position = seq;
        ring.passTo(seq);
        if (seq % limits.mark() == 0) {
            agreement.mark(seq, digest());
        }
        return applying.placed;
    }

    @Override
    public void gone(long first) {
        List<Runnable> after = new ArrayList<>();
        lock.lock();
        try {
            if (first > position + 1) {
                fail("the log begins with " + first + ", and this host knows it up to " + position, after);
            }
        } finally {
            lock.unlock();
        }
        all(after);
    }

    /** Whether a change counts under this number; it is placed then. */
    boolean place(long seq, Change change, Fence fence) {
        return ring.place(seq, change, fence);
    }

    /** What a record does. One, guarded by the lock. */
    private final class Applying implements LogRecord.Visitor<Void> {
        private long seq;
        private List<Runnable> after;
        private boolean placed;

        /** @return whether it is its turn */
        private boolean turn(LogRecord.Author by) {
            if (roll.isThere(by.host(), by.start())) {
                heard.put(by.host(), nanos.getAsLong());
            }
            Roll.Turn turn = roll.turn(by);
            if (turn == Roll.Turn.TOO_EARLY && isOwn(by)) {
                // what is missing is put again, and all behind it
                sendAgain(nanos.getAsLong(), 0);
            }
            return turn == Roll.Turn.NEXT;
        }

        private boolean isOwn(LogRecord.Author by) {
            return phase == Phase.JOINED && by.host().equals(host) && by.start() == start;
        }

        private void answer(LogRecord.Author by, boolean counts) {
            Proposal first = underWay.peek();
            if (isOwn(by) && first != null && first.number == by.number()) {
                underWay.remove();
                underWayBytes -= first.record.length;
                figures.answered(nanos.getAsLong() - first.begun, counts);
                Verdict verdict = counts ? new Verdict.Counted(seq) : Verdict.PASSED_OVER;
                after.add(() -> first.answer.tell(verdict));
            }
        }

        private Void counts(LogRecord.Author by, Change change, Fence fence) {
            boolean counts = place(seq, change, fence);
            if (counts) {
                placed = true;
                authors.appended(change, by.host());
            }
            answer(by, counts);
            return null;
        }

        @Override
        public Void changed(LogRecord.Changed changed) {
            return turn(changed.by()) ? counts(changed.by(), changed.change(), changed.fence()) : null;
        }

        @Override
        public Void transacted(LogRecord.Transacted made) {
            if (!turn(made.by())) {
                return null;
            }
            return countsIf(
                    made.by(),
                    scene(made.scene(), made.origin(), made.time(), made.fence().replaces()),
                    made.fence());
        }

        @Override
        public Void tiled(LogRecord.Tiled made) {
            if (!turn(made.by())) {
                return null;
            }
            Optional<Change.SceneChanged> scene = made.scene()
                    .flatMap(part ->
                            scene(part, made.origin(), made.time(), made.fence().scene()));
            Optional<Tiles> tiles = scene.isPresent() == made.scene().isPresent() ? tiles(made) : Optional.empty();
            return countsIf(
                    made.by(),
                    tiles.map(then -> new Change.TilesChanged(made.ops(), made.origin(), scene, then, made.time())),
                    made.fence());
        }

        /** @param change empty if it leads to nothing here, and so nowhere */
        private Void countsIf(LogRecord.Author by, Optional<? extends Change> change, Fence fence) {
            if (change.isEmpty()) {
                answer(by, false);
                return null;
            }
            return counts(by, change.get(), fence);
        }

        @Override
        public Void kept(LogRecord.Kept record) {
            if (!turn(record.by())) {
                return null;
            }
            State.Private before = kept.get(record.key());
            Optional<State.Private> then = record.value()
                    .map(value ->
                            new State.Private(record.key(), seq, record.by().host(), value));
            long bytes = keptBytes
                    - (before == null ? 0 : before.bytes())
                    + then.map(State.Private::bytes).orElse(0L);
            boolean counts =
                    (record.replaces() == Fence.ANY || record.replaces() == (before == null ? 0 : before.seq()))
                            && (then.isEmpty() || bytes <= State.MOST_KEPT);
            if (counts) {
                keptBytes = bytes;
                then.ifPresentOrElse(value -> kept.put(record.key(), value), () -> kept.remove(record.key()));
            }
            answer(record.by(), counts);
            return null;
        }

        @Override
        public Void joined(LogRecord.Joined joined) {
            boolean counts = roll.join(joined.host(), seq, joined.replaces());
            if (counts) {
                heard.put(joined.host(), nanos.getAsLong());
            }
            if (!joined.host().equals(host)) {
                return null;
            }
            if (joined.nonce() != nonce) {
                if (counts && phase == Phase.JOINED) {
                    fail("another host with the name \"" + host + "\" has joined", after);
                } else if (counts) {
                    join();
                }
            } else if (phase == Phase.JOINING && counts) {
                phase = Phase.JOINED;
                figures.joined();
                start = seq;
                next = 1;
                long now = nanos.getAsLong();
                roll.all().forEach(each -> heard.put(each.name(), now));
            } else if (phase == Phase.JOINING) {
                join();
            }
            return null;
        }

        @Override
        public Void beat(LogRecord.Beat beat) {
            if (roll.isThere(beat.host(), beat.start())) {
                heard.put(beat.host(), nanos.getAsLong());
                agreement.differs(beat).ifPresent(others -> fail("its state differs from that of " + others, after));
            }
            return null;
        }

        @Override
        public Void gone(LogRecord.Gone record) {
            if (roll.leave(record.gone(), seq, record.start()) && record.gone().equals(host) && phase == Phase.JOINED) {
                rejoin("the others heard nothing of this host, which joins anew", after);
            }
            return null;
        }
    }

    private void rejoin(String reason, List<Runnable> after) {
        phase = Phase.JOINING;
        why = reason;
        giveUp(after);
        orphans.clear();
        join();
    }

    /**
     * What a transaction makes of the scene; empty if it does not fit the one there is.
     *
     * @param replaces the scene's entry that it was worked out from
     */
    Optional<Change.SceneChanged> scene(LogRecord.InScene made, Optional<String> origin, long time, long replaces) {
        Optional<Entry> before = ring.scene();
        if (replaces != Fence.ANY && replaces != before.map(Entry::seq).orElse(0L)) {
            return Optional.empty();
        }
        try {
            Scene then = before.map(Replica::scene).orElse(Scene.EMPTY).after(made.ops());
            return Optional.of(new Change.SceneChanged(
                    made.ops(),
                    origin,
                    made.camera(),
                    new Scene(made.revision(), then.models(), then.selected()),
                    time));
        } catch (NoSuchModelException | InvalidValueException e) {
            return Optional.empty();
        }
    }

    private static Scene scene(Entry entry) {
        return entry.change().inScene().orElseThrow().scene();
    }

    /** The tiles that a transaction leads to; empty if it does not fit those there are. */
    Optional<Tiles> tiles(LogRecord.Tiled made) {
        Optional<Entry> before = ring.tiles();
        long replaces = made.fence().replaces();
        if (replaces != Fence.ANY && replaces != before.map(Entry::seq).orElse(0L)) {
            return Optional.empty();
        }
        try {
            Tiles then = before.map(Replica::tiles).orElse(Tiles.NONE).after(made.ops());
            return Optional.of(new Tiles(made.revision(), then.layers()));
        } catch (NoSuchTilesetException | InvalidValueException e) {
            return Optional.empty();
        }
    }

    private static Tiles tiles(Entry entry) {
        return ((Change.TilesChanged) entry.change()).tiles();
    }

    // ---- agreement

    /** Of all that the hosts agree on, as it stands here. */
    long digest() {
        lock.lock();
        try {
            Snapshot now = ring.snapshot();
            return State.digest(now, sceneDigest(now), roll.all(), List.copyOf(kept.values()));
        } finally {
            lock.unlock();
        }
    }

    private long sceneDigest(Snapshot now) {
        long seq = now.scene().map(Entry::seq).orElse(0L);
        if (seq != sceneSeq) {
            CRC32 sum = new CRC32();
            sum.update(forms.bytes(Scene.class, scene(now.scene().orElseThrow())));
            sceneSeq = seq;
            sceneDigest = sum.getValue();
        }
        return sceneDigest;
    }

    // ---- the clock

    /** Called several times a second. */
    void tick() {
        List<Runnable> after = new ArrayList<>();
        lock.lock();
        try {
            long now = nanos.getAsLong();
            long slept = now - ticked;
            ticked = now;
            if (slept > limits.beat()) {
                // time in which this host did not run
                heard.replaceAll((name, at) -> at + slept);
            }
            switch (phase) {
                case LOADING -> {
                    if (now - asked >= ANEW_NANOS) {
                        after.add(this::begin);
                    }
                }
                case JOINING -> {
                    readOn(now, after);
                    if (now - joinSent >= limits.again()) {
                        sendJoin();
                    }
                }
                case JOINED -> {
                    readOn(now, after);
                    if (now - heardLog >= limits.cutOff()) {
                        rejoin("this host is cut off from the others", after);
                    } else {
                        work(now, after);
                    }
                }
                case FAILED -> {}
            }
        } finally {
            lock.unlock();
        }
        all(after);
    }

    /** Stores a checkpoint, if it is time for one and this host's turn. It may be large. */
    void store() {
        State checkpoint;
        lock.lock();
        try {
            long now = nanos.getAsLong();
            boolean first = roll.first().filter(host::equals).isPresent();
            if (phase != Phase.JOINED || !first || now - stored < limits.checkpoint()) {
                return;
            }
            stored = now;
            checkpoint = state();
        } finally {
            lock.unlock();
        }
        log.store(new Checkpoint(checkpoint.seq(), forms.bytes(State.class, checkpoint)));
    }

    /** Where nothing comes, the reading itself may have ended. */
    private void readOn(long now, List<Runnable> after) {
        if (now - heardLog >= limits.cutOff() && now - begunReading >= ANEW_NANOS) {
            after.add(this::read);
        }
    }

    private void work(long now, List<Runnable> after) {
        if (now - beaten >= limits.beat()) {
            beaten = now;
            Agreement.Mark mark = agreement.newest();
            log.append(forms.bytes(LogRecord.class, new LogRecord.Beat(host, start, mark.seq(), mark.digest())));
        }
        sendAgain(now, limits.again());
        missHosts(now);
        careForOrphans(now, after);
    }

    /** What a checkpoint holds. */
    State state() {
        return State.of(ring.snapshot(), roll.all(), List.copyOf(kept.values()), authors::of);
    }

    /** Puts again what did not come back for so long, and all behind it. */
    private void sendAgain(long now, long after) {
        Proposal first = underWay.peek();
        if (first == null || now - first.sent < Math.max(after, limits.again() / 10)) {
            return;
        }
        int bytes = 0;
        for (Proposal each : underWay) {
            if (bytes > MOST_AGAIN) {
                return;
            }
            bytes += each.record.length;
            each.sent = now;
            figures.putAgain();
            log.append(each.record);
        }
    }

    private void missHosts(long now) {
        for (Roll.Host each : roll.all()) {
            Long last = heard.get(each.name());
            if (!each.gone() && !each.name().equals(host) && last != null && now - last >= limits.silent()) {
                // not again at once
                heard.put(each.name(), now - limits.silent() + limits.beat());
                log.append(forms.bytes(LogRecord.class, new LogRecord.Gone(host, each.name(), each.entry())));
            }
        }
    }

    /** The first of the hosts that are there says what becomes of the displays of those that are gone. */
    private void careForOrphans(long now, List<Runnable> after) {
        if (roll.first().filter(host::equals).isEmpty()) {
            orphans.clear();
            return;
        }
        for (Orphans.Word word : orphans.look(now, authors.displaysOf(this::isGone), ring)) {
            after.add(() -> append(word.change(), word.fence()).then(verdict -> {
                if (verdict instanceof Verdict.Unknown) {
                    orphanAgain(word.session());
                }
            }));
        }
    }

    private void orphanAgain(String session) {
        lock.lock();
        try {
            orphans.again(session);
        } finally {
            lock.unlock();
        }
    }

    private boolean isGone(String name) {
        return roll.host(name).filter(there -> !there.gone()).isEmpty();
    }

    // ---- the journal

    @Override
    public boolean fits(Change change, Fence fence) {
        return ring.fits(change, fence);
    }

    @Override
    public Optional<String> away() {
        return Optional.of(why()).filter(reason -> !reason.isEmpty());
    }

    @Override
    public boolean watches(Entry entry) {
        lock.lock();
        try {
            return authors.of(entry.change())
                    .map(by -> by.equals(host) || isGone(by))
                    .orElse(true);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String epoch() {
        return ring.epoch();
    }

    @Override
    public long head() {
        return ring.head();
    }

    @Override
    public Optional<Entry> camera(String name) {
        return ring.camera(name);
    }

    @Override
    public Optional<Entry> control(String camera) {
        return ring.control(camera);
    }

    @Override
    public Map<String, Entry> holders() {
        return ring.holders();
    }

    @Override
    public Optional<Entry> display(String session) {
        return ring.display(session);
    }

    @Override
    public Optional<Entry> scene() {
        return ring.scene();
    }

    @Override
    public Optional<Entry> tiles() {
        return ring.tiles();
    }

    @Override
    public Optional<Entry> wall(String name) {
        return ring.wall(name);
    }

    @Override
    public Map<String, Entry> walls() {
        return ring.walls();
    }

    @Override
    public int cameras() {
        return ring.cameras();
    }

    @Override
    public Snapshot snapshot() {
        return ring.snapshot();
    }

    @Override
    public Page read(long after, int max) {
        return ring.read(after, max);
    }

    @Override
    public Page readOrdered(long after, int max) {
        return ring.readOrdered(after, max);
    }

    @Override
    public boolean holds(long after, Collection<String> cameras) {
        return ring.holds(after, cameras);
    }

    @Override
    public boolean holdsAll(long after) {
        return ring.holdsAll(after);
    }
}
