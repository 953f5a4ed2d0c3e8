package org.geometryos.compositor.endpoint;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.transport.api.Link;

/**
 * Taking a long message apart takes many times its length in memory and much time: so only a few at a time. The others
 * wait with their links, in the order in which they came, and not in the threads that serve all links.
 */
final class LongMessages {
    /** One whose turn went by, because it had something else to wait for, tries again by itself. */
    private static final long RETRY = TimeUnit.SECONDS.toNanos(1);

    private final int atOnce;
    // guarded by this
    private final Set<Link> waiting = new LinkedHashSet<>();
    private int running;

    LongMessages(int atOnce) {
        this.atOnce = atOnce;
    }

    /**
     * @return whether the message may be taken apart now, then {@link #leave} follows; if not, it is handed over again
     */
    synchronized boolean enter(Link link) {
        boolean mayRun = running < atOnce && (waiting.isEmpty() || waiting.contains(link));
        if (mayRun || !link.postpone(RETRY)) {
            waiting.remove(link);
            running++;
            return true;
        }
        waiting.add(link);
        return false;
    }

    /** A message is taken apart: it is the next one's turn. */
    void leave() {
        Link next;
        synchronized (this) {
            running--;
            next = next();
        }
        if (next != null) {
            next.resume();
        }
    }

    /** A link is gone. */
    synchronized void gone(Link link) {
        waiting.remove(link);
    }

    /** The one that has waited longest. If it does not come, it is the last one then. */
    private Link next() {
        for (Iterator<Link> each = waiting.iterator(); each.hasNext(); ) {
            Link first = each.next();
            each.remove();
            if (first.open()) {
                waiting.add(first);
                return first;
            }
        }
        return null;
    }
}
