package org.geometryos.compositor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Verdict;
import org.geometryos.compositor.api.log.SharedLog;
import org.geometryos.compositor.api.metrics.Durations;
import org.geometryos.compositor.api.metrics.Readings;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.rings.RingJournal;
import org.geometryos.compositor.testkit.Changes;
import org.geometryos.compositor.testkit.FakeClock;
import org.junit.jupiter.api.Test;

class MembershipTest {
    private static final RingJournal.Limits RINGS = RingJournal.Limits.of(1 << 20, 1 << 20);
    private static final Settings ALONE = settings("");

    private final FakeClock clock = new FakeClock();
    private final LocalLog log = new LocalLog();
    private final List<Host> hosts = new ArrayList<>();

    private static Settings settings(String host) {
        return new Settings(host, Optional.empty(), RINGS, TimeUnit.SECONDS.toNanos(10));
    }

    private final class Host implements Membership.Surroundings {
        private final Membership membership;
        private Settings settings;
        private LocalLog.Client client;
        private Replica journal;
        /** How often another journal, or none, came in force. */
        private int changes;

        private int sentAway;
        private boolean runs = true;

        private Host(String name, LocalLog.Client client) {
            this.settings = settings(name);
            this.client = client;
            membership = new Membership(Limits.DEFAULT, clock, new Random(hosts.size()), () -> {}, this);
            hosts.add(this);
        }

        @Override
        public void inForce(Optional<Replica> replica) {
            journal = replica.orElse(null);
            changes++;
        }

        @Override
        public void sendAway() {
            sentAway++;
        }

        private void turn() {
            SharedLog current = client;
            membership.turn(settings, current);
            membership.store();
        }

        private Verdict append(Change change) {
            var answer = journal.append(change, Fence.NONE);
            log.settle();
            return answer.now(null);
        }

        private Health.Level level() {
            return membership.health().level();
        }

        private String problems() {
            return membership.health().problems().toString();
        }
    }

    private Host host(String name) {
        return new Host(name, log.client());
    }

    private void pass(long millis) {
        for (long past = 0; past < millis; past += 100) {
            clock.passMillis(100);
            hosts.stream().filter(host -> host.runs).forEach(Host::turn);
            log.settle();
        }
    }

    @Test
    void thereIsNoJournalBeforeTheHostHasCaughtUp() {
        Host a = host("a");
        pass(1_000);
        a.append(Changes.view("main"));
        Host b = host("b");
        b.client.cutOff = true;
        pass(5_000);
        assertThat(b.journal).isNull();
        assertThat(b.level()).isEqualTo(Health.Level.DOWN);
        b.client.cutOff = false;
        pass(3_000);
        assertThat(b.journal.camera("main")).isPresent();
        assertThat(b.problems()).isEqualTo("[]");
    }

    @Test
    void withoutALogThereIsNoneAndTheHealthSaysSo() {
        Host a = host("a");
        a.client = null;
        pass(1_000);
        assertThat(a.journal).isNull();
        assertThat(a.problems()).contains("there is no log to share");
    }

    @Test
    void whoSharesNothingIsWell() {
        Host a = host("");
        pass(1_000);
        assertThat(a.journal).isNull();
        assertThat(a.problems()).isEqualTo("[]");
        a.membership.read(new Told(new TreeMap<>()));
    }

    @Test
    void whoIsCutOffKeepsItsDisplaysForAWhileAndThenSendsThemAway() {
        Host a = host("a");
        pass(1_000);
        Replica before = a.journal;
        a.client.cutOff = true;
        pass(8_000);
        assertThat(a.journal).isSameAs(before);
        assertThat(a.append(Changes.view("main"))).isInstanceOf(Verdict.Unknown.class);
        assertThat(a.journal.away()).hasValue("this host is cut off from the others");
        assertThat(a.sentAway).isZero();
        assertThat(a.level()).isEqualTo(Health.Level.DOWN);
        pass(6_000);
        assertThat(a.journal).isNull();
        assertThat(a.sentAway).isGreaterThan(3);
        a.client.cutOff = false;
        pass(3_000);
        assertThat(a.journal).as("the same journal again: displays go on").isSameAs(before);
        assertThat(a.journal.away()).isEmpty();
        assertThat(a.append(Changes.view("main"))).isInstanceOf(Verdict.Counted.class);
        int sent = a.sentAway;
        pass(1_000);
        assertThat(a.sentAway).isEqualTo(sent);
    }

    @Test
    void anotherLogServiceIsTakenUpWithNoTimeWithoutAJournal() {
        Host a = host("a");
        pass(1_000);
        a.append(Changes.view("main"));
        Replica before = a.journal;
        a.client = null;
        pass(500);
        assertThat(a.journal).isSameAs(before);
        a.client = log.client();
        pass(2_000);
        assertThat(a.journal).isNotSameAs(before);
        assertThat(a.changes).isEqualTo(2);
        assertThat(a.journal.epoch()).isEqualTo(before.epoch());
        assertThat(a.journal.camera("main")).isPresent();
        assertThat(before.phase()).isEqualTo(Replica.Phase.FAILED);
    }

    @Test
    void anotherNameIsAnotherHost() {
        Host a = host("a");
        pass(1_000);
        a.settings = settings("z");
        pass(3_000);
        assertThat(a.journal.hosts()).extracting(Roll.Host::name).contains("a", "z");
        assertThat(a.append(Changes.view("main"))).isInstanceOf(Verdict.Counted.class);
    }

    @Test
    void moreMemoryNeedsNoNewReplica() {
        Host a = host("a");
        pass(1_000);
        Replica before = a.journal;
        a.settings =
                new Settings("a", Optional.empty(), RingJournal.Limits.of(2 << 20, 2 << 20), a.settings.isolated());
        pass(1_000);
        assertThat(a.journal).isSameAs(before);
        assertThat(a.membership.health().budgets())
                .filteredOn(budget -> budget.name().equals("views of cameras"))
                .allMatch(budget -> budget.limit() == 2 << 20);
    }

    @Test
    void whoLeavesTheOthersHasNoJournal() {
        Host a = host("a");
        pass(1_000);
        Replica before = a.journal;
        a.settings = ALONE;
        pass(100);
        assertThat(a.journal).isNull();
        assertThat(before.phase()).isEqualTo(Replica.Phase.FAILED);
        assertThat(a.problems()).isEqualTo("[]");
    }

    @Test
    void whatFailsAgainAndAgainIsTriedLessOften() {
        Host a = host("a");
        pass(1_000);
        log.put(new byte[] {0, 0, 0, 3, 'N', 'e', 'w'});
        pass(60_000);
        long joins = told(a).get("compositor_cluster_joins_total").longValue();
        assertThat(joins).isBetween(1L, 8L);
        assertThat(a.problems()).contains("LogRecord has no kind New");
        assertThat(a.journal).as("it could not go on").isNull();
        assertThat(a.sentAway).isPositive();
    }

    @Test
    void twoOfOneNameDoNotFightWithoutPause() {
        Host a = host("a");
        Host other = host("a");
        pass(60_000);
        long joins = told(a).get("compositor_cluster_joins_total").longValue()
                + told(other).get("compositor_cluster_joins_total").longValue();
        assertThat(joins).isBetween(2L, 20L);
        assertThat(a.problems() + other.problems()).contains("another host with the name \"a\" has joined");
    }

    @Test
    void figuresCountWhatCameBack() {
        Host a = host("a");
        Host b = host("b");
        pass(1_000);
        a.append(Changes.view("main"));
        a.client.losesNext = 1;
        a.journal.append(Changes.view("main"), Fence.NONE);
        pass(1_000);
        a.journal.append(Changes.view("main"), Fence.replacing(1));
        pass(1_000);
        assertThat(told(a))
                .containsEntry("compositor_cluster_joined", 1.0)
                .containsEntry("compositor_cluster_joins_total", 1.0)
                .containsEntry("compositor_cluster_hosts there", 2.0)
                .containsEntry("compositor_cluster_hosts gone", 0.0)
                .containsEntry("compositor_cluster_passed_over_total", 1.0)
                .containsEntry("compositor_cluster_under_way", 0.0)
                .containsEntry("compositor_cluster_answer_seconds", 3.0);
        assertThat(told(a).get("compositor_cluster_again_total")).isPositive();
        b.runs = false;
        b.client.cutOff = true;
        pass(4_000);
        assertThat(told(a)).containsEntry("compositor_cluster_hosts gone", 1.0);
    }

    private static TreeMap<String, Double> told(Host host) {
        TreeMap<String, Double> told = new TreeMap<>();
        host.membership.read(new Told(told));
        return told;
    }

    private record Told(TreeMap<String, Double> values) implements Readings {
        private static String key(String name, String... labels) {
            return labels.length == 0 ? name : name + " " + labels[1];
        }

        @Override
        public void counter(String name, String help, double value, String... labels) {
            values.put(key(name, labels), value);
        }

        @Override
        public void gauge(String name, String help, double value, String... labels) {
            values.put(key(name, labels), value);
        }

        @Override
        public void durations(String name, String help, Durations durations, String... labels) {
            double count = 0;
            for (long each : durations.counts()) {
                count += each;
            }
            values.put(key(name, labels), count);
        }
    }
}
