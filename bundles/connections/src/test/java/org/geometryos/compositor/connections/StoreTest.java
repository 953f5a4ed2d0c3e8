package org.geometryos.compositor.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.geometryos.compositor.connections.House.hello;
import static org.geometryos.compositor.connections.House.once;
import static org.geometryos.compositor.connections.House.resume;
import static org.geometryos.compositor.connections.House.subscribed;
import static org.geometryos.compositor.connections.House.with;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.api.connection.Delivery;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.connection.Subscription.Topic;
import org.geometryos.compositor.io.files.WholeFile;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.testkit.FakeLink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What outlives the bundle, on disk. */
class StoreTest {
    private static final DisplaySettings ALL = DisplaySettings.fromMap(Map.of(
            "width",
            1920,
            "height",
            1080,
            "pixelRatio",
            1.5,
            "refreshRate",
            59.94,
            "colorSpace",
            "rec2020",
            "fit",
            "cover",
            "title",
            "Bühne \"links\""));

    @TempDir
    Path folder;

    private DisplayStore store(int most) {
        return new DisplayStore(new JsonFile(new WholeFile(folder.resolve("displays.json"))), most);
    }

    @Test
    void whatIsRememberedIsThereAfterARestart() {
        DisplayStore store = store(10);
        store.remember("ann", "ann", "wall", ALL, Instant.ofEpochMilli(123));
        store.remember("bob", "bob", "wall", DisplaySettings.EMPTY, Instant.ofEpochMilli(124));
        store.save();
        DisplayStore next = store(10);
        assertThat(next.settings("ann", "ann", "wall")).contains(ALL);
        assertThat(next.settings("bob", "bob", "wall")).contains(DisplaySettings.EMPTY);
        assertThat(next.settings("bob", "bob", "hall")).isEmpty();
        assertThat(next.all()).isEqualTo(store.all());
    }

    @Test
    void nothingIsWrittenUnlessSomethingChanged() throws IOException {
        DisplayStore store = store(10);
        store.save();
        assertThat(folder).isEmptyDirectory();
        store.remember("ann", "ann", "wall", ALL, Instant.now());
        store.save();
        Files.delete(folder.resolve("displays.json"));
        store.save();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void thoseNotSeenForLongestAreForgottenFirst() {
        DisplayStore store = store(2);
        store.remember("ann", "ann", "a", ALL, Instant.now());
        store.remember("ann", "ann", "b", ALL, Instant.now());
        store.remember("ann", "ann", "a", ALL, Instant.now());
        store.remember("ann", "ann", "c", ALL, Instant.now());
        assertThat(store.all()).extracting(DisplayStore.Remembered::display).containsExactly("a", "c");
        store.most(1);
        assertThat(store.all()).extracting(DisplayStore.Remembered::display).containsExactly("c");
        store.save();
        assertThat(store(0).all()).isEmpty();
    }

    @Test
    void aUserThatAnotherKeyNamesIsAnotherUser() {
        DisplayStore store = store(10);
        store.remember("stage", "ann", "wall", ALL, Instant.now());
        assertThat(store.settings("guest", "ann", "wall")).isEmpty();
        store.remember("guest", "ann", "wall", DisplaySettings.EMPTY, Instant.now());
        store.save();
        assertThat(store(10).settings("stage", "ann", "wall")).contains(ALL);
        assertThat(store(10).settings("guest", "ann", "wall")).contains(DisplaySettings.EMPTY);
    }

    @Test
    void whatWasStoredWithoutAKeyBelongsToTheKeyOfThatNameOrToAllWithoutKeys() throws IOException {
        Files.writeString(
                folder.resolve("displays.json"),
                "{\"version\":1,\"displays\":[{\"user\":\"ann\",\"display\":\"wall\",\"seen\":1,"
                        + "\"settings\":{\"width\":7}}]}");
        DisplayStore store = store(10);
        assertThat(store.settings("guest", "ann", "wall")).isEmpty();
        assertThat(store.settings("local", "ann", "wall")).isPresent();
        assertThat(store.settings("ann", "ann", "wall")).isPresent();
        store.remember("ann", "ann", "wall", ALL, Instant.now());
        assertThat(store.settings("local", "ann", "wall")).as("taken once").isEmpty();
        assertThat(store.all())
                .singleElement()
                .extracting(DisplayStore.Remembered::key)
                .isEqualTo("ann");
    }

    @Test
    void aKeyThatNamesManyDisplaysForgetsItsOwnFirst() {
        DisplayStore store = store(3);
        store.remember("stage", "stage", "wall", ALL, Instant.now());
        for (int i = 0; i < 10; i++) {
            store.remember("guest", "guest", "g" + i, ALL, Instant.now());
        }
        assertThat(store.all()).extracting(DisplayStore.Remembered::display).containsExactly("wall", "g8", "g9");
    }

    @Test
    void aFileOfANewerVersionIsKeptAside() throws IOException {
        Files.writeString(folder.resolve("displays.json"), "{\"version\":2,\"displays\":[]}");
        assertThat(store(10).problems())
                .singleElement()
                .asString()
                .contains("newer version (format 2, known is 1)", "displays.json.damaged-");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"version\":1,\"displays\":[{\"user\":\"ann\"",
                "[]",
                "nonsense",
                "{\"displays\":[{\"user\":\"ann\"}]}",
                "{\"displays\":[{\"user\":7,\"display\":\"a\",\"seen\":1,\"settings\":{}}]}",
                "{\"displays\":[{\"user\":\"ann\",\"display\":\"wall\",\"seen\":1,\"settings\":{\"width\":-1}}]}"
            })
    void aDamagedFileIsSetAsideAndKept(String content) throws IOException {
        Files.writeString(folder.resolve("displays.json"), content);
        DisplayStore store = store(10);
        assertThat(store.all()).isEmpty();
        store.remember("ann", "ann", "wall", ALL, Instant.now());
        store.save();
        List<Path> files = Files.list(folder).toList();
        assertThat(files).hasSize(2);
        assertThat(files)
                .filteredOn(file -> file.getFileName().toString().startsWith("displays.json.damaged-"))
                .singleElement()
                .satisfies(file -> assertThat(file).hasContent(content));
        assertThat(store(10).settings("ann", "ann", "wall")).contains(ALL);
    }

    @Test
    void aDiskThatTakesNothingLosesNothing() throws IOException {
        Path missing = folder.resolve("not yet");
        DisplayStore store = new DisplayStore(new JsonFile(new WholeFile(missing.resolve("displays.json"))), 10);
        store.remember("ann", "ann", "wall", ALL, Instant.now());
        store.save();
        assertThat(missing).doesNotExist();
        Files.createDirectory(missing);
        store.save();
        assertThat(new DisplayStore(new JsonFile(new WholeFile(missing.resolve("displays.json"))), 10)
                        .settings("ann", "ann", "wall"))
                .contains(ALL);
    }

    // ---- sessions, from one table to the next

    private void replaceTable(House house, long millis) {
        SessionFile file = new SessionFile(new JsonFile(new WholeFile(folder.resolve("sessions.json"))));
        file.write(house.table.content(), 1_000_000);
        house.clock.passMillis(millis);
        house.table = new Sessions(house.around(), House.SETTINGS, "1.2.3", house.clock);
        house.table.restore(file.take(1_000_000 + millis));
        house.transport.links().forEach(house.table::seen);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aSessionThatWaitsIsResumedAtTheNextTable() {
        House house = new House();
        FakeLink link = house.link();
        ServerMessage.Welcome before = house.open(link, with("wall", ALL));
        Subscription every = Subscription.toCameras("a", "b")
                .with(Topic.SCENE)
                .with(Topic.PRESENCE)
                .with(Delivery.EVERY)
                .withoutEcho();
        subscribed(link, every);
        link.end(1006, "");
        replaceTable(house, 5_000);
        FakeLink next = house.link();
        ServerMessage.Welcome welcome = house.open(next, resume("x", before.token(), "first", 90));
        assertThat(welcome.resumed()).isTrue();
        assertThat(welcome.session()).isEqualTo(before.session());
        assertThat(welcome.settings()).contains(ALL);
        assertThat(Subscription.fromMap(next.attributes().get("subscription"))).isEqualTo(every);
    }

    @Test
    void theResumeWindowGoesOnMeanwhile() {
        House house = new House();
        FakeLink link = house.link();
        ServerMessage.Welcome before = house.open(link, hello("wall"));
        link.end(1006, "");
        house.pass(30_000);
        replaceTable(house, 20_000);
        house.pass(9_000);
        assertThat(house.table.session(before.session())).isPresent();
        house.pass(2_000);
        assertThat(house.table.sessions()).isEmpty();
    }

    @Test
    void aSocketThatIsLostInBetweenIsNoticed() {
        House house = new House();
        FakeLink kept = house.link();
        ServerMessage.Welcome before = house.open(kept, hello("wall"));
        FakeLink passing = house.link();
        house.open(passing, once("kiosk"));
        FakeLink there = house.link();
        String session = house.open(there, hello("board")).session();
        SessionFile.Content content = house.table.content();
        kept.vanish();
        passing.vanish();
        house.table = house.table();
        house.table.restore(content);
        house.transport.links().forEach(house.table::seen);
        house.passAlive(3_000);
        assertThat(house.table.sessions())
                .extracting(s -> s.display() + " " + s.connected())
                .containsExactlyInAnyOrder("wall false", "board true");
        assertThat(house.table.session(session)).isPresent();
        assertThat(house.open(house.link(), resume("wall", before.token(), "first", 100))
                        .resumed())
                .isTrue();
    }

    @Test
    void aSessionThatHadAskedForASubscriptionGoesOnOnlyWithItsSocket() {
        House house = new House();
        FakeLink gone = house.link();
        ServerMessage.Welcome lost = house.open(gone, hello("wall"));
        FakeLink there = house.link();
        ServerMessage.Welcome stays = house.open(there, hello("board"));
        for (FakeLink link : List.of(gone, there)) {
            subscribed(link, Subscription.toCameras("a"));
            LinkMemory.of(link.attributes()).ask(Subscription.toCameras("b"), Optional.empty(), false);
        }
        SessionFile file = new SessionFile(new JsonFile(new WholeFile(folder.resolve("sessions.json"))));
        file.write(house.table.content(), 1_000_000);
        // what was asked for begins while nobody has the session, and only the link knows
        gone.vanish();
        house.table = house.table();
        house.table.restore(file.take(1_000_000));
        house.transport.links().forEach(house.table::seen);

        assertThat(house.open(house.link(), resume("wall", lost.token(), "first", 100))
                        .resumed())
                .as("it is not known what it is subscribed to")
                .isFalse();
        there.end(1006, "");
        assertThat(house.open(house.link(), resume("board", stays.token(), "first", 100))
                        .resumed())
                .isTrue();
    }

    @Test
    void noTokenIsWritten() throws IOException {
        House house = new House();
        FakeLink link = house.link();
        String token = house.open(link, hello("wall")).token();
        link.end(1006, "");
        new SessionFile(new JsonFile(new WholeFile(folder.resolve("sessions.json")))).write(house.table.content(), 1);
        assertThat(Files.readString(folder.resolve("sessions.json")))
                .contains("wall")
                .doesNotContain(token);
        assertThat(link.attributes().toString()).doesNotContain(token);
    }

    @Test
    void aDamagedHandOverIsSetAsideAndNobodyStumbles() throws IOException {
        Files.writeString(folder.resolve("sessions.json"), "{\"written\":1,\"sessions\":[{\"id\":\"s-1\"}]}");
        SessionFile.Content content =
                new SessionFile(new JsonFile(new WholeFile(folder.resolve("sessions.json")))).take(2);
        assertThat(content.sessions()).isEmpty();
        assertThat(Files.list(folder))
                .singleElement()
                .satisfies(file -> assertThat(file.getFileName().toString()).contains("damaged"));
    }
}
