package org.geometryos.compositor.launcher.command;

import org.geometryos.compositor.protocol.ServerMessage;

/** What a visit learns from the messages of the server. Written by the client's thread, read by another. */
abstract class Listing {
    private boolean known;

    final synchronized void take(ServerMessage message) {
        known |= read(message);
        notifyAll();
    }

    /**
     * Takes what the message says. The listing is locked.
     *
     * @return whether it is all that was asked for
     */
    abstract boolean read(ServerMessage message);

    /** Forgets what was listed. The listing is locked. */
    abstract void clear();

    /** Forgets everything, until the server has listed it again. */
    final synchronized void forget() {
        clear();
        known = false;
        notifyAll();
    }

    /** Waits until the server has listed it. @return whether it has */
    final synchronized boolean awaitKnown(long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        for (long left = millis; !known && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
        return known;
    }

    /** Waits for the next change, no longer than a while. */
    final synchronized void awaitChange(long millis) throws InterruptedException {
        wait(Math.max(1, millis));
    }
}
