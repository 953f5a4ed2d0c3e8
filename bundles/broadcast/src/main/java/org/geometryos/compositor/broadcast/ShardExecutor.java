package org.geometryos.compositor.broadcast;

/** Turns shards when they are woken, and when their time has come: on threads, or on the clock of a simulation. */
interface ShardExecutor {
    /** What is turned. */
    interface Work {
        /** Does what is to be done now. One thread at a time. @return whether there is more to do */
        boolean turn();

        /** Whether it shall be done at the earliest, and not at the least cost. Any thread. */
        boolean urgent();

        /**
         * When there is something to do without being woken, by the clock; asked after each turn, by the same thread.
         */
        long nextTurn();
    }

    /** Some work that was taken up. */
    interface Task {
        /** There is something to do. Any thread. */
        void wake();
    }

    /** Takes up work, before the start; as much as there are names. */
    Task add(Work work);

    void start();

    /** Ends it after what is under way. @return whether nothing is turned any more */
    boolean stop();
}
