package org.geometryos.compositor.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Verdict;
import org.geometryos.compositor.api.log.Checkpoint;
import org.geometryos.compositor.api.log.SharedLog;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.api.value.Answer;
import org.geometryos.compositor.cluster.form.Forms;
import org.geometryos.compositor.cluster.form.UnknownFormException;
import org.geometryos.compositor.rings.RingJournal;
import org.geometryos.compositor.simulation.HostFault;

/** A replica as the product has it, with somebody who looks on, and faults around what it decides. */
public final class SimulatedReplica extends Replica {
    private static final Limits LIMITS = new Limits(
            TimeUnit.MILLISECONDS.toNanos(500),
            TimeUnit.SECONDS.toNanos(2),
            TimeUnit.MILLISECONDS.toNanos(1_500),
            TimeUnit.MILLISECONDS.toNanos(250),
            TimeUnit.SECONDS.toNanos(3),
            TimeUnit.SECONDS.toNanos(8),
            1 << 20,
            32);
    private static final long RING_BYTES = 1 << 16;

    private final Seen seen;
    private final HostFault.Switch faults;
    private boolean counted;

    /** Who looks on. */
    public interface Seen {
        /** A change counts. */
        void placed(long seq, Change change);

        /** A record of the log is no entry. */
        void passed(long seq);

        /** By this record a run of a host begins. */
        void joined(String host, long seq);

        /** By this record the run of a host ends that is there. */
        void gone(String host, long seq);
    }

    public SimulatedReplica(
            String host,
            SharedLog log,
            LongSupplier nanos,
            Random random,
            Runnable wake,
            Seen seen,
            HostFault.Switch faults) {
        super(
                host,
                log,
                new RingJournal(new RingJournal.Limits(RING_BYTES, RING_BYTES), () -> {}, log.epoch()),
                new FaultyRoll(faults, seen),
                LIMITS,
                new Figures(),
                nanos,
                random,
                wake);
        this.seen = seen;
        this.faults = faults;
    }

    public void start() {
        begin();
    }

    public void clock() {
        tick();
        store();
    }

    public void end() {
        close();
    }

    public boolean isJoined() {
        return phase() == Phase.JOINED;
    }

    public boolean hasFailed() {
        return phase() == Phase.FAILED;
    }

    public String whyNot() {
        return why();
    }

    public int outstanding() {
        return underWay();
    }

    public Answer<Verdict> share(String key, String value, long replaces) {
        return keep(key, Optional.ofNullable(value).map(String::getBytes), replaces);
    }

    /** The number of a private record; 0 if there is none. */
    public long shared(String key) {
        return kept(key).map(State.Private::seq).orElse(0L);
    }

    /** Of all that the hosts agree on. */
    public long stateDigest() {
        return digest();
    }

    @Override
    public void record(long seq, byte[] record) {
        long before = head();
        counted = false;
        super.record(faults.on(HostFault.GAPS_ARE_OVERLOOKED) && seq > before + 1 ? before + 1 : seq, record);
        if (head() > before && !counted) {
            seen.passed(head());
        }
    }

    @Override
    boolean place(long seq, Change change, Fence fence) {
        boolean counts = super.place(seq, change, mutated(change, fence));
        if (counts) {
            counted = true;
            seen.placed(seq, change);
        }
        return counts;
    }

    private Fence mutated(Change change, Fence fence) {
        boolean scene = change instanceof Change.SceneChanged;
        boolean control = change instanceof Change.ControlChanged;
        boolean presence = change instanceof Change.PresenceChanged;
        boolean tiles = change instanceof Change.TilesChanged;
        boolean anyReplaces = scene && faults.on(HostFault.SCENE_FENCE_IS_IGNORED)
                || tiles && faults.on(HostFault.TILES_FENCE_IS_IGNORED)
                || control && faults.on(HostFault.CONTROL_FENCE_IS_IGNORED)
                || presence && faults.on(HostFault.PRESENCE_FENCE_IS_IGNORED)
                || faults.on(HostFault.ONE_HOST_IGNORES_FENCES);
        boolean anyUnder = faults.on(HostFault.VIEWS_ARE_NOT_FENCED) || faults.on(HostFault.ONE_HOST_IGNORES_FENCES);
        return new Fence(
                anyReplaces ? Fence.ANY : fence.replaces(), anyUnder ? Fence.ANY : fence.under(), scene(fence));
    }

    private long scene(Fence fence) {
        return faults.on(HostFault.SCENE_FENCE_IS_IGNORED) || faults.on(HostFault.ONE_HOST_IGNORES_FENCES)
                ? Fence.ANY
                : fence.scene();
    }

    @Override
    Optional<Tiles> tiles(LogRecord.Tiled made) {
        return super.tiles(
                faults.on(HostFault.TILES_FENCE_IS_IGNORED)
                        ? new LogRecord.Tiled(
                                made.by(),
                                Fence.NONE,
                                made.ops(),
                                made.origin(),
                                made.scene(),
                                made.revision(),
                                made.time())
                        : made);
    }

    @Override
    Optional<Change.SceneChanged> scene(LogRecord.InScene made, Optional<String> origin, long time, long replaces) {
        return super.scene(made, origin, time, faults.on(HostFault.SCENE_FENCE_IS_IGNORED) ? Fence.ANY : replaces);
    }

    @Override
    public Answer<Verdict> append(Change change, Fence fence) {
        Fence said = faults.on(HostFault.AUTHORS_NAME_NO_FENCE) ? Fence.NONE : fence;
        Answer<Verdict> answer = super.append(change, said);
        if (faults.on(HostFault.ANSWERS_COME_TOO_EARLY)) {
            return new Verdict.Counted(head() + 1);
        }
        if (faults.on(HostFault.PASSED_OVER_IS_TOLD_AS_COUNTED)) {
            return answer.map(verdict -> verdict instanceof Verdict.PassedOver ? new Verdict.Counted(head()) : verdict);
        }
        if (faults.on(HostFault.COUNTED_IS_TOLD_AS_PASSED_OVER)) {
            return answer.map(verdict -> Verdict.PASSED_OVER);
        }
        return answer;
    }

    @Override
    State state() {
        return mutated(super.state());
    }

    private State mutated(State state) {
        List<State.Numbered> newest = new ArrayList<>(state.newest());
        List<Roll.Host> hosts = state.hosts();
        List<State.Private> kept = state.kept();
        long seq = state.seq();
        if (faults.on(HostFault.CHECKPOINT_LOSES_HOLDERS)) {
            newest.removeIf(each -> each.change() instanceof Change.ControlChanged);
        }
        if (faults.on(HostFault.CHECKPOINT_LOSES_A_CAMERA)) {
            newest.stream()
                    .filter(each -> each.change() instanceof Change.CameraChanged)
                    .findFirst()
                    .ifPresent(newest::remove);
        }
        if (faults.on(HostFault.CHECKPOINT_LOSES_THE_SCENE)) {
            newest.removeIf(each -> each.change() instanceof Change.SceneChanged);
        }
        if (faults.on(HostFault.CHECKPOINT_LOSES_TILES)) {
            newest.removeIf(each -> each.change() instanceof Change.TilesChanged);
        }
        if (faults.on(HostFault.CHECKPOINT_LOSES_DISPLAYS)) {
            newest.removeIf(each -> each.change() instanceof Change.PresenceChanged);
        }
        if (faults.on(HostFault.CHECKPOINT_LOSES_HOSTS)) {
            hosts = List.of();
        }
        if (faults.on(HostFault.CHECKPOINT_FORGETS_WHAT_WAS_READ)) {
            hosts = hosts.stream()
                    .map(host -> new Roll.Host(host.name(), host.entry(), Math.max(1, host.next() - 2), host.gone()))
                    .toList();
        }
        if (faults.on(HostFault.CHECKPOINT_LOSES_WHAT_IS_KEPT)) {
            kept = List.of();
        }
        if (faults.on(HostFault.CHECKPOINT_NUMBER_TOO_HIGH)) {
            seq += 3;
        }
        if (faults.on(HostFault.CHECKPOINT_NUMBER_TOO_LOW)) {
            seq = Math.max(0, seq - 20);
        }
        if (faults.on(HostFault.CHECKPOINT_TURNS_NUMBERS)) {
            newest.replaceAll(each -> new State.Numbered(Math.max(1, each.seq() - 1), each.host(), each.change()));
        }
        return new State(state.format(), state.epoch(), seq, newest, hosts, kept);
    }

    /** A checkpoint that stands for nothing. */
    public static Checkpoint withoutContent(Checkpoint real) {
        try {
            Forms forms = new Forms();
            State state = forms.value(State.class, real.content());
            return new Checkpoint(
                    real.seq(),
                    forms.bytes(
                            State.class,
                            new State(
                                    state.format(), state.epoch(), state.seq(), List.of(), state.hosts(), List.of())));
        } catch (UnknownFormException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class FaultyRoll extends Roll {
        private final HostFault.Switch faults;
        private final Seen seen;

        private FaultyRoll(HostFault.Switch faults, Seen seen) {
            this.faults = faults;
            this.seen = seen;
        }

        @Override
        Turn turn(LogRecord.Author by) {
            LogRecord.Author seen = by;
            if (faults.on(HostFault.ANY_RUN_OF_A_HOST_COUNTS)) {
                seen = new LogRecord.Author(by.host(), entry(by.host()), by.number());
            }
            Turn turn = super.turn(seen);
            boolean known = isThere(seen.host(), seen.start());
            if (turn == Turn.OVER
                    && known
                    && (faults.on(HostFault.ONCE_IS_IGNORED) || faults.on(HostFault.ONE_HOST_IGNORES_ONCE))) {
                return Turn.NEXT;
            }
            if (turn == Turn.TOO_EARLY
                    && (faults.on(HostFault.ORDER_IS_IGNORED) || faults.on(HostFault.ONE_HOST_IGNORES_ORDER))) {
                return skipTo(seen);
            }
            if (turn == Turn.OVER && !known && faults.on(HostFault.HOSTS_THAT_ARE_GONE_COUNT)) {
                return Turn.NEXT;
            }
            return turn;
        }

        private Turn skipTo(LogRecord.Author by) {
            begin(all().stream()
                    .map(host -> host.name().equals(by.host())
                            ? new Host(host.name(), host.entry(), by.number() + 1, host.gone())
                            : host)
                    .toList());
            return Turn.NEXT;
        }

        @Override
        boolean join(String name, long seq, long replaces) {
            boolean counts = super.join(name, seq, faults.on(HostFault.JOINS_ARE_NOT_FENCED) ? entry(name) : replaces);
            if (counts) {
                seen.joined(name, seq);
            }
            return counts;
        }

        @Override
        boolean leave(String name, long seq, long start) {
            boolean counts = !faults.on(HostFault.NOBODY_IS_GONE)
                    && super.leave(name, seq, faults.on(HostFault.GONE_IS_NOT_FENCED) ? entry(name) : start);
            if (counts) {
                seen.gone(name, seq);
            }
            return counts;
        }
    }
}
