package org.geometryos.compositor.client;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Distance to the server's clock, from pings. What a message takes has a floor that some come close to; those there and
 * those back do so at different times, so each way has its floor found by itself, as a line with few measurements below
 * it, which rises as the clocks drift apart. Both floors are taken to be equally high. The JavaScript client reckons in
 * the same way. One thread.
 */
final class ClockFilter {
    /** Two clocks run apart by no more than this part of the time, unless one of them is broken. */
    private static final double MOST_DRIFT = 200e-6;
    /** What they run apart by usually. */
    private static final double USUAL_DRIFT = 30e-6;
    /** What a floor is wrong by at least, in microseconds: timers are coarse. */
    private static final double GRAIN = 50;
    /** Such a part of all measurements is quicker than the floor; the quickest one alone would tell less. */
    private static final double BELOW = 0.06;
    /** How often the drift is reckoned anew, microseconds. */
    private static final long DRIFT_EVERY = 2_000_000;
    /** How often the floors are found anew, microseconds; the first measurements count at once. */
    private static final long FIT_EVERY = 250_000;

    private static final int FIRST = 20;
    /** Thirds taken off what the drift may be: to a hundredth of a millionth. */
    private static final int STEPS = 24;
    /** Measurements kept, and for how long in microseconds. */
    private static final int CAPACITY = 1_600;

    private static final long MAX_AGE = 300_000_000;

    /**
     * @param at local clock when the answer came
     * @param there what the ping took and the distance of the clocks, in one sum
     * @param back what the answer took, less that distance
     */
    private record Measurement(long at, long there, long back) {}

    private record Floors(double sum, double offset, double loss) {}

    private record Floor(double height, double loss) {}

    /** Oldest first. */
    private final List<Measurement> samples = new ArrayList<>();

    private double[] ordered = new double[FIRST];
    private long driftAt;
    private boolean drifts;
    private long offset;
    private double drift;
    private long roundTrip;
    private long measuredAt;

    /**
     * All microseconds.
     *
     * @param t0 sent, our clock
     * @param t1 received, the server's clock
     * @param t2 sent back, the server's clock
     * @param t3 received back, our clock
     */
    Optional<ClockEstimate> add(long t0, long t1, long t2, long t3) {
        if (t3 >= t0 && t2 >= t1 && t3 - t0 >= t2 - t1) {
            int old = Math.max(0, samples.size() + 1 - CAPACITY);
            while (old < samples.size() && t3 - samples.get(old).at() > MAX_AGE) {
                old++;
            }
            samples.subList(0, old).clear();
            samples.add(new Measurement(t3, t1 - t0, t3 - t2));
            if (samples.size() <= FIRST || t3 - measuredAt >= FIT_EVERY) {
                fit(t3);
            }
        }
        return samples.isEmpty()
                ? Optional.empty()
                : Optional.of(new ClockEstimate(offset, roundTrip, samples.size(), measuredAt, drift));
    }

    /** Forgets all: another server may answer now. */
    void clear() {
        samples.clear();
        drifts = false;
        drift = 0;
    }

    private void fit(long now) {
        long first = samples.get(0).at();
        double middle = (first + now) / 2.0;
        if (ordered.length < samples.size()) {
            ordered = new double[2 * samples.size()];
        }
        if (!drifts || now - driftAt >= DRIFT_EVERY) {
            drifts = true;
            driftAt = now;
            // how far the drift can be told: over a short time what a floor is wrong by makes any
            double wrong = (floors(0, middle).sum() / 8 + GRAIN) / Math.max(1, now - first) / USUAL_DRIFT;
            drift = likeliest(middle) / (1 + wrong * wrong);
        }
        Floors floors = floors(drift, middle);
        offset = Math.round(floors.offset() + drift * (now - middle));
        roundTrip = Math.max(0, Math.round(floors.sum()));
        measuredAt = now;
    }

    /** The drift at which the measurements lie closest to both floors: quantile regression, whose loss is convex. */
    private double likeliest(double middle) {
        double low = -MOST_DRIFT;
        double high = MOST_DRIFT;
        for (int i = 0; i < STEPS; i++) {
            double step = (high - low) / 3;
            if (floors(low + step, middle).loss() > floors(high - step, middle).loss()) {
                low += step;
            } else {
                high -= step;
            }
        }
        return (low + high) / 2;
    }

    /** The floors of both ways at a moment, if the clocks drift like this. */
    private Floors floors(double drifting, double moment) {
        Floor there = floor(true, -drifting, moment);
        Floor back = floor(false, drifting, moment);
        return new Floors(
                there.height() + back.height(), (there.height() - back.height()) / 2, there.loss() + back.loss());
    }

    private Floor floor(boolean there, double drifting, double moment) {
        int count = samples.size();
        for (int i = 0; i < count; i++) {
            Measurement sample = samples.get(i);
            ordered[i] = (there ? sample.there() : sample.back()) + drifting * (sample.at() - moment);
        }
        Arrays.sort(ordered, 0, count);
        double height = ordered[(int) (BELOW * count)];
        double loss = 0;
        for (int i = 0; i < count; i++) {
            loss += ordered[i] < height ? (1 - BELOW) * (height - ordered[i]) : BELOW * (ordered[i] - height);
        }
        return new Floor(height, loss);
    }
}
