package org.geometryos.compositor.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Level;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.protocol.ErrorCode;
import org.geometryos.compositor.protocol.RequestId;
import org.geometryos.compositor.protocol.ServerMessage;
import org.junit.jupiter.api.Test;

class IncomingTest {
    private static final RequestId ID = new RequestId.Number(7);

    private final KnownState known = new KnownState();
    private final SubscriptionState subscription = new SubscriptionState(Subscription.NONE);
    private final PendingRequests requests = new PendingRequests(1_000_000_000);
    private final LiveCounters counters = new LiveCounters();
    private final List<String> said = new ArrayList<>();
    private boolean ends;
    private final Incoming incoming = new Incoming(
            known, new ServerClock(0, false, () -> 0, () -> 0), subscription, requests, counters, new Incoming.Life() {
                @Override
                public void welcomed(ServerMessage.Welcome welcome) {
                    said.add("welcome");
                }

                @Override
                public boolean helloRefused(ServerMessage.Error error) {
                    return ends;
                }

                @Override
                public void goodbye(ServerMessage.Goodbye goodbye) {
                    said.add("goodbye " + goodbye.code());
                }
            });

    private static ServerMessage.Camera camera(long seq) {
        CameraState state = new CameraState(
                "main",
                new View2d(0, 0, 1, 0),
                1,
                1,
                OptionalLong.empty(),
                Optional.empty(),
                "rig",
                Optional.empty(),
                false);
        return new ServerMessage.Camera(OptionalLong.of(seq), state);
    }

    private CompletableFuture<ServerMessage.Ack> asked() {
        CompletableFuture<ServerMessage.Ack> answer = new CompletableFuture<>();
        requests.add(ID, answer, 0);
        return answer;
    }

    @Test
    void onlyWhatIsNoNewsAndWhatTheConnectionTellsItselfIsKeptFromTheListener() {
        assertThat(camera(5).accept(incoming)).isTrue();
        assertThat(camera(5).accept(incoming)).isFalse();
        assertThat(counters.counters().ignored()).isEqualTo(1);
        ends = true;
        assertThat(new ServerMessage.Error(Optional.of(ID), ErrorCode.INVALID, "no", Optional.empty()).accept(incoming))
                .isFalse();
        for (ServerMessage told : List.of(
                new ServerMessage.Notice(Level.INFO, "hello"),
                new ServerMessage.Asked("main", "wall", "s-1"),
                new ServerMessage.Assigned(Optional.of("main")),
                new ServerMessage.Gap(1, 2),
                new ServerMessage.Goodbye(1012, "restart", OptionalLong.of(0)))) {
            assertThat(told.accept(incoming)).as(told.toString()).isTrue();
        }
        assertThat(counters.counters().gaps()).isEqualTo(1);
        assertThat(known.memberOf()).contains("main");
        assertThat(said).containsExactly("goodbye 1012");
    }

    @Test
    void allThatIsOrderedMovesThePlaceInTheSequence() {
        long seq = 10;
        for (ServerMessage ordered : List.of(
                new ServerMessage.Heartbeat(1, ++seq, 0, 0, 0),
                new ServerMessage.Control(++seq, new ControlState("main", Optional.empty(), Optional.empty(), 0)),
                camera(++seq),
                new ServerMessage.CameraRemoved(++seq, "main"),
                new ServerMessage.Display(
                        ++seq,
                        new Presence(
                                Presence.Action.LEFT,
                                "wall",
                                "s-1",
                                "local",
                                false,
                                DisplaySettings.EMPTY,
                                Optional.empty())),
                new ServerMessage.Scene(++seq, List.of(), Optional.empty(), Optional.empty()),
                new ServerMessage.Wall(++seq, TestWalls.wall("main", "left")),
                new ServerMessage.WallRemoved(++seq, "main"))) {
            long before = known.seq();
            assertThat(ordered.accept(incoming)).isTrue();
            assertThat(known.seq()).as(ordered.toString()).isGreaterThan(before);
        }
        assertThat(known.seq()).isEqualTo(seq);
    }

    @Test
    void answersReachTheirRequestsAndTheSubscription() {
        CompletableFuture<ServerMessage.Ack> answer = asked();
        subscription.asked(ID, Subscription.NONE, false);
        ServerMessage.Ack ack = new ServerMessage.Ack(ID, OptionalLong.of(9));
        assertThat(ack.accept(incoming)).isTrue();
        assertThat(answer).isCompletedWithValue(ack);
        assertThat(subscription.asking()).isFalse();

        CompletableFuture<ServerMessage.Ack> refused = asked();
        subscription.asked(ID, Subscription.NONE, false);
        assertThat(new ServerMessage.Error(Optional.of(ID), ErrorCode.LIMIT, "no", Optional.empty()).accept(incoming))
                .isTrue();
        assertThat(refused).isCompletedExceptionally();
        assertThat(subscription.asking()).isFalse();
    }
}
