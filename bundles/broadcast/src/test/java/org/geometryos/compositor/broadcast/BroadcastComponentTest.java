package org.geometryos.compositor.broadcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.testkit.FakeClock;
import org.geometryos.compositor.testkit.FakeJournal;
import org.geometryos.compositor.testkit.FakeLink;
import org.geometryos.compositor.testkit.FakeTransport;
import org.geometryos.compositor.transport.api.Link;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With its own threads. */
class BroadcastComponentTest {
    private final List<BroadcastComponent> components = new CopyOnWriteArrayList<>();
    private final FakeJournal journal = new FakeJournal("first");

    private int connected;
    private final FakeTransport transport = new FakeTransport(new FakeClock());

    private static BroadcastConfig config(int shards) {
        return new BroadcastConfig() {
            @Override
            public Class<? extends Annotation> annotationType() {
                return BroadcastConfig.class;
            }

            @Override
            public int writers() {
                return shards;
            }
        };
    }

    private BroadcastComponent component(int shards) {
        BroadcastComponent made = new BroadcastComponent(null, transport, Map.of("writers", shards));
        components.add(made);
        made.setJournal(journal);
        long service = components.size();
        for (Codec codec : List.of(Codecs.json(), Codecs.cbor())) {
            made.addCodec(codec, Map.of("service.id", service));
        }
        transport.add(made);
        return made;
    }

    private void end(BroadcastComponent component) {
        components.remove(component);
        transport.remove(component);
        component.deactivate();
    }

    @AfterEach
    void endAll() {
        List.copyOf(components).forEach(this::end);
    }

    private FakeLink link(Subscription subscription) {
        // each with numbers of its own, so that the shards share them
        FakeLink link = transport.connect(
                1L + connected * Group.SIZE,
                Map.of(
                        "codec",
                        "compositor.v1.json",
                        "session",
                        "s-" + connected++,
                        "epoch",
                        journal.epoch(),
                        "heartbeat.at",
                        System.nanoTime(),
                        "subscription.pending",
                        subscription.toMap()));
        await(() -> !link.messages(ServerMessage.Snapshot.class).isEmpty());
        return link;
    }

    private void move(int times) {
        for (int i = 0; i < times; i++) {
            journal.append(Stage.view("a", null));
            components.forEach(BroadcastComponent::appended);
        }
    }

    private static void await(BooleanSupplier condition) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(until);
            Thread.onSpinWait();
        }
    }

    private static void awaitSeqs(FakeLink link, int count) {
        await(() -> Stage.seqs(link).size() >= count);
        assertThat(Stage.seqs(link)).hasSize(count).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aSubscriptionIsTakenUpWhicheverWayATransportTellsOfIt() {
        BroadcastComponent component = component(1);
        List<BiConsumer<BroadcastComponent, Link>> ways =
                List.of(BroadcastComponent::changed, BroadcastComponent::ready);
        for (BiConsumer<BroadcastComponent, Link> way : ways) {
            FakeLink link = link(Stage.every());
            link.attributes().put("subscription.pending", Stage.latest().toMap());
            way.accept(component, link);
            await(() -> Stage.latest().toMap().equals(link.attributes().get("subscription")));
        }
    }

    @Test
    void whatIsAppendedArrives() {
        component(1);
        FakeLink link = link(Stage.every());
        move(500);
        awaitSeqs(link, 500);
    }

    @Test
    void moreWritersShareTheDisplaysAndLoseNothingWhenTheirNumberChanges() {
        BroadcastComponent component = component(1);
        List<FakeLink> displays = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            displays.add(link(Stage.every()));
        }
        for (int shards = 1; shards <= 3; shards++) {
            component.modified(Map.of("writers", shards));
            move(100);
        }
        component.modified(Map.of("writers", 17));
        move(100);
        displays.forEach(link -> awaitSeqs(link, 400));
    }

    @Test
    void oneBroadcasterFollowsAnotherUnderLoad() throws InterruptedException {
        BroadcastComponent before = component(1);
        FakeLink each = link(Stage.every());
        FakeLink newest = link(Stage.latest());
        Thread source = new Thread(() -> move(20_000));
        source.start();
        for (int i = 0; i < 10; i++) {
            BroadcastComponent next = component(1 + i % 2);
            if (i % 2 == 0) {
                // beside each other for a moment
                long seen = each.cursor();
                await(() -> each.cursor() > seen || !source.isAlive());
            }
            end(before);
            before = next;
        }
        source.join(60_000);
        awaitSeqs(each, 20_000);
        await(() -> Stage.seqs(newest).contains(20_000L));
        assertThat(Stage.seqs(newest)).isSorted().doesNotHaveDuplicates();
        assertThat(each.messages(ServerMessage.Gap.class)).isEmpty();
        assertThat(each.due()).isEqualTo(20_000);
        assertThat(newest.due()).isEqualTo(20_000);
    }

    @Test
    void aCodecThatIsReplacedLosesNothing() {
        BroadcastComponent component = component(1);
        FakeLink link = link(Stage.every());
        move(10);
        awaitSeqs(link, 10);
        component.removeCodec(Codecs.json());
        move(10);
        component.addCodec(Codecs.json(), Map.of("service.id", 77L));
        awaitSeqs(link, 20);
    }

    @Test
    void aJournalThatGoesAndAnotherOneThatComesGiveASnapshot() {
        BroadcastComponent component = component(1);
        FakeLink link = link(Stage.every());
        FakeJournal next = new FakeJournal("second");
        component.unsetJournal(journal);
        component.setJournal(next);
        await(() -> link.messages(ServerMessage.Snapshot.class).size() == 2);
        next.append(Stage.view("a", null));
        component.appended();
        awaitSeqs(link, 1);
    }

    @Test
    void aLinkThatClosesIsForgottenAndItsNumberMayComeAgain() {
        component(1);
        FakeLink link = link(Stage.every());
        link.end();
        FakeLink next = link(Stage.every());
        move(5);
        awaitSeqs(next, 5);
        assertThat(Stage.seqs(link)).isEmpty();
    }

    @Test
    void aNumberOfWritersThatCannotBeIsRefused() {
        assertThatThrownBy(() -> Settings.of(config(-1))).hasMessage("writers must lie in [0, 16], not -1");
        assertThatThrownBy(() -> Settings.of(config(17))).hasMessage("writers must lie in [0, 16], not 17");
    }

    @Test
    void unlessTheirNumberIsGivenThereAreAsManyWritersAsCoresButFourAtMost() {
        assertThat(Settings.of(config(0)).shards())
                .isEqualTo(Math.min(Runtime.getRuntime().availableProcessors(), 4));
    }

    @Test
    void configurationThatBreaksARuleAtTheStartGivesWayToTheDefaults() {
        component(17);
        FakeLink link = link(Stage.every());
        move(3);
        awaitSeqs(link, 3);
    }

    @Test
    void figuresGoOnWhenTheNumberOfShardsChanges() {
        BroadcastComponent component = component(2);
        FakeLink one = link(Stage.every("a"));
        FakeLink two = link(Stage.every("a"));
        move(3);
        awaitSeqs(one, 3);
        awaitSeqs(two, 3);
        await(() -> FiguresTest.read(component).get("delivered") == 6);
        component.modified(Map.of("writers", 1));
        move(1);
        awaitSeqs(one, 4);
        awaitSeqs(two, 4);
        await(() -> FiguresTest.read(component).get("delivered") == 8);
        await(() -> FiguresTest.read(component).get("compositor_broadcast_displays") == 2);
    }
}
