package org.geometryos.compositor.tiles.files;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** What all pictures together may take that are in memory at a time. Any thread. */
final class Room {
    private final LongSupplier most;
    private final AtomicLong used = new AtomicLong();

    /** @param most bytes */
    Room(LongSupplier most) {
        this.most = most;
    }

    /** @throws IOException if there is no room for so many bytes more at the moment */
    void take(int bytes) throws IOException {
        if (used.addAndGet(bytes) > most.getAsLong()) {
            used.addAndGet(-bytes);
            throw new IOException("too many pictures are on their way at a time");
        }
    }

    void giveBack(int bytes) {
        used.addAndGet(-bytes);
    }

    long used() {
        return used.get();
    }
}
