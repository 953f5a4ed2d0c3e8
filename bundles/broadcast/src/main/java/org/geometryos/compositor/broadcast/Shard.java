package org.geometryos.compositor.broadcast;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.Page;
import org.geometryos.compositor.transport.api.Batch;
import org.geometryos.compositor.transport.api.Link;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A share of the displays, and what they have to get. One thread at a time turns it.
 *
 * <p>Each pass takes what is new in the journal, sorts it into the groups that want it, lays it out once per group and
 * hands it to each member that is in sync. A member whose link takes nothing falls out of sync; its link's cursor says
 * where it stands. When the link can take more it catches up on its own: each entry ({@code every}) or the newest state
 * ({@code latest}).
 */
public final class Shard implements ShardExecutor.Work {
    private static final Logger LOG = LoggerFactory.getLogger(Shard.class);
    /**
     * Entries per pass: what has come meanwhile goes out together, but a batch stays near the size of a send buffer.
     */
    private static final int PASS = 64;
    /** Events per turn: those who ask again and again do not keep the others waiting. */
    private static final int EVENTS = 256;

    private static final long SCAN = TimeUnit.MILLISECONDS.toNanos(100);
    /** Those who catch up give way to what is new after such a time. */
    private static final long SLICE = TimeUnit.MILLISECONDS.toNanos(5);

    /** Encodings of sets of tiles that are kept, in bytes: several sets of a million tiles. */
    static final long TILE_ENCODINGS = 16 << 20;

    private enum Kind {
        LOOK,
        GONE
    }

    private record Event(Kind kind, Link link) {}

    private final Supplier<Journal> journals;
    private final LongSupplier nanos;
    private final String name;
    private final ConcurrentLinkedQueue<Event> events = new ConcurrentLinkedQueue<>();
    /** Whether any display waits for what is new; if not, it is taken in with the next scan. */
    private volatile boolean needed;
    /** Whether any display wants the newest rather than everything. */
    private volatile boolean urgent;
    /** Up to where entries were taken, as of the last turn. */
    private volatile long reached;

    // whoever turns it
    private final JournalState state = new JournalState();
    private final Areas areas;
    private final GroupIndex groups;
    private final Members members = new Members(state);
    private final FailureLog failures;
    private final Figures figures;
    private final Outlet outlet;
    private final FanOut fanOut;
    private final Snapshots snapshots;
    private final SubscriptionQueue admission;
    private final Subscriptions subscriptions;
    private final CatchUp catchUp;
    private final Heartbeats heartbeats;
    /** Links to take up as soon as there is a journal. */
    private final Set<Link> waiting = new LinkedHashSet<>();

    private final Consumer<Entry> offer;
    private long nextScan;

    /**
     * @param name as it is logged
     * @param nanos the clock, {@link System#nanoTime()}
     * @param micros the time of day, microseconds since the Unix epoch
     */
    public Shard(
            String name,
            Supplier<Journal> journals,
            Function<String, CodecRef> codecs,
            Batch batch,
            LongSupplier nanos,
            LongSupplier micros) {
        this(
                name,
                journals,
                codecs,
                batch,
                new Figures(nanos, micros),
                new TileEncodings(TILE_ENCODINGS),
                nanos,
                micros);
    }

    /**
     * @param figures what it counts, of no other shard at the same time
     * @param encodings for all shards
     */
    Shard(
            String name,
            Supplier<Journal> journals,
            Function<String, CodecRef> codecs,
            Batch batch,
            Figures figures,
            TileEncodings encodings,
            LongSupplier nanos,
            LongSupplier micros) {
        this.name = name;
        this.journals = journals;
        this.nanos = nanos;
        this.nextScan = nanos.getAsLong();
        failures = new FailureLog(name, nanos);
        areas = new Areas(state, nanos);
        groups = new GroupIndex(areas);
        offer = groups::offer;
        this.figures = figures;
        outlet = new Outlet(batch, figures, codecs, nanos, this::drop);
        fanOut = new FanOut(state, groups, members, outlet, failures, this::drop, nanos);
        snapshots = new Snapshots(state, areas, encodings, nanos);
        admission = new SubscriptionQueue(nanos);
        subscriptions = new Subscriptions(state, members, fanOut, outlet, snapshots, admission, nanos);
        catchUp = new CatchUp(state, members, outlet, snapshots, subscriptions, admission, nanos);
        heartbeats = new Heartbeats(state, members, fanOut, outlet, failures, nanos, micros);
    }

    /** Whether it has to be turned at once when something is new in the journal. Any thread. */
    boolean needed() {
        return needed;
    }

    /** Up to where it has taken the journal, as of its last turn. Any thread. */
    long reached() {
        return reached;
    }

    /** A link came, can take more or has changed attributes: the next turn sees to it. Any thread. */
    public void look(Link link) {
        events.add(new Event(Kind.LOOK, link));
    }

    /** A link is gone: the next turn sees to it. Any thread. */
    void gone(Link link) {
        events.add(new Event(Kind.GONE, link));
    }

    @Override
    public boolean turn() {
        boolean worked = takeEvents();
        worked |= beginSubscriptions();
        needed = !members.isEmpty() || !waiting.isEmpty();
        urgent = groups.wantsNewest();
        long began = nanos.getAsLong();
        if (pass()) {
            worked = true;
            figures.passed(nanos.getAsLong() - began);
        }
        worked |= runTimers();
        figures.members(members.size(), members.lagging.size());
        reached = state.position();
        return worked
                || !members.again.isEmpty()
                || admission.mayBegin(nanos.getAsLong())
                || groups.dirty() > 0
                || !events.isEmpty();
    }

    @Override
    public boolean urgent() {
        return urgent;
    }

    @Override
    public long nextTurn() {
        return admission.nextTurn(catchUp.nextTurn(nextScan));
    }

    /** Spares the next broadcaster the search for what displays in sync have missed. */
    void moveIdleCursors() {
        for (Subscriber subscriber : members.all()) {
            if (subscriber.inSync() && !groups.isDirty(subscriber.group)) {
                subscriber.link.send(
                        subscriber.owner,
                        outlet.batch.clear(),
                        state.position(),
                        subscriber.delivered,
                        subscriber.due());
            }
        }
    }

    // ---- events

    private boolean takeEvents() {
        boolean any = false;
        Event event;
        long until = nanos.getAsLong() + SLICE;
        for (int n = 0; n < EVENTS && nanos.getAsLong() - until <= 0 && (event = events.poll()) != null; n++) {
            any = true;
            if (event.kind == Kind.GONE) {
                Subscriber subscriber = members.get(event.link);
                waiting.remove(event.link);
                if (subscriber != null && subscriber.link == event.link) {
                    drop(subscriber);
                }
            } else {
                look(event.link, members.get(event.link));
            }
        }
        until = nanos.getAsLong() + SLICE;
        for (int n = members.again.size(); n > 0 && nanos.getAsLong() - until <= 0 && !members.again.isEmpty(); n--) {
            any = true;
            Subscriber subscriber = members.again.iterator().next();
            members.again.remove(subscriber);
            serve(subscriber);
        }
        return any;
    }

    /**
     * Begins the subscriptions whose turn it is, with what there is by now, so that a snapshot holds everything from
     * before the request, the own session included.
     */
    private boolean beginSubscriptions() {
        if (!admission.mayBegin(nanos.getAsLong())) {
            return false;
        }
        takeIn();
        admission.begin(this::beginSubscription);
        return true;
    }

    /** @return false if there is no room for its snapshot */
    private boolean beginSubscription(Subscriber subscriber) {
        if (!members.has(subscriber)) {
            return true;
        }
        subscriptions.wasFull();
        serve(subscriber, true);
        return !subscriptions.wasFull();
    }

    private void look(Link link, Subscriber known) {
        if (!link.open() || !isServed(memory(link, known))) {
            if (known != null && !link.open()) {
                // what it asked for takes memory until it is gone for good
                drop(known);
            }
            return;
        }
        Subscriber subscriber = known;
        if (known != null && !known.mine()) {
            // another broadcaster took it and may be gone by now: only here it would show
            drop(known);
            subscriber = null;
        }
        if (subscriber == null) {
            // its cursor says nothing before the shard itself stands in a sequence
            takeUpJournal();
            if (state.journal() == null) {
                waiting.add(link);
                return;
            }
            subscriber = adopt(link);
        }
        heartbeats.retry(subscriber);
        serve(subscriber);
    }

    private static boolean isServed(LinkMemory memory) {
        return memory.greeted() && !memory.dialect() || memory.loopback();
    }

    private static LinkMemory memory(Link link, Subscriber known) {
        return known != null && known.link == link ? known.memory : LinkMemory.of(link.attributes());
    }

    private Subscriber adopt(Link link) {
        Subscriber subscriber;
        synchronized (link) {
            subscriber = new Subscriber(link, nanos.getAsLong());
        }
        boolean here = subscriber.memory.counts(state.journal().epoch());
        // another shard may have been ahead of this one: nothing is sent twice
        while (here && state.position() < subscriber.served() && advance()) {
            // on to where the display stands
        }
        members.add(subscriber);
        heartbeats.add(subscriber);
        if (subscriber.subscription.none()) {
            return subscriber;
        }
        fanOut.join(subscriber);
        members.lagging.add(subscriber);
        if (here) {
            members.setAccount(subscriber);
        } else {
            subscriber.needsSnapshot = true;
            subscriber.newEpoch = true;
            subscriber.base = subscriber.group.count - subscriber.dueAtCursor;
            // the sequence that they were in is gone, and nobody could count them any more
            subscriber.aheadCount = subscriber.aheadSeq > subscriber.cursor ? subscriber.memory.aheadCount() : 0;
        }
        return subscriber;
    }

    private void drop(Subscriber subscriber) {
        fanOut.leave(subscriber);
        members.remove(subscriber);
        admission.forget(subscriber);
        catchUp.forget(subscriber);
        heartbeats.forget(subscriber);
    }

    // ---- the journal

    /** @return whether there is another sequence now */
    private boolean takeUpJournal() {
        Journal now = journals.get();
        if (now == state.journal()) {
            return false;
        }
        fanOut.levelAll();
        long stood = state.position();
        boolean another = state.follow(now);
        if (another) {
            areas.startAnew();
            for (Subscriber subscriber : members.all()) {
                lostSequence(subscriber, stood, true);
            }
            areas.begun();
            for (Link link : waiting) {
                events.add(new Event(Kind.LOOK, link));
            }
            waiting.clear();
        }
        return another;
    }

    /** @param stood the shard's position until now */
    private void lostSequence(Subscriber subscriber, long stood, boolean newEpoch) {
        if (subscriber.group == null) {
            return;
        }
        if (subscriber.inSync()) {
            members.fallOut(subscriber, stood, subscriber.group.count);
        }
        members.again.add(subscriber);
        if (newEpoch
                && !subscriber.needsSnapshot
                && subscriber.memory.counts(state.journal().epoch())) {
            // the same journal was away for a moment
            members.setAccount(subscriber);
            return;
        }
        subscriber.needsSnapshot = true;
        subscriber.newEpoch |= newEpoch;
    }

    /**
     * Takes what is new in the journal and gives each group that waits its turn. What comes meanwhile goes out with the
     * groups that follow, so that what arrives is as old as the way to one group, however many there are.
     */
    private boolean pass() {
        boolean any = takeUpJournal();
        if (state.journal() == null) {
            return any;
        }
        any |= advance();
        for (int n = groups.dirty(); n > 0 && groups.dirty() > 0; n--) {
            any = true;
            fanOut.level(groups.firstDirty());
            advance();
        }
        return any;
    }

    /** Takes all entries that the journal has by now. */
    private void takeIn() {
        if (state.journal() == null) {
            return;
        }
        long head = state.journal().head();
        while (state.position() < head && advance()) {
            // on to where the journal stood
        }
    }

    /** Takes what is new in the journal. @return whether there was anything */
    private boolean advance() {
        for (Group first = groups.firstDirty();
                first != null && first.pending.size() >= PASS;
                first = groups.firstDirty()) {
            fanOut.level(first);
        }
        if (state.journal().head() == state.position()) {
            return false;
        }
        Page page = state.journal().read(state.position(), PASS);
        if (page.gone() > 0) {
            LOG.warn(
                    "{} fell behind the journal: entries {} to {} are gone; displays get a snapshot",
                    name,
                    state.position() + 1,
                    page.gone());
            fanOut.levelAll();
            long stood = state.position();
            state.startAnew();
            areas.startAnew();
            members.all().forEach(subscriber -> lostSequence(subscriber, stood, false));
            areas.begun();
            return true;
        }
        state.take(page, offer);
        return true;
    }

    // ---- one display

    /** Looks what a display needs: something to catch up with, a subscription to begin. */
    private void serve(Subscriber subscriber) {
        if (admission.asks(subscriber) && (!subscriber.subscribed || admission.mayChange(subscriber))) {
            admission.enqueue(subscriber);
        }
        // what it still has to get goes with the answer: sent now, it could keep the answer from being taken, again and
        // again
        if (!subscriber.asks || !admission.mayBegin(nanos.getAsLong())) {
            serve(subscriber, false);
        }
    }

    /** @param wants whether its subscription begins now, with what has been taken in */
    private void serve(Subscriber subscriber, boolean wants) {
        try {
            if (!wants && (subscriber.group == null || !members.lagging.contains(subscriber))
                    || !subscriber.link.takes(0)) {
                if (wants && subscriber.inSync()) {
                    // it is looked at again when it can take more, and with each scan
                    fanOut.level(subscriber.group);
                    if (subscriber.inSync()) {
                        members.fallOut(subscriber, state.position(), subscriber.group.count);
                    }
                }
                return;
            }
            if (subscriber.group != null) {
                fanOut.level(subscriber.group);
            }
            if (!members.has(subscriber)) {
                return;
            }
            if (subscriber.group != null && members.lagging.contains(subscriber)) {
                catchUp.serve(subscriber);
            } else {
                LinkMemory.Pending pending = admission.pending(subscriber);
                if (pending != null) {
                    subscriptions.begin(subscriber, pending);
                }
            }
        } catch (RuntimeException | Error e) {
            failures.report(subscriber.link, e);
            if (members.has(subscriber) && !subscriber.inSync()) {
                members.lagging.add(subscriber);
            }
        }
    }

    // ---- time

    private boolean runTimers() {
        long now = nanos.getAsLong();
        boolean any = false;
        for (Subscriber subscriber = catchUp.pollTimed(now); subscriber != null; subscriber = catchUp.pollTimed(now)) {
            any = true;
            if (members.lagging.contains(subscriber)) {
                serve(subscriber);
            }
        }
        for (Subscriber subscriber = admission.pollChange(now);
                subscriber != null;
                subscriber = admission.pollChange(now)) {
            any = true;
            serve(subscriber);
        }
        if (nextScan - now <= 0) {
            nextScan = now + SCAN;
            snapshots.forget();
            groups.settleAreas();
            members.again.addAll(members.lagging);
            heartbeats.send(now);
        } else if (heartbeats.left()) {
            heartbeats.send(now);
        }
        return any || heartbeats.left();
    }
}
