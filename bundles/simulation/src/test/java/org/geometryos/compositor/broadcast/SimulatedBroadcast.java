package org.geometryos.compositor.broadcast;

import java.util.Map;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.JournalListener;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.transport.api.LinkListener;
import org.geometryos.compositor.transport.api.Transport;

/** The broadcaster as its component; what its threads do comes when the simulation says. */
public final class SimulatedBroadcast {
    /** When something is done. */
    public interface Schedule {
        /** Does it after so many nanoseconds. */
        void after(long nanos, Runnable task);

        /** How long a thread that was woken takes to begin, nanoseconds. */
        long wakes();
    }

    private static final long STEP = 20_000;

    private final BroadcastComponent component;

    public SimulatedBroadcast(
            Transport transport, int writers, LongSupplier nanos, LongSupplier micros, Schedule schedule) {
        component = new BroadcastComponent(
                null,
                transport,
                Map.of("writers", writers),
                new BroadcastComponent.Machine(names -> new Turns(schedule, nanos), nanos, micros));
    }

    /** Turns work as its threads would: when it is woken, when more is to be done, and when its time has come. */
    private static final class Turns implements ShardExecutor {
        private final Schedule schedule;
        private final LongSupplier nanos;
        private boolean stopped;

        Turns(Schedule schedule, LongSupplier nanos) {
            this.schedule = schedule;
            this.nanos = nanos;
        }

        @Override
        public Task add(Work work) {
            return new Turn(work);
        }

        @Override
        public void start() {
            // it begins with the first wake
        }

        @Override
        public boolean stop() {
            stopped = true;
            return true;
        }

        private final class Turn implements Task {
            private final Work work;
            private boolean queued;
            private boolean timed;
            private long timerAt;

            Turn(Work work) {
                this.work = work;
                wake();
            }

            @Override
            public void wake() {
                if (!queued) {
                    queued = true;
                    schedule.after(schedule.wakes(), this::turn);
                }
            }

            private void turn() {
                if (stopped) {
                    return;
                }
                queued = false;
                if (work.turn()) {
                    queued = true;
                    schedule.after(STEP, this::turn);
                    return;
                }
                long due = work.nextTurn();
                if (!timed || due - timerAt < 0) {
                    timed = true;
                    timerAt = due;
                    schedule.after(Math.max(STEP, due - nanos.getAsLong()), () -> timeHasCome(due));
                }
            }

            private void timeHasCome(long due) {
                if (timed && due == timerAt) {
                    timed = false;
                    if (!queued) {
                        turn();
                    }
                }
            }
        }
    }

    public LinkListener links() {
        return component;
    }

    public JournalListener journal() {
        return component;
    }

    public void setJournal(Journal next) {
        component.setJournal(next);
    }

    public void unsetJournal(Journal old) {
        component.unsetJournal(old);
    }

    /** @param generation as the service's number is */
    public void addCodec(Codec codec, long generation) {
        component.addCodec(codec, Map.of("service.id", generation));
    }

    public void removeCodec(Codec codec) {
        component.removeCodec(codec);
    }

    public void stop() {
        component.deactivate();
    }
}
