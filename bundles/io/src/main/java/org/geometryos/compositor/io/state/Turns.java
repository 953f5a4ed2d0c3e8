package org.geometryos.compositor.io.state;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Supplier;
import org.geometryos.compositor.api.value.Answer;
import org.geometryos.compositor.api.value.Later;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transactions of one keeper, one after the other. Where the journal answers later, one is under way at a time, and
 * those that come meanwhile wait, in order. What this class tells, it tells without the lock.
 *
 * @param <O> how a transaction ends
 */
public final class Turns<O extends Answer<O>> {
    private static final Logger LOG = LoggerFactory.getLogger(Turns.class);

    /** Transactions that wait for the one under way, and what they may take in messages. */
    public static final int MOST_WAITING = 256;

    private static final long MOST_WAITING_BYTES = 8L << 20;
    /** A second keeper, or a journal that is being replaced, can come in between; nobody does time and again. */
    private static final int ATTEMPTS = 10;

    private final Object lock;
    private final O overtaken;
    private final O crowded;
    // guarded by lock
    private boolean busy;
    private final Queue<Turn<O>> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private Answer<Optional<O>> before = Later.of(Optional.empty());

    private record Turn<O>(long bytes, Supplier<Answer<Optional<O>>> attempt, Later<O> answer) {}

    /**
     * @param lock of the keeper; attempts are made with it
     * @param overtaken ends one that others came before time and again
     * @param crowded ends one for which there is no room among those that wait
     */
    public Turns(Object lock, O overtaken, O crowded) {
        this.lock = lock;
        this.overtaken = overtaken;
        this.crowded = crowded;
    }

    /** Nothing is attempted before this is there, as a journal is told what stands. */
    public void after(Answer<?> told) {
        synchronized (lock) {
            before = told.map(any -> Optional.empty());
        }
    }

    /**
     * Has a transaction attempted, now or in its turn.
     *
     * @param bytes that it takes in a message
     * @param attempt ends empty if others came first: then it is made again
     */
    public Answer<O> take(long bytes, Supplier<Answer<Optional<O>>> attempt) {
        Turn<O> turn = new Turn<>(bytes, attempt, new Later<>());
        Answer<Optional<O>> underWay;
        int attempts = ATTEMPTS;
        synchronized (lock) {
            if (busy) {
                return queue(turn);
            }
            do {
                underWay = attempt(turn);
                Optional<O> now = underWay.now(null);
                if (now != null && now.isPresent()) {
                    return now.get();
                }
                busy = now == null;
            } while (--attempts > 0 && !busy);
            if (!busy) {
                return overtaken;
            }
        }
        int left = attempts;
        underWay.then(outcome -> goOn(turn, outcome, left));
        return turn.answer;
    }

    private Answer<O> queue(Turn<O> turn) {
        if (waiting.size() >= MOST_WAITING || waitingBytes + turn.bytes > MOST_WAITING_BYTES) {
            return crowded;
        }
        waiting.add(turn);
        waitingBytes += turn.bytes;
        return turn.answer;
    }

    /** With the lock. */
    private Answer<Optional<O>> attempt(Turn<O> turn) {
        return before.now(null) == null ? before : turn.attempt.get();
    }

    /**
     * The attempt under way has ended, and is made again, or those that wait have their turn. Without the lock.
     *
     * @param left attempts that it has left
     */
    private void goOn(Turn<O> ended, Optional<O> how, int left) {
        Turn<O> turn = ended;
        Optional<O> outcome = how;
        int attempts = left;
        while (true) {
            if (outcome.isPresent() || attempts == 0) {
                tell(turn, outcome.orElse(overtaken));
                turn = null;
            }
            Answer<Optional<O>> underWay;
            synchronized (lock) {
                if (turn == null) {
                    turn = waiting.poll();
                    if (turn == null) {
                        busy = false;
                        return;
                    }
                    waitingBytes -= turn.bytes;
                    attempts = ATTEMPTS;
                }
                underWay = attempt(turn);
            }
            attempts--;
            outcome = underWay.now(null);
            if (outcome == null) {
                Turn<O> next = turn;
                int rest = attempts;
                underWay.then(found -> goOn(next, found, rest));
                return;
            }
        }
    }

    private static <O> void tell(Turn<O> turn, O outcome) {
        try {
            turn.answer.tell(outcome);
        } catch (RuntimeException e) {
            LOG.warn("one who was told how a transaction ended failed; the next ones go on", e);
        }
    }
}
