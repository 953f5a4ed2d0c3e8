package org.geometryos.compositor.broadcast;

/** Whoever turns work when it is woken, and when its time has come: threads, or the clock of a simulation. */
interface Crew {
    /** Some work that was taken up. */
    interface Task {
        /** There is something to do. Any thread. */
        void wake();
    }

    /** Takes up work, before the start; as much as there are names. */
    Task add(Workers.Work work);

    void start();

    /** Ends it after what is under way. @return whether nothing is turned any more */
    boolean stop();
}
