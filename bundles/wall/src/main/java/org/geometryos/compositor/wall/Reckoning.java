package org.geometryos.compositor.wall;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import org.geometryos.compositor.api.wall.Delay;
import org.geometryos.compositor.api.wall.DelayChange;
import org.geometryos.compositor.api.wall.MemberFigures;
import org.geometryos.compositor.api.wall.MemberReport;
import org.geometryos.compositor.api.wall.WallDeclaration;
import org.geometryos.compositor.api.wall.WallMember;

/**
 * What the reports of a wall's members come to at one instant. Microseconds.
 *
 * @param needed what the slowest member needs of those that count; empty if none counts
 * @param heard whether no member is awaited
 * @param skew largest difference between what two members show; empty with less than two that show anything
 * @param late share of all frames, in [0, 1]
 * @param slowest whose need that is
 * @param far the members that need more than the wall may wait
 * @param silent the members that report nothing
 */
record Reckoning(
        OptionalDouble needed,
        boolean heard,
        OptionalDouble skew,
        double late,
        Optional<String> slowest,
        List<String> far,
        List<String> silent,
        List<MemberFigures> members) {
    private static final double MILLI = 1_000;
    private static final double SECOND = 1_000_000;

    /** A member, and what it has reported. */
    record Heard(WallMember member, MemberHistory.Seen seen) {
        /** What it needs with what its screen takes of it. */
        OptionalDouble needs() {
            OptionalDouble needs = seen.needs();
            return needs.isEmpty()
                    ? needs
                    : OptionalDouble.of(needs.getAsDouble() + DelayChooser.RESERVE + member.delay() * MILLI);
        }

        /** For how long it was not heard. */
        long quiet(long now) {
            return Math.max(0, now - seen.lastAt());
        }

        /** Whether that is too long for it to count. */
        boolean silent(long now) {
            return quiet(now) > seen.silentAfter();
        }

        /**
         * By how much more it lags behind than the wall's delay says, at the moment of its last frame; so members can
         * be compared that report at different times.
         */
        OptionalDouble behind(List<DelayChange> delay) {
            MemberReport report = seen.last().filter(last -> last.at() > 0).orElse(null);
            if (report == null) {
                return OptionalDouble.empty();
            }
            long eye = report.at() + Math.round(member.delay() * MILLI);
            return OptionalDouble.of(eye - report.shown() - Delay.at(delay, eye));
        }
    }

    /**
     * @param delay the changes of the wall's delay
     * @param connected whether a display has a session with a socket; empty if nobody wants the figures of each member
     * @param now the server's time
     */
    static Reckoning of(
            WallDeclaration declared,
            List<DelayChange> delay,
            List<Heard> members,
            Optional<Predicate<String>> connected,
            long now) {
        List<String> far = new ArrayList<>();
        List<String> silent = new ArrayList<>();
        boolean heard = true;
        OptionalDouble needed = OptionalDouble.empty();
        Optional<String> slowest = Optional.empty();
        long frames = 0;
        long late = 0;
        List<Double> behind = new ArrayList<>();
        for (Heard each : members) {
            String display = each.member().display();
            boolean quiet = each.silent(now);
            heard &= quiet || each.seen().last().isPresent();
            if (quiet) {
                silent.add(display);
                continue;
            }
            frames += each.seen().frames();
            late += each.seen().late();
            if (counts(declared, each, now)) {
                double its = each.needs().orElseThrow();
                if (needed.isEmpty() || its > needed.getAsDouble()) {
                    needed = OptionalDouble.of(its);
                    slowest = Optional.of(display);
                }
                each.behind(delay).ifPresent(behind::add);
            } else if (each.needs().isPresent() && tooMuch(declared, each)) {
                far.add(display);
            }
        }
        List<MemberFigures> figures = connected.isEmpty()
                ? List.of()
                : figures(declared, delay, members, middle(behind), connected.get(), now);
        return new Reckoning(
                needed,
                heard,
                behind.size() < 2
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(behind.stream()
                                        .mapToDouble(value -> value)
                                        .max()
                                        .orElseThrow()
                                - behind.stream()
                                        .mapToDouble(value -> value)
                                        .min()
                                        .orElseThrow()),
                share(late, frames),
                slowest,
                List.copyOf(far),
                List.copyOf(silent),
                figures);
    }

    private static List<MemberFigures> figures(
            WallDeclaration declared,
            List<DelayChange> delay,
            List<Heard> members,
            OptionalDouble middle,
            Predicate<String> connected,
            long now) {
        List<MemberFigures> figures = new ArrayList<>();
        for (Heard each : members) {
            boolean there = connected.test(each.member().display());
            Optional<String> reason =
                    there || !each.silent(now) && each.seen().last().isPresent()
                            ? reason(declared, each, now)
                            : Optional.of("is not connected");
            figures.add(figures(each, reason, middle, delay, there, now));
        }
        return figures;
    }

    private static boolean counts(WallDeclaration declared, Heard each, long now) {
        Optional<MemberReport> last = each.seen().last();
        return last.isPresent() && last.get().frames() > 0 && !each.silent(now) && !tooMuch(declared, each);
    }

    /** Why a member does not count, if it does not. */
    private static Optional<String> reason(WallDeclaration declared, Heard each, long now) {
        if (each.seen().last().isEmpty()) {
            return Optional.of("has not reported yet");
        }
        if (each.silent(now)) {
            return Optional.of("has not reported for " + Math.round(each.quiet(now) / SECOND) + " s");
        }
        if (each.seen().last().get().frames() == 0) {
            return Optional.of("shows nothing");
        }
        return tooMuch(declared, each)
                ? Optional.of(String.format(
                        Locale.ROOT,
                        "needs %.0f ms, more than the wall waits for (%s, %.0f ms)",
                        each.needs().orElseThrow() / MILLI,
                        declared.delay() > 0 ? "delay" : "maxDelay",
                        most(declared)))
                : Optional.empty();
    }

    private static boolean tooMuch(WallDeclaration declared, Heard each) {
        return each.needs().orElse(0) > most(declared) * MILLI;
    }

    private static double most(WallDeclaration declared) {
        return declared.delay() > 0 ? declared.delay() : declared.maxDelay();
    }

    private static OptionalDouble middle(List<Double> values) {
        if (values.isEmpty()) {
            return OptionalDouble.empty();
        }
        double[] sorted = values.stream().mapToDouble(value -> value).sorted().toArray();
        int half = sorted.length / 2;
        return OptionalDouble.of(sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2);
    }

    private static MemberFigures figures(
            Heard each,
            Optional<String> reason,
            OptionalDouble middle,
            List<DelayChange> delay,
            boolean connected,
            long now) {
        OptionalDouble behind = each.silent(now) ? OptionalDouble.empty() : each.behind(delay);
        return new MemberFigures(
                each.member().display(),
                connected,
                each.seen().last(),
                each.seen().last().isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(each.quiet(now) / SECOND),
                share(each.seen().late(), each.seen().frames()),
                each.needs(),
                middle.isEmpty() || behind.isEmpty()
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(middle.getAsDouble() - behind.getAsDouble()),
                reason.isEmpty(),
                reason);
    }

    private static double share(long some, long all) {
        return all == 0 ? 0 : (double) some / all;
    }
}
