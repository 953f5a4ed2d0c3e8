package org.geometryos.compositor.camera.replay;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.replay.PlaybackCommand;
import org.geometryos.compositor.api.replay.PlaybackException;
import org.geometryos.compositor.api.replay.PlaybackState;
import org.geometryos.compositor.api.value.Answer;
import org.geometryos.compositor.camera.replay.RecordedFile.Frame;
import org.geometryos.compositor.health.GuardedLoop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plays recordings into a sink. {@link #step()}, on one thread, does all the work; everybody else only changes what it
 * looks at: the parts, how to play them, and the sink. No lock is held when the sink is called.
 */
final class Player implements Track.Output {
    /** As {@link #step()} gives it: nothing will be due before something changes. */
    static final long NEVER = Long.MAX_VALUE;

    /** So long nothing moves before that is worth a warning. */
    static final long HELD_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Orders that wait. */
    private static final int MOST_ORDERS = 64;

    private static final Logger LOG = LoggerFactory.getLogger(Player.class);

    private final Clock clock;
    private final AtomicReference<CameraSink> sink = new AtomicReference<>();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong skipped = new AtomicLong();
    private final Map<String, Channel> channels = new ConcurrentHashMap<>();
    private volatile List<Part> parts = List.of();
    private volatile Pace pace = new Pace(true, 1);
    private volatile boolean connectedOnce;
    private volatile boolean stopped;
    private volatile GuardedLoop loop;
    private volatile boolean allFinished;

    /**
     * Since when, nanoseconds of the clock, others hold all that is to be moved; null: they do not, or something was
     * moved before, as when a display took control meanwhile.
     */
    private volatile Long heldSince;
    /** One of the cameras that others hold. */
    private volatile String heldCamera = "";

    /** Whether anything was moved since the present parts play. */
    private volatile boolean moved;

    private final ArrayBlockingQueue<Order> orders = new ArrayBlockingQueue<>(MOST_ORDERS);

    /** Whether a hand did anything. */
    private volatile boolean touched;
    /** What a hand left to this player; empty when it has gone on with that. */
    private Optional<Hand> left = Optional.empty();

    // of the thread that steps alone
    private boolean paused;
    private double speed = pace.speed();
    private boolean again = pace.loop();
    private Optional<PlaybackState.Marks> marks = Optional.empty();
    private List<Track> tracks = List.of();
    private List<Part> playing = List.of();
    private Pace playingAt = pace;

    /**
     * What a hand wants, and who waits for it.
     *
     * @param command empty: only how it is
     */
    private record Order(Optional<PlaybackCommand> command, CompletableFuture<PlaybackState> answer) {}

    /** How all recordings are played. */
    record Pace(boolean loop, double speed) {}

    Player(Clock clock) {
        this.clock = clock;
    }

    /** Plays until {@link #stop()}, on a thread of its own. */
    GuardedLoop start(String name) {
        loop = GuardedLoop.of(name, this::turn);
        return loop.start();
    }

    private long turn() {
        long due = step();
        long wait = due == NEVER ? NEVER : due - clock.nanos();
        return wait > 0 && !stopped && readAhead() ? 0 : wait;
    }

    /** Ends the thread at once. Any thread; does not wait. */
    void stop() {
        stopped = true;
        GuardedLoop running = loop;
        if (running != null) {
            running.ask();
        }
        refuseOrders();
    }

    /** Goes on as a hand left it, if the same is played. Before the thread begins. */
    void resume(Hand hand) {
        left = Optional.of(hand);
    }

    /** How it is left, if a hand did anything. After the thread has ended. */
    Optional<Hand> hand() {
        if (!touched || tracks.isEmpty()) {
            return Optional.empty();
        }
        PlaybackState now = state(clock.nanos());
        return Optional.of(new Hand(
                now.status() == PlaybackState.Status.PAUSED, now.position(), speed, again, marks, now.recordings()));
    }

    /**
     * Has the thread do something. Any thread; does not wait.
     *
     * @param command empty: nothing
     * @return where it is then, or fails with a {@link PlaybackException}
     */
    CompletableFuture<PlaybackState> order(Optional<PlaybackCommand> command) {
        CompletableFuture<PlaybackState> answer = new CompletableFuture<>();
        if (!orders.offer(new Order(command, answer))) {
            answer.completeExceptionally(new PlaybackException(
                    PlaybackException.Reason.UNAVAILABLE,
                    MOST_ORDERS + " commands wait already, which is the most; send fewer"));
        }
        if (stopped) {
            refuseOrders();
        }
        wake();
        return answer;
    }

    private void refuseOrders() {
        for (Order order; (order = orders.poll()) != null; ) {
            order.answer()
                    .completeExceptionally(
                            new PlaybackException(PlaybackException.Reason.UNAVAILABLE, "this playback has ended"));
        }
    }

    /** What to play from now on; what played already goes on where it is. Any thread, one at a time. */
    void parts(List<Part> wanted) {
        parts = List.copyOf(wanted);
        wake();
    }

    /** How to play from now on. Any thread. */
    void pace(Pace wanted) {
        pace = wanted;
        wake();
    }

    /** Any thread; the sink given last is used. */
    void connected(CameraSink to) {
        sink.set(to);
        connectedOnce = true;
        wake();
    }

    /** Any thread. Time goes on; what is due meanwhile is refused. */
    void disconnected(CameraSink from) {
        sink.compareAndSet(from, null);
    }

    /** Takes the cameras that we drive out of the sequence: the configuration is gone. After the thread has ended. */
    void removeCameras() {
        CameraSink to = sink.get();
        for (Channel channel : channels.values()) {
            remove(channel, to);
        }
        channels.clear();
    }

    long sent() {
        return sent.get();
    }

    /** Due while there was no sink, or not taken by it. */
    long refused() {
        return refused.get();
    }

    /** Left out because a newer one was due already. */
    long skippedFrames() {
        return skipped.get();
    }

    /** One of the cameras, when others have held all that is to be moved from the beginning on. Any thread. */
    Optional<String> held() {
        Long since = heldSince;
        return since == null || allFinished || clock.nanos() - since < HELD_NANOS
                ? Optional.empty()
                : Optional.of(heldCamera);
    }

    /** Whether everything has been played to its end. */
    boolean finished() {
        return allFinished;
    }

    private void wake() {
        GuardedLoop running = loop;
        if (running != null) {
            running.wake();
        }
    }

    /**
     * Sends what is due.
     *
     * @return when to call again, nanoseconds of the clock, or {@link #NEVER}
     */
    long step() {
        if (!connectedOnce) {
            answerOrders(clock.nanos());
            return NEVER;
        }
        long now = clock.nanos();
        update(now);
        tracks.forEach(track -> track.advance(now, this));
        answerOrders(now);
        long due = NEVER;
        boolean finished = !tracks.isEmpty();
        for (Track track : tracks) {
            if (track.paused()) {
                finished = false;
            } else if (!track.finished()) {
                finished = false;
                due = due == NEVER || track.due() - due < 0 ? track.due() : due;
            }
        }
        allFinished = finished;
        return due;
    }

    /**
     * Gets ready what comes next, while nothing is due.
     *
     * @return whether there is more now than before, so that something may be due
     */
    boolean readAhead() {
        boolean more = false;
        for (Track track : tracks) {
            more |= track.readAhead();
        }
        return more;
    }

    private void update(long now) {
        Pace wantedPace = pace;
        if (wantedPace != playingAt) {
            // what is not configured anew stays as a hand set it
            speed = wantedPace.speed() == playingAt.speed() ? speed : wantedPace.speed();
            again = wantedPace.loop() == playingAt.loop() ? again : wantedPace.loop();
            tracks.forEach(track -> track.change(again, speed, now));
            playingAt = wantedPace;
        }
        List<Part> wanted = parts;
        if (wanted == playing) {
            return;
        }
        Set<String> cameras = new HashSet<>();
        wanted.forEach(part -> cameras.addAll(part.cameras()));
        CameraSink to = sink.get();
        channels.values().removeIf(channel -> {
            boolean gone = !cameras.contains(channel.camera());
            if (gone) {
                remove(channel, to);
            }
            return gone;
        });
        List<Track> next = new ArrayList<>();
        for (Part part : wanted) {
            List<Channel> driven = part.cameras().stream()
                    .map(name -> channels.computeIfAbsent(name, camera -> new Channel(camera, clock.micros())))
                    .toList();
            Optional<Track> known = tracks.stream()
                    .filter(track -> track.recording() == part.recording())
                    .findFirst();
            known.ifPresent(track -> track.channels(driven));
            next.add(known.orElseGet(() -> begun(part.recording(), driven, now)));
        }
        if (next.stream().noneMatch(track -> tracks.contains(track))) {
            marks = Optional.empty();
        }
        tracks = next;
        playing = wanted;
        moved = false;
        heldSince = null;
        if (left.isPresent() && !tracks.isEmpty()) {
            Hand hand = left.get();
            left = Optional.empty();
            goOn(hand, now);
        }
    }

    private void goOn(Hand hand, long now) {
        try {
            if (!hand.recordings().equals(playing.stream().map(Part::name).toList())
                    || hand.position() > longest().length()) {
                return;
            }
            speed = hand.speed();
            again = hand.loop();
            tracks.forEach(track -> track.change(again, speed, now));
            if (hand.marks().isPresent()) {
                loop(hand.marks().get(), now);
            }
            seek(hand.position(), now);
            if (hand.paused()) {
                pause(now);
            }
            touched = true;
        } catch (UnplayableException e) {
            LOG.warn("what a hand left is not found again, and it plays as configured: {}", e.getMessage());
        }
    }

    private Track begun(Reel recording, List<Channel> driven, long now) {
        Track track = new Track(recording, driven, again, speed, now);
        if (paused) {
            track.pause(now);
        }
        return track;
    }

    private void answerOrders(long now) {
        for (Order order; (order = orders.poll()) != null; ) {
            try {
                if (order.command().isPresent()) {
                    if (!connectedOnce || tracks.isEmpty()) {
                        throw new PlaybackException(
                                PlaybackException.Reason.UNAVAILABLE,
                                connectedOnce
                                        ? "there is nothing to play; the health of this source says why"
                                        : "the cameras of this host are away for a moment");
                    }
                    obey(order.command().get(), now);
                    touched = true;
                }
                order.answer().complete(state(now));
            } catch (PlaybackException e) {
                order.answer().completeExceptionally(e);
            } catch (UnplayableException e) {
                order.answer()
                        .completeExceptionally(
                                new PlaybackException(PlaybackException.Reason.UNAVAILABLE, e.getMessage()));
            } catch (RuntimeException | Error e) {
                order.answer()
                        .completeExceptionally(
                                new PlaybackException(PlaybackException.Reason.UNAVAILABLE, "the player failed: " + e));
                throw e;
            }
        }
    }

    private void obey(PlaybackCommand command, long now) throws PlaybackException, UnplayableException {
        if (command instanceof PlaybackCommand.Play) {
            play(now);
        } else if (command instanceof PlaybackCommand.Pause) {
            pause(now);
        } else if (command instanceof PlaybackCommand.Seek to) {
            inside("position", to.position());
            seek(to.position(), now);
        } else if (command instanceof PlaybackCommand.Step by) {
            step(by, now);
        } else if (command instanceof PlaybackCommand.LoopBetween between) {
            inside("to", between.to());
            loop(new PlaybackState.Marks(between.from(), between.to()), now);
        } else if (command instanceof PlaybackCommand.Loop all) {
            marks = Optional.empty();
            again = all.on();
            tracks.forEach(track -> {
                track.marks(null);
                track.change(again, speed, now);
            });
        } else if (command instanceof PlaybackCommand.Speed factor) {
            speed = factor.factor();
            tracks.forEach(track -> track.change(again, speed, now));
        }
    }

    private void play(long now) {
        // those that play already go on
        boolean over = tracks.stream().allMatch(track -> track.paused() || track.finished());
        tracks.stream().filter(track -> over || track.paused()).forEach(track -> track.play(now));
        paused = false;
    }

    private void pause(long now) {
        tracks.stream().filter(track -> !track.paused()).forEach(track -> track.pause(now));
        paused = true;
    }

    private void seek(long to, long now) throws UnplayableException {
        for (Track track : tracks) {
            track.seek(to, now, this);
        }
    }

    private void loop(PlaybackState.Marks between, long now) throws UnplayableException {
        for (Track track : tracks) {
            if (track.position(now) >= between.to()) {
                track.seek(between.from(), now, this);
            }
            track.marks(between.to() <= track.length() || track == longest() ? between : null);
        }
        marks = Optional.of(between);
    }

    private void step(PlaybackCommand.Step step, long now) throws PlaybackException, UnplayableException {
        if (step.camera().isPresent() && !channels.containsKey(step.camera().get())) {
            throw new PlaybackException(
                    PlaybackException.Reason.INVALID,
                    "camera must be one of this playback, not " + step.camera().get(),
                    "camera");
        }
        pause(now);
        for (int i = 0; i < Math.abs(step.entries()); i++) {
            if (!stepped(step.entries() > 0, step.camera(), now)) {
                if (i > 0) {
                    return;
                }
                throw new PlaybackException(
                        PlaybackException.Reason.CONFLICT,
                        step.entries() > 0 ? "there is no entry behind this one" : "there is no entry before this one");
            }
        }
    }

    /** Of recordings side by side the one steps whose entry is nearest. */
    private boolean stepped(boolean on, Optional<String> camera, long now) throws UnplayableException {
        List<Track> nearest = new ArrayList<>(tracks);
        nearest.sort(
                Comparator.comparingLong(track -> on ? lastIfNone(track.neighbour(true)) : -track.neighbour(false)));
        for (Track track : nearest) {
            int index = -1;
            for (int i = 0; camera.isPresent() && i < track.channels().size(); i++) {
                index = track.channels().get(i).camera().equals(camera.get()) ? i : index;
            }
            if ((camera.isEmpty() || index >= 0) && track.step(on, index, now, this)) {
                return true;
            }
        }
        return false;
    }

    private static long lastIfNone(long offset) {
        return offset < 0 ? Long.MAX_VALUE : offset;
    }

    private Track longest() {
        return tracks.stream().max(Comparator.comparingLong(Track::length)).orElseThrow();
    }

    private void inside(String field, long value) throws PlaybackException {
        if (value > longest().length()) {
            throw new PlaybackException(
                    PlaybackException.Reason.INVALID,
                    field + " must be at most the length (" + longest().length() + "), not " + value,
                    field);
        }
    }

    private PlaybackState state(long now) {
        List<PlaybackState.Lane> lanes = new ArrayList<>();
        for (int i = 0; i < tracks.size(); i++) {
            Track track = tracks.get(i);
            for (int camera = 0; camera < track.channels().size(); camera++) {
                Channel channel = track.channels().get(camera);
                long shown = track.shown(camera);
                lanes.add(new PlaybackState.Lane(
                        channel.camera(),
                        playing.get(i).name(),
                        shown < 0 ? OptionalLong.empty() : OptionalLong.of(shown),
                        channel.held()));
            }
        }
        boolean over = tracks.stream().allMatch(Track::finished);
        return new PlaybackState(
                over
                        ? PlaybackState.Status.STOPPED
                        : paused ? PlaybackState.Status.PAUSED : PlaybackState.Status.PLAYING,
                tracks.isEmpty() ? 0 : longest().position(now),
                tracks.isEmpty() ? 0 : longest().length(),
                speed,
                again || marks.isPresent(),
                marks,
                tracks.isEmpty() ? OptionalLong.empty() : longest().recording().began(),
                playing.stream().map(Part::name).toList(),
                lanes);
    }

    private static void remove(Channel channel, CameraSink to) {
        if (to != null && channel.drove()) {
            try {
                to.remove(channel.camera());
            } catch (RuntimeException e) {
                LOG.debug("Camera {} could not be removed", channel.camera(), e);
            }
        }
    }

    @Override
    public boolean frame(Channel channel, Frame frame, long taken, boolean jumped) {
        boolean jump = channel.takeJump() | jumped;
        long sample = channel.nextSample();
        CameraSink to = sink.get();
        Answer<Outcome> answer = null;
        if (to != null) {
            try {
                answer = to.push(new CameraUpdate(
                        channel.camera(),
                        frame.view(),
                        OptionalLong.of(wall(taken)),
                        OptionalLong.of(sample),
                        jump,
                        frame.timecode()));
            } catch (RuntimeException e) {
                LOG.debug("The sink failed", e);
            }
        }
        if (answer == null) {
            channel.held(false);
            refused.incrementAndGet();
            return !jump;
        }
        Outcome now = answer.now(null);
        if (now != null) {
            return became(channel, jump, now);
        }
        answer.then(outcome -> {
            if (!became(channel, jump, outcome)) {
                channel.jump();
            }
        });
        return true;
    }

    /** @return whether the next one continues what was sent before */
    private boolean became(Channel channel, boolean jump, Outcome outcome) {
        if (outcome.accepted()) {
            sent.incrementAndGet();
            channel.moved();
            channel.held(false);
            moved = true;
            heldSince = null;
            return true;
        }
        boolean held = outcome instanceof Outcome.Refused no && no.reason() == Outcome.Reason.HELD;
        channel.held(held);
        if (held && !moved && heldSince == null) {
            heldCamera = channel.camera();
            heldSince = clock.nanos();
        }
        refused.incrementAndGet();
        return !jump && !held;
    }

    /** An instant of the one clock on the other, microseconds; again if the thread was held up between the two. */
    private long wall(long nanos) {
        long quickest = Long.MAX_VALUE;
        long time = 0;
        for (int tries = 0; tries < 3 && quickest > 20_000; tries++) {
            long before = clock.nanos();
            long now = clock.micros();
            long took = clock.nanos() - before;
            if (took < quickest) {
                quickest = took;
                time = now - (before + took / 2 - nanos) / 1000;
            }
        }
        return Math.max(0, time);
    }

    @Override
    public void skipped(Channel channel) {
        channel.nextSample();
        skipped.incrementAndGet();
    }

    @Override
    public boolean stopped() {
        return stopped;
    }
}
