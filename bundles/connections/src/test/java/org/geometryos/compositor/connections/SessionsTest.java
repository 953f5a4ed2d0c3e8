package org.geometryos.compositor.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.geometryos.compositor.connections.House.as;
import static org.geometryos.compositor.connections.House.hello;
import static org.geometryos.compositor.connections.House.once;
import static org.geometryos.compositor.connections.House.resume;
import static org.geometryos.compositor.connections.House.subscribed;
import static org.geometryos.compositor.connections.House.with;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.connection.Delivery;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.RequestException;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.api.scene.SceneService;
import org.geometryos.compositor.api.wall.MemberReport;
import org.geometryos.compositor.api.wall.Picture;
import org.geometryos.compositor.api.wall.WallFigures;
import org.geometryos.compositor.api.wall.Walls;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.testkit.FakeJournal;
import org.geometryos.compositor.testkit.FakeLink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionsTest {
    private static final DisplaySettings HD = new DisplaySettings(
            OptionalInt.of(1920),
            OptionalInt.of(1080),
            OptionalDouble.of(2),
            OptionalDouble.of(60),
            Optional.of("srgb"),
            Optional.of("contain"),
            Optional.of("Wall"));
    private static final Subscription LATEST = Subscription.toAllCameras();
    private static final Subscription EVERY = LATEST.with(Delivery.EVERY);

    private final House house = new House();

    private static void closedWith(FakeLink link, int code) {
        assertThat(link.closedWith()).isEqualTo(code);
        assertThat(link.last(ServerMessage.Goodbye.class).code()).isEqualTo(code);
    }

    // ---- hello

    @Test
    void welcomeSaysAllThereIsToKnow() {
        FakeLink link = house.link("board", "view", Codecs.json());
        ServerMessage.Welcome welcome = house.open(link, with("wall", HD));
        assertThat(welcome.display()).isEqualTo("wall");
        assertThat(welcome.session()).isNotBlank();
        assertThat(welcome.token()).hasSizeGreaterThan(20).doesNotContain(welcome.session());
        assertThat(welcome.resumed()).isFalse();
        assertThat(welcome.epoch()).isEqualTo("first");
        assertThat(welcome.seq()).isEqualTo(100);
        assertThat(welcome.role()).isEqualTo(Role.VIEW);
        assertThat(welcome.heartbeat()).isEqualTo(new ServerMessage.Beat(10_000, 30_000));
        assertThat(welcome.limits()).isEqualTo(new ServerMessage.Limits(65_536, 100, 60_000, 400, 0));
        assertThat(welcome.server()).isEqualTo(new ServerMessage.Server("compositor-bridge", "1.2.3"));
        assertThat(welcome.settings()).contains(HD);
        assertThat(link.signals()).as("the broadcaster is told").isEqualTo(1);
        assertThat(link.cursor()).isEqualTo(100);
        assertThat(link.attributes())
                .containsEntry("session", welcome.session())
                .containsEntry("display", "wall")
                .containsEntry("epoch", "first")
                .containsEntry("heartbeat.interval", 10_000L)
                .containsEntry("requests.per.second", 100);
    }

    @Test
    void welcomeTellsHowManyModelsTheSceneTakes() {
        house.scene = new SceneService() {
            @Override
            public SceneOutcome change(Driver driver, List<SceneOp> ops, Optional<CameraUpdate> camera) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Scene scene() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int maxModels() {
                return 33;
            }
        };
        assertThat(house.open(house.link("local", "control", Codecs.json()), hello("wall"))
                        .limits()
                        .models())
                .isEqualTo(33);
    }

    @Test
    void withoutCamerasOrSettingsWelcomeIsStillComplete() {
        house.cameras = null;
        ServerMessage.Welcome welcome = house.open(house.link("local", "control", Codecs.cbor()), hello("wall"));
        assertThat(welcome.limits().cameras()).isZero();
        assertThat(welcome.limits().requestsPerSecond()).isEqualTo(20_000);
        assertThat(welcome.settings()).isEmpty();
    }

    @Test
    void whoGivesNoNameGetsOne() {
        ServerMessage.Welcome one = house.open(house.link(), hello(null));
        ServerMessage.Welcome two = house.open(house.link(), hello(null));
        assertThat(one.display()).matches("[A-Za-z0-9._-]{1,64}").isNotEqualTo(two.display());
    }

    @Test
    void theUserIsTheKeysNameUnlessGiven() {
        house.open(house.link("board", "view", Codecs.json()), hello("one"));
        house.open(house.link("board", "view", Codecs.json()), as("two", "ann"));
        assertThat(house.table.sessions()).extracting(Session::user).containsExactlyInAnyOrder("board", "ann");
    }

    @Test
    void withoutAJournalNoSessionIsOpenedAndHelloMayBeSaidAgain() {
        FakeJournal journal = house.journal;
        house.journal = null;
        FakeLink link = house.link();
        assertThatThrownBy(() -> house.table.open(link.id(), hello("wall")))
                .isInstanceOfSatisfying(RequestException.class, e -> {
                    assertThat(e.code()).isEqualTo("unavailable");
                    assertThat(e.close()).isZero();
                });
        house.journal = journal;
        assertThat(house.open(link, hello("wall")).display()).isEqualTo("wall");
    }

    @Test
    void whatIsSeenFromOutsideIsWhatIsThere() {
        FakeLink link = house.link("board", "control", Codecs.json());
        ServerMessage.Welcome welcome = house.open(link, with("wall", HD));
        subscribed(link, EVERY);
        link.begin(120, 10, 25);
        link.attributes().put("refused", 4L);
        Session session = house.table.session(welcome.session()).orElseThrow();
        assertThat(session.display()).isEqualTo("wall");
        assertThat(session.key()).isEqualTo("board");
        assertThat(session.settings()).isEqualTo(HD);
        assertThat(session.subscription()).isEqualTo(EVERY);
        assertThat(session.link()).isEqualTo(OptionalLong.of(link.id()));
        assertThat(session.seq()).isEqualTo(120);
        assertThat(session.delivered()).isEqualTo(10);
        assertThat(session.superseded()).isEqualTo(11);
        assertThat(session.refused()).isEqualTo(4);
        assertThat(house.table.session("nobody")).isEmpty();
    }

    // ---- what they hold

    @Test
    void whoNamesMostIsEndedWhenAllTogetherNameTooMuch() {
        FakeLink few = house.link();
        house.open(few, hello("few"));
        house.table.reserve(few.id(), 1_000);
        FakeLink many = house.link();
        house.open(many, hello("many"));
        house.table.reserve(many.id(), 700_000);
        assertThat(many.closedWith()).isZero();
        FakeLink more = house.link();
        house.open(more, hello("more"));
        house.table.reserve(more.id(), 600_000);
        closedWith(many, 4429);
        assertThat(few.closedWith()).isZero();
        assertThat(more.closedWith()).isZero();
        assertThat(house.table.sessions()).extracting(Session::display).containsExactlyInAnyOrder("few", "more");
        // what it asked for again counts in place of what it had
        house.table.reserve(more.id(), 900_000);
        house.table.reserve(more.id(), 1_000);
        assertThat(more.closedWith()).isZero();
    }

    @Test
    void whoComesAndGoesTakesNobodysTimeToComeBack() {
        house.table.configure(House.admission(10, 0, 0, 0));
        FakeLink wall = house.link("wall", "view", Codecs.json());
        house.open(wall, hello("wall"));
        wall.end(1006, "");
        for (int i = 0; i < 100; i++) {
            FakeLink link = house.link("guest", "view", Codecs.json());
            house.open(link, hello("guest-" + i));
            link.end(1006, "");
        }
        assertThat(house.table.sessions())
                .hasSize(10)
                .extracting(Session::display)
                .contains("wall", "guest-99")
                .doesNotContain("guest-0");
    }

    // ---- names in use

    @Test
    void theSameUserTakesItsDisplayOver() {
        FakeLink old = house.link();
        String first = house.open(old, hello("wall")).session();
        FakeLink next = house.link();
        String second = house.open(next, hello("wall")).session();
        closedWith(old, 4409);
        assertThat(old.last(ServerMessage.Goodbye.class).reconnectAfter()).isEmpty();
        assertThat(house.table.sessions()).extracting(Session::id).containsExactly(second);
        assertThat(house.released).extracting(d -> d.session().orElseThrow()).containsExactly(first);
    }

    @ParameterizedTest
    @ValueSource(ints = {4409, 1006})
    void aDisplayTakenOverStaysWithItsNewSessionWhenTheOldSocketIsGone(int code) {
        FakeLink old = house.link();
        String token = house.open(old, hello("wall")).token();
        FakeLink next = house.link();
        String session = house.open(next, hello("wall")).session();
        house.table.tick();
        old.end(code, "");
        house.table.tick();
        assertThat(house.table.sessions()).extracting(Session::id).containsExactly(session);
        FakeLink stranger = house.link("other", "admin", Codecs.json());
        assertThatThrownBy(() -> house.table.open(stranger.id(), hello("wall"))).isInstanceOf(RequestException.class);
        assertThat(house.open(house.link(), resume("x", token, "first", 100)).resumed())
                .isFalse();
    }

    @Test
    void anotherUserOrKeyIsRefusedTheNameAndClosed() {
        house.open(house.link("board", "view", Codecs.json()), as("wall", "ann"));
        for (FakeLink stranger :
                new FakeLink[] {house.link("board", "view", Codecs.json()), house.link("other", "view", Codecs.json())
                }) {
            String user = stranger.attributes().get("key").equals("board") ? "bob" : "ann";
            assertThatThrownBy(() -> house.table.open(stranger.id(), as("wall", user)))
                    .isInstanceOfSatisfying(RequestException.class, e -> {
                        assertThat(e.code()).isEqualTo("taken");
                        assertThat(e.field()).contains("display");
                        assertThat(e.close()).isEqualTo(4409);
                        assertThat(e.getMessage()).contains("wall");
                    });
        }
        assertThat(house.table.sessions()).hasSize(1);
    }

    @Test
    void aNameIsInUseWhileItsSessionWaits() {
        FakeLink link = house.link("board", "view", Codecs.json());
        house.open(link, hello("wall"));
        link.end(1006, "");
        FakeLink stranger = house.link("other", "view", Codecs.json());
        assertThatThrownBy(() -> house.table.open(stranger.id(), hello("wall"))).hasMessageContaining("wall");
        house.passAlive(60_100);
        assertThat(house.open(house.link("other", "view", Codecs.json()), hello("wall"))
                        .display())
                .isEqualTo("wall");
    }

    // ---- resuming

    /** A display that subscribed, applied up to 90 and lost its socket. */
    private ServerMessage.Welcome lost(Subscription subscription) {
        FakeLink link = house.link();
        ServerMessage.Welcome welcome = house.open(link, with("wall", HD));
        if (subscription != null) {
            subscribed(link, subscription);
        }
        link.end(1006, "");
        return welcome;
    }

    @Test
    void aSessionGoesOnOnAnotherSocketAndInAnotherCodec() {
        ServerMessage.Welcome before = lost(LATEST);
        FakeLink link = house.link("local", "admin", Codecs.cbor());
        house.journal.passTo(130);
        ServerMessage.Welcome welcome = house.open(link, resume("ignored", before.token(), "first", 90));
        assertThat(welcome.resumed()).isTrue();
        assertThat(welcome.session()).isEqualTo(before.session());
        assertThat(welcome.display()).isEqualTo("wall");
        assertThat(welcome.token()).isEqualTo(before.token());
        assertThat(welcome.seq()).isEqualTo(130);
        assertThat(welcome.settings()).as("stand unless others are given").contains(HD);
        assertThat(link.cursor()).isEqualTo(90);
        assertThat(link.due()).isZero();
        assertThat(link.attributes())
                .containsEntry("subscription", LATEST.toMap())
                .containsEntry("resumed", 130L);
        assertThat(house.released).isEmpty();
    }

    @Test
    void settingsOfAResumingHelloReplace() {
        ServerMessage.Welcome before = lost(null);
        FakeLink link = house.link();
        house.open(
                link,
                new org.geometryos.compositor.api.connection.Opening(
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        Optional.of(DisplaySettings.EMPTY),
                        Optional.of(new org.geometryos.compositor.api.connection.Opening.Resume(
                                before.token(), "first", 90))));
        Session session = house.table.session(before.session()).orElseThrow();
        assertThat(session.settings()).isEqualTo(DisplaySettings.EMPTY);
        assertThat(session.keepOpen()).isFalse();
        assertThat(link.attributes()).doesNotContainKeys("subscription", "resumed");
    }

    @Test
    void aSocketStillOpenIsClosedAndTheSessionLivesOn() {
        FakeLink old = house.link();
        ServerMessage.Welcome before = house.open(old, hello("wall"));
        subscribed(old, EVERY);
        FakeLink next = house.link();
        assertThat(house.open(next, resume("wall", before.token(), "first", 95)).resumed())
                .isTrue();
        closedWith(old, 4409);
        assertThat(next.attributes()).containsEntry("subscription", EVERY.toMap());
        old.end(4409, "");
        assertThat(house.table.sessions()).extracting(Session::id).containsExactly(before.session());
        assertThat(house.released).isEmpty();
    }

    @Test
    void anOldSocketThatEndsLateDoesNotEndASessionThatWaits() {
        FakeLink old = house.link();
        ServerMessage.Welcome before = house.open(old, hello("wall"));
        FakeLink next = house.link();
        house.open(next, resume("wall", before.token(), "first", 95));
        next.end(1006, "");
        old.end(4409, "");
        assertThat(house.open(house.link(), resume("wall", before.token(), "first", 95))
                        .resumed())
                .isTrue();
    }

    @Test
    void aBadTokenGivesANewSession() {
        ServerMessage.Welcome before = lost(LATEST);
        ServerMessage.Welcome welcome = house.open(house.link(), resume("other", "nonsense", "first", 90));
        assertThat(welcome.resumed()).isFalse();
        assertThat(house.table.session(before.session()))
                .as("nobody proved to be it")
                .isPresent();
    }

    @Test
    void anotherKeyDoesNotResumeAndDoesNotEndTheSession() {
        ServerMessage.Welcome before = lost(LATEST);
        ServerMessage.Welcome welcome =
                house.open(house.link("other", "admin", Codecs.json()), resume("mine", before.token(), "first", 90));
        assertThat(welcome.resumed()).isFalse();
        assertThat(house.table.session(before.session())).isPresent();
    }

    @Test
    void aKeyThatWasReplacedUnderItsNameDoesNotResume() {
        FakeLink link = house.link("board", "view", Codecs.json());
        link.attributes().put("key.print", "one");
        ServerMessage.Welcome before = house.open(link, hello("wall"));
        link.end(1006, "");
        FakeLink other = house.link("board", "view", Codecs.json());
        other.attributes().put("key.print", "two");
        assertThat(house.open(other, resume("mine", before.token(), "first", 90))
                        .resumed())
                .isFalse();
        FakeLink same = house.link("board", "view", Codecs.json());
        same.attributes().put("key.print", "one");
        assertThat(house.open(same, resume("wall", before.token(), "first", 90)).resumed())
                .isTrue();
    }

    @Test
    void aNumberAheadOfTheServersDoesNotResume() {
        ServerMessage.Welcome before = lost(LATEST);
        notResumed(before, "first", house.journal.head() + 1);
    }

    @Test
    void anotherEpochDoesNotResume() {
        notResumed(lost(LATEST), "zeroth", 90);
    }

    @Test
    void whatIsGoneDoesNotResume() {
        ServerMessage.Welcome before = lost(LATEST);
        house.journal.forgetOrdered(91);
        notResumed(before, "first", 90);
    }

    @Test
    void viewsThatAreGoneMatterToThoseWhoWantEachOne() {
        house.journal.forgetViews("a", 95);
        notResumed(lost(EVERY), "first", 90);
        notResumed(lost(Subscription.toCameras("a").with(Delivery.EVERY)), "first", 90);
        assertThat(house.open(
                                house.link(),
                                resume(
                                        "wall",
                                        lost(Subscription.toCameras("b").with(Delivery.EVERY))
                                                .token(),
                                        "first",
                                        90))
                        .resumed())
                .isTrue();
        assertThat(house.open(house.link(), resume("wall", lost(LATEST).token(), "first", 90))
                        .resumed())
                .isTrue();
    }

    private void notResumed(ServerMessage.Welcome before, String epoch, long seq) {
        ServerMessage.Welcome welcome = house.open(house.link(), resume("wall", before.token(), epoch, seq));
        assertThat(welcome.resumed()).isFalse();
        assertThat(welcome.session()).isNotEqualTo(before.session());
        assertThat(house.table.session(before.session()))
                .as("the token was valid: the old session ends")
                .isEmpty();
    }

    @Test
    void aSessionThatCannotGoOnIsReplacedEvenIfItsSocketIsOpen() {
        FakeLink old = house.link();
        ServerMessage.Welcome before = house.open(old, hello("wall"));
        FakeLink next = house.link();
        ServerMessage.Welcome welcome = house.open(next, resume("wall", before.token(), "zeroth", 95));
        assertThat(welcome.resumed()).isFalse();
        closedWith(old, 4409);
        house.table.tick();
        old.end(4409, "");
        house.table.tick();
        assertThat(house.table.sessions()).extracting(Session::id).containsExactly(welcome.session());
    }

    @Test
    void theResumeWindowEnds() {
        ServerMessage.Welcome before = lost(LATEST);
        house.pass(59_900);
        assertThat(house.table.session(before.session())).isPresent();
        house.pass(200);
        assertThat(house.table.session(before.session())).isEmpty();
        assertThat(house.released).extracting(d -> d.session().orElseThrow()).containsExactly(before.session());
        assertThat(house.open(house.link(), resume("wall", before.token(), "first", 90))
                        .resumed())
                .isFalse();
    }

    @Test
    void onceIsNotKept() {
        FakeLink link = house.link();
        String token = house.open(link, once("wall")).token();
        link.end(1006, "");
        assertThat(house.table.sessions()).isEmpty();
        assertThat(house.open(house.link(), resume("wall", token, "first", 90)).resumed())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1003, 1007, 1009, 4400, 4401, 4403, 4409})
    void afterACodeWithoutReturnNothingIsKept(int code) {
        FakeLink link = house.link();
        house.open(link, hello("wall"));
        link.end(code, "");
        assertThat(house.table.sessions()).isEmpty();
        assertThat(house.released).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1001, 1005, 1006, 1011, 1012, 4408, 4429, 4503})
    void afterAnyOtherTheSessionWaits(int code) {
        FakeLink link = house.link();
        house.open(link, hello("wall"));
        link.end(code, "");
        assertThat(house.table.sessions())
                .singleElement()
                .satisfies(s -> assertThat(s.link()).isEmpty());
        assertThat(house.released).isEmpty();
    }

    @Test
    void withoutAResumeWindowNothingIsKept() {
        house.table.configure(House.settings(10_000, 30_000, 0, 100, 20_000));
        lost(LATEST);
        assertThat(house.table.sessions()).isEmpty();
    }

    // ---- leaving

    @Test
    void byeEndsTheSessionForGood() {
        FakeLink link = house.link();
        house.open(link, hello("wall"));
        house.table.leave(link.id());
        assertThat(link.closedWith()).isEqualTo(1000);
        assertThat(link.messages()).noneMatch(ServerMessage.Goodbye.class::isInstance);
        assertThat(house.table.sessions()).isEmpty();
        link.end(1006, "");
        assertThat(house.table.sessions()).isEmpty();
        assertThat(house.released).hasSize(1);
    }

    @Test
    void whoIsClosedByAnOperatorHearsGoodbyeAndIsGone() {
        FakeLink link = house.link();
        String session = house.open(link, hello("wall")).session();
        assertThat(house.table.close(session, 1000, "tidying up", Optional.empty()))
                .isTrue();
        closedWith(link, 1000);
        assertThat(link.last(ServerMessage.Goodbye.class).reason()).isEqualTo("tidying up");
        assertThat(house.table.sessions()).isEmpty();
        assertThat(house.table.close(session, 1000, "again", Optional.empty())).isFalse();
    }

    @Test
    void whoMayComeBackIsToldWhen() {
        FakeLink link = house.link();
        String session = house.open(link, hello("wall")).session();
        house.table.close(session, 4503, "draining", Optional.of(Duration.ofMillis(250)));
        closedWith(link, 4503);
        assertThat(link.last(ServerMessage.Goodbye.class).reconnectAfter()).hasValue(250);
        assertThat(house.table.session(session)).isPresent();
    }

    // ---- the clock

    @Test
    void whoSaysNoHelloIsClosed() {
        FakeLink link = house.link();
        house.passAlive(10_000);
        assertThat(link.open()).isTrue();
        house.passAlive(1_100);
        closedWith(link, 4408);
    }

    @Test
    void whoSendsNothingIsClosedAndItsSessionWaits() {
        FakeLink link = house.link();
        house.open(link, hello("wall"));
        house.pass(29_900);
        assertThat(link.open()).isTrue();
        house.pass(200);
        closedWith(link, 4408);
        link.end(4408, "");
        assertThat(house.table.sessions()).hasSize(1);
    }

    @Test
    void aHostThatStoodStillTakesNobodysSilenceForDeath() {
        FakeLink silent = house.link();
        house.open(silent, hello("wall"));
        FakeLink lost = house.link();
        house.open(lost, hello("desk"));
        lost.end(1006, "");
        house.pass(20_000);
        house.standStill(600_000);
        assertThat(silent.open()).isTrue();
        assertThat(house.table.sessions())
                .as("the one that was lost can still be resumed")
                .hasSize(2);
        house.pass(29_900);
        assertThat(silent.open()).isTrue();
        house.pass(200);
        closedWith(silent, 4408);
    }

    @Test
    void aPeerThatIsDeadIsGoneFromEverywhereWithinAnIntervalMore() {
        FakeLink link = house.link();
        house.open(link, hello("wall"));
        house.pass(30_100);
        closedWith(link, 4408);
        assertThat(house.table.sessions())
                .as("waits although its socket is still there")
                .singleElement()
                .satisfies(s -> assertThat(s.connected()).isFalse());
        assertThat(link.aborted()).isFalse();
        house.pass(2_000);
        assertThat(link.aborted()).isTrue();
        assertThat(house.said())
                .hasSize(2)
                .last()
                .satisfies(presence -> assertThat(presence.connected()).isFalse());
        house.pass(50_000);
        link.end(1006, "");
        assertThat(house.said())
                .as("what becomes of its socket says nothing new")
                .isEmpty();
        house.pass(8_500);
        assertThat(house.table.sessions()).as("the window began with the close").isEmpty();
    }

    @Test
    void aClientThatClosesForGoodWhileItIsSentAwayIsGone() {
        FakeLink link = house.link();
        String session = house.open(link, hello("wall")).session();
        house.table.close(link.id(), 4429, "too many requests", Optional.of(Duration.ofSeconds(10)));
        assertThat(house.table.session(session)).isPresent();
        link.end(1000, "");
        assertThat(house.table.session(session)).isEmpty();
    }

    @Test
    void aWriteThatIsStuckIsClosed() {
        FakeLink link = house.link();
        house.open(link, hello("wall"));
        link.busy(true);
        house.passAlive(30_000);
        assertThat(link.open()).isTrue();
        house.passAlive(1_000);
        assertThat(link.open()).isFalse();
        link.busy(false);
        closedWith(link, 4503);
    }

    @Test
    void heartbeatsGoOnWithoutABroadcaster() {
        FakeLink link = house.link();
        house.open(link, hello("wall"));
        link.begin(120, 10, 25);
        link.attributes().put("refused", 4L);
        house.passAlive(12_000);
        assertThat(link.messages()).noneMatch(ServerMessage.Heartbeat.class::isInstance);
        house.passAlive(1_000);
        assertThat(link.last(ServerMessage.Heartbeat.class)).satisfies(beat -> {
            assertThat(beat.seq()).isEqualTo(120);
            assertThat(beat.delivered()).isEqualTo(10);
            assertThat(beat.superseded()).isEqualTo(11);
            assertThat(beat.refused()).isEqualTo(4);
        });
        assertThat(link.pings()).isEqualTo(1);
    }

    /** The broadcaster is back at that moment, and sends on. */
    @Test
    void aHeartbeatThatTheStreamHasOvertakenIsNotSent() {
        FakeLink link = house.link();
        house.open(link, hello("wall"));
        link.begin(120, 10, 25);
        Codec codec = house.codecs.get(link.attributes().get("codec"));
        house.codecs.put(codec.subprotocol(), (Codec) Proxy.newProxyInstance(
                Codec.class.getClassLoader(), new Class<?>[] {Codec.class}, (proxy, method, arguments) -> {
                    if (arguments != null && arguments[0] instanceof ServerMessage.Heartbeat && link.cursor() == 120) {
                        link.begin(122, 12, 27);
                    }
                    return method.invoke(codec, arguments);
                }));
        house.passAlive(13_000);
        assertThat(link.messages()).noneMatch(ServerMessage.Heartbeat.class::isInstance);
        house.passAlive(1_000);
        assertThat(link.last(ServerMessage.Heartbeat.class)).satisfies(beat -> {
            assertThat(beat.seq()).isEqualTo(122);
            assertThat(beat.delivered()).isEqualTo(12);
        });
        assertThat(link.messages())
                .filteredOn(ServerMessage.Heartbeat.class::isInstance)
                .hasSize(1);
    }

    @Test
    void whileABroadcasterBeatsTheTableIsSilent() {
        FakeLink link = house.link();
        house.open(link, hello("wall"));
        for (int i = 0; i < 50; i++) {
            house.passAlive(1_000);
            if (i % 10 == 9) {
                link.attributes().put("heartbeat.at", house.clock.getAsLong());
            }
        }
        assertThat(link.messages()).noneMatch(ServerMessage.Heartbeat.class::isInstance);
    }

    @Test
    void aCodecThatIsAwayStopsNoClock() {
        FakeLink link = house.link();
        house.open(link, hello("wall"));
        house.codecs.clear();
        house.passAlive(20_000);
        house.pass(31_000);
        assertThat(link.closedWith()).isEqualTo(4408);
    }

    // ---- settings

    @Test
    void settingsReplaceAndOutliveTheTable() {
        FakeLink link = house.link();
        house.open(link, hello("wall"));
        house.table.changeSettings(link.id(), HD);
        assertThat(house.table.sessions().get(0).settings()).isEqualTo(HD);
        house.table = house.table();
        assertThat(house.table.sessions().get(0).settings()).isEqualTo(HD);
    }

    @Test
    void newLimitsReachLinksThatAreThere() {
        FakeLink link = house.link("k", "view", Codecs.json());
        house.table.configure(House.settings(5_000, 20_000, 60_000, 7, 8));
        assertThat(link.attributes())
                .containsEntry("heartbeat.interval", 5_000L)
                .containsEntry("requests.per.second", 7);
    }

    // ---- another table

    @Test
    void aNewTableTakesSessionsUpFromTheirLinks() {
        FakeLink link = house.link("board", "control", Codecs.json());
        ServerMessage.Welcome before = house.open(link, as("wall", "ann"));
        subscribed(link, EVERY);
        Session was = house.table.sessions().get(0);
        house.table = house.table();
        assertThat(house.table.sessions()).containsExactly(was);
        link.end(1006, "");
        assertThat(house.open(house.link("board", "control", Codecs.json()), resume("x", before.token(), "first", 90))
                        .resumed())
                .isTrue();
    }

    @Test
    void aSessionOpenedByATableBesideIsTakenUpAtTheNextTick() {
        Sessions beside = house.table();
        FakeLink link = house.link();
        beside.seen(link);
        ServerMessage.Welcome welcome = house.open(link, hello("wall"));
        beside.tick();
        assertThat(beside.session(welcome.session())).isPresent();
        FakeLink next = house.link();
        beside.seen(next);
        house.open(next, resume("wall", welcome.token(), "first", 90));
        house.clock.pass(1_000_000_000L);
        beside.tick();
        link.vanish();
        beside.lost(link, 4409, "");
        assertThat(beside.session(welcome.session()))
                .hasValueSatisfying(s -> assertThat(s.link()).hasValue(next.id()));
    }

    @Test
    void aSessionEndedByATableBesideEndsHereToo() {
        Sessions beside = house.table();
        FakeLink link = house.link();
        house.open(link, hello("wall"));
        beside.tick();
        house.table.leave(link.id());
        link.vanish();
        beside.lost(link, 1000, "");
        assertThat(beside.sessions()).isEmpty();
    }

    @Test
    void aTableThatMissedTheEndOfALinkNoticesIt() {
        FakeLink link = house.link();
        house.open(link, hello("wall"));
        Sessions next = house.table();
        link.vanish();
        next.tick();
        assertThat(next.sessions())
                .singleElement()
                .satisfies(s -> assertThat(s.link()).isEmpty());
        for (int second = 0; second < 61; second++) {
            house.clock.pass(1_000_000_000L);
            next.tick();
        }
        assertThat(next.sessions()).isEmpty();
    }

    // ---- who closed

    @Test
    void whatAClientClosesWithIsItsOwn() {
        FakeLink client = open("by-client");
        client.peerCloses(1003);
        FakeLink host = open("by-host");
        host.end(1003, "");
        FakeLink odd = open("odd");
        odd.peerCloses(4409);
        open("lost").end(1006, "");
        FakeLink good = open("good");
        good.peerCloses(1000);
        assertThat(house.told)
                .contains(
                        "closed by-client: closed by its client with 1003",
                        "closed by-host: closed with 1003",
                        "closed odd: closed by its client with 4409",
                        "closed good: bye");
        assertThat(house.table.statistics().closed()).isEqualTo(Map.of(1003, 2L, 4409, 1L, 1006, 1L, 1000, 1L));
        assertThat(house.table.statistics().closedByClients()).isEqualTo(Map.of(1003, 1L, 4409, 1L, 1000, 1L));
    }

    // ---- asking for a camera

    private FakeLink open(String display) {
        FakeLink link = house.link();
        house.open(link, hello(display));
        return link;
    }

    private static String session(FakeLink link) {
        return link.last(ServerMessage.Welcome.class).session();
    }

    @Test
    void theHolderIsAskedAtMostOnceASecondByEach() throws Exception {
        FakeLink holder = open("wall");
        FakeLink asker = open("desk");
        house.table.ask(asker.id(), "a", session(holder));
        assertThat(holder.last(ServerMessage.Asked.class))
                .isEqualTo(new ServerMessage.Asked("a", "desk", session(asker)));
        assertThatThrownBy(() -> house.table.ask(asker.id(), "b", session(holder)))
                .isInstanceOfSatisfying(
                        RequestException.class, e -> assertThat(e.code()).isEqualTo("limit"));
        FakeLink third = open("floor");
        house.table.ask(third.id(), "a", session(holder));
        house.passAlive(1_000);
        house.table.ask(asker.id(), "a", session(holder));
        assertThat(holder.messages().stream().filter(ServerMessage.Asked.class::isInstance))
                .hasSize(3);
    }

    @Test
    void aHolderIsAskedByManyTenTimesASecondAtMost() throws Exception {
        FakeLink holder = open("wall");
        int refused = 0;
        for (int i = 0; i < 30; i++) {
            FakeLink asker = open("desk-" + i);
            try {
                house.table.ask(asker.id(), "a", session(holder));
            } catch (RequestException e) {
                assertThat(e.code()).isEqualTo("limit");
                refused++;
            }
        }
        assertThat(holder.messages().stream().filter(ServerMessage.Asked.class::isInstance))
                .hasSize(10);
        assertThat(refused).isEqualTo(20);
    }

    @Test
    void aHolderWithoutASocketIsNotAsked() throws Exception {
        FakeLink holder = open("wall");
        String session = session(holder);
        holder.end(1006, "");
        house.table.ask(open("desk").id(), "a", session);
        house.table.ask(open("floor").id(), "a", "s-unknown");
    }

    // ---- walls

    private static Optional<String> wall(FakeLink link) {
        return link.last(ServerMessage.Welcome.class).wall();
    }

    @Test
    void aMemberIsWelcomedWithTheNameOfItsWall() {
        house.walls = new FakeWalls(Map.of("left", "main"));
        assertThat(wall(open("left"))).contains("main");
        assertThat(wall(open("desk"))).isEmpty();
    }

    @Test
    void whileNobodyKeepsTheWallsTheJournalKnowsWhoIsAMember() {
        house.journal.withWall("side", "far").withWall("main", "left", "right");
        assertThat(wall(open("right"))).contains("main");
        assertThat(wall(open("desk"))).isEmpty();
    }

    @Test
    void aConnectedDisplayIsToldOfAnotherWall() {
        FakeLink link = open("left");
        assertThat(house.table.assigned("left", Optional.of("main"))).isTrue();
        assertThat(link.last(ServerMessage.Assigned.class)).isEqualTo(new ServerMessage.Assigned(Optional.of("main")));
        assertThat(house.table.assigned("left", Optional.empty())).isTrue();
        assertThat(link.last(ServerMessage.Assigned.class)).isEqualTo(new ServerMessage.Assigned(Optional.empty()));
        assertThat(house.table.assigned("nobody", Optional.of("main"))).isFalse();
        link.end(1006, "");
        assertThat(house.table.assigned("left", Optional.of("main"))).isFalse();
    }

    /** @param members walls by display */
    private record FakeWalls(Map<String, String> members) implements Walls {
        @Override
        public Optional<String> wallOf(String display) {
            return Optional.ofNullable(members.get(display));
        }

        @Override
        public int report(String display, MemberReport report) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<WallFigures> walls() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<WallFigures> wall(String name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean show(String wall, Optional<Picture> picture) {
            throw new UnsupportedOperationException();
        }
    }
}
