package org.geometryos.compositor.camera;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Journal;

/**
 * Arbitrates and appends. One lock orders the updates of all cameras; below it there is only the journal's append.
 *
 * <p>What must outlive this object stands in the journal: views and holders. A bridge that comes takes both from there
 * and gives each holder a full lease. A journal that comes (a new epoch) gets both from here.
 *
 * <p>It is one class, since the one lock guards all that decides who drives a camera: leases, failover, cameras that
 * go.
 */
final class CameraArbiter {
    private static final Outcome UNAVAILABLE =
            new Outcome.Refused(Outcome.Reason.UNAVAILABLE, "the journal is away for a moment; send the update again");
    private static final Outcome NOTHING = new Outcome.Accepted(OptionalLong.empty());

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

    private final UpdateCounts counts = new UpdateCounts();
    private Journal journal;
    private volatile Settings settings;

    /** @param moved when the holder last moved the camera; before that, when it took it */
    private record Lease(Driver driver, long until, long moved) {}

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
        synchronized (lock) {
            if (journal != null) {
                remember(journal);
            }
            journal = next;
            adoptHolders();
            states.forEach(
                    (name, state) -> next.appendIf(j -> j.camera(name).isEmpty(), new Change.CameraChanged(state)));
            leases.forEach((name, lease) ->
                    next.appendIf(j -> j.control(name).isEmpty(), new Change.ControlChanged(held(name, lease.driver))));
            remember(next);
        }
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
        journal.holders().forEach((name, entry) -> leases.computeIfAbsent(name, n -> lease(driver(entry))));
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
        synchronized (lock) {
            if (journal == old) {
                remember(old);
                journal = null;
            }
        }
    }

    Outcome update(Driver driver, CameraUpdate update) {
        return update(driver, update, unchanged -> true, Change.CameraChanged::new)
                .orElseThrow();
    }

    Optional<Outcome> update(
            Driver driver, CameraUpdate update, Predicate<Journal> condition, Function<CameraState, Change> change) {
        synchronized (lock) {
            Optional<Outcome> outcome = decide(driver, update, condition, change);
            if (outcome.isPresent()) {
                counts.count(update.camera(), outcome.get());
            }
            return outcome;
        }
    }

    private Optional<Outcome> decide(
            Driver driver, CameraUpdate update, Predicate<Journal> condition, Function<CameraState, Change> change) {
        String camera = update.camera();
        if (journal == null) {
            return Optional.of(UNAVAILABLE);
        }
        // before control is taken, so that nothing happens where it does not hold
        if (!condition.test(journal)) {
            return Optional.empty();
        }
        Optional<CameraState> before = journal.camera(camera).map(CameraArbiter::state);
        if (before.isEmpty() && journal.cameras() >= settings.maxCameras()) {
            return Optional.of(new Outcome.Refused(
                    Outcome.Reason.LIMIT,
                    "camera \"" + camera + "\" would be one too many: there may be " + settings.maxCameras()));
        }
        Optional<Outcome> refusal = hold(driver, camera, false, true);
        if (refusal.isPresent()) {
            return refusal;
        }
        long received = micros.getAsLong();
        CameraState state = new CameraState(
                camera,
                update.view(),
                update.time().orElse(received),
                received,
                update.sample(),
                update.timecode(),
                driver.name(),
                driver.session(),
                update.cut() || failsOver(driver, before));
        OptionalLong seq = journal.appendIf(condition, change.apply(state));
        if (driver.session().isEmpty() && seq.isPresent()) {
            drivenBySource(camera, driver.name(), before);
        }
        return seq.isPresent() ? Optional.of(new Outcome.Accepted(seq)) : Optional.empty();
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

    Outcome take(Driver driver, String camera, boolean force) {
        synchronized (lock) {
            if (journal == null) {
                return UNAVAILABLE;
            }
            if (!leases.containsKey(camera) && leases.size() >= settings.maxCameras()) {
                return new Outcome.Refused(
                        Outcome.Reason.LIMIT,
                        "control of \"" + camera + "\" would be one too many: there may be " + settings.maxCameras());
            }
            Lease before = lease(camera);
            boolean renewed = before != null && before.driver.same(driver);
            if (renewed && tooLong(before)) {
                free(camera, Optional.empty());
                kept.put(camera, lease(driver));
            }
            if (!force && comesLater(driver, camera)) {
                return new Outcome.Refused(
                        Outcome.Reason.LIMIT,
                        "camera \"" + camera + "\" was held for " + TimeUnit.NANOSECONDS.toMillis(settings.holdNanos())
                                + " ms (holdLimit) without being moved; others come first for a moment");
            }
            Optional<Outcome> refusal = hold(driver, camera, force, false);
            if (refusal.isPresent()) {
                return refusal.get();
            }
            return renewed
                    ? NOTHING
                    : new Outcome.Accepted(journal.control(camera)
                            .map(Entry::seq)
                            .map(OptionalLong::of)
                            .orElseGet(OptionalLong::empty));
        }
    }

    /** Begins the lease of a camera anew, if it is the driver's and was moved within the hold limit. */
    boolean renew(Driver driver, String camera) {
        synchronized (lock) {
            Lease lease = journal == null ? null : lease(camera);
            if (lease == null || !lease.driver.same(driver) || tooLong(lease)) {
                return false;
            }
            leases.put(camera, new Lease(lease.driver, nanos.getAsLong() + settings.leaseNanos(), lease.moved));
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
        Lease mine = leases.get(camera);
        Optional<Driver> holder = journal.control(camera).map(CameraArbiter::driver);
        if (holder.isEmpty()) {
            leases.remove(camera);
            return null;
        }
        if (mine == null || !mine.driver.same(holder.get())) {
            mine = lease(holder.get());
            leases.put(camera, mine);
        }
        return mine;
    }

    /**
     * Takes or renews control.
     *
     * @param force whoever holds it
     * @param moves whether the camera is moved by it
     * @return a refusal, if it is one
     */
    private Optional<Outcome> hold(Driver asker, String camera, boolean force, boolean moves) {
        Lease lease = lease(camera);
        long now = nanos.getAsLong();
        boolean other = lease != null && !lease.driver.same(asker);
        if (other && !force && lease.until - now > 0 && asker.priority() <= lease.driver.priority()) {
            return Optional.of(heldBy(camera, lease));
        }
        boolean taken = lease == null || other;
        Driver driver =
                force || !taken && lease.driver.priority() == Driver.FORCED ? asker.withPriority(Driver.FORCED) : asker;
        if (taken) {
            journal.append(new Change.ControlChanged(held(camera, driver)));
            kept.remove(camera);
        }
        long moved = taken || moves ? now : lease.moved;
        leases.put(
                camera,
                new Lease(
                        driver,
                        now
                                + (moves
                                        ? settings.leaseNanos()
                                        : Math.min(settings.leaseNanos(), moved + settings.holdNanos() - now)),
                        moved));
        return Optional.empty();
    }

    private static Outcome heldBy(String camera, Lease lease) {
        return new Outcome.Refused(
                Outcome.Reason.HELD, "camera \"" + camera + "\" is held by \"" + lease.driver.name() + "\"");
    }

    Outcome release(Driver driver, String camera) {
        synchronized (lock) {
            if (journal == null) {
                return UNAVAILABLE;
            }
            Lease lease = lease(camera);
            if (lease == null) {
                return NOTHING;
            }
            if (!lease.driver.same(driver)) {
                return heldBy(camera, lease);
            }
            return new Outcome.Accepted(OptionalLong.of(free(camera, driver.session())));
        }
    }

    /** @param origin the session that caused it, if a session did */
    private long free(String camera, Optional<String> origin) {
        leases.remove(camera);
        return journal.append(new Change.ControlChanged(ControlState.free(camera), origin));
    }

    void releaseAll(Driver driver) {
        synchronized (lock) {
            if (journal != null) {
                adoptHolders();
            }
            for (String camera : List.copyOf(leases.keySet())) {
                if (leases.get(camera).driver.same(driver)) {
                    leases.remove(camera);
                    if (journal != null) {
                        journal.appendIf(
                                j -> holds(j, camera, driver), new Change.ControlChanged(ControlState.free(camera)));
                    }
                }
            }
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
                Lease lease = leases.get(camera);
                if (lease.until - now > 0) {
                    continue;
                }
                if (movedSince(camera, lease.driver)) {
                    // another bridge beside this one renewed it
                    leases.put(camera, lease(lease.driver));
                    continue;
                }
                leases.remove(camera);
                if (tooLong(lease)) {
                    kept.put(camera, lease(lease.driver));
                }
                journal.appendIf(
                        j -> holds(j, camera, lease.driver), new Change.ControlChanged(ControlState.free(camera)));
            }
            kept.values().removeIf(last -> last.until - now <= 0);
        }
    }

    private boolean movedSince(String camera, Driver driver) {
        long leaseMicros = TimeUnit.NANOSECONDS.toMicros(settings.leaseNanos());
        return journal.camera(camera)
                .map(CameraArbiter::state)
                .filter(s -> s.source().equals(driver.name()) && s.origin().equals(driver.session()))
                .filter(s -> micros.getAsLong() - s.received() < leaseMicros)
                .isPresent();
    }

    private static boolean holds(Journal journal, String camera, Driver driver) {
        return journal.control(camera)
                .map(CameraArbiter::driver)
                .filter(driver::same)
                .isPresent();
    }

    /**
     * Takes a camera of a source out of the sequence. If somebody else holds it, or the journal is away, it goes as
     * soon as that is over. One that another source drove since is not the source's any more.
     */
    Outcome remove(Driver source, String camera) {
        synchronized (lock) {
            String last = sources.getOrDefault(camera, source.name());
            if (!last.equals(source.name())) {
                return new Outcome.Refused(
                        Outcome.Reason.HELD, "camera \"" + camera + "\" was driven by \"" + last + "\" since");
            }
            Lease lease = journal == null ? null : lease(camera);
            if (journal != null && (lease == null || lease.driver.same(source))) {
                return remove(camera, source.session());
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
            } else if (lease(camera) == null) {
                remove(camera, Optional.empty());
            }
        }
    }

    /** @param origin the session that caused it, if a session did */
    Outcome remove(String camera, Optional<String> origin) {
        synchronized (lock) {
            if (journal == null) {
                return UNAVAILABLE;
            }
            if (journal.camera(camera).isEmpty()) {
                return new Outcome.Refused(Outcome.Reason.NOT_FOUND, "there is no camera \"" + camera + "\"");
            }
            leases.remove(camera);
            sources.remove(camera);
            leaving.remove(camera);
            counts.forget(camera);
            journal.appendIf(
                    j -> j.control(camera).isPresent(), new Change.ControlChanged(ControlState.free(camera), origin));
            return new Outcome.Accepted(OptionalLong.of(journal.append(new Change.CameraRemoved(camera, origin))));
        }
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
                    ? Optional.ofNullable(leases.get(camera)).map(Lease::driver)
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

    private Lease lease(Driver driver) {
        long now = nanos.getAsLong();
        return new Lease(driver, now + settings.leaseNanos(), now);
    }

    private static ControlState held(String camera, Driver driver) {
        return new ControlState(camera, Optional.of(driver.name()), driver.session(), driver.priority());
    }
}
