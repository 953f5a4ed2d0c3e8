package org.geometryos.compositor.simulation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Page;
import org.geometryos.compositor.api.journal.Snapshot;

/** Several hosts, the log that they share, displays that go from one to another, and what happens to them. */
final class HostWorld {
    private static final long SECOND = 1_000_000_000L;
    private static final long LASTS = 40 * SECOND;

    final Timeline time = new Timeline();
    final History history = new History(time);
    final HostTruth truth = new HostTruth(time, history);
    final SimLog log;
    final List<String> failures = new ArrayList<>();
    private final SplittableRandom random;
    private final HostFault.Switch faults;
    private final boolean planted;
    private final List<SimHost> hosts = new ArrayList<>();
    private final List<Display> displays = new ArrayList<>();
    private final int cameras;
    /** Whether cameras are given back and removed; where they are not, control ends with leases alone. */
    final boolean gives;
    /** Of tiles; each is another one. */
    long versions;
    /** Nothing more happens by itself. */
    boolean resting;

    /** @param fault null: none is planted */
    HostWorld(long seed, HostFault fault) {
        random = new SplittableRandom(seed);
        log = new SimLog(time, random.split(), "log-" + seed);
        log.trouble = random.nextInt(4) == 0 ? 0 : random.nextDouble();
        planted = fault != null;
        faults = new HostFault.Switch(fault, true, seed);
        gives = random.nextBoolean();
        cameras = 2 + random.nextInt(3);
        int count = 2 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            String name = String.valueOf((char) ('a' + i));
            hosts.add(new SimHost(this, name, random.split(), new HostFault.Switch(fault, i == 0, seed + i)));
        }
        for (int i = 0; i < 4; i++) {
            displays.add(new Display("display-" + i, random.split()));
        }
    }

    String camera(SplittableRandom by) {
        return "c" + by.nextInt(cameras);
    }

    void run() {
        hosts.forEach(host -> time.after(random.nextLong(2 * SECOND), host::start));
        displays.forEach(display -> time.after(random.nextLong(SECOND), display::read));
        time.after(3 * SECOND, this::happens);
        time.runUntil(Timeline.START + LASTS);
        rest();
    }

    private void happens() {
        if (resting) {
            return;
        }
        time.after(random.nextLong(4 * SECOND), this::happens);
        SimHost host = hosts.get(random.nextInt(hosts.size()));
        switch (random.nextInt(8)) {
            case 0 -> dies(host);
            case 1 -> {
                history.note(host.name, "is paused");
                host.pause(random.nextLong(5 * SECOND));
            }
            case 2 -> cut(host, true, true);
            case 3 -> cut(host, random.nextBoolean(), false);
            case 4 -> {
                history.note("log", "elects");
                log.rests(random.nextLong(4 * SECOND));
            }
            case 5 -> host.clockJumps();
            case 6 -> log.forget(random.nextInt(200));
            default -> displays.get(random.nextInt(displays.size())).leaves();
        }
    }

    /** It comes back, or not; and what another host says of it comes late, when it is back already. */
    private void dies(SimHost host) {
        if (!host.isUp()) {
            return;
        }
        long staying = hosts.stream().filter(each -> !each.staysDead).count();
        host.staysDead = staying > 1 && random.nextInt(4) == 0;
        history.note(host.name, host.staysDead ? "dies for good" : "dies");
        host.crash();
        if (host.staysDead) {
            return;
        }
        SimHost other = hosts.get(random.nextInt(hosts.size()));
        if (other == host || random.nextInt(3) > 0) {
            time.after(random.nextLong(6 * SECOND), host::start);
            return;
        }
        time.after(SECOND + random.nextLong(SECOND / 2), () -> {
            history.note(other.name, "says nothing for a while");
            other.outRestsUntil = time.getAsLong() + 3 * SECOND;
        });
        time.after(2 * SECOND + random.nextLong(SECOND), host::start);
    }

    private void cut(SimHost host, boolean out, boolean in) {
        history.note(host.name, "is cut off" + (out ? " out" : "") + (in ? " in" : ""));
        host.cutOut = out;
        host.cutIn = in || !out;
        time.after(random.nextLong(5 * SECOND), () -> {
            host.cutOut = false;
            host.cutIn = false;
        });
    }

    /** All comes to rest, and all must be the same everywhere. */
    private void rest() {
        time.runUntil(time.getAsLong() + 8 * SECOND);
        log.trouble = 0;
        resting = true;
        time.runUntil(time.getAsLong() + 25 * SECOND);
        List<SimHost> left = hosts.stream().filter(host -> !host.staysDead).toList();
        for (SimHost host : left) {
            if (!host.serves() || !host.replica.isJoined()) {
                throw new Violation(host.name + " is not back: " + host.replica.whyNot());
            }
            if (host.unanswered != 0) {
                throw new Violation(host.name + " has " + host.unanswered + " answers outstanding, "
                        + host.replica.outstanding() + " in the log: " + host.outstanding);
            }
            truth.snapshot(host.name, host.replica.snapshot());
        }
        SimHost first = left.get(0);
        for (SimHost host : left) {
            if (host.replica.head() == first.replica.head()
                    && host.replica.stateDigest() != first.replica.stateDigest()) {
                throw new Violation(host.name + " does not agree with " + first.name);
            }
        }
        failures.stream()
                .filter(failure -> !failure.contains("the log begins with"))
                .findFirst()
                .ifPresent(failure -> {
                    throw new Violation(failure);
                });
        Set<String> there = new HashSet<>();
        left.forEach(host -> there.addAll(host.sessions()));
        truth.displays().stream()
                .filter(session -> !there.contains(session))
                .findFirst()
                .ifPresent(session -> {
                    throw new Violation(session + " has not left, and its host is gone");
                });
        truth.holders().forEach((camera, holder) -> {
            if (left.stream().noneMatch(host -> holder.startsWith(host.name))) {
                throw new Violation(holder + " holds " + camera + ", and its host is gone");
            }
        });
        if (!planted && truth.acknowledged == 0) {
            throw new Violation("nothing was acknowledged");
        }
    }

    /** A display that wants each entry, wherever it is connected. */
    private final class Display {
        private final String name;
        private final SplittableRandom own;
        private SimHost host;
        private long cursor;
        private boolean resumes;
        /** The newest entry that it was told. */
        private long told;

        private long sleepsUntil = Timeline.START;

        private Display(String name, SplittableRandom own) {
            this.name = name;
            this.own = own;
        }

        private void leaves() {
            host = null;
        }

        private void read() {
            time.after(SECOND / 20 + own.nextLong(SECOND / 20), this::read);
            if (own.nextInt(600) == 0) {
                sleepsUntil = time.getAsLong() + own.nextLong(15 * SECOND);
            }
            if (sleepsUntil > time.getAsLong()) {
                return;
            }
            if (host == null || !host.isUp()) {
                host = hosts.get(own.nextInt(hosts.size()));
                resumes = true;
            }
            if (!host.serves()) {
                if (own.nextInt(10) == 0) {
                    host = null;
                }
                return;
            }
            if (host.replica.head() < cursor) {
                // it comes to know what this display knows
                if (faults.on(HostFault.RESUME_TRUSTS_A_HOST_BEHIND)) {
                    cursor = host.replica.head();
                }
                return;
            }
            long after = cursor;
            if (resumes && faults.on(HostFault.RESUME_SKIPS_AN_ENTRY)) {
                after++;
            }
            if (resumes && faults.on(HostFault.RESUME_REPEATS_AN_ENTRY)) {
                after = Math.max(0, after - 1);
            }
            resumes = false;
            Page page = host.replica.read(after, 64);
            if (page.gone() > cursor && !faults.on(HostFault.RESUME_OVERLOOKS_WHAT_IS_GONE)) {
                begin();
                return;
            }
            truth.read(name + " at " + host.name, cursor, page.to(), page.entries());
            for (Entry entry : page.entries()) {
                if (entry.seq() <= told) {
                    throw new Violation(name + " at " + host.name + " is told " + entry + " again");
                }
                told = entry.seq();
            }
            cursor = page.to();
        }

        private void begin() {
            Snapshot now = host.replica.snapshot();
            truth.snapshot(name + " at " + host.name, now);
            told = now.seq();
            cursor = faults.on(HostFault.SNAPSHOT_IS_OLD) ? Math.max(0, now.seq() - 5) : now.seq();
            if (cursor < now.seq()) {
                // it goes on from where it says that the snapshot ends
                truth.snapshot(
                        name + " at " + host.name,
                        new Snapshot(
                                now.epoch(),
                                cursor,
                                now.cameras(),
                                now.control(),
                                now.displays(),
                                now.scene(),
                                now.tiles(),
                                now.walls()));
            }
        }
    }
}
