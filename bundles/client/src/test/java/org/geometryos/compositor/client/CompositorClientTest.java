package org.geometryos.compositor.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.connection.Delivery;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.connection.Subscription.Topic;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.wall.MemberReport;
import org.geometryos.compositor.client.ScriptedServer.Peer;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.ErrorCode;
import org.geometryos.compositor.protocol.RequestId;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class CompositorClientTest {
    private static final Subscription WALL = Subscription.toCameras("wall");

    private ScriptedServer server;
    private CompositorClient client;
    private final Recorder recorder = new Recorder();

    /** What the listener was told. */
    private static final class Recorder implements ClientListener {
        final List<String> events = new CopyOnWriteArrayList<>();
        final List<ServerMessage> messages = new CopyOnWriteArrayList<>();
        final List<Closed> losses = new CopyOnWriteArrayList<>();
        final Set<Thread> threads = java.util.concurrent.ConcurrentHashMap.newKeySet();

        @Override
        public void connected(ServerMessage.Welcome welcome) {
            threads.add(Thread.currentThread());
            events.add("connected");
        }

        @Override
        public void message(ServerMessage message) {
            threads.add(Thread.currentThread());
            messages.add(message);
        }

        @Override
        public void disconnected(Closed closed) {
            threads.add(Thread.currentThread());
            losses.add(closed);
            events.add("disconnected " + closed.code());
        }

        @Override
        public void closed(Closed closed) {
            threads.add(Thread.currentThread());
            events.add("closed " + closed.code());
        }
    }

    @BeforeEach
    void begin() throws IOException {
        server = new ScriptedServer();
    }

    @AfterEach
    void end() throws Exception {
        if (client != null) {
            Future<?> done = client.closeAsync();
            server.close();
            done.get(40, TimeUnit.SECONDS);
            client.close();
        }
        server.close();
    }

    private CompositorClient.Builder builder() {
        return CompositorClient.builder(server.uri()).listener(recorder).random(() -> 0);
    }

    private static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + 40_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within 40 s: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static ServerMessage.Welcome welcome(String token, boolean resumed, String epoch, long seq, long timeout) {
        return new ServerMessage.Welcome(
                "s1",
                "left",
                token,
                resumed,
                epoch,
                seq,
                1,
                Role.CONTROL,
                new ServerMessage.Beat(10_000, timeout),
                new ServerMessage.Limits(65_536, 100, 60_000, 100, 100),
                new ServerMessage.Server("test", "1"),
                Optional.empty(),
                Optional.empty());
    }

    private static ServerMessage.Welcome welcome() {
        return welcome("t1", false, "e1", 10, 30_000);
    }

    private static ServerMessage.Camera camera(String name, long seq, double x) {
        return new ServerMessage.Camera(
                OptionalLong.of(seq),
                new CameraState(
                        name,
                        new View2d(x, 0, 1, 0),
                        1,
                        1,
                        OptionalLong.empty(),
                        Optional.empty(),
                        "tour",
                        Optional.empty(),
                        false));
    }

    private static ServerMessage.Snapshot snapshot(
            String epoch, long seq, boolean all, ServerMessage.Camera... cameras) {
        return new ServerMessage.Snapshot(
                epoch, seq, all, List.of(cameras), List.of(), Optional.empty(), Optional.empty());
    }

    private static ServerMessage.Ack ack(ClientMessage request) {
        return new ServerMessage.Ack(request.id().get(), OptionalLong.empty());
    }

    private double x(String camera) {
        ServerMessage.Camera state = client.cameras().get(camera);
        return state == null ? Double.NaN : ((View2d) state.state().view()).x();
    }

    /** A client that is connected and subscribed to the camera wall, with a snapshot at 10. */
    private Peer subscribed(CompositorClient.Builder builder) throws Exception {
        client = builder.subscription(WALL).connect();
        Peer peer = server.peer();
        peer.next(ClientMessage.Hello.class);
        peer.send(welcome());
        ClientMessage.Subscribe subscribe = peer.next(ClientMessage.Subscribe.class);
        peer.send(ack(subscribe));
        peer.send(snapshot("e1", 10, true, camera("wall", 8, 1)));
        until("the snapshot", () -> x("wall") == 1);
        return peer;
    }

    /** A client that is connected. */
    private Peer connected(CompositorClient.Builder builder) throws Exception {
        client = builder.connect();
        Peer peer = server.peer();
        peer.next(ClientMessage.Hello.class);
        peer.send(welcome());
        client.ready().get(40, TimeUnit.SECONDS);
        return peer;
    }

    // ---- opening

    @Test
    void saysHelloSubscribesAndKeepsTheNewestView() throws Exception {
        client = builder().display("left").user("ann").subscription(WALL).connect();
        Peer peer = server.peer();
        assertThat(peer.requestLine).isEqualTo("GET /compositor HTTP/1.1");
        assertThat(peer.headers)
                .containsEntry("sec-websocket-protocol", "compositor.v1.json")
                .doesNotContainKey("authorization");
        ClientMessage.Hello hello = peer.next(ClientMessage.Hello.class);
        assertThat(hello.opening().display()).contains("left");
        assertThat(hello.opening().user()).contains("ann");
        assertThat(hello.opening().keepOpen()).isTrue();
        assertThat(hello.opening().resume()).isEmpty();
        peer.send(welcome());
        ClientMessage.Subscribe subscribe = peer.next(ClientMessage.Subscribe.class);
        assertThat(subscribe.subscription()).isEqualTo(WALL);
        peer.send(ack(subscribe));
        peer.send(snapshot("e1", 10, true, camera("wall", 8, 1)));
        peer.send(camera("wall", 11, 2));
        peer.send(camera("wall", 9, 3));
        peer.send(camera("wall", 12, 4));
        until("the last one", () -> x("wall") == 4);
        assertThat(client.state()).isEqualTo(CompositorClient.State.OPEN);
        assertThat(client.ready().get().display()).isEqualTo("left");
        assertThat(client.seq()).isEqualTo(12);
        assertThat(client.epoch()).isEqualTo("e1");
        assertThat(client.counters().ignored())
                .as("what is not above the last one")
                .isEqualTo(1);
        until("the listener heard it", () -> recorder.messages.size() == 4);
        assertThat(recorder.events).containsExactly("connected");
        assertThat(recorder.threads).hasSize(1);
    }

    @Test
    void speaksCbor() throws Exception {
        Peer peer = subscribed(builder().codec(Codecs.cbor()));
        assertThat(peer.headers).containsEntry("sec-websocket-protocol", "compositor.v1.cbor");
        peer.send(camera("wall", 11, 2));
        until("an update", () -> x("wall") == 2);
    }

    @Test
    void theSceneBringsItsCameraAndRemovalsAreApplied() throws Exception {
        Peer peer = subscribed(builder());
        ServerMessage.Camera inside = new ServerMessage.Camera(
                OptionalLong.empty(), camera("wall", 1, 7).state());
        peer.send(new ServerMessage.Scene(11, List.of(), Optional.empty(), Optional.of(inside)));
        until("the scene's camera", () -> x("wall") == 7);
        assertThat(client.cameras().get("wall").seq()).hasValue(11);
        peer.send(new ServerMessage.CameraRemoved(12, "wall"));
        until("gone", () -> client.cameras().isEmpty());
        peer.send(new ServerMessage.Heartbeat(1, 20, 1, 0, 0));
        until("served up to 20", () -> client.seq() == 20);
    }

    @Test
    void theSceneIsWhatTransactionsMakeOfTheSnapshot() throws Exception {
        Peer peer = subscribed(builder());
        assertThat(client.scene()).isEmpty();
        Model gear = new Model("gear", "models/gear.glb");
        peer.send(new ServerMessage.Snapshot(
                "e1",
                11,
                false,
                List.of(),
                List.of(),
                Optional.of(new ServerMessage.SceneState(4, List.of(gear), List.of())),
                Optional.empty()));
        peer.send(new ServerMessage.Scene(
                12, List.of(new SceneOp.Select(List.of("gear"))), Optional.empty(), Optional.empty()));
        until("the selection", () -> client.scene().equals(Optional.of(new Scene(5, List.of(gear), List.of("gear")))));
        peer.send(new ServerMessage.Scene(13, List.of(new SceneOp.Remove("lamp")), Optional.empty(), Optional.empty()));
        until("nothing known any more", () -> client.scene().isEmpty());
        assertThat(client.seq()).isEqualTo(13);
    }

    @Test
    void anotherSubscriptionForgetsWhatIsNotSubscribedToAnyMore() throws Exception {
        Peer peer = subscribed(builder());
        CompletableFuture<OptionalLong> floor =
                client.subscribe(Subscription.toCameras("floor").with(Delivery.EVERY));
        peer.send(ack(peer.next(ClientMessage.Subscribe.class)));
        peer.send(snapshot("e1", 12, false, camera("floor", 4, 5)));
        floor.get(40, TimeUnit.SECONDS);
        until("the floor", () -> x("floor") == 5);
        assertThat(client.cameras()).containsOnlyKeys("floor");
        assertThat(client.seq()).isEqualTo(12);
        CompletableFuture<OptionalLong> nothing = client.unsubscribe();
        peer.send(ack(peer.next(ClientMessage.Unsubscribe.class)));
        nothing.get(40, TimeUnit.SECONDS);
        assertThat(client.cameras()).isEmpty();
    }

    @Test
    void theKeyGoesInTheHeaderAndNowhereElse() throws Exception {
        server.refusals.add("401 Unauthorized");
        client = builder().key(() -> Optional.of("s3cret-key")).connect();
        assertThatThrownBy(() -> client.ready().get(40, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("ended before it was welcomed (1006): the server refused the handshake: HTTP 401")
                .satisfies(e -> assertThat(trace(e)).doesNotContain("s3cret"));
        assertThat(client.closed().get().toString()).doesNotContain("s3cret");
        assertThat(client.closed().get().httpStatus()).hasValue(401);
        assertThat(server.quiet(300)).as("not again").isTrue();
        client = builder().key(() -> Optional.of("s3cret-key")).connect();
        assertThat(server.peer().headers).containsEntry("authorization", "Bearer s3cret-key");
    }

    @Test
    void clientsThatShareThreadsCannotTrustOthersThanTheyDo() throws Exception {
        try (CompositorClient.Shared shared = new CompositorClient.Shared(1)) {
            CompositorClient.Builder builder = builder().shared(shared).tls(SSLContext.getDefault());
            assertThatThrownBy(builder::connect)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("tls needs a client of its own");
        }
    }

    @Test
    void aKeyThatNoHeaderCanCarryIsNotShown() {
        client = builder().key(() -> Optional.of("s3cret\nkey")).connect();
        until("an attempt failed", () -> !recorder.losses.isEmpty());
        assertThat(recorder.losses.get(0).reason()).isEqualTo("the key has characters that a header cannot carry");
    }

    private static String trace(Throwable e) {
        java.io.StringWriter text = new java.io.StringWriter();
        e.printStackTrace(new java.io.PrintWriter(text));
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost/", "ws://user:pw@localhost/", "ws:/x", "ws://localhost/#a", "file:///x"})
    void otherAddressesAreRefused(String address) {
        assertThatThrownBy(() -> CompositorClient.builder(URI.create(address)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("pw");
    }

    @Test
    void aServerThatIsNotReadyIsTriedAgain() throws Exception {
        server.refusals.add("503 Service Unavailable");
        server.refusals.add("503 Service Unavailable");
        Peer peer = connected(builder());
        assertThat(peer).isNotNull();
        assertThat(recorder.losses)
                .extracting(Closed::reconnectIn)
                .containsExactly(OptionalLong.of(250), OptionalLong.of(500));
        assertThat(recorder.losses.get(0).reason()).isEqualTo("the server refused the handshake: HTTP 503");
    }

    @Test
    void aServerThatSelectsAnotherSubprotocolIsLeft() throws Exception {
        server.selectSubprotocol = false;
        client = builder().connect();
        until("an attempt failed", () -> !recorder.losses.isEmpty());
        assertThat(recorder.losses.get(0).reason()).isEqualTo("the server does not speak compositor.v1.json");
    }

    @Test
    void withoutWelcomeAnAttemptIsGivenUp() throws Exception {
        client = builder().welcomeLimit(Duration.ofMillis(1_000)).connect();
        Peer peer = server.peer();
        peer.next(ClientMessage.Hello.class);
        until("given up", () -> !recorder.losses.isEmpty());
        assertThat(recorder.losses.get(0).reason()).isEqualTo("no welcome within 1000 ms");
        assertThat(peer.ends()).isTrue();
        server.peer().next(ClientMessage.Hello.class);
    }

    @Test
    void aRefusedHelloIsTheEnd() throws Exception {
        client = builder().display("left").connect();
        Peer peer = server.peer();
        ClientMessage.Hello hello = peer.next(ClientMessage.Hello.class);
        peer.send(new ServerMessage.Error(
                hello.id(), ErrorCode.INVALID, "display must not be left", Optional.of("display")));
        assertThat(client.closed().get(40, TimeUnit.SECONDS))
                .isEqualTo(new Closed(1006, "hello was refused: display must not be left", OptionalLong.empty()));
    }

    // ---- coming back

    @Test
    void resumesBehindTheHighestNumberApplied() throws Exception {
        Peer peer = subscribed(builder());
        peer.send(camera("wall", 17, 2));
        until("an update", () -> x("wall") == 2);
        peer.drop();
        peer = server.peer();
        ClientMessage.Hello hello = peer.next(ClientMessage.Hello.class);
        assertThat(hello.opening().display()).as("the name the server gave").contains("left");
        assertThat(hello.opening().resume().get().token()).isEqualTo("t1");
        assertThat(hello.opening().resume().get().epoch()).isEqualTo("e1");
        assertThat(hello.opening().resume().get().seq()).isEqualTo(17);
        peer.send(welcome("t2", true, "e1", 19, 30_000));
        peer.send(camera("wall", 17, 99));
        peer.send(camera("wall", 18, 3));
        until("the next one", () -> x("wall") == 3);
        assertThat(client.counters().ignored()).as("repeated at the resume").isEqualTo(1);
        assertThat(client.counters().resumes()).isEqualTo(1);
        assertThat(client.counters().reconnects()).isEqualTo(1);
        CompletableFuture<OptionalLong> take = client.take("wall");
        assertThat(peer.next()).as("no second subscription").isInstanceOf(ClientMessage.Control.class);
        peer.drop();
        assertThat(server.peer()
                        .next(ClientMessage.Hello.class)
                        .opening()
                        .resume()
                        .get())
                .satisfies(resume -> assertThat(resume.token() + resume.seq()).isEqualTo("t218"));
        assertThatThrownBy(() -> take.get(40, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(IOException.class)
                .hasMessageContaining("connection lost (1006)");
    }

    @Test
    void subscribesAgainInANewSession() throws Exception {
        Peer peer = subscribed(builder());
        peer.drop();
        peer = server.peer();
        peer.next(ClientMessage.Hello.class);
        peer.send(welcome("t9", false, "e2", 3, 30_000));
        ClientMessage.Subscribe subscribe = peer.next(ClientMessage.Subscribe.class);
        assertThat(subscribe.subscription()).isEqualTo(WALL);
        assertThat(x("wall")).as("kept until the snapshot").isEqualTo(1);
        peer.send(ack(subscribe));
        peer.send(snapshot("e2", 3, true, camera("wall", 2, 50)));
        until("the snapshot of the new epoch, though its numbers are lower", () -> x("wall") == 50);
        assertThat(client.seq()).isEqualTo(3);
        assertThat(client.epoch()).isEqualTo("e2");
        assertThat(client.counters().resumes()).isZero();
    }

    @Test
    void aSnapshotOfANewEpochMayComeAtAnyTime() throws Exception {
        Peer peer = subscribed(builder());
        peer.send(new ServerMessage.Gap(11, 20));
        peer.send(snapshot("e2", 2, true, camera("wall", 1, 70)));
        until("it is applied", () -> x("wall") == 70);
        peer.drop();
        peer = server.peer();
        assertThat(peer.next(ClientMessage.Hello.class).opening().resume().get())
                .satisfies(resume -> assertThat(resume.epoch() + resume.seq()).isEqualTo("e22"));
        assertThat(client.counters().gaps()).isEqualTo(1);
    }

    @Test
    void aSubscriptionWhoseSnapshotWasLostIsAskedForFromTheBeginning() throws Exception {
        client = builder().subscription(WALL).connect();
        Peer peer = server.peer();
        peer.next(ClientMessage.Hello.class);
        peer.send(welcome());
        peer.send(ack(peer.next(ClientMessage.Subscribe.class)));
        until("the ack", () -> !recorder.messages.isEmpty());
        peer.drop();
        peer = server.peer();
        peer.next(ClientMessage.Hello.class);
        peer.send(welcome("t2", true, "e1", 10, 30_000));
        peer.next(ClientMessage.Unsubscribe.class);
        assertThat(peer.next(ClientMessage.Subscribe.class).subscription()).isEqualTo(WALL);
    }

    @Test
    void aSubscriptionAskedForWithoutAConnectionIsMadeAtTheNext() throws Exception {
        Peer peer = subscribed(builder());
        peer.drop();
        until("lost", () -> client.state() != CompositorClient.State.OPEN);
        Subscription all = Subscription.toAllCameras().with(Topic.SCENE).with(Topic.PRESENCE);
        assertThatThrownBy(() -> client.subscribe(all).get(40, TimeUnit.SECONDS))
                .hasMessageContaining("not connected");
        peer = server.peer();
        peer.next(ClientMessage.Hello.class);
        peer.send(welcome("t2", true, "e1", 10, 30_000));
        peer.next(ClientMessage.Unsubscribe.class);
        assertThat(peer.next(ClientMessage.Subscribe.class).subscription()).isEqualTo(all);
    }

    @Test
    void aRefusedSubscriptionLeavesTheOneBefore() throws Exception {
        Peer peer = subscribed(builder());
        CompletableFuture<OptionalLong> wrong = client.subscribe(
                Subscription.toAllCameras().with(Delivery.EVERY).withRate(5));
        // as it is wrong, the codec would not read it
        byte[] frame = peer.frame().payload();
        while (!new String(frame, StandardCharsets.UTF_8).contains("subscribe")) {
            frame = peer.frame().payload();
        }
        String id = new String(frame, StandardCharsets.UTF_8).replaceAll(".*\"id\":(\\d+).*", "$1");
        peer.send(new ServerMessage.Error(
                Optional.of(new RequestId.Number(Long.parseLong(id))),
                ErrorCode.INVALID,
                "rate with every",
                Optional.of("rate")));
        assertThatThrownBy(() -> wrong.get(40, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(RefusedException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.INVALID);
                    assertThat(e.field()).contains("rate");
                    assertThat(e).hasMessage("invalid: rate with every");
                });
        peer.drop();
        peer = server.peer();
        peer.next(ClientMessage.Hello.class);
        peer.send(welcome("t2", false, "e1", 10, 30_000));
        assertThat(peer.next(ClientMessage.Subscribe.class).subscription()).isEqualTo(WALL);
    }

    @Test
    void afterARestartOfTheServerItIsBackAtOnce() throws Exception {
        Peer peer = connected(builder());
        peer.close(1012);
        peer = server.peer();
        peer.next(ClientMessage.Hello.class);
        peer.close(1011);
        peer = server.peer();
        peer.next(ClientMessage.Hello.class);
        peer.send(welcome());
        until("back", () -> client.counters().reconnects() == 1);
        assertThat(recorder.losses).extracting(Closed::code).containsExactly(1012, 1011);
        assertThat(recorder.losses)
                .extracting(Closed::reconnectIn)
                .containsExactly(OptionalLong.of(0), OptionalLong.of(75));
        assertThat(client.counters().closes()).containsEntry(1012, 1L).containsEntry(1011, 1L);
    }

    @Test
    void aGoodbyeSaysWhenToComeBack() throws Exception {
        Peer peer = connected(builder());
        peer.send(new ServerMessage.Goodbye(4503, "draining", OptionalLong.of(321)));
        peer.close(4503);
        server.peer().next(ClientMessage.Hello.class);
        assertThat(recorder.losses).containsExactly(new Closed(4503, "x", OptionalLong.of(321)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1003, 1007, 1009, 4400, 4401, 4403, 4409})
    void someCodesAreTheEnd(int code) throws Exception {
        Peer peer = connected(builder());
        peer.send(new ServerMessage.Goodbye(code, "over", OptionalLong.empty()));
        peer.close(code);
        assertThat(client.closed().get(40, TimeUnit.SECONDS)).isEqualTo(new Closed(code, "x", OptionalLong.empty()));
        assertThat(client.state()).isEqualTo(CompositorClient.State.CLOSED);
        assertThat(server.quiet(150)).isTrue();
        assertThat(recorder.events).containsExactly("connected", "disconnected " + code, "closed " + code);
        assertThat(client.counters().closes()).containsOnly(java.util.Map.entry(code, 1L));
    }

    @ParameterizedTest
    @ValueSource(ints = {1001, 1011, 1012, 4408, 4429, 4503})
    void afterOtherCodesItComesBack(int code) throws Exception {
        Peer peer = connected(builder());
        peer.close(code);
        server.peer().next(ClientMessage.Hello.class);
        assertThat(recorder.losses).extracting(Closed::code).containsExactly(code);
    }

    @Test
    void onceIsOnce() throws Exception {
        client = builder().once().connect();
        Peer peer = server.peer();
        assertThat(peer.next(ClientMessage.Hello.class).opening().keepOpen()).isFalse();
        peer.send(welcome());
        client.ready().get(40, TimeUnit.SECONDS);
        peer.close(1012);
        assertThat(client.closed().get(40, TimeUnit.SECONDS).code()).isEqualTo(1012);
        assertThat(server.quiet(200)).isTrue();
    }

    @Test
    void aServerThatSaysNothingIsLeft() throws Exception {
        client = builder().connect();
        Peer peer = server.peer();
        peer.next(ClientMessage.Hello.class);
        peer.send(welcome("t1", false, "e1", 1, 6_000));
        for (int i = 0; i < 35; i++) {
            peer.frame(0x89, new byte[] {1}); // a ping counts
            LockSupport.parkNanos(200_000_000);
        }
        assertThat(client.counters().watchdog()).isZero();
        until("it is left", () -> !recorder.losses.isEmpty());
        assertThat(client.counters().watchdog()).isEqualTo(1);
        assertThat(recorder.losses.get(0).reason()).isEqualTo("nothing received for 6000 ms");
        assertThat(peer.ends()).isTrue();
        assertThat(server.peer().next(ClientMessage.Hello.class).opening().resume())
                .isPresent();
    }

    // ---- what the server may do wrong

    @Test
    void garbageIsCountedAndTheRestIsRead() throws Exception {
        Peer peer = subscribed(builder());
        long before = client.counters().received();
        peer.text("no json");
        peer.text("{\"type\":\"camera\",\"camera\":\"wall\"}");
        peer.text("{\"type\":\"of-tomorrow\",\"x\":1}");
        peer.text("[]");
        peer.text("");
        peer.frame(0x82, new byte[] {1, 2, 3});
        peer.send(camera("wall", 30, 9));
        until("the good one", () -> x("wall") == 9);
        assertThat(client.counters().unreadable()).isEqualTo(6);
        assertThat(client.counters().received() - before).isEqualTo(7);
        assertThat(recorder.losses).isEmpty();
    }

    @Test
    void brokenFramesEndTheConnectionAndItComesBack() throws Exception {
        byte[][] broken = {
            {(byte) 0xF1, 1, 'x'},
            {(byte) 0x83, 0},
            {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, 'x'},
            {(byte) 0x81, 1, (byte) 0xFF},
            {(byte) 0x88, 1, 0},
            {(byte) 0x80, 0}
        };
        Peer peer = connected(builder());
        for (int i = 0; i < broken.length; i++) {
            int count = i + 1;
            peer.raw(broken[i]);
            peer = server.peer();
            peer.next(ClientMessage.Hello.class);
            peer.send(welcome());
            until("back", () -> client.counters().reconnects() == count);
        }
        assertThat(client.counters().closes()).containsOnlyKeys(1006);
    }

    @Test
    void messagesInPiecesAreReadWholeAndEndlessOnesAreNot() throws Exception {
        Peer peer = subscribed(builder());
        byte[] whole = Codecs.json().encode(camera("wall", 20, 6));
        peer.frame(0x01, Arrays.copyOfRange(whole, 0, 10));
        peer.frame(0x89, new byte[0]);
        peer.frame(0x00, Arrays.copyOfRange(whole, 10, 40));
        peer.frame(0x80, Arrays.copyOfRange(whole, 40, whole.length));
        until("the pieces", () -> x("wall") == 6);
        String title = "ü".repeat(100_000);
        peer.text("{\"type\":\"notice\",\"level\":\"info\",\"text\":\"" + title + "\"}");
        until(
                "the long one",
                () -> recorder.messages.stream()
                        .anyMatch(m -> m instanceof ServerMessage.Notice notice
                                && notice.text().equals(title)));
        peer.frame(0x01, new byte[600_000]);
        try {
            peer.frame(0x00, new byte[600_000]);
        } catch (IOException e) {
            // cut off in the midst of it
        }
        until("left", () -> !recorder.losses.isEmpty());
        assertThat(recorder.losses.get(0).reason()).isEqualTo("the server sent a message of more than 1048576 bytes");
    }

    // ---- requests

    @Test
    void requestsAreAnswered() throws Exception {
        Peer peer = connected(builder());
        CameraUpdate update = new CameraUpdate("wall", new View2d(1, 2, 3, 0));
        CompletableFuture<OptionalLong> first = client.drive(update);
        CompletableFuture<OptionalLong> second = client.release("wall");
        assertThat(client.push(update)).isTrue();
        ClientMessage.Camera camera = peer.next(ClientMessage.Camera.class);
        assertThat(camera.update()).isEqualTo(update);
        ClientMessage.Control control = peer.next(ClientMessage.Control.class);
        assertThat(peer.next(ClientMessage.Camera.class).id()).isEmpty();
        peer.send(new ServerMessage.Error(control.id(), ErrorCode.HELD, "held by ann", Optional.empty()));
        peer.send(new ServerMessage.Ack(camera.id().get(), OptionalLong.of(44)));
        assertThat(first.get(40, TimeUnit.SECONDS)).hasValue(44);
        assertThatThrownBy(() -> second.get(40, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(RefusedException.class)
                .hasRootCauseMessage("held: held by ann");
    }

    @Test
    void aCameraIsAskedForAndTakenByForce() throws Exception {
        Peer peer = connected(builder());
        client.ask("wall");
        assertThat(peer.next(ClientMessage.Control.class)).satisfies(control -> {
            assertThat(control.action()).isEqualTo(ClientMessage.Control.Action.ASK);
            assertThat(control.id()).isPresent();
        });
        client.take("wall", true);
        assertThat(peer.next(ClientMessage.Control.class).force()).isTrue();
        client.take("wall");
        assertThat(peer.next(ClientMessage.Control.class).force()).isFalse();
    }

    @Test
    void aRequestThatIsNotAnsweredTimesOut() throws Exception {
        Peer peer = connected(builder().requestLimit(Duration.ofMillis(5_000)));
        CompletableFuture<OptionalLong> take = client.take("wall");
        ClientMessage request = peer.next();
        assertThatThrownBy(() -> take.get(40, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(TimeoutException.class)
                .hasRootCauseMessage("no answer within 5000 ms; whether it was done is unknown");
        assertThat(client.counters().timeouts()).isEqualTo(1);
        peer.send(ack(request));
        CompletableFuture<OptionalLong> next = client.take("wall");
        peer.send(ack(peer.next()));
        next.get(40, TimeUnit.SECONDS);
    }

    @Test
    void outstandingRequestsAreBounded() throws Exception {
        Peer peer = connected(builder().maxOutstanding(5));
        List<CompletableFuture<OptionalLong>> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.add(client.take("wall"));
        }
        assertThatThrownBy(() -> client.take("wall").get(1, TimeUnit.SECONDS))
                .hasRootCauseMessage("5 requests are outstanding already");
        for (int i = 0; i < 5; i++) {
            peer.send(ack(peer.next()));
        }
        for (CompletableFuture<OptionalLong> one : all) {
            one.get(40, TimeUnit.SECONDS);
        }
        CompletableFuture<OptionalLong> next = client.take("wall");
        peer.send(ack(peer.next()));
        next.get(40, TimeUnit.SECONDS);
        assertThat(client.counters().refused()).isEqualTo(1);
    }

    @Test
    void nothingIsSentWithoutAConnectionOrBeyondTheLimit() throws Exception {
        client = builder().connect();
        assertThat(client.push(new CameraUpdate("wall", new View2d(1, 2, 3, 0))))
                .isFalse();
        assertThatThrownBy(() -> client.take("wall").get(40, TimeUnit.SECONDS)).hasRootCauseMessage("not connected");
        Peer peer = server.peer();
        peer.next(ClientMessage.Hello.class);
        peer.send(welcome());
        client.ready().get(40, TimeUnit.SECONDS);
        assertThatThrownBy(() -> client.admin(new ClientMessage.AdminAction.Notice(
                                Optional.empty(),
                                org.geometryos.compositor.api.connection.Level.INFO,
                                "x".repeat(70_000)))
                        .get(40, TimeUnit.SECONDS))
                .hasMessageContaining("bytes is too long; the server takes 65536");
        assertThat(client.counters().refused()).isEqualTo(3);
    }

    @Test
    void theServersClockIsMeasured() throws Exception {
        Peer peer = connected(builder().clockInterval(Duration.ofMillis(100)));
        // an answer that comes after the next ping is not taken
        while (client.clock().map(ClockEstimate::samples).orElse(0) < 3) {
            ClientMessage message = null;
            while (!(message instanceof ClientMessage.Ping)) {
                message = peer.codec.decodeClient(
                        java.nio.ByteBuffer.wrap(peer.frame().payload()));
            }
            long server = ((ClientMessage.Ping) message).t0() + 5_000_000;
            peer.send(new ServerMessage.Pong(Optional.empty(), ((ClientMessage.Ping) message).t0(), server, server));
        }
        ClockEstimate estimate = client.clock().get();
        assertThat(estimate.offset()).isBetween(5_000_000 - estimate.roundTrip(), 5_000_000L);
    }

    @Test
    void ofSeveralMeasurementsTheQuickestCounts() {
        ClockFilter filter = new ClockFilter();
        filter.add(0, 1_500, 1_500, 2_000);
        filter.add(10_000, 11_050, 11_060, 10_110);
        Optional<ClockEstimate> known = filter.add(20_000, 21_900, 21_900, 21_000);
        assertThat(known).hasValueSatisfying(estimate -> {
            assertThat(estimate.offset()).isEqualTo(1_000);
            assertThat(estimate.roundTrip()).isEqualTo(100);
            assertThat(estimate.samples()).isEqualTo(3);
        });
        assertThat(filter.add(30_000, 29_000, 28_000, 29_000))
                .as("nonsense is left out")
                .isEqualTo(known);
    }

    @Test
    void aMemberOfAWallReportsWithItsPings() throws Exception {
        MemberReport report = new MemberReport("main", 300, 1, 2, 3, 4, 0, 5, 6);
        AtomicInteger asked = new AtomicInteger();
        Peer peer = connected(builder().clockInterval(Duration.ZERO).reporter(() -> {
            if (asked.incrementAndGet() == 1) {
                throw new IllegalStateException("not yet");
            }
            return asked.get() == 2 ? Optional.empty() : Optional.of(report);
        }));
        List<Optional<MemberReport>> got = new ArrayList<>();
        while (got.stream().filter(Optional::isPresent).count() < 2) {
            ClientMessage message =
                    peer.codec.decodeClient(ByteBuffer.wrap(peer.frame().payload()));
            if (message instanceof ClientMessage.Ping ping) {
                got.add(ping.report());
            }
        }
        assertThat(got.subList(0, 3)).containsExactly(Optional.empty(), Optional.empty(), Optional.of(report));
        assertThat(client.counters().listenerFailures()).isEqualTo(1);
    }

    @Test
    void wallsAreKnownAndWhichOfThemTheDisplayBelongsTo() throws Exception {
        Peer peer = connected(builder().subscription(Subscription.NONE.withWalls(Set.of("main"))));
        peer.next(ClientMessage.Subscribe.class);
        peer.send(new ServerMessage.Wall(11, TestWalls.wall("main", "left")));
        until("the wall", () -> client.walls().containsKey("main"));
        assertThat(client.wall()).isEmpty();
        peer.send(new ServerMessage.Assigned(Optional.of("main")));
        until("it is a member", () -> client.wall().equals(Optional.of("main")));
        peer.send(new ServerMessage.WallRemoved(12, "main"));
        until("the wall is gone", () -> client.walls().isEmpty());
        assertThat(client.seq()).isEqualTo(12);
    }

    // ---- the end

    @Test
    void saysByeAndItsThreadsAreGone() throws Exception {
        Peer peer = connected(builder());
        Thread thread = recorder.threads.iterator().next();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(client::close);
        peer.next(ClientMessage.Bye.class);
        peer.close(1000);
        closing.get(40, TimeUnit.SECONDS);
        assertThat(client.closed().get()).isEqualTo(new Closed(1000, "x", OptionalLong.empty()));
        until("its thread is gone", () -> !thread.isAlive());
        assertThat(recorder.events).containsExactly("connected", "disconnected 1000", "closed 1000");
        assertThatThrownBy(() -> client.take("wall").get(1, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(IOException.class);
        until("the JDK's selector thread follows when the garbage collector has been there", () -> {
            System.gc();
            return Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(t -> t.getName().matches("HttpClient-\\d+-SelectorManager"));
        });
    }

    @Test
    void aServerThatDoesNotAnswerByeIsLeft() throws Exception {
        Peer peer = connected(builder());
        long began = System.nanoTime();
        client.close();
        assertThat(System.nanoTime() - began).isBetween(1_900_000_000L, 30_000_000_000L);
        assertThat(client.closed().get().code()).isEqualTo(1006);
        assertThat(peer.ends()).isTrue();
    }

    @Test
    void closesWhileItWaitsForTheNextAttempt() throws Exception {
        // several, since the first wait may be over before it is seen
        for (int i = 0; i < 5; i++) {
            server.refusals.add("503 Service Unavailable");
        }
        client = builder().random(() -> 1).connect();
        until("waiting", () -> client.state() == CompositorClient.State.WAITING);
        client.close();
        assertThat(client.state()).isEqualTo(CompositorClient.State.CLOSED);
        assertThatThrownBy(() -> client.ready().get(1, TimeUnit.SECONDS))
                .hasRootCauseMessage("ended before it was welcomed (1000): closed by the client");
        assertThat(server.quiet(900)).isTrue();
    }

    @Test
    void mayBeClosedFromAListenerWhichMayThrow() throws Exception {
        List<String> events = new CopyOnWriteArrayList<>();
        client = builder()
                .listener(new ClientListener() {
                    @Override
                    public void connected(ServerMessage.Welcome welcome) {
                        throw new IllegalStateException("of the listener");
                    }

                    @Override
                    public void disconnected(Closed closed) {
                        events.add("disconnected");
                        client.close();
                    }

                    @Override
                    public void closed(Closed closed) {
                        events.add("closed");
                    }
                })
                .connect();
        Peer peer = server.peer();
        peer.next(ClientMessage.Hello.class);
        peer.send(welcome());
        client.ready().get(40, TimeUnit.SECONDS);
        peer.drop();
        client.closed().get(40, TimeUnit.SECONDS);
        assertThat(events).containsExactly("disconnected", "closed");
        assertThat(client.counters().listenerFailures()).isEqualTo(1);
    }

    @Test
    void hundredsShareTwoThreads() throws Exception {
        int count = 300;
        Set<Thread> threads = java.util.concurrent.ConcurrentHashMap.newKeySet();
        AtomicInteger updates = new AtomicInteger();
        List<CompositorClient> clients = new ArrayList<>();
        List<Peer> peers = new ArrayList<>();
        int before = Thread.activeCount();
        try (CompositorClient.Shared shared = new CompositorClient.Shared(2)) {
            for (int i = 0; i < count; i++) {
                clients.add(CompositorClient.builder(server.uri())
                        .shared(shared)
                        .display("d" + i)
                        // the last one is welcomed when all others have been
                        .welcomeLimit(Duration.ofSeconds(100))
                        .listener(new ClientListener() {
                            @Override
                            public void message(ServerMessage message) {
                                threads.add(Thread.currentThread());
                                updates.incrementAndGet();
                            }
                        })
                        .connect());
            }
            for (int i = 0; i < count; i++) {
                Peer peer = server.peer();
                peer.next(ClientMessage.Hello.class);
                peer.send(welcome());
                peers.add(peer);
            }
            for (CompositorClient one : clients) {
                one.ready().get(40, TimeUnit.SECONDS);
            }
            for (int n = 0; n < 10; n++) {
                for (Peer peer : peers) {
                    peer.send(camera("wall", 11 + n, n));
                }
            }
            until("all updates", () -> updates.get() == 10 * count);
            assertThat(threads).hasSize(2);
            assertThat(Thread.activeCount() - before).isLessThan(10);
            for (Peer peer : peers.subList(0, 100)) {
                peer.drop();
            }
            for (int i = 0; i < 100; i++) {
                Peer peer = server.peer();
                assertThat(peer.next(ClientMessage.Hello.class)
                                .opening()
                                .resume()
                                .get()
                                .seq())
                        .isEqualTo(20);
                peer.send(welcome("t2", true, "e1", 20, 30_000));
            }
            until(
                    "all are back",
                    () -> clients.stream()
                                    .mapToLong(one -> one.counters().resumes())
                                    .sum()
                            == 100);
            server.close();
        }
        assertThat(clients).allMatch(one -> one.state() == CompositorClient.State.CLOSED);
        until("the threads are gone", () -> threads.stream().noneMatch(Thread::isAlive));
    }
}
