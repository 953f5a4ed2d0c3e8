package org.geometryos.compositor.foxglove;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.replay.Playback;
import org.geometryos.compositor.api.replay.PlaybackState;
import org.geometryos.compositor.api.replay.PlaybackState.Status;

/**
 * A playback that viewers have asked for, as it was when it answered last. Its time is that of the recording: when the
 * server got what it shows, or microseconds since its beginning where a recording does not tell. The stream's thread
 * alone, but for {@link #known()} and {@link #range()}.
 */
final class Deck {
    /** While it plays it is asked this often. */
    static final long PLAYING_NANOS = TimeUnit.MILLISECONDS.toNanos(33);
    /** While it does not play. */
    static final long RESTING_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    /** An answer that takes longer is not waited for. */
    static final long LIMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(Playback.LIMIT_MILLIS);
    /** So long a viewer waits for the first answer before it is welcomed. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** A position that is so far from where it should be was sought, microseconds at speed 1. */
    private static final long JUMP_MICROS = 250_000;

    /** The time of its first and of its last entry, microseconds. */
    record Range(long from, long to) {}

    /** @param at when it came, nanoseconds */
    private record Heard(PlaybackState state, long at) {}

    private final LongSupplier nanos;
    private final Runnable wake;
    private volatile Heard heard;
    private final long bornAt;
    private Playback asked;
    private CompletableFuture<Heard> answer;
    private long askedAt;
    private long questions;
    private long answers;
    private long wanted;
    private long seeks;
    private long shown;
    private boolean away = true;

    /**
     * @param nanos {@link System#nanoTime()}
     * @param wake the stream, when an answer has come
     */
    Deck(LongSupplier nanos, Runnable wake) {
        this.nanos = nanos;
        this.wake = wake;
        this.bornAt = nanos.getAsLong();
        this.askedAt = bornAt - RESTING_NANOS;
    }

    // ---- any thread

    /** As it was when it answered last; empty before that. */
    Optional<PlaybackState> known() {
        return Optional.ofNullable(heard).map(Heard::state);
    }

    /** What there is to seek in; empty while that is unknown, or there is nothing to play. */
    Optional<Range> range() {
        return known().filter(state -> state.length() > 0).map(state -> {
            long from = state.began().orElse(0);
            return new Range(from, from + state.length());
        });
    }

    // ---- the stream's thread

    /**
     * Takes an answer, and asks again when it is time.
     *
     * @param playback null: it is away
     * @return when to come again, nanoseconds from now
     */
    long look(Playback playback) {
        long now = nanos.getAsLong();
        away = playback == null;
        if (away || playback != asked) {
            answer = null;
            asked = playback;
            if (away) {
                return RESTING_NANOS;
            }
            askedAt = now - RESTING_NANOS;
        }
        if (answer != null && (answer.isDone() || now - askedAt >= LIMIT_NANOS)) {
            Heard next = answer.isDone() && !answer.isCompletedExceptionally() ? answer.join() : null;
            answer = null;
            away = next == null;
            if (!away) {
                take(next);
            }
            answers = questions;
        }
        if (answer != null) {
            return askedAt + LIMIT_NANOS - now;
        }
        long wait = askedAt + (plays() ? PLAYING_NANOS : RESTING_NANOS) - now;
        if (wait > 0 && wanted <= questions) {
            return wait;
        }
        askedAt = now;
        questions++;
        answer = ask(playback);
        return 0;
    }

    private CompletableFuture<Heard> ask(Playback playback) {
        CompletionStage<PlaybackState> state;
        try {
            state = playback.ask();
        } catch (RuntimeException e) {
            // a bundle that is on its way out
            return CompletableFuture.failedFuture(e);
        }
        CompletableFuture<Heard> next =
                state.thenApply(now -> new Heard(now, nanos.getAsLong())).toCompletableFuture();
        next.whenComplete((done, failure) -> wake.run());
        return next;
    }

    private void take(Heard next) {
        Heard before = heard;
        heard = next;
        if (before == null || sought(before, next)) {
            seeks++;
            shown = position(next, next.at);
        }
    }

    private static boolean sought(Heard before, Heard next) {
        long from = before.state.position();
        long to = next.state.position();
        boolean other = !before.state.recordings().equals(next.state.recordings());
        if (other || to < from || before.state.status() == Status.PAUSED && next.state.status() == Status.PAUSED) {
            return other || to != from;
        }
        double fastest = Math.max(1, Math.max(before.state.speed(), next.state.speed()));
        return to - from > (TimeUnit.NANOSECONDS.toMicros(next.at - before.at) + JUMP_MICROS) * fastest;
    }

    private static long position(Heard heard, long now) {
        PlaybackState state = heard.state;
        long since = state.status() == Status.PLAYING
                ? Math.max(0, Math.round(TimeUnit.NANOSECONDS.toMicros(now - heard.at) * state.speed()))
                : 0;
        return Math.min(state.length(), state.position() + since);
    }

    private boolean plays() {
        return heard != null && heard.state.status() == Status.PLAYING;
    }

    /** Whether it is not there, or does not answer. */
    boolean away() {
        return away;
    }

    /** Somebody wants to know how it is now. @return the question that is to be answered for that */
    long want() {
        wanted = questions + 1;
        return wanted;
    }

    /** Whether a question was answered, or was given up. */
    boolean answered(long question) {
        return away || answers >= question;
    }

    /** Whether it has answered, will not do so, or has had its time to. */
    boolean settled() {
        return away || heard != null || nanos.getAsLong() - bornAt >= PATIENCE_NANOS;
    }

    /** How often its time has jumped. */
    long seeks() {
        return seeks;
    }

    /** Where it is now, microseconds; it goes back with {@link #seeks()} alone. */
    long time() {
        Heard now = heard;
        if (now == null) {
            return 0;
        }
        shown = Math.max(shown, position(now, away ? now.at : nanos.getAsLong()));
        return now.state.began().orElse(0) + shown;
    }
}
