package org.geometryos.compositor.camera;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.Verdict;
import org.geometryos.compositor.api.value.Answer;
import org.geometryos.compositor.api.value.Later;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Arbitrates and appends. One lock orders the updates of all cameras; below it there is only the journal's append.
 *
 * <p>It decides on what the journal says, and what it appends carries that as its fence. Where the journal answers
 * later, views go on under the control that stands; a change of control is one at a time for each camera, and what is
 * asked of that camera meanwhile waits for it, in order. What was passed over is decided anew. Nobody is told with the
 * lock.
 *
 * <p>What must outlive this object stands in the journal: views and holders. A bridge that comes takes both from there
 * and gives each holder a full lease. A journal that comes (a new epoch) gets both from here.
 *
 * <p>It is one class, since the one lock guards all that decides who drives a camera: leases, failover, cameras that
 * go.
 */
final class CameraArbiter {
    private static final Logger LOG = LoggerFactory.getLogger(CameraArbiter.class);
    private static final Outcome UNAVAILABLE =
            new Outcome.Refused(Outcome.Reason.UNAVAILABLE, "the journal is away for a moment; send the update again");
    private static final Outcome NOTHING = new Outcome.Accepted(OptionalLong.empty());
    private static final Outcome OVERTAKEN = new Outcome.Refused(
            Outcome.Reason.UNAVAILABLE, "others changed the camera at the same time, again and again; send it again");
    private static final Outcome CROWDED = new Outcome.Refused(
            Outcome.Reason.UNAVAILABLE, "too much waits for who controls the camera; send it again");
    private static final Function<CameraState, Change> VIEW = Change.CameraChanged::new;

    /** So often something is decided anew because others came first. */
    private static final int ATTEMPTS = 10;
    /** Requests that wait for one change of control. */
    static final int MOST_WAITING = 256;

    private final LongSupplier nanos;
    private final LongSupplier micros;
    private final Object lock = new Object();
    // guarded by lock
    /** What the journal knew when it was last looked through; stands in for it while it is away. */
    private final Map<String, CameraState> states = new HashMap<>();

    private final Map<String, Lease> leases = new HashMap<>();
    /**
     * Who kept a camera up to the hold limit: for the time of a lease others come first, so that a client that goes on
     * renewing does not have it at once.
     */
    private final Map<String, Lease> kept = new HashMap<>();
    /** The source that drove a camera last; sessions do not count. */
    private final Map<String, String> sources = new HashMap<>();
    /**
     * Cameras whose source is gone for good, with that source: each goes as soon as nobody holds it, unless another
     * source drives it.
     */
    private final Map<String, String> leaving = new HashMap<>();

    /** Changes of control that are under way, by camera. */
    private final Map<String, Turn> turns = new HashMap<>();

    private final UpdateCounts counts = new UpdateCounts();
    private Journal journal;
    /** Of the last journal: what is missing in a sequence that is known is gone by somebody's will. */
    private String epoch = "";

    private volatile Settings settings;

    /** Guarded by the lock. */
    private static final class Lease {
        private Driver driver;
        private long until;
        /** When the holder last moved the camera; before that, when it took it. */
        private long moved;
        /** The newest view of the camera that counts for {@link #until}. */
        private long seen;
        /** The entry that names the holder. */
        private long control;
        /** Of views under it. */
        private Fence under;
        /** How many of them are under way. */
        private int underWay;

        private Lease(Driver driver, long until, long moved, long seen, long control) {
            this.driver = driver;
            this.until = until;
            this.moved = moved;
            this.seen = seen;
            under(control);
        }

        private void under(long entry) {
            control = entry;
            under = Fence.under(entry);
        }
    }

    /** A change of control that is under way, and what waits for it. */
    private static final class Turn {
        private final List<Waiting> waiting = new ArrayList<>();
        /** How many of them, the first ones, had been under way before and were passed over. */
        private int returned;
    }

    /** @param request is told how the change ended */
    private record Waiting(Function<Verdict, Answer<Outcome>> request, Later<Outcome> answer) {}

    /**
     * @param nanos the clock of leases, {@link System#nanoTime()}
     * @param micros the time of day, microseconds since the Unix epoch
     */
    CameraArbiter(Settings settings, LongSupplier nanos, LongSupplier micros) {
        this.settings = settings;
        this.nanos = nanos;
        this.micros = micros;
    }

    void configure(Settings changed) {
        settings = changed;
    }

    /** Takes up a journal: what it knows and this bridge does not, and the other way round. */
    void setJournal(Journal next) {
        List<Runnable> tell;
        synchronized (lock) {
            if (journal != null) {
                remember(journal);
            }
            journal = next;
            adoptHolders();
            if (!next.epoch().equals(epoch)) {
                states.forEach((name, state) -> next.append(new Change.CameraChanged(state), Fence.replacing(0)));
                leases.forEach((name, lease) ->
                        next.append(new Change.ControlChanged(held(name, lease.driver)), Fence.replacing(0)));
                leases.forEach((name, lease) -> {
                    // numbers of another sequence
                    lease.under(0);
                    lease.seen = seen(name);
                });
            } else {
                // who holds a camera by another entry than before has a full lease, also who held it before
                List.copyOf(leases.keySet()).forEach(this::lease);
            }
            epoch = next.epoch();
            remember(next);
            tell = endTurns();
        }
        tell(tell);
    }

    /** Keeps what a journal knows, for the time without one and for the next one. */
    private void remember(Journal known) {
        states.clear();
        known.snapshot().cameras().forEach((name, entry) -> {
            CameraState state = state(entry);
            states.put(name, state);
            if (state.origin().isEmpty()) {
                sources.put(name, state.source());
            }
        });
        sources.keySet().retainAll(states.keySet());
        leases.keySet().removeIf(name -> known.control(name).isEmpty());
    }

    /** Takes up holders that another bridge, before or beside this one, has let in. */
    private void adoptHolders() {
        journal.holders()
                .forEach((name, entry) -> leases.computeIfAbsent(name, n -> lease(name, driver(entry), entry.seq())));
    }

    private static CameraState state(Entry entry) {
        return entry.change().view().orElseThrow();
    }

    private static Driver driver(Entry entry) {
        ControlState held = ((Change.ControlChanged) entry.change()).state();
        return new Driver(held.holder().orElseThrow(), held.session(), held.priority());
    }

    /** The journal goes; until the next one comes every update is refused. */
    void journalGone(Journal old) {
        List<Runnable> tell = List.of();
        synchronized (lock) {
            if (journal == old) {
                remember(old);
                journal = null;
                tell = endTurns();
            }
        }
        tell(tell);
    }

    // ---- turns

    /**
     * Goes on when a change of control has ended; all that is asked of the camera meanwhile waits behind it.
     *
     * @param anew whether the request is decided anew
     */
    private Answer<Outcome> whenChanged(
            String camera, Answer<Verdict> change, boolean anew, Function<Verdict, Answer<Outcome>> request) {
        Verdict now = change.now(null);
        if (now != null) {
            return request.apply(now);
        }
        Turn turn = new Turn();
        turns.put(camera, turn);
        Answer<Outcome> answer = behind(camera, anew, request);
        change.then(verdict -> ended(camera, turn, verdict));
        return answer;
    }

    private boolean isTurning(String camera) {
        return !turns.isEmpty() && turns.containsKey(camera);
    }

    /** @param anew whether it is decided anew: then it comes before those that are asked for the first time */
    private Answer<Outcome> behind(String camera, boolean anew, Function<Verdict, Answer<Outcome>> request) {
        Turn turn = turns.get(camera);
        if (turn.waiting.size() >= MOST_WAITING) {
            return CROWDED;
        }
        Later<Outcome> answer = new Later<>();
        turn.waiting.add(anew ? turn.returned++ : turn.waiting.size(), new Waiting(request, answer));
        return answer;
    }

    private void ended(String camera, Turn turn, Verdict verdict) {
        List<Runnable> tell = new ArrayList<>();
        synchronized (lock) {
            if (turns.remove(camera, turn)) {
                goOn(turn, verdict, tell);
            }
        }
        tell(tell);
    }

    /** In one go, so that nobody else comes in between. @param tell what is to be done without the lock */
    private static void goOn(Turn turn, Verdict verdict, List<Runnable> tell) {
        for (Waiting each : turn.waiting) {
            Answer<Outcome> answer = each.request.apply(verdict);
            tell.add(() -> answer.then(each.answer::tell));
        }
    }

    /** What was under way in another journal is not waited for. */
    private List<Runnable> endTurns() {
        List<Runnable> tell = new ArrayList<>();
        List<Turn> all = List.copyOf(turns.values());
        turns.clear();
        all.forEach(turn -> goOn(turn, Verdict.PASSED_OVER, tell));
        return tell;
    }

    /** @param again decides it anew, with so many attempts left */
    private static Answer<Outcome> outcome(Verdict verdict, int attempts, IntFunction<Answer<Outcome>> again) {
        if (verdict instanceof Verdict.Counted counted) {
            return new Outcome.Accepted(OptionalLong.of(counted.seq()));
        }
        if (verdict instanceof Verdict.Unknown unknown) {
            return unavailable(unknown);
        }
        return attempts > 1 ? again.apply(attempts - 1) : OVERTAKEN;
    }

    private static Outcome unavailable(Verdict.Unknown unknown) {
        return new Outcome.Refused(Outcome.Reason.UNAVAILABLE, unknown.why());
    }

    /** Without the lock. One who fails does not keep it from the others. */
    private static void tell(List<Runnable> answers) {
        for (Runnable answer : answers) {
            try {
                answer.run();
            } catch (RuntimeException e) {
                LOG.warn("one who was told what became of a request failed; the others are told", e);
            }
        }
    }

    // ---- updates

    Answer<Outcome> update(Driver driver, CameraUpdate update) {
        synchronized (lock) {
            return drive(driver, update, Fence.NONE, VIEW, ATTEMPTS);
        }
    }

    Answer<Optional<Outcome>> update(
            Driver driver, CameraUpdate update, Journal sequence, Fence fence, Function<CameraState, Change> change) {
        Answer<Outcome> answer;
        synchronized (lock) {
            answer = journal != null && !journal.epoch().equals(sequence.epoch())
                    ? OVERTAKEN
                    : drive(driver, update, fence, change, ATTEMPTS);
        }
        return answer.map(outcome -> outcome == OVERTAKEN ? Optional.empty() : Optional.of(outcome));
    }

    private Answer<Outcome> drive(
            Driver driver, CameraUpdate update, Fence fence, Function<CameraState, Change> change, int attempts) {
        String camera = update.camera();
        if (journal == null) {
            return counted(camera, UNAVAILABLE);
        }
        if (attempts == 0) {
            return fence == Fence.NONE ? counted(camera, OVERTAKEN) : OVERTAKEN;
        }
        if (isTurning(camera)) {
            return behind(camera, attempts < ATTEMPTS, ended -> drive(driver, update, fence, change, attempts));
        }
        Optional<CameraState> before = journal.camera(camera).map(CameraArbiter::state);
        // before control is taken, so that nothing happens where it does not fit
        if (fence != Fence.NONE && !journal.fits(change.apply(state(driver, update, before)), fence)) {
            return OVERTAKEN;
        }
        if (before.isEmpty() && journal.cameras() >= settings.maxCameras()) {
            return counted(
                    camera,
                    new Outcome.Refused(
                            Outcome.Reason.LIMIT,
                            "camera \"" + camera + "\" would be one too many: there may be " + settings.maxCameras()));
        }
        Lease lease = lease(camera);
        if (isHeldAgainst(driver, camera, lease)) {
            return counted(camera, heldBy(camera, lease));
        }
        if (lease == null || !lease.driver.same(driver)) {
            return whenChanged(
                    camera,
                    giveTo(driver, camera, lease),
                    attempts < ATTEMPTS,
                    verdict -> verdict instanceof Verdict.Unknown unknown
                            ? counted(camera, unavailable(unknown))
                            : drive(driver, update, fence, change, attempts - 1));
        }
        keep(lease, driver, false, true);
        Answer<Verdict> appended = journal.append(
                change.apply(state(driver, update, before)),
                fence == Fence.NONE ? lease.under : fence.withUnder(lease.control));
        Verdict now = appended.now(null);
        if (now != null) {
            return driven(now, driver, update, fence, change, before, attempts);
        }
        Later<Outcome> answer = new Later<>();
        lease.underWay++;
        appended.then(verdict -> {
            Answer<Outcome> outcome;
            synchronized (lock) {
                lease.underWay--;
                outcome = driven(verdict, driver, update, fence, change, before, attempts);
            }
            outcome.then(answer::tell);
        });
        return answer;
    }

    private Answer<Outcome> driven(
            Verdict verdict,
            Driver driver,
            CameraUpdate update,
            Fence fence,
            Function<CameraState, Change> change,
            Optional<CameraState> before,
            int attempts) {
        String camera = update.camera();
        if (verdict instanceof Verdict.Counted counted) {
            Lease lease = leases.get(camera);
            if (lease != null) {
                lease.seen = Math.max(lease.seen, counted.seq());
            }
            if (driver.session().isEmpty()) {
                drivenBySource(camera, driver.name(), before);
            }
            return counted(camera, new Outcome.Accepted(OptionalLong.of(counted.seq())));
        }
        return verdict instanceof Verdict.Unknown unknown
                ? counted(camera, unavailable(unknown))
                : drive(driver, update, fence, change, attempts - 1);
    }

    private Outcome counted(String camera, Outcome outcome) {
        counts.count(camera, outcome);
        return outcome;
    }

    private CameraState state(Driver driver, CameraUpdate update, Optional<CameraState> before) {
        long received = micros.getAsLong();
        return new CameraState(
                update.camera(),
                update.view(),
                update.time().orElse(received),
                received,
                update.sample(),
                update.timecode(),
                driver.name(),
                driver.session(),
                update.cut() || failsOver(driver, before));
    }

    private void drivenBySource(String camera, String source, Optional<CameraState> before) {
        if (before.isEmpty()
                || before.get().origin().isPresent()
                || !before.get().source().equals(source)) {
            sources.put(camera, source);
        }
        if (!leaving.isEmpty()) {
            leaving.remove(camera);
        }
    }

    /** Whether a source goes on where somebody else was: its view has nothing to do with the one before. */
    private boolean failsOver(Driver driver, Optional<CameraState> before) {
        return settings.failOverCut()
                && driver.session().isEmpty()
                && before.filter(state ->
                                state.origin().isPresent() || !state.source().equals(driver.name()))
                        .isPresent();
    }

    // ---- control

    Answer<Outcome> take(Driver driver, String camera, boolean force) {
        synchronized (lock) {
            return take(driver, camera, force, ATTEMPTS);
        }
    }

    private Answer<Outcome> take(Driver driver, String camera, boolean force, int attempts) {
        if (journal == null) {
            return UNAVAILABLE;
        }
        if (isTurning(camera)) {
            return behind(camera, attempts < ATTEMPTS, ended -> take(driver, camera, force, attempts));
        }
        if (!leases.containsKey(camera) && leases.size() >= settings.maxCameras()) {
            return new Outcome.Refused(
                    Outcome.Reason.LIMIT,
                    "control of \"" + camera + "\" would be one too many: there may be " + settings.maxCameras());
        }
        Lease lease = lease(camera);
        boolean mine = lease != null && lease.driver.same(driver);
        if (mine && tooLong(lease)) {
            kept.put(camera, lease(camera, driver, 0));
            return whenChanged(
                    camera,
                    free(camera, lease, Optional.empty()),
                    attempts < ATTEMPTS,
                    verdict -> verdict instanceof Verdict.Unknown unknown
                            ? unavailable(unknown)
                            : take(driver, camera, force, attempts - 1));
        }
        if (!force && comesLater(driver, camera)) {
            return new Outcome.Refused(
                    Outcome.Reason.LIMIT,
                    "camera \"" + camera + "\" was held for " + TimeUnit.NANOSECONDS.toMillis(settings.holdNanos())
                            + " ms (holdLimit) without being moved; others come first for a moment");
        }
        if (!force && isHeldAgainst(driver, camera, lease)) {
            return heldBy(camera, lease);
        }
        if (mine && isWatched(camera)) {
            keep(lease, driver, force, false);
            return NOTHING;
        }
        return whenChanged(
                camera,
                giveTo(force ? driver.withPriority(Driver.FORCED) : driver, camera, lease),
                attempts < ATTEMPTS,
                verdict -> {
                    Lease taken = journal == null ? null : lease(camera);
                    if (taken != null && taken.driver.same(driver)) {
                        keep(taken, driver, force, false);
                    }
                    return outcome(verdict, attempts, left -> take(driver, camera, force, left));
                });
    }

    /** Begins the lease of a camera anew, if it is the driver's and was moved within the hold limit. */
    boolean renew(Driver driver, String camera) {
        synchronized (lock) {
            Lease lease = journal == null ? null : lease(camera);
            if (lease == null || !lease.driver.same(driver) || tooLong(lease)) {
                return false;
            }
            lease.until = nanos.getAsLong() + settings.leaseNanos();
            return true;
        }
    }

    private boolean tooLong(Lease lease) {
        return nanos.getAsLong() - lease.moved >= settings.holdNanos();
    }

    private boolean comesLater(Driver driver, String camera) {
        Lease last = kept.get(camera);
        if (last != null && last.until - nanos.getAsLong() <= 0) {
            kept.remove(camera);
            return false;
        }
        return last != null && last.driver.same(driver);
    }

    /**
     * The lease of a camera as the journal has it: another bridge beside this one may have given it away or freed it.
     */
    private Lease lease(String camera) {
        Optional<Entry> control = journal.control(camera);
        if (control.isEmpty()) {
            leases.remove(camera);
            return null;
        }
        long entry = control.get().seq();
        Lease mine = leases.get(camera);
        if (mine != null && mine.control == entry) {
            return mine;
        }
        Driver holder = driver(control.get());
        if (mine != null && mine.control == 0 && mine.driver.same(holder)) {
            // said again in another sequence
            mine.under(entry);
            return mine;
        }
        Lease another = lease(camera, holder, entry);
        leases.put(camera, another);
        return another;
    }

    /** Whether another holds the camera, and the asker has no better right to it. */
    private boolean isHeldAgainst(Driver asker, String camera, Lease lease) {
        return lease != null
                && !lease.driver.same(asker)
                && asker.priority() <= lease.driver.priority()
                && !isOver(camera, lease);
    }

    /** @param lease of who holds it now; null if nobody does */
    private Answer<Verdict> giveTo(Driver driver, String camera, Lease lease) {
        Answer<Verdict> given = journal.append(
                new Change.ControlChanged(held(camera, driver)), Fence.replacing(lease == null ? 0 : lease.control));
        given.then(verdict -> {
            if (verdict instanceof Verdict.Counted) {
                synchronized (lock) {
                    kept.remove(camera);
                }
            }
        });
        return given;
    }

    /**
     * Begins a lease of its holder anew.
     *
     * @param force whether it takes the camera whoever holds it
     * @param moves whether the camera is moved by it
     */
    private void keep(Lease lease, Driver holder, boolean force, boolean moves) {
        long now = nanos.getAsLong();
        lease.driver = force || lease.driver.priority() == Driver.FORCED ? holder.withPriority(Driver.FORCED) : holder;
        if (moves) {
            lease.moved = now;
            lease.until = now + settings.leaseNanos();
        } else {
            lease.until = now + Math.min(settings.leaseNanos(), lease.moved + settings.holdNanos() - now);
        }
    }

    private static Outcome heldBy(String camera, Lease lease) {
        return new Outcome.Refused(
                Outcome.Reason.HELD, "camera \"" + camera + "\" is held by \"" + lease.driver.name() + "\"");
    }

    Answer<Outcome> release(Driver driver, String camera) {
        synchronized (lock) {
            return release(driver, camera, driver.session(), ATTEMPTS);
        }
    }

    /** @param origin the session that caused it, if a session did */
    private Answer<Outcome> release(Driver driver, String camera, Optional<String> origin, int attempts) {
        if (journal == null) {
            return UNAVAILABLE;
        }
        if (isTurning(camera)) {
            return behind(camera, attempts < ATTEMPTS, ended -> release(driver, camera, origin, attempts));
        }
        Lease lease = lease(camera);
        if (lease == null) {
            return NOTHING;
        }
        if (!lease.driver.same(driver)) {
            return heldBy(camera, lease);
        }
        return whenChanged(
                camera,
                free(camera, lease, origin),
                attempts < ATTEMPTS,
                verdict -> outcome(verdict, attempts, left -> release(driver, camera, origin, left)));
    }

    /** @param origin the session that caused it, if a session did */
    private Answer<Verdict> free(String camera, Lease lease, Optional<String> origin) {
        leases.remove(camera);
        return journal.append(
                new Change.ControlChanged(ControlState.free(camera), origin), Fence.replacing(lease.control));
    }

    void releaseAll(Driver driver) {
        synchronized (lock) {
            if (journal == null) {
                leases.values().removeIf(lease -> lease.driver.same(driver));
                return;
            }
            adoptHolders();
            // what is under way may give it a camera
            Set<String> cameras = new HashSet<>(turns.keySet());
            leases.forEach((camera, lease) -> {
                if (lease.driver.same(driver)) {
                    cameras.add(camera);
                }
            });
            cameras.forEach(camera -> release(driver, camera, Optional.empty(), ATTEMPTS));
        }
    }

    /** Frees cameras whose lease is over; called by the clock. */
    void expire() {
        synchronized (lock) {
            if (journal == null) {
                return;
            }
            adoptHolders();
            clearAway();
            long now = nanos.getAsLong();
            for (String camera : List.copyOf(leases.keySet())) {
                if (isTurning(camera)) {
                    continue;
                }
                Lease lease = lease(camera);
                if (lease == null || !isOver(camera, lease)) {
                    continue;
                }
                if (tooLong(lease)) {
                    kept.put(camera, lease(camera, lease.driver, 0));
                }
                whenChanged(camera, free(camera, lease, Optional.empty()), false, verdict -> NOTHING);
            }
            kept.values().removeIf(last -> last.until - now <= 0);
        }
    }

    /**
     * Begins it anew where another bridge beside this one has renewed it, and while another host watches it: if that
     * goes, a full lease is left.
     */
    private boolean isOver(String camera, Lease lease) {
        long now = nanos.getAsLong();
        boolean watched = isWatched(camera);
        if (watched && (lease.until - now > 0 || !movedSince(camera, lease))) {
            return lease.until - now <= 0;
        }
        lease.until = now + settings.leaseNanos();
        lease.seen = seen(camera);
        return false;
    }

    private boolean isWatched(String camera) {
        return journal.control(camera).filter(journal::watches).isPresent();
    }

    private boolean movedSince(String camera, Lease lease) {
        Optional<Entry> newest = journal.camera(camera);
        if (newest.isEmpty() || newest.get().seq() <= lease.seen) {
            return false;
        }
        CameraState state = state(newest.get());
        return state.source().equals(lease.driver.name()) && state.origin().equals(lease.driver.session());
    }

    /**
     * Takes a camera of a source out of the sequence. If somebody else holds it, or the journal is away, it goes as
     * soon as that is over. One that another source drove since is not the source's any more.
     */
    Answer<Outcome> remove(Driver source, String camera) {
        synchronized (lock) {
            String last = sources.getOrDefault(camera, source.name());
            if (!last.equals(source.name())) {
                return new Outcome.Refused(
                        Outcome.Reason.HELD, "camera \"" + camera + "\" was driven by \"" + last + "\" since");
            }
            Lease lease = journal == null ? null : lease(camera);
            if (journal != null && (lease == null || lease.driver.same(source))) {
                return remove(camera, source.session(), ATTEMPTS);
            }
            if (source.name().equals(sources.get(camera))) {
                leaving.put(camera, source.name());
            }
            return journal == null ? UNAVAILABLE : heldBy(camera, lease);
        }
    }

    /** A source is gone for good: the cameras that no other source has driven since go, too. */
    void gone(Driver source) {
        synchronized (lock) {
            sources.forEach((camera, name) -> {
                if (name.equals(source.name())) {
                    leaving.put(camera, name);
                }
            });
            if (journal != null) {
                clearAway();
            }
        }
    }

    private void clearAway() {
        for (Map.Entry<String, String> gone : List.copyOf(leaving.entrySet())) {
            String camera = gone.getKey();
            if (!gone.getValue().equals(sources.get(camera))
                    || journal.camera(camera).isEmpty()) {
                leaving.remove(camera);
            } else if (!isTurning(camera) && lease(camera) == null) {
                remove(camera, Optional.empty(), ATTEMPTS);
            }
        }
    }

    /** @param origin the session that caused it, if a session did */
    Answer<Outcome> remove(String camera, Optional<String> origin) {
        synchronized (lock) {
            return remove(camera, origin, ATTEMPTS);
        }
    }

    private Answer<Outcome> remove(String camera, Optional<String> origin, int attempts) {
        if (journal == null) {
            return UNAVAILABLE;
        }
        if (isTurning(camera)) {
            return behind(camera, attempts < ATTEMPTS, ended -> remove(camera, origin, attempts));
        }
        Lease lease = lease(camera);
        if (journal.camera(camera).isEmpty() && (lease == null || lease.underWay == 0)) {
            return new Outcome.Refused(Outcome.Reason.NOT_FOUND, "there is no camera \"" + camera + "\"");
        }
        if (lease != null) {
            free(camera, lease, origin);
        }
        // behind the other: where that does not fit, this one does not either
        return whenChanged(
                camera,
                journal.append(new Change.CameraRemoved(camera, origin), Fence.under(0)),
                attempts < ATTEMPTS,
                verdict -> {
                    if (verdict instanceof Verdict.Counted) {
                        sources.remove(camera);
                        leaving.remove(camera);
                        counts.forget(camera);
                    }
                    return outcome(verdict, attempts, left -> remove(camera, origin, left));
                });
    }

    UpdateCounts counts() {
        synchronized (lock) {
            return counts.copy();
        }
    }

    List<CameraState> cameras() {
        synchronized (lock) {
            return journal == null
                    ? List.copyOf(states.values())
                    : journal.snapshot().cameras().values().stream()
                            .map(CameraArbiter::state)
                            .toList();
        }
    }

    Optional<CameraState> camera(String name) {
        synchronized (lock) {
            return journal == null
                    ? Optional.ofNullable(states.get(name))
                    : journal.camera(name).map(CameraArbiter::state);
        }
    }

    Optional<ControlState> control(String camera) {
        synchronized (lock) {
            Optional<Driver> holder = journal == null
                    ? Optional.ofNullable(leases.get(camera)).map(lease -> lease.driver)
                    : journal.control(camera).map(CameraArbiter::driver);
            return holder.map(driver -> held(camera, driver));
        }
    }

    /** The cameras that a driver holds, sorted. */
    List<String> held(Driver driver) {
        synchronized (lock) {
            return journal == null
                    ? List.of()
                    : journal.holders().entrySet().stream()
                            .filter(held -> driver(held.getValue()).same(driver))
                            .map(Map.Entry::getKey)
                            .sorted()
                            .toList();
        }
    }

    int updatesPerSecond() {
        return settings.updatesPerSecond();
    }

    int maxCameras() {
        return settings.maxCameras();
    }

    /** @param control the entry that names the holder */
    private Lease lease(String camera, Driver driver, long control) {
        long now = nanos.getAsLong();
        return new Lease(driver, now + settings.leaseNanos(), now, seen(camera), control);
    }

    /** The number of the newest view of a camera. */
    private long seen(String camera) {
        return journal.camera(camera).map(Entry::seq).orElse(0L);
    }

    private static ControlState held(String camera, Driver driver) {
        return new ControlState(camera, Optional.of(driver.name()), driver.session(), driver.priority());
    }
}
