package org.geometryos.compositor.client;

import org.geometryos.compositor.protocol.ServerMessage;

/**
 * Applies what comes in: each kind of message to what it is about. Each answer says whether the listener is told of the
 * message. One thread.
 */
final class Incoming implements ServerMessage.Visitor<Boolean, RuntimeException> {
    private final KnownState known;
    private final ServerClock clock;
    private final SubscriptionState subscription;
    private final PendingRequests requests;
    private final LiveCounters counters;
    private final Life life;

    /** What decides whether and how the connection goes on. */
    interface Life {
        void welcomed(ServerMessage.Welcome welcome);

        /** @return whether the error ends the attempt */
        boolean helloRefused(ServerMessage.Error error);

        void goodbye(ServerMessage.Goodbye goodbye);
    }

    Incoming(
            KnownState known,
            ServerClock clock,
            SubscriptionState subscription,
            PendingRequests requests,
            LiveCounters counters,
            Life life) {
        this.known = known;
        this.clock = clock;
        this.subscription = subscription;
        this.requests = requests;
        this.counters = counters;
        this.life = life;
    }

    @Override
    public Boolean welcome(ServerMessage.Welcome said) {
        life.welcomed(said);
        return false;
    }

    @Override
    public Boolean ack(ServerMessage.Ack ack) {
        if (subscription.granted(ack.id())) {
            known.retain(subscription.subscription());
        }
        requests.ack(ack);
        return true;
    }

    @Override
    public Boolean error(ServerMessage.Error error) {
        if (life.helloRefused(error)) {
            return false;
        }
        subscription.refused(error.id());
        requests.error(error);
        return true;
    }

    @Override
    public Boolean snapshot(ServerMessage.Snapshot snapshot) {
        known.snapshot(snapshot);
        came();
        return true;
    }

    /** A connection that is lost before all of a snapshot has come leaves nothing to go on from. */
    private void came() {
        if (known.complete()) {
            subscription.snapshotCame();
        } else {
            subscription.snapshotComes();
        }
    }

    @Override
    public Boolean camera(ServerMessage.Camera camera) {
        if (known.camera(camera)) {
            return true;
        }
        counters.ignored.increment();
        return false;
    }

    @Override
    public Boolean cameraRemoved(ServerMessage.CameraRemoved removed) {
        known.removed(removed);
        return true;
    }

    @Override
    public Boolean control(ServerMessage.Control control) {
        known.servedUpTo(control.seq());
        return true;
    }

    @Override
    public Boolean scene(ServerMessage.Scene change) {
        known.transaction(change);
        return true;
    }

    @Override
    public Boolean tiles(ServerMessage.Tiles change) {
        boolean part = !known.complete();
        known.tiles(change);
        if (part) {
            came();
        }
        return true;
    }

    @Override
    public Boolean display(ServerMessage.Display change) {
        known.servedUpTo(change.seq());
        return true;
    }

    @Override
    public Boolean wall(ServerMessage.Wall wall) {
        known.wall(wall);
        return true;
    }

    @Override
    public Boolean wallRemoved(ServerMessage.WallRemoved removed) {
        known.wallRemoved(removed);
        return true;
    }

    @Override
    public Boolean assigned(ServerMessage.Assigned assigned) {
        known.memberOf(assigned.wall());
        return true;
    }

    @Override
    public Boolean asked(ServerMessage.Asked asked) {
        return true;
    }

    @Override
    public Boolean notice(ServerMessage.Notice notice) {
        return true;
    }

    @Override
    public Boolean heartbeat(ServerMessage.Heartbeat heartbeat) {
        known.servedUpTo(heartbeat.seq());
        return true;
    }

    @Override
    public Boolean pong(ServerMessage.Pong pong) {
        clock.pong(pong);
        return true;
    }

    @Override
    public Boolean gap(ServerMessage.Gap gap) {
        counters.gaps.increment();
        return true;
    }

    @Override
    public Boolean goodbye(ServerMessage.Goodbye said) {
        life.goodbye(said);
        return true;
    }
}
