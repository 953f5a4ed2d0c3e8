package org.geometryos.compositor.camera;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.camera.SourceHealth;
import org.geometryos.compositor.api.control.SourceState;
import org.geometryos.compositor.api.value.Answer;
import org.geometryos.compositor.health.Failures;
import org.geometryos.compositor.health.PlugIns;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A source that is connected, and the sink it was given. Whatever the source does, nothing but its own calls suffer
 * from it.
 */
final class SourceSlot implements CameraSink {
    private static final Logger LOG = LoggerFactory.getLogger(SourceSlot.class);
    private static final long AHEAD_MICROS = 1_000_000;
    private static final int MAX_MESSAGE = 500;
    private static final int MAX_COUNTERS = 64;
    /** Between two lines in the log about updates that came too fast. */
    private static final long TOLD_NANOS = 10_000_000_000L;

    private static final Outcome CLOSED =
            new Outcome.Refused(Outcome.Reason.UNAVAILABLE, "the camera bridge that gave this sink is gone");

    private final CameraSource source;
    private final String id;
    private final long bundle;
    private final CameraArbiter bridge;
    private final LongSupplier nanos;
    private final LongSupplier micros;
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong limited = new AtomicLong();
    private final AtomicLong ahead = new AtomicLong();
    private final Rate rate;
    /** Told apart, as the log has each now and then. */
    private final Failures asking;

    private final Failures counting;
    /** When the source was asked how it is, nanoseconds with the last bit set; 0 while nobody waits for its answer. */
    private final AtomicLong asked = new AtomicLong();

    private final Delay delay;
    private volatile Said told = new Said(SourceHealth.OK, 0);
    private volatile String failure = "";
    /** When the newest accepted update came, milliseconds since the Unix epoch; 0 before the first. */
    private volatile long last;

    private volatile Driver driver;
    private volatile boolean closed;
    // the clock's thread only
    private boolean well = true;
    private long limitedTold;
    private long limitedToldAt;

    /** @param asked when the question was put, milliseconds since the Unix epoch */
    private record Said(SourceHealth health, long asked) {}

    /**
     * @param nanos the clock, {@link System#nanoTime()}
     * @param micros the time of day, microseconds since the Unix epoch
     */
    SourceSlot(
            CameraSource source,
            String id,
            long bundle,
            int priority,
            CameraArbiter bridge,
            LongSupplier nanos,
            LongSupplier micros) {
        this.source = source;
        this.id = id;
        this.asking = Failures.ofPlugIn("the health of source \"" + id + "\"", source);
        this.counting = Failures.ofPlugIn("the counters of source \"" + id + "\"", source);
        this.bundle = bundle;
        this.bridge = bridge;
        this.nanos = nanos;
        this.micros = micros;
        this.rate = new Rate(nanos.getAsLong());
        this.delay = new Delay(nanos, micros);
        this.limitedToldAt = nanos.getAsLong() - TOLD_NANOS;
        priority(priority);
    }

    void priority(int priority) {
        driver = new Driver(id, Optional.empty(), priority);
    }

    /** @param millis so long before the time of an update lies what it shows */
    void delay(double millis) {
        delay.set(millis);
    }

    Driver driver() {
        return driver;
    }

    /** The number of the bundle that has the source; -1 if it is not known. */
    long bundle() {
        return bundle;
    }

    private String title() {
        return PlugIns.title("source \"" + id + "\"", source);
    }

    void connect() {
        try {
            source.connected(this);
        } catch (Exception | Error e) {
            failure = "it failed when it was connected: " + Failures.text(e);
            PlugIns.fault(title(), "when it was connected", e);
        }
    }

    void disconnect() {
        closed = true;
        try {
            source.disconnected(this);
        } catch (Exception | Error e) {
            PlugIns.fault(title(), "when it was disconnected", e);
        }
    }

    @Override
    public Answer<Outcome> push(CameraUpdate given) {
        Outcome refusal = closed ? CLOSED : tooFast();
        if (refusal != null) {
            refused.incrementAndGet();
            return refusal;
        }
        CameraUpdate update = delay.apply(given);
        Answer<Outcome> answer = bridge.update(driver, update);
        Outcome now = answer.now(null);
        if (now != null) {
            count(now, update.time());
        } else {
            answer.then(outcome -> count(outcome, update.time()));
        }
        return answer;
    }

    private void count(Outcome outcome, OptionalLong time) {
        if (!outcome.accepted()) {
            refused.incrementAndGet();
            return;
        }
        accepted.incrementAndGet();
        long now = micros.getAsLong() / 1000;
        last = now;
        if (time.isPresent() && time.getAsLong() / 1000 - AHEAD_MICROS / 1000 > now) {
            ahead.incrementAndGet();
        }
    }

    @Override
    public Answer<Outcome> remove(String camera) {
        Outcome outcome = closed ? CLOSED : tooFast();
        return outcome != null ? outcome : bridge.remove(driver, camera);
    }

    @Override
    public boolean renew(String camera) {
        return !closed && bridge.renew(driver, camera);
    }

    /** @return a refusal, or null */
    private Outcome tooFast() {
        int perSecond = bridge.updatesPerSecond();
        if (rate.take(nanos.getAsLong(), perSecond)) {
            return null;
        }
        limited.incrementAndGet();
        return new Outcome.Refused(
                Outcome.Reason.LIMIT, "source \"" + id + "\" pushes more than " + perSecond + " updates per second");
    }

    SourceState state() {
        long at = last;
        return new SourceState(
                id,
                driver.priority(),
                health(),
                accepted.get(),
                refused.get(),
                limited.get(),
                ahead.get(),
                at == 0 ? OptionalLong.empty() : OptionalLong.of(at * 1000),
                bridge.held(driver),
                counters());
    }

    /** Asks the source how it is, unless another thread still waits for its answer. */
    void ask() {
        if (!asked.compareAndSet(0, nanos.getAsLong() | 1)) {
            return;
        }
        long now = micros.getAsLong() / 1000;
        try {
            SourceHealth answer = source.health();
            told = new Said(
                    answer == null || answer.status() == null || answer.message() == null
                            ? SourceHealth.failed("it tells no health")
                            : new SourceHealth(answer.status(), shortened(answer.message())),
                    now);
        } catch (Exception | Error e) {
            told = new Said(SourceHealth.failed(shortened("its health cannot be told: " + Failures.text(e))), now);
            asking.failed(e);
        } finally {
            asked.set(0);
        }
    }

    private SourceHealth health() {
        return fault().orElseGet(() -> told.health);
    }

    /** What is wrong with it, whatever it says of itself. */
    private Optional<SourceHealth> fault() {
        long since = asked.get();
        if (since != 0 && nanos.getAsLong() - since > HealthWatch.ANSWER_NANOS) {
            return Optional.of(SourceHealth.failed("it has not told its health for more than 1 s"));
        }
        return failure.isEmpty() ? Optional.empty() : Optional.of(SourceHealth.failed(shortened(failure)));
    }

    private Map<String, Long> counters() {
        Map<String, Long> counters = new LinkedHashMap<>();
        try {
            source.counters().entrySet().stream()
                    .limit(MAX_COUNTERS)
                    .forEach(counter -> counters.put(
                            Objects.requireNonNull(counter.getKey()), Objects.requireNonNull(counter.getValue())));
        } catch (Exception | Error e) {
            counting.failed(e);
            return Map.of();
        }
        return Collections.unmodifiableMap(counters);
    }

    /** Fit to be shown in a line. */
    private static String shortened(String text) {
        return (text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE) + "...")
                .replaceAll("\\p{Cntrl}", " ");
    }

    /** Whether the source was well when last looked at and is not any more. */
    boolean fellIll() {
        boolean before = well;
        Said answer = told;
        // what it said before it drove a camera says nothing of it any more
        well = fault().isEmpty() && (answer.health.status() == SourceHealth.Status.OK || last >= answer.asked);
        return before && !well;
    }

    /** Tells the log, not often, that the source pushes too fast. */
    void tellLimited() {
        long now = nanos.getAsLong();
        long count = limited.get();
        if (count != limitedTold && now - limitedToldAt >= TOLD_NANOS) {
            LOG.warn(
                    "source \"{}\" pushes more than {} updates per second: {} more were refused",
                    id,
                    bridge.updatesPerSecond(),
                    count - limitedTold);
            limitedTold = count;
            limitedToldAt = now;
        }
    }
}
