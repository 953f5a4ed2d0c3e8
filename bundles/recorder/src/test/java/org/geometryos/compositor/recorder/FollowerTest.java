package org.geometryos.compositor.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.recording.RecordedEntry;
import org.geometryos.compositor.api.recording.Recording;
import org.geometryos.compositor.api.recording.Selection;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.testkit.FakeClock;
import org.geometryos.compositor.testkit.FakeJournal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowerTest {
    private static final long NOW = 1_700_000_000_000_000L;
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path folder;

    private final FakeClock clock = new FakeClock(5 * SECOND);
    private long micros = NOW;
    private final List<Follower> followers = new ArrayList<>();

    @AfterEach
    void close() {
        followers.forEach(Follower::close);
    }

    private Path file() {
        return folder.resolve("sub/recordings.db");
    }

    private Settings settings() {
        return new Settings(true, file(), 0, 1L << 30, 200, Set.of());
    }

    private Follower follower(Settings settings, FakeJournal journal) {
        Follower follower = new Follower(Codecs.json(), 1, settings, clock, () -> micros);
        follower.setJournal(journal);
        followers.add(follower);
        return follower;
    }

    private List<Long> numbers(String epoch) throws Exception {
        return new Archive(file())
                .read(Selection.all(epoch), 0, 100_000).stream()
                        .map(RecordedEntry::seq)
                        .toList();
    }

    private List<String> rows(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = Sqlite.forReading(file());
                PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet found = statement.executeQuery()) {
            while (found.next()) {
                StringBuilder row = new StringBuilder(String.valueOf(found.getObject(1)));
                for (int column = 2; column <= found.getMetaData().getColumnCount(); column++) {
                    row.append(' ').append(found.getObject(column));
                }
                rows.add(row.toString());
            }
        }
        return rows;
    }

    private static List<Long> range(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    void everyEntryIsRecordedAsTheMessageThatDisplaysGet() throws Exception {
        FakeJournal journal =
                new FakeJournal("e1").view("tour", NOW).control("tour", "wall").joined("wall");
        journal.append(new Change.CameraRemoved("tour"));
        Follower follower = follower(settings(), journal);
        follower.pass();
        List<RecordedEntry> entries = new Archive(file()).read(Selection.all("e1"), 0, 100);
        assertThat(entries).hasSize(4);
        assertThat(entries.get(0).json())
                .isEqualTo("{\"type\":\"camera\",\"seq\":1,\"camera\":\"tour\",\"time\":1699999999999500,"
                        + "\"received\":1700000000000000,"
                        + "\"source\":\"test\",\"view\":{\"kind\":\"2d\",\"center\":[1.0,0.0],\"zoom\":1.0,"
                        + "\"rotation\":0.0}}");
        assertThat(Codecs.json()
                        .decodeServer(ByteBuffer.wrap(entries.get(1).json().getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(ServerMessage.Control.class);
        assertThat(rows("SELECT kind, camera, time, received FROM entry ORDER BY seq"))
                .containsExactly(
                        "camera tour 1699999999999500 1700000000000000",
                        "control tour null 1700000000000000",
                        "display null null 1700000000000000",
                        "camera-removed tour null 1700000000000000");
        assertThat(follower.status().written()).isEqualTo(4);
        assertThat(follower.status().behind()).isZero();
    }

    @Test
    void wallsAreLeftOutWithoutAGap() throws Exception {
        FakeJournal journal = new FakeJournal("e1").view("a", NOW).withWall("main", "left");
        journal.append(new Change.WallRemoved("main"));
        journal.withWall("side").view("a", NOW);
        follower(settings(), journal).pass();
        assertThat(numbers("e1")).containsExactly(1L, 5L);
        assertThat(rows("SELECT * FROM gap")).isEmpty();
    }

    @Test
    void transactionsAreRecordedWithTheirCameraIfItIsRecorded() throws Exception {
        FakeJournal journal = new FakeJournal("e1").transaction("gear", "tour").transaction("lamp", null);
        follower(settings(), journal).pass();
        assertThat(rows("SELECT seq, origin, camera, ops ->> '$[0].model.id' FROM scene ORDER BY seq"))
                .containsExactly("1 s-1 tour gear", "2 s-1 null lamp");
        assertThat(new Archive(file()).read(Selection.all("e1"), 0, 1).get(0).json())
                .contains("\"camera\":{\"type\":\"camera\",\"camera\":\"tour\"");
        assertThat(rows("SELECT * FROM gap")).isEmpty();
    }

    @Test
    void ofATransactionWhoseCameraIsNotRecordedTheSceneIs() throws Exception {
        FakeJournal journal = new FakeJournal("e1").transaction("gear", "a").transaction("lamp", "b");
        follower(new Settings(true, file(), 0, 1L << 30, 200, Set.of("a")), journal)
                .pass();
        assertThat(rows("SELECT seq, camera, json ->> '$.ops[0].model.id', json ->> '$.camera.camera' FROM "
                        + "entry ORDER BY seq"))
                .containsExactly("1 a gear a", "2 null lamp null");
    }

    @Test
    void aRecordingThatBeginsLateBeginsWithTheWholeScene() throws Exception {
        FakeJournal journal = new FakeJournal("e1")
                .transaction("gear", "a")
                .transaction("lamp", "b")
                .forget(2);
        follower(settings(), journal).pass();
        assertThat(rows("SELECT seq, kind, camera FROM entry ORDER BY seq")).containsExactly("1 camera a", "2 scene b");
        assertThat(rows("SELECT ops ->> '$[0].op', ops ->> '$[1].model.id', ops ->> '$[2].model.id' FROM scene"))
                .containsExactly("clear gear lamp");
    }

    @Test
    void aRecorderThatComesAfterAnotherGoesOnWhereThatOneEnded() throws Exception {
        FakeJournal journal = new FakeJournal("e1").views("a", 5_000, NOW);
        Follower first = follower(settings(), journal);
        first.pass();
        first.close();
        journal.views("a", 10, NOW);
        follower(settings(), journal).pass();
        assertThat(numbers("e1")).isEqualTo(range(1, 5_010));
        assertThat(rows("SELECT * FROM gap")).isEmpty();
    }

    @Test
    void twoRecordersSideBySideWriteNothingTwice() throws Exception {
        FakeJournal journal = new FakeJournal("e1");
        Follower one = follower(settings(), journal);
        Follower other = follower(settings(), journal);
        for (int i = 0; i < 20; i++) {
            journal.views("a", 7, NOW);
            (i % 2 == 0 ? one : other).pass();
            (i % 3 == 0 ? one : other).pass();
        }
        assertThat(numbers("e1")).isEqualTo(range(1, 140));
        assertThat(one.status().problem()).isEmpty();
        assertThat(other.status().problem()).isEmpty();
    }

    @Test
    void aNewJournalIsANewRecordingAndTheOldOneIsReadToItsEnd() throws Exception {
        FakeJournal old = new FakeJournal("e1").views("a", 3, NOW);
        Follower follower = follower(settings(), old);
        follower.pass();
        old.views("a", 4, NOW);
        follower.gone(old);
        FakeJournal next = new FakeJournal("e2").views("a", 2, NOW);
        follower.setJournal(next);
        micros++;
        follower.pass();
        assertThat(numbers("e1")).isEqualTo(range(1, 7));
        assertThat(numbers("e2")).isEqualTo(range(1, 2));
        assertThat(new Archive(file()).recordings())
                .extracting(Recording::epoch)
                .containsExactly("e1", "e2");
        assertThat(follower.status().epoch()).contains("e2");
    }

    @Test
    void whatTheJournalNoLongerHasIsAGap() throws Exception {
        FakeJournal journal = new FakeJournal("e1").views("a", 10, NOW);
        Follower follower = follower(settings(), journal);
        follower.pass();
        journal.views("a", 20, NOW).forget(25);
        follower.pass();
        assertThat(numbers("e1")).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 26L, 27L, 28L, 29L, 30L);
        assertThat(rows("SELECT epoch, first, last, noticed, reason FROM gap"))
                .containsExactly("e1 11 25 1700000000000000 gone from the journal");
        assertThat(follower.status().missed()).isEqualTo(15);
        assertThat(new Archive(file()).recordings().get(0).missing()).isEqualTo(15);
    }

    @Test
    void oneThatComesLateBeginsWithWhatThereIs() throws Exception {
        FakeJournal journal =
                new FakeJournal("e1").view("still", NOW).views("a", 10, NOW).forget(5);
        Follower follower = follower(settings(), journal);
        follower.pass();
        journal.view("a", NOW);
        follower.pass();
        assertThat(numbers("e1")).containsExactly(1L, 11L, 12L);
        assertThat(rows("SELECT first, last, reason FROM gap")).containsExactly("2 10 not recording");
        assertThat(follower.status().missed()).isZero();
        assertThat(new Archive(file()).recordings().get(0).missing())
                .as("what was before its beginning is not missing")
                .isZero();
        assertThat(rows("SELECT missing FROM summary")).containsExactly("0");
        journal.views("a", 20, NOW).forget(20);
        follower.pass();
        assertThat(new Archive(file()).recordings().get(0).missing())
                .as("what was lost since is")
                .isEqualTo(8);
        assertThat(rows("SELECT missing FROM summary")).containsExactly("8");
    }

    @Test
    void whatWasLostInAPartThatIsDeletedForItsAgeIsNotMissingInTheRest() throws Exception {
        FakeJournal journal = new FakeJournal("e1").views("a", 10, NOW);
        Follower follower = follower(settings(), journal);
        follower.pass();
        journal.views("a", 20, NOW).forget(25);
        follower.pass();
        follower.close();
        assertThat(new Archive(file()).recordings().get(0).missing()).isEqualTo(15);
        try (Connection connection = Sqlite.forWriting(file())) {
            Sqlite.execute(connection, "DELETE FROM entry WHERE seq <= 10");
        }
        assertThat(new Archive(file()).recordings().get(0).missing()).isZero();
        assertThat(rows("SELECT first_seq, missing FROM summary")).containsExactly("26 0");
    }

    @Test
    void theSummaryOfAnOlderRecorderIsReplaced() throws Exception {
        FakeJournal journal =
                new FakeJournal("e1").view("still", NOW).views("a", 10, NOW).forget(5);
        Follower follower = follower(settings(), journal);
        follower.pass();
        follower.close();
        try (Connection connection = Sqlite.forWriting(file())) {
            Sqlite.execute(connection, "DROP VIEW summary");
            Sqlite.execute(connection, "CREATE VIEW summary AS SELECT 9 AS missing");
        }
        Follower next = follower(settings(), journal.view("a", NOW));
        next.pass();
        assertThat(rows("SELECT missing FROM summary")).containsExactly("0");
    }

    @Test
    void switchedOffItRecordsNothingAndSwitchedOnItBeginsWithWhatThereIs() throws Exception {
        FakeJournal journal = new FakeJournal("e1").view("still", NOW).view("a", NOW);
        Follower follower = follower(settings(), journal);
        follower.pass();
        follower.configure(new Settings(false, file(), 0, 1L << 30, 200, Set.of()));
        follower.pass();
        journal.views("a", 5, NOW);
        follower.pass();
        assertThat(numbers("e1")).containsExactly(1L, 2L);
        assertThat(follower.status().behind()).as("nothing is to be recorded").isZero();
        follower.configure(settings());
        follower.pass();
        journal.view("still", NOW);
        follower.pass();
        assertThat(numbers("e1")).containsExactly(1L, 2L, 7L, 8L);
        assertThat(rows("SELECT first, last, reason FROM gap")).containsExactly("3 6 not recording");
        assertThat(new Archive(file()).recordings().get(0).missing())
                .as("nobody wanted it")
                .isZero();
    }

    @Test
    void camerasThatAreNotWantedAreLeftOutWithoutAGap() throws Exception {
        FakeJournal journal = new FakeJournal("e1")
                .view("a", NOW)
                .view("b", NOW)
                .control("b", "x")
                .joined("wall")
                .view("a", NOW);
        follower(new Settings(true, file(), 0, 1L << 30, 200, Set.of("a")), journal)
                .pass();
        assertThat(numbers("e1")).containsExactly(1L, 4L, 5L);
        assertThat(rows("SELECT * FROM gap")).isEmpty();
        assertThat(rows("SELECT last FROM recording")).containsExactly("5");
    }

    @Test
    void whatIsTooOldIsDeletedAndEmptyRecordingsWithIt() throws Exception {
        Settings hour = new Settings(true, file(), 3_600, 1L << 30, 200, Set.of());
        follower(hour, new FakeJournal("old").views("a", 100, NOW)).pass();
        micros = NOW + 1_000_000;
        FakeJournal journal = new FakeJournal("new").views("a", 10, micros).views("a", 10, micros + 3_600_000_000L);
        Follower follower = follower(hour, journal);
        follower.pass();
        micros += 3_600_500_000L;
        clock.pass(2 * SECOND);
        follower.pass();
        clock.pass(2 * SECOND);
        follower.pass();
        assertThat(rows("SELECT epoch FROM recording")).containsExactly("new");
        assertThat(numbers("new")).isEqualTo(range(11, 20));
        journal.view("a", micros);
        follower(hour, journal).pass();
        assertThat(numbers("new")).as("the position is kept").isEqualTo(range(11, 21));
    }

    @Test
    void beyondItsSizeTheOldestIsDeletedAndTheFileStaysThatSmall() throws Exception {
        Settings small = new Settings(true, file(), 0, Settings.MIN_BYTES, 200, Set.of());
        FakeJournal journal = new FakeJournal("e1");
        Follower follower = follower(small, journal);
        for (int i = 0; i < 40; i++) {
            journal.views("a", 1_000, NOW);
            clock.pass(2 * SECOND);
            follower.pass();
        }
        List<Long> kept = numbers("e1");
        assertThat(kept.get(0)).isGreaterThan(10_000);
        assertThat(kept).isEqualTo(range(kept.get(0), 40_000));
        assertThat(Files.size(file())).isLessThan(2 * Settings.MIN_BYTES);
    }

    @Test
    void aFileThatIsNoDatabaseIsReportedAndLeftAlone() throws Exception {
        Files.createDirectories(file().getParent());
        Files.writeString(
                file(), "something else entirely, and long enough to be looked at by SQLite as a header of its own");
        FakeJournal journal = new FakeJournal("e1").views("a", 3, NOW);
        Follower follower = follower(settings(), journal);
        follower.pass();
        assertThat(follower.status().problem().orElseThrow()).contains("SQLITE_NOTADB");
        assertThat(Files.readString(file())).startsWith("something else");
        assertThat(follower.status().behind()).isEqualTo(3);
        Files.delete(file());
        follower.pass();
        assertThat(follower.status().problem()).isEmpty();
        assertThat(numbers("e1")).isEqualTo(range(1, 3));
    }

    @Test
    void aJournalThatIsReplacedWhileNothingCanBeWrittenIsStillReadToItsEnd() throws Exception {
        Files.createDirectories(file());
        FakeJournal old = new FakeJournal("e1").views("a", 3, NOW);
        Follower follower = follower(settings(), old);
        follower.pass();
        follower.gone(old);
        FakeJournal next = new FakeJournal("e2").views("a", 2, NOW);
        follower.setJournal(next);
        micros++;
        follower.pass();
        assertThat(follower.status().problem()).isPresent();
        Files.delete(file());
        follower.pass();
        assertThat(follower.status().problem()).isEmpty();
        assertThat(numbers("e1")).isEqualTo(range(1, 3));
        assertThat(numbers("e2")).isEqualTo(range(1, 2));
    }

    @Test
    void aDatabaseOfAnotherVersionIsLeftAlone() throws Exception {
        Database.open(file()).close();
        try (Connection connection = Sqlite.forWriting(file())) {
            Sqlite.execute(connection, "PRAGMA user_version = 7");
        }
        Follower follower = follower(settings(), new FakeJournal("e1").view("a", NOW));
        follower.pass();
        assertThat(follower.status().problem().orElseThrow()).contains("user_version must be 1, not 7");
    }

    @Test
    void aFullDiskIsReportedAndHealsWithoutLossWhileTheJournalHoldsOut() throws Exception {
        Path disk = Files.createDirectories(folder.resolve("sub"));
        assumeTrue(
                command("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk.toString()),
                "a small file system cannot be mounted here");
        try {
            FakeJournal journal = new FakeJournal("e1").views("a", 100, NOW);
            Follower follower = follower(settings(), journal);
            follower.pass();
            Path ballast = disk.resolve("ballast");
            fill(ballast);
            journal.views("a", 4_000, NOW);
            follower.pass();
            assertThat(follower.status().problem().orElseThrow())
                    .containsAnyOf("SQLITE_FULL", "SQLITE_IOERR", "No space");
            follower.pass();
            assertThat(follower.status().problem()).isPresent();
            Files.delete(ballast);
            follower.pass();
            assertThat(follower.status().problem()).isEmpty();
            assertThat(follower.status().missed()).isZero();
            assertThat(numbers("e1")).isEqualTo(range(1, 4_100));
            assertThat(rows("PRAGMA integrity_check")).containsExactly("ok");
            follower.close();
        } finally {
            assertThat(command("umount", disk.toString())).isTrue();
        }
    }

    private static void fill(Path ballast) {
        byte[] some = new byte[4_096];
        try {
            Files.createFile(ballast);
            for (; ; ) {
                Files.write(ballast, some, StandardOpenOption.APPEND);
            }
        } catch (java.io.IOException full) {
            // as intended
        }
    }

    private static boolean command(String... words) throws Exception {
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (java.io.IOException e) {
            return false;
        }
    }

    @Test
    void readersGetAPageAtATimeAndOnlyWhatTheyAskFor() throws Exception {
        FakeJournal journal =
                new FakeJournal("e1").views("a", 5, NOW).control("a", "wall").views("b", 5, NOW + 100);
        follower(settings(), journal).pass();
        Archive archive = new Archive(file());
        assertThat(archive.read(Selection.all("e1"), 3, 4))
                .extracting(RecordedEntry::seq)
                .containsExactly(4L, 5L, 6L, 7L);
        assertThat(archive.read(new Selection("e1", Long.MIN_VALUE, Long.MAX_VALUE, Set.of("a"), true), 0, 100))
                .hasSize(5);
        assertThat(archive.read(new Selection("e1", NOW + 2, NOW + 101, Set.of(), true), 0, 100))
                .extracting(RecordedEntry::seq)
                .containsExactly(3L, 4L, 5L, 7L, 8L);
        Recording recording = archive.recordings().get(0);
        assertThat(recording.cameras()).containsExactly("a", "b");
        assertThat(recording.entries()).isEqualTo(11);
        assertThat(recording.from()).isEqualTo(NOW);
        assertThat(recording.to()).isEqualTo(NOW + 104);
    }

    @Test
    void viewsOfTheDatabaseTellWhatTheirNamesSay() throws Exception {
        FakeJournal journal =
                new FakeJournal("e1").view("tour", NOW).control("tour", "wall").joined("wall");
        follower(settings(), journal).pass();
        assertThat(rows("SELECT seq, at, camera, source, cut, x, y, zoom FROM view_2d"))
                .containsExactly("1 2023-11-14T22:13:20.000Z tour test 0 1.0 0.0 1.0");
        assertThat(rows("SELECT * FROM view_3d")).isEmpty();
        assertThat(rows("SELECT seq, camera, holder FROM control")).containsExactly("2 tour wall");
        assertThat(rows("SELECT seq, action, display, user, connected FROM presence"))
                .containsExactly("3 joined wall ann 1");
        assertThat(rows("SELECT * FROM scene")).isEmpty();
        assertThat(rows("SELECT epoch, entries, cameras, missing FROM summary")).containsExactly("e1 3 1 0");
    }
}
