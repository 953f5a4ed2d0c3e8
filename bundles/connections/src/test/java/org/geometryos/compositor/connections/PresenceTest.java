package org.geometryos.compositor.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.geometryos.compositor.connections.House.as;
import static org.geometryos.compositor.connections.House.hello;
import static org.geometryos.compositor.connections.House.once;
import static org.geometryos.compositor.connections.House.resume;
import static org.geometryos.compositor.connections.House.with;

import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.testkit.FakeJournal;
import org.geometryos.compositor.testkit.FakeLink;
import org.junit.jupiter.api.Test;

/** What the others learn of a display. */
class PresenceTest {
    private static final DisplaySettings HD = DisplaySettings.fromMap(Map.of("width", 1920, "height", 1080));
    private static final DisplaySettings UHD = DisplaySettings.fromMap(Map.of("width", 3840, "height", 2160));

    private final House house = new House();

    /** What was announced since the last question, in short. */
    private String[] said() {
        return house.said().stream()
                .map(p -> p.action().name().toLowerCase() + " " + p.display() + (p.connected() ? " connected" : " away")
                        + p.settings().width().stream()
                                .mapToObj(w -> " " + w)
                                .findFirst()
                                .orElse("")
                        + p.reason().map(r -> " (" + r + ")").orElse(""))
                .toArray(String[]::new);
    }

    @Test
    void aDisplayJoinsChangesAndLeaves() {
        FakeLink link = house.link();
        house.open(link, with("wall", HD));
        house.table.changeSettings(link.id(), UHD);
        house.pass(300);
        house.table.changeSettings(link.id(), UHD);
        house.table.leave(link.id());
        link.end(1000, "");
        assertThat(said())
                .containsExactly(
                        "joined wall connected 1920", "changed wall connected 3840", "left wall away 3840 (bye)");
        assertThat(house.told)
                .containsExactly("opened wall", "changed wall connected", "changed wall connected", "closed wall: bye");
    }

    @Test
    void settingsThatChangeAgainAndAgainAreToldNowAndThenAndTheLastAlways() {
        FakeLink link = house.link();
        house.open(link, with("wall", HD));
        said();
        for (int i = 0; i < 50; i++) {
            house.table.changeSettings(link.id(), i % 2 == 0 ? UHD : HD);
        }
        assertThat(said()).containsExactly("changed wall connected 3840");
        house.pass(300);
        assertThat(said()).containsExactly("changed wall connected 1920");
        house.pass(300);
        assertThat(said()).isEmpty();
    }

    @Test
    void whatIsAnnouncedNamesSessionAndUser() {
        String session = house.open(house.link(), as("wall", "ann")).session();
        assertThat(house.said()).singleElement().satisfies(presence -> {
            assertThat(presence.session()).isEqualTo(session);
            assertThat(presence.user()).isEqualTo("ann");
            assertThat(presence.reason()).isEmpty();
        });
    }

    @Test
    void aShortLossSaysNothing() {
        FakeLink link = house.link();
        ServerMessage.Welcome welcome = house.open(link, hello("wall"));
        link.end(1006, "");
        house.pass(1_900);
        house.open(house.link(), resume("wall", welcome.token(), "first", 100));
        house.passAlive(10_000);
        assertThat(said()).containsExactly("joined wall connected");
        assertThat(house.told)
                .as("those in the house hear of it at once")
                .containsExactly("opened wall", "changed wall waiting", "changed wall connected");
    }

    @Test
    void aLossOfTwoSecondsShowsAndSoDoesTheReturn() {
        FakeLink link = house.link();
        ServerMessage.Welcome welcome = house.open(link, hello("wall"));
        said();
        link.end(1006, "");
        house.pass(2_000);
        assertThat(said()).containsExactly("changed wall away");
        house.open(house.link(), resume("wall", welcome.token(), "first", 100));
        assertThat(said()).containsExactly("changed wall connected");
    }

    @Test
    void aSessionThatIsNotResumedLeaves() {
        opened("wall").end(1006, "");
        house.pass(60_100);
        assertThat(said())
                .containsExactly(
                        "joined wall connected", "changed wall away", "left wall away (not resumed within 60000 ms)");
    }

    private FakeLink opened(String display) {
        FakeLink link = house.link();
        house.open(link, hello(display));
        return link;
    }

    @Test
    void whoCameOnceLeavesAtOnce() {
        FakeLink link = house.link();
        house.open(link, once("wall"));
        link.end(1006, "");
        assertThat(said()).containsExactly("joined wall connected", "left wall away (the connection was lost)");
    }

    @Test
    void aTakeOverIsLeftAndJoined() {
        opened("wall");
        opened("wall");
        assertThat(said())
                .containsExactly(
                        "joined wall connected",
                        "left wall away (the display \"wall\" was taken over by another connection)",
                        "joined wall connected");
    }

    @Test
    void aResumeFromAnotherSocketIsNeitherLeftNorJoined() {
        FakeLink old = house.link();
        ServerMessage.Welcome welcome = house.open(old, hello("wall"));
        house.open(house.link(), resume("wall", welcome.token(), "first", 100));
        old.end(4409, "");
        house.passAlive(5_000);
        assertThat(said()).containsExactly("joined wall connected");
    }

    @Test
    void whoIsClosedByAnOperatorLeavesWithTheReason() {
        house.table.close(house.open(house.link(), hello("wall")).session(), 1000, "tidying up", Optional.empty());
        assertThat(said()).containsExactly("joined wall connected", "left wall away (tidying up)");
    }

    @Test
    void anOperatorEndsASessionThatWaits() {
        FakeLink link = house.link();
        String session = house.open(link, hello("wall")).session();
        link.end(1006, "");
        assertThat(house.table.close(session, 1000, "tidying up", Optional.empty()))
                .isTrue();
        assertThat(house.table.sessions()).isEmpty();
        assertThat(said()).containsExactly("joined wall connected", "left wall away (tidying up)");
    }

    @Test
    void aNewTableHasNothingToSay() {
        opened("wall");
        FakeLink gone = opened("kiosk");
        gone.end(1006, "");
        house.pass(2_000);
        said();
        SessionFile.Content left = house.table.content();
        house.table = house.table();
        house.table.restore(left);
        house.passAlive(30_000);
        assertThat(said()).isEmpty();
        assertThat(house.table.sessions()).hasSize(2);
    }

    @Test
    void anotherJournalLearnsWhoIsThere() {
        opened("wall");
        opened("kiosk").end(1006, "");
        house.pass(2_000);
        house.journal = new FakeJournal("second");
        house.passAlive(100);
        assertThat(said()).containsExactlyInAnyOrder("joined wall connected", "joined kiosk away");
    }

    @Test
    void whatAJournalKnowsAndNobodyTakesUpLeavesAfterTheResumeWindow() {
        house.journal.append(new org.geometryos.compositor.api.journal.Change.PresenceChanged(new Presence(
                Presence.Action.JOINED, "ghost", "s-ghost", "local", true, DisplaySettings.EMPTY, Optional.empty())));
        said();
        house.passAlive(59_000);
        assertThat(said()).isEmpty();
        house.passAlive(3_000);
        assertThat(said()).containsExactly("left ghost away (the connection was lost)");
    }

    @Test
    void twoTablesSideBySideSayEachThingOnce() {
        Sessions beside = house.table();
        FakeLink link = house.link();
        beside.seen(link);
        house.open(link, hello("wall"));
        house.passAlive(1_000);
        beside.tick();
        link.end(1006, "");
        beside.lost(link, 1006, "");
        house.pass(2_000);
        beside.tick();
        assertThat(said()).containsExactly("joined wall connected", "changed wall away");
    }

    // ---- settings: the operator's, the display's, those remembered

    @Test
    void whatTheOperatorDeclaresWinsAndTheRestIsTheDisplays() {
        house.table.declared(Map.of("wall", DisplaySettings.fromMap(Map.of("width", 800, "title", "North"))));
        ServerMessage.Welcome welcome = house.open(house.link(), with("wall", HD));
        assertThat(welcome.settings())
                .contains(DisplaySettings.fromMap(Map.of("width", 800, "height", 1080, "title", "North")));
        assertThat(said()).containsExactly("joined wall connected 800");
        house.table.declared(Map.of("wall", DisplaySettings.fromMap(Map.of("width", 900)), "other", HD));
        house.table.declared(Map.of());
        assertThat(said()).containsExactly("changed wall connected 900", "changed wall connected 1920");
    }

    @Test
    void settingsAreRememberedPerUserAndDisplay() {
        FakeLink link = house.link();
        house.open(link, with("wall", HD));
        house.table.changeSettings(link.id(), UHD);
        house.table.leave(link.id());
        link.end(1000, "");
        house.table = house.table();
        assertThat(house.open(house.link(), hello("wall")).settings()).contains(UHD);
        assertThat(house.open(house.link(), hello("hall")).settings()).isEmpty();
        FakeLink again = house.link();
        house.table.leave(again.id());
        assertThat(house.open(house.link(), with("wall", HD)).settings())
                .as("hello's own count more")
                .contains(HD);
        house.table.close(
                house.table.sessions().stream()
                        .filter(s -> s.display().equals("wall"))
                        .findFirst()
                        .orElseThrow()
                        .id(),
                1000,
                "",
                Optional.empty());
        assertThat(house.open(house.link(), as("wall", "ann")).settings())
                .as("another user's")
                .isEmpty();
    }

    @Test
    void displaysAreThoseConnectedThoseRememberedAndThoseDeclared() {
        house.table.declared(Map.of("wall", HD, "lobby", HD));
        opened("kiosk").end(1000, "");
        opened("wall");
        house.open(house.link(), hello(null));
        assertThat(house.table.displays())
                .extracting(d -> d.name().replaceAll("[0-9a-f]{12}$", "N") + " " + d.connected() + " " + d.declared()
                        + " " + d.user().orElse("-") + " " + d.seen().isPresent())
                .containsExactly(
                        "display-N true false local true",
                        "kiosk false false local true",
                        "lobby false true - false",
                        "wall true true local true");
    }

    @Test
    void aNameThatTheServerGaveIsNotRemembered() {
        opened(null).end(1000, "");
        assertThat(house.store.size()).isZero();
    }

    // ---- a journal that answers later, as with several hosts

    @Test
    void whatHappensBeforeTheAnswerIsSaidBehindIt() {
        house.journal.answersLater();
        FakeLink link = house.link();
        house.open(link, with("wall", HD));
        house.table.changeSettings(link.id(), UHD);
        house.table.leave(link.id());
        link.end(1000, "");
        assertThat(house.journal.underWay()).isEqualTo(1);
        house.journal.deliverAll();
        assertThat(said()).containsExactly("joined wall connected 1920", "left wall away 3840 (bye)");
    }

    @Test
    void whatMayNotHaveCountedIsSaidAgain() {
        house.journal.answersLater();
        house.open(house.link(), hello("wall"));
        house.journal.cutOff("cut off from the others");
        house.pass(300);
        house.journal.deliverAll();
        assertThat(said()).isEmpty();
        house.journal.back();
        house.pass(300);
        house.journal.deliverAll();
        assertThat(said()).containsExactly("joined wall connected");
    }

    @Test
    void whatAnotherTableSaidFirstIsSaidOnce() {
        house.journal.answersLater();
        FakeLink link = house.link();
        String session = house.open(link, hello("wall")).session();
        house.journal.append(new org.geometryos.compositor.api.journal.Change.PresenceChanged(new Presence(
                Presence.Action.JOINED, "wall", session, "", true, DisplaySettings.EMPTY, Optional.empty())));
        house.journal.deliverAll();
        assertThat(said()).containsExactly("joined wall connected");
    }
}
