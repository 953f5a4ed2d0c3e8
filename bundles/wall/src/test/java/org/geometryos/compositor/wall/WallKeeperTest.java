package org.geometryos.compositor.wall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.geometryos.compositor.api.wall.Delay;
import org.geometryos.compositor.api.wall.DelayChange;
import org.geometryos.compositor.api.wall.MemberFigures;
import org.geometryos.compositor.api.wall.MemberReport;
import org.geometryos.compositor.api.wall.Picture;
import org.geometryos.compositor.api.wall.Wall;
import org.geometryos.compositor.api.wall.WallDeclaration;
import org.geometryos.compositor.api.wall.WallFigures;
import org.junit.jupiter.api.Test;

class WallKeeperTest {
    private static final long SECOND = 1_000_000;

    private final FakeNeighbours around = new FakeNeighbours();
    private WallKeeper keeper = new WallKeeper(around, Map.of());
    /** By display: the 99th percentile of the ages that it reports, ms; without one it is dead. */
    private final Map<String, Integer> ages = new TreeMap<>();
    /** By how many ms a display shows an older moment than it should. */
    private final Map<String, Integer> behind = new HashMap<>();

    private final List<Double> delays = new ArrayList<>();

    private void declare(Map<String, Object> values, String... displays) {
        declare(keeper, declared("main", values, displays));
    }

    private static void declare(WallKeeper keeper, Declared... walls) {
        Map<String, Declared> all = new TreeMap<>();
        Arrays.stream(walls).forEach(wall -> all.put(wall.name(), wall));
        keeper.declare(all);
    }

    static Declared declared(String name, Map<String, Object> values, String... displays) {
        Map<String, Object> all = new HashMap<>(values);
        all.putIfAbsent("width", 4000);
        all.putIfAbsent("height", 2000);
        List<String> members = new ArrayList<>();
        for (String display : displays) {
            members.add(display.contains("=") ? display : display + " x=0 y=0 width=100 height=100");
        }
        all.put("members", members);
        return new Declared(
                Optional.of(WallDeclaration.FACTORY_PID + "~" + name), WallDeclaration.ofProperties(name, all), true);
    }

    /** Members report once a second; the keeper looks four times as often. */
    private void run(int seconds) {
        for (int quarter = 0; quarter < seconds * 4; quarter++) {
            around.now += SECOND / 4;
            if (quarter % 4 == 0) {
                ages.forEach(this::report);
            }
            keeper.look();
            delays.add(delay());
        }
    }

    private void report(String display, int age) {
        Wall wall = around.sequence.walls.get("main");
        long screen =
                wall.member(display).map(member -> (long) member.delay() * 1000).orElse(0L);
        long eye = around.now + screen;
        long shown = eye - (long) Delay.at(wall.delay(), eye) - behind.getOrDefault(display, 0) * 1000L;
        keeper.report(
                display, new MemberReport("main", 300, age * 500L, age * 1000L, 16_667, 60, 0, around.now, shown));
    }

    private double delay() {
        Wall wall = around.sequence.walls.get("main");
        return wall == null ? -1 : Delay.at(wall.delay(), around.now) / 1000;
    }

    private double end() {
        List<DelayChange> delay = around.sequence.walls.get("main").delay();
        return delay.get(delay.size() - 1).to() / 1000.0;
    }

    private void assertNobodySawAJump() {
        for (int i = 1; i < delays.size(); i++) {
            assertThat(Math.abs(delays.get(i) - delays.get(i - 1)))
                    .as("at %d", i)
                    .isLessThanOrEqualTo(250 * 0.05 + 0.01);
        }
    }

    private MemberFigures member(String display) {
        return keeper.wall("main").orElseThrow().members().stream()
                .filter(each -> each.display().equals(display))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void delayIsWhatTheSlowestNeeds() {
        declare(Map.of(), "a", "b");
        assertThat(delay()).isEqualTo(100);
        ages.put("a", 4);
        ages.put("b", 60);
        run(20);

        // 60 + 16.7 + 5
        assertThat(end()).isEqualTo(82);
        assertThat(delay()).isEqualTo(82);
        assertThat(keeper.wall("main").orElseThrow().slowest()).contains("b");
        assertNobodySawAJump();
    }

    @Test
    void screensOwnDelayCountsToo() {
        declare(Map.of(), "a", "b x=0 y=0 width=1 height=1 delay=100");
        ages.put("a", 10);
        ages.put("b", 10);
        run(20);

        assertThat(delay()).isEqualTo(132);
        assertThat(keeper.wall("main").orElseThrow().skew().orElseThrow()).isCloseTo(0, within(1.0));
    }

    @Test
    void killedMemberDoesNotKeepTheOthersWaiting() {
        declare(Map.of(), "a", "b");
        ages.put("a", 4);
        ages.put("b", 150);
        run(20);
        assertThat(delay()).isEqualTo(172);

        ages.remove("b");
        run(15);

        assertThat(delay()).isLessThan(140);
        assertThat(end()).isEqualTo(26);
        assertThat(member("b").counted()).isFalse();
        assertThat(member("b").reason()).contains("is not connected");
        around.connected.add("b");
        assertThat(member("b").reason().orElseThrow()).startsWith("has not reported for ");

        ages.put("b", 150);
        run(11);
        assertThat(delay()).isEqualTo(172);
        assertNobodySawAJump();
    }

    @Test
    void delayFollowsAWorseLinkWithinTenSeconds() {
        declare(Map.of(), "a", "b");
        ages.put("a", 4);
        ages.put("b", 10);
        run(40);
        assertThat(delay()).isEqualTo(32);

        ages.put("b", 250);
        run(10);

        assertThat(delay()).isEqualTo(272);
        assertNobodySawAJump();
    }

    @Test
    void memberThatIsFarOffIsLeftOut() {
        declare(Map.of("maxDelay", 300), "a", "b");
        ages.put("a", 20);
        ages.put("b", 900);
        run(20);

        assertThat(delay()).isEqualTo(42);
        assertThat(member("b").counted()).isFalse();
        assertThat(member("b").reason()).contains("needs 922 ms, more than the wall waits for (maxDelay, 300 ms)");
        assertThat(member("b").needs().orElseThrow()).isCloseTo(921_667, within(1.0));
        assertThat(keeper.problems()).singleElement().asString().contains("wall main", "b");
    }

    @Test
    void fixedDelayStaysAndChangesSlowly() {
        declare(Map.of("delay", 80), "a");
        ages.put("a", 200);
        run(20);
        assertThat(delay()).isEqualTo(80);
        assertThat(keeper.wall("main").orElseThrow().fixed()).isTrue();

        declare(Map.of("delay", 120), "a");
        run(8);

        assertThat(delay()).isEqualTo(120);
        assertNobodySawAJump();
    }

    @Test
    void otherBoundsMoveTheDelaySlowly() {
        declare(Map.of(), "a");
        ages.put("a", 150);
        run(20);
        assertThat(delay()).isEqualTo(172);

        declare(Map.of("maxDelay", 90), "a");
        run(12);
        assertThat(delay()).isEqualTo(90);

        declare(Map.of("minDelay", 200), "a");
        run(20);
        assertThat(delay()).isEqualTo(200);
        assertNobodySawAJump();
    }

    @Test
    void skewIsTheLargestDifference() {
        declare(Map.of("alarm", 10), "a", "b", "c");
        ages.putAll(Map.of("a", 5, "b", 5, "c", 5));
        behind.put("c", 30);
        run(4);

        WallFigures figures = keeper.wall("main").orElseThrow();
        assertThat(figures.skew().orElseThrow()).isCloseTo(30_000, within(1.0));
        assertThat(member("a").apart().orElseThrow()).isCloseTo(0, within(1.0));
        assertThat(member("c").apart().orElseThrow()).isCloseTo(-30_000, within(1.0));
        assertThat(figures.alarm()).isTrue();
        assertThat(keeper.problems()).singleElement().asString().contains("further apart than alarm");

        behind.clear();
        run(10);
        assertThat(keeper.wall("main").orElseThrow().alarm()).isFalse();
        assertThat(keeper.problems()).isEmpty();
    }

    @Test
    void changeOfTheDelayIsNoSkew() {
        declare(Map.of(), "a", "b");
        ages.put("a", 5);
        ages.put("b", 300);
        for (int i = 0; i < 20; i++) {
            // they report at different times of the second
            report("a", 5);
            around.now += SECOND / 2;
            report("b", 300);
            around.now += SECOND / 2;
            keeper.look();
            assertThat(keeper.wall("main").orElseThrow().skew().orElseThrow()).isCloseTo(0, within(1.0));
        }
    }

    @Test
    void copyThatComesBackGoesOn() {
        declare(Map.of(), "a", "b");
        ages.put("a", 4);
        ages.put("b", 150);
        run(20);
        keeper.show("main", Optional.of(Picture.CALIBRATION));
        Wall before = around.sequence.walls.get("main");
        around.sequence.written.clear();
        around.assigned.clear();

        keeper = new WallKeeper(around, Map.of());
        keeper.look();
        assertThat(around.sequence.written).as("nothing is read yet").isEmpty();
        assertThat(keeper.wallOf("a")).contains("main");
        declare(Map.of(), "a", "b");

        assertThat(around.sequence.walls.get("main")).isEqualTo(before);
        assertThat(around.sequence.written).isEmpty();
        assertThat(around.assigned).isEmpty();
        run(20);
        assertThat(delay()).isEqualTo(172);
        assertNobodySawAJump();
    }

    @Test
    void copyThatWaitsWritesNothing() {
        declare(Map.of(), "a");
        ages.put("a", 150);
        run(12);
        around.sequence.written.clear();

        around.writes = false;
        WallKeeper other = new WallKeeper(around, Map.of());
        declare(other, declared("main", Map.of("delay", 50), "b"));
        other.look();
        assertThat(around.sequence.written).isEmpty();
        assertThat(other.wallOf("a")).contains("main");

        around.writes = true;
        other.look();
        assertThat(around.sequence.written).containsExactly("main");
        assertThat(delay()).isEqualTo(172);
        assertThat(end()).isEqualTo(172);
        around.now += 2 * SECOND;
        other.look();
        assertThat(end()).isEqualTo(50);
    }

    @Test
    void newSequenceGetsTheSameState() {
        declare(Map.of(), "a");
        ages.put("a", 150);
        run(12);
        Wall before = around.sequence.walls.get("main");

        around.sequence = null;
        keeper.look();
        around.sequence = new FakeNeighbours.FakeSequence();
        keeper.look();

        assertThat(around.sequence.walls.get("main")).isEqualTo(before);
        run(5);
        assertNobodySawAJump();
    }

    @Test
    void whatWasKeptCountsWhereTheSequenceKnowsNothing() {
        declare(Map.of(), "a");
        ages.put("a", 150);
        run(12);
        Map<String, Wall> kept = Map.of("main", keeper.states().get(0));

        around.sequence = new FakeNeighbours.FakeSequence();
        keeper = new WallKeeper(around, kept);
        declare(Map.of(), "a");

        assertThat(delay()).isEqualTo(172);
    }

    @Test
    void displaysLearnTheirWall() {
        declare(Map.of(), "a", "b");
        assertThat(around.assigned).containsExactly("a main", "b main");
        around.assigned.clear();

        declare(keeper, declared("main", Map.of(), "b"), declared("side", Map.of(), "a", "c"));
        assertThat(around.assigned).containsExactly("a side", "c side");
        assertThat(keeper.wallOf("a")).contains("side");
        around.assigned.clear();

        declare(keeper, declared("side", Map.of(), "a"));
        assertThat(around.assigned).containsExactly("b -", "c -");
        assertThat(around.sequence.walls).containsOnlyKeys("side");
        assertThat(around.sequence.written).contains("-main");
    }

    @Test
    void reportOfSomebodyElseIsCounted() {
        declare(Map.of(), "a");
        around.connected.add("a");
        keeper.report("x", new MemberReport("main", 0, 0, 0, 0, 1, 0, 0, 0));
        keeper.report("a", new MemberReport("other", 0, 0, 0, 0, 1, 0, 0, 0));

        assertThat(keeper.ignoredReports()).isEqualTo(2);
        assertThat(member("a").report()).isEmpty();
        assertThat(member("a").reason()).contains("has not reported yet");
    }

    @Test
    void ofHundredsOfMembersFewerReportsAreWanted() {
        MemberReport report = new MemberReport("main", 0, 0, 0, 0, 1, 0, 0, 0);
        declare(Map.of(), "a");
        assertThat(keeper.report("a", report)).isEqualTo(1_000);
        declare(Map.of(), many(160));
        assertThat(keeper.report("d0", report)).isEqualTo(9_600);
        declare(Map.of(), many(256));
        assertThat(keeper.report("d0", report)).isEqualTo(15_360);
    }

    private static String[] many(int count) {
        return IntStream.range(0, count).mapToObj(i -> "d" + i).toArray(String[]::new);
    }

    @Test
    void memberOfWhichFewerReportsAreWantedIsSilentLater() {
        MemberReport report = new MemberReport("main", 300, 5_000, 10_000, 16_667, 60, 0, around.now, around.now);
        declare(Map.of(), many(160));
        keeper.report("d0", report);
        run(23);
        assertThat(member("d0").counted()).isTrue();
        run(2);
        assertThat(member("d0").counted()).isFalse();
    }

    @Test
    void whereFewReportsComeAWallIsLookedAtSeldomUnlessAMemberIsLate() {
        declare(Map.of(), many(256));
        report("d0", 10);
        run(1);
        double before = end();
        report("d0", 300);
        run(1);
        assertThat(end()).isEqualTo(before);
        run(1);
        assertThat(end()).isGreaterThan(before);

        before = end();
        report("d1", 10);
        run(1);
        keeper.report("d1", new MemberReport("main", 300, 200_000, 320_000, 16_667, 60, 1, around.now, around.now));
        keeper.look();
        run(1);
        assertThat(end()).isGreaterThan(before);
    }

    @Test
    void whatWasLongAgoIsForgottenAlthoughFewReportsCome() {
        declare(Map.of(), many(160));
        report("d0", 300);
        for (int i = 0; i < 20; i++) {
            run(3);
            report("d0", 10);
        }
        assertThat(end()).isEqualTo(32);
    }

    @Test
    void memberThatShowsNothingDoesNotCount() {
        declare(Map.of(), "a", "b");
        ages.put("a", 10);
        for (int i = 0; i < 8; i++) {
            run(1);
            keeper.report("b", new MemberReport("main", 0, 0, 300_000, 0, 0, 0, 0, 0));
        }

        assertThat(member("b").reason()).contains("shows nothing");
        assertThat(end()).isEqualTo(32);
    }

    @Test
    void pictureIsPartOfTheState() {
        declare(Map.of(), "a");
        assertThat(keeper.show("main", Optional.of(Picture.IDENTIFY))).isTrue();
        assertThat(around.sequence.walls.get("main").picture()).contains(Picture.IDENTIFY);
        assertThat(keeper.show("other", Optional.empty())).isFalse();

        declare(Map.of("title", "Big"), "a");
        assertThat(around.sequence.walls.get("main").picture()).contains(Picture.IDENTIFY);
        keeper.show("main", Optional.empty());
        assertThat(around.sequence.walls.get("main").picture()).isEmpty();
    }

    @Test
    void quickReportsAreOneInTheHistory() {
        declare(Map.of(), "a");
        ages.put("a", 100);
        run(30);
        for (int i = 0; i < 1000; i++) {
            around.now += 1_000;
            report("a", 10);
        }
        keeper.look();

        assertThat(end()).isEqualTo(122);
    }
}
