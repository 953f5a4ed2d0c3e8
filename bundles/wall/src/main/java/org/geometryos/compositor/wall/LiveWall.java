package org.geometryos.compositor.wall;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import org.geometryos.compositor.api.wall.Delay;
import org.geometryos.compositor.api.wall.DelayChange;
import org.geometryos.compositor.api.wall.MemberReport;
import org.geometryos.compositor.api.wall.Picture;
import org.geometryos.compositor.api.wall.Wall;
import org.geometryos.compositor.api.wall.WallFigures;
import org.geometryos.compositor.api.wall.WallMember;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A wall that is in force: its state, and what its members report. */
final class LiveWall {
    private static final Logger LOG = LoggerFactory.getLogger(LiveWall.class);
    private static final long SECOND = 1_000_000;
    /** A wall is looked at so many times while each of its members reports once. */
    private static final int LOOKS = 8;
    /** An alarm is over when all was well for so long. */
    private static final long CALM = 5 * SECOND;
    /** Of one wall no more than one line of a kind in so long a time. */
    private static final long QUIET = 30 * SECOND;

    private static final double MILLI = 1_000;
    private static final int NAMED = 5;

    private final Map<String, MemberHistory> histories;
    private final Declared declared;
    // written by the keeper, under its lock; read by any thread
    private volatile List<DelayChange> delay;
    private volatile Optional<Picture> picture;
    /** As made last; null before. */
    private volatile Wall state;

    private volatile boolean alarm;
    private volatile List<String> far = List.of();
    /** Whether a member was late, or has reported for the first time, since it was looked at. */
    private volatile boolean urgent = true;
    // of the keeper, under its lock
    private long lookedAt;
    private long chosenAt;
    private long apartSince;
    private long togetherSince;
    private String toldLeftOut = "";
    private long toldLeftOutAt;
    private boolean toldAlarm;
    private long toldAlarmAt;

    /**
     * @param before the wall of that name until now, whose members' reports still count; null if there was none
     * @param now the server's time, microseconds
     */
    LiveWall(Declared declared, LiveWall before, long now) {
        this.declared = declared;
        delay = before == null ? List.of() : before.delay;
        picture = before == null ? Optional.empty() : before.picture;
        chosenAt = now;
        toldLeftOutAt = now - QUIET;
        toldAlarmAt = now - QUIET;
        if (before != null) {
            alarm = before.alarm;
            apartSince = before.apartSince;
            togetherSince = before.togetherSince;
            toldLeftOut = before.toldLeftOut;
            toldLeftOutAt = before.toldLeftOutAt;
            toldAlarm = before.toldAlarm;
            toldAlarmAt = before.toldAlarmAt;
        }
        Map<String, MemberHistory> kept = new HashMap<>();
        for (WallMember member : declared.declaration().wall().members()) {
            MemberHistory history = before == null ? null : before.histories.get(member.display());
            kept.put(member.display(), history == null ? new MemberHistory(now) : history);
        }
        histories = Map.copyOf(kept);
    }

    Declared declared() {
        return declared;
    }

    /** As it belongs into the sequence. */
    Wall state() {
        Wall known = state;
        List<DelayChange> changes = delay;
        Optional<Picture> shown = picture;
        if (known == null || !known.delay().equals(changes) || !known.picture().equals(shown)) {
            known = declared.declaration().wall().withDelay(changes).withPicture(shown);
            state = known;
        }
        return known;
    }

    /** Goes on from what the sequence, or another copy of this bundle, knows. */
    void goOn(List<DelayChange> known, Optional<Picture> shown) {
        delay = known;
        picture = shown;
    }

    void show(Optional<Picture> shown) {
        picture = shown;
    }

    /**
     * @param next after how many milliseconds the next one is wanted
     * @return whether the display is a member
     */
    boolean report(String display, MemberReport report, long now, int next) {
        MemberHistory history = histories.get(display);
        if (history != null) {
            boolean first = history.take(report, now, next);
            if (first || report.late() > 0) {
                urgent = true;
            }
        }
        return history != null;
    }

    /**
     * Once in a while: the alarm, and once a second the delay. Where members report seldom there is as seldom something
     * new.
     *
     * @param next after how many milliseconds a member's next report is wanted
     */
    void look(long now, int next) {
        long since = now - lookedAt;
        if (!urgent && since >= 0 && since < next * MILLI / LOOKS) {
            return;
        }
        lookedAt = now;
        boolean due = delay.isEmpty() || now - chosenAt >= SECOND || now < chosenAt;
        if (due) {
            urgent = false;
        }
        Reckoning reckoning = reckon(Optional.empty(), now);
        far = reckoning.far();
        alarm(reckoning, now);
        if (due) {
            chosenAt = now;
            DelayChooser.choose(declared.declaration(), delay, reckoning.needed(), reckoning.heard(), now)
                    .ifPresent(change -> delay = Delay.with(delay, change, now));
            tellLeftOut(reckoning, now);
        }
    }

    private Reckoning reckon(Optional<Predicate<String>> connected, long now) {
        List<Reckoning.Heard> members = new ArrayList<>();
        for (WallMember member : declared.declaration().wall().members()) {
            members.add(
                    new Reckoning.Heard(member, histories.get(member.display()).seen()));
        }
        return Reckoning.of(declared.declaration(), delay, members, connected, now);
    }

    private void alarm(Reckoning reckoning, long now) {
        double bound = declared.declaration().alarm() * MILLI;
        boolean apart = bound > 0 && reckoning.skew().orElse(0) > bound;
        if (apart) {
            togetherSince = 0;
            apartSince = apartSince == 0 ? now : apartSince;
            if (now - apartSince >= SECOND) {
                alarm = true;
            }
        } else {
            apartSince = 0;
            togetherSince = togetherSince == 0 ? now : togetherSince;
            if (now - togetherSince >= CALM || bound == 0) {
                alarm = false;
            }
        }
        if (alarm != toldAlarm && now - toldAlarmAt >= QUIET) {
            toldAlarm = alarm;
            toldAlarmAt = now;
            if (alarm) {
                LOG.warn(
                        "wall {}: its members show moments that are {} ms apart, more than alarm allows ({} ms)",
                        declared.name(),
                        String.format(Locale.ROOT, "%.1f", reckoning.skew().orElse(0) / MILLI),
                        declared.declaration().alarm());
            } else {
                LOG.info("wall {}: its members show the same moment again", declared.name());
            }
        }
    }

    private void tellLeftOut(Reckoning reckoning, long now) {
        String text = (reckoning.far().isEmpty() ? "" : "too late are " + some(reckoning.far()))
                + (reckoning.far().isEmpty() || reckoning.silent().isEmpty() ? "" : "; ")
                + (reckoning.silent().isEmpty() ? "" : "no report of " + some(reckoning.silent()));
        if (text.equals(toldLeftOut) || now - toldLeftOutAt < QUIET) {
            return;
        }
        toldLeftOut = text;
        toldLeftOutAt = now;
        if (text.isEmpty()) {
            LOG.info("wall {}: all members count for its delay", declared.name());
        } else {
            LOG.info("wall {}: members that do not count for its delay: {}", declared.name(), text);
        }
    }

    private static String some(List<String> names) {
        return names.size() <= NAMED
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, NAMED)) + " and " + (names.size() - NAMED) + " more";
    }

    /** What an operator should look at. Texts stay the same while it lasts. Any thread. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (alarm) {
            problems.add("wall " + declared.name() + ": its members show moments that are further apart than alarm "
                    + "allows (" + declared.declaration().alarm() + " ms)");
        }
        List<String> slow = far;
        if (!slow.isEmpty()) {
            problems.add("wall " + declared.name() + ": its picture is late or stutters on members that need a longer "
                    + "delay than it may have: " + some(slow));
        }
        return problems;
    }

    /** Any thread. */
    WallFigures figures(Predicate<String> connected, long now) {
        Reckoning reckoning = reckon(Optional.of(connected), now);
        Wall state = state();
        return new WallFigures(
                state,
                declared.pid(),
                declared.lasts(),
                state.delay().isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Delay.at(state.delay(), now)),
                declared.declaration().delay() > 0,
                reckoning.skew(),
                reckoning.late(),
                reckoning.slowest(),
                alarm,
                reckoning.members());
    }
}
