package org.geometryos.compositor.client;

import java.util.Optional;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.protocol.RequestId;

/** What is subscribed to, and what the server is known to have of it. It outlives connections. One thread. */
final class SubscriptionState {
    /** What the server has, or is to have at the next connection. */
    private Subscription subscription;
    /** What was asked for and is not answered yet. */
    private Asking asking;
    /** The answer came, the snapshot behind it did not yet. */
    private boolean snapshotDue;
    /** Whether the server is known to have the subscription, and we its snapshot. */
    private boolean stands = true;

    private record Asking(RequestId id, Subscription subscription, boolean withSnapshot) {}

    /** What to do about the subscription at a welcome. */
    enum Next {
        NOTHING,
        SUBSCRIBE,
        /** The server may have heard it or not, and its snapshot is lost: from the beginning. */
        UNSUBSCRIBE_AND_SUBSCRIBE
    }

    SubscriptionState(Subscription subscription) {
        this.subscription = subscription;
    }

    Subscription subscription() {
        return subscription;
    }

    /** Whether an answer is waited for. */
    boolean asking() {
        return asking != null;
    }

    /** There is no connection: it is asked for at the next one. */
    void nextTime(Subscription wanted) {
        subscription = wanted;
        stands = false;
    }

    /** @param withSnapshot whether the answer is followed by a snapshot */
    void asked(RequestId id, Subscription wanted, boolean withSnapshot) {
        asking = new Asking(id, wanted, withSnapshot);
    }

    /** @return whether that was the answer to what was asked for last; {@link #subscription} is in force then */
    boolean granted(RequestId id) {
        if (asking == null || !asking.id().equals(id)) {
            return false;
        }
        subscription = asking.subscription();
        snapshotDue = asking.withSnapshot();
        stands = !snapshotDue;
        asking = null;
        return true;
    }

    /** If that was about what was asked for last, the subscription before it stands. */
    void refused(Optional<RequestId> id) {
        if (asking != null && id.isPresent() && id.get().equals(asking.id())) {
            asking = null;
        }
    }

    /** A part of it came, and the rest did not yet. */
    void snapshotComes() {
        snapshotDue = true;
        stands = false;
    }

    void snapshotCame() {
        if (snapshotDue) {
            snapshotDue = false;
            stands = true;
        }
    }

    /** The connection is lost. */
    void lost() {
        if (asking != null) {
            nextTime(asking.subscription());
            asking = null;
        }
        if (snapshotDue) {
            snapshotDue = false;
            stands = false;
        }
    }

    /** @param resumed whether the session is the one before */
    Next welcomed(boolean resumed) {
        boolean stood = stands;
        stands = true;
        if (!resumed) {
            return Next.SUBSCRIBE;
        }
        return stood ? Next.NOTHING : Next.UNSUBSCRIBE_AND_SUBSCRIBE;
    }
}
