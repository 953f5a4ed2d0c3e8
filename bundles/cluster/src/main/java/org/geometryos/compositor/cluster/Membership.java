package org.geometryos.compositor.cluster;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.log.SharedLog;
import org.geometryos.compositor.api.metrics.Readings;
import org.geometryos.compositor.health.Failures;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.rings.RingJournal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This host among the others: one replica after the other, as each joins, fails or loses its log. What has joined is in
 * force until the next one has, or until this host has been alone for too long: then nothing is, and its displays go to
 * other hosts. One thread at a time, but for checkpoints, health and figures.
 */
final class Membership {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    private static final String PART = "cluster";
    /** Before a failed replica is followed by the next; twice as long each time, until one has lasted. */
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(30);
    private static final long LASTED = TimeUnit.MINUTES.toNanos(1);
    private static final long AWAY = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long SHARE = TimeUnit.SECONDS.toNanos(1);
    private static final long REMEMBERED = TimeUnit.MINUTES.toNanos(10);

    /** What this host does as it comes and goes. */
    interface Surroundings {
        /** @param replica what is the journal from now on; empty: there is none */
        void inForce(Optional<Replica> replica);

        /** Sends some of the displays that are there to other hosts. */
        void sendAway();
    }

    private record Member(String host, SharedLog log, RingJournal ring, Replica replica) {
        private boolean isOf(Settings settings, SharedLog current) {
            return host.equals(settings.host()) && log == current && replica.phase() != Replica.Phase.FAILED;
        }

        private boolean isWithTheOthers() {
            return replica.phase() == Replica.Phase.JOINED;
        }
    }

    /** Why a replica was given up, and when. */
    private record Trouble(long at, String text) {}

    private final Limits limits;
    private final LongSupplier nanos;
    private final Random random;
    private final Runnable wake;
    private final Surroundings surroundings;
    private final Figures figures = new Figures();
    private volatile boolean wanted;
    private volatile boolean hasLog;
    /** The newest that has joined, and the one that is to follow it. */
    private volatile Member member;

    private volatile Member joining;
    private volatile Trouble trouble;
    // the one thread
    private Member inForce;
    private RingJournal.Limits rings;
    private boolean alone;
    private boolean isolated;
    private long aloneSince;
    private long sentAway;
    private long shared;
    private boolean begun;
    private long begunAt;
    private boolean joined;
    private long joinedAt;
    private long pause = PAUSE;

    /** @param wake called after entries have come, by any thread */
    Membership(Limits limits, LongSupplier nanos, Random random, Runnable wake, Surroundings surroundings) {
        this.limits = limits;
        this.nanos = nanos;
        this.random = random;
        this.wake = wake;
        this.surroundings = surroundings;
        this.shared = nanos.getAsLong() - SHARE;
    }

    /**
     * Called several times a second.
     *
     * @param log null while there is none
     */
    void turn(Settings settings, SharedLog log) {
        if (settings.host().isEmpty()) {
            end();
            return;
        }
        wanted = true;
        hasLog = log != null;
        resize(settings.rings());
        Member present = member;
        if (present != null) {
            present.replica.tick();
        }
        if (log != null && (present == null || !present.isOf(settings, log))) {
            join(settings, log);
        }
        serve(settings);
    }

    /** Stores a checkpoint when it is time for one. About once a second, on another thread. */
    void store() {
        Member present = member;
        if (present != null) {
            present.replica.store();
        }
    }

    /** So that the others can tell their displays. What is not there, or is another one, is put again. */
    private void share(Settings settings, Replica replica) {
        long now = nanos.getAsLong();
        if (now - shared < SHARE) {
            return;
        }
        shared = now;
        String key = Companions.address(settings.host());
        Optional<String> known = replica.kept(key).map(kept -> new String(kept.value(), StandardCharsets.UTF_8));
        if (!known.equals(settings.url())) {
            replica.keep(key, settings.url().map(url -> url.getBytes(StandardCharsets.UTF_8)), Fence.ANY);
        }
    }

    private void resize(RingJournal.Limits changed) {
        if (!changed.equals(rings)) {
            rings = changed;
            members().forEach(each -> each.ring.setLimits(changed));
        }
    }

    private List<Member> members() {
        List<Member> members = new ArrayList<>();
        for (Member each : new Member[] {member, joining}) {
            if (each != null) {
                members.add(each);
            }
        }
        return members;
    }

    private void join(Settings settings, SharedLog log) {
        if (joining != null && !joining.isOf(settings, log)) {
            giveUp(joining);
            joining = null;
        }
        if (joining == null) {
            if (begun && nanos.getAsLong() - begunAt < pause) {
                return;
            }
            begin(settings, log);
        }
        joining.replica.tick();
        if (joining.isWithTheOthers()) {
            member = joining;
            joining = null;
            joined = true;
            joinedAt = nanos.getAsLong();
            LOG.info("this host is \"{}\" of those that share the log {}", settings.host(), log.epoch());
        }
    }

    private void begin(Settings settings, SharedLog log) {
        long now = nanos.getAsLong();
        if (begun) {
            pause = joined && now - joinedAt >= LASTED ? PAUSE : Math.min(2 * pause, LONGEST_PAUSE);
        }
        begun = true;
        begunAt = now;
        joined = false;
        if (member != null) {
            // two of one name would end each other
            giveUp(member);
        }
        RingJournal ring = new RingJournal(rings, () -> {}, log.epoch());
        Replica replica = new Replica(settings.host(), log, ring, new Roll(), limits, figures, nanos, random, wake);
        joining = new Member(settings.host(), log, ring, replica);
        replica.begin();
    }

    private void giveUp(Member given) {
        if (given.replica.phase() == Replica.Phase.FAILED) {
            String why = given.replica.why();
            Trouble before = trouble;
            if (before == null || !before.text.endsWith(why)) {
                LOG.warn("this host joins the others anew: {}", why);
            }
            trouble = new Trouble(nanos.getAsLong(), "this host joined anew at " + Failures.timeOfDay(0) + ": " + why);
        }
        given.replica.close();
    }

    private void serve(Settings settings) {
        long now = nanos.getAsLong();
        Member present = member;
        if (present != null && present.isWithTheOthers()) {
            alone = false;
            isolated = false;
            if (inForce != present) {
                force(present);
            }
            share(settings, present.replica);
        } else if (!alone) {
            alone = true;
            aloneSince = now;
        } else if (isolated) {
            if (now - sentAway >= AWAY) {
                sentAway = now;
                surroundings.sendAway();
            }
        } else if (inForce != null && now - aloneSince >= settings.isolated()) {
            LOG.warn("this host has been cut off for too long and sends its displays to others");
            isolated = true;
            sentAway = now - AWAY;
            force(null);
        }
    }

    private void force(Member next) {
        inForce = next;
        surroundings.inForce(Optional.ofNullable(next).map(Member::replica));
    }

    /** This host shares nothing any more. */
    void end() {
        wanted = false;
        members().forEach(each -> each.replica.close());
        member = null;
        joining = null;
        alone = false;
        isolated = false;
        if (inForce != null) {
            force(null);
        }
    }

    /** Any thread. */
    Health health() {
        List<Health.Problem> problems = new ArrayList<>();
        List<Health.Budget> budgets = new ArrayList<>();
        if (wanted) {
            why().ifPresent(why -> problems.add(new Health.Problem(Health.Level.DOWN, why)));
            Trouble last = trouble;
            if (last != null && nanos.getAsLong() - last.at < REMEMBERED) {
                problems.add(new Health.Problem(Health.Level.WARNING, last.text));
            }
        }
        Member present = member;
        if (present != null) {
            budgets.addAll(present.ring.budgets());
            budgets.add(new Health.Budget(
                    "changes under way to the other hosts",
                    present.replica.underWayBytes(),
                    limits.underWay(),
                    "bytes"));
            budgets.add(new Health.Budget(
                    "what hosts share beside the sequence", present.replica.keptBytes(), State.MOST_KEPT, "bytes"));
        }
        return new Health(PART, problems, budgets).withBudgets();
    }

    /** Why this host is not with the others; empty if it is. */
    private Optional<String> why() {
        Member present = member;
        if (present != null && present.isWithTheOthers()) {
            return Optional.empty();
        }
        if (!hasLog) {
            return Optional.of("there is no log to share: no engine is configured, or it was not reached yet");
        }
        Member next = joining;
        return Optional.of(
                next != null ? next.replica.why() : present != null ? present.replica.why() : "this host begins");
    }

    /** Any thread; nothing while this host shares no sequence. */
    void read(Readings readings) {
        if (!wanted) {
            return;
        }
        Member present = member;
        boolean with = present != null && present.isWithTheOthers();
        readings.gauge(
                "compositor_cluster_joined", "Whether this host is with those that share the sequence.", with ? 1 : 0);
        List<Roll.Host> hosts = with ? present.replica.hosts() : List.of();
        for (boolean gone : new boolean[] {false, true}) {
            readings.gauge(
                    "compositor_cluster_hosts",
                    "Hosts that share the sequence, as this one knows them.",
                    hosts.stream().filter(host -> host.gone() == gone).count(),
                    "state",
                    gone ? "gone" : "there");
        }
        readings.gauge(
                "compositor_cluster_under_way",
                "Changes of this host that have not come back through the shared log.",
                present == null ? 0 : present.replica.underWay());
        figures.read(readings);
    }
}
