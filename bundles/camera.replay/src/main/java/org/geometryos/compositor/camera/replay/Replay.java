package org.geometryos.compositor.camera.replay;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.SourceHealth;
import org.geometryos.compositor.api.recording.Recorder;
import org.geometryos.compositor.api.replay.Playback;
import org.geometryos.compositor.api.replay.PlaybackCommand;
import org.geometryos.compositor.api.replay.PlaybackException;
import org.geometryos.compositor.api.replay.PlaybackState;
import org.geometryos.compositor.health.GuardedLoop;
import org.geometryos.compositor.protocol.Codec;

/**
 * The source of one configuration: a {@link RecordingLibrary} that reads and a {@link Player} that plays, each with a
 * thread from {@link #start} to {@link #stop}. Any thread.
 */
final class Replay implements CameraSource, Playback {
    private static final long JOIN_MILLIS = 2_000;

    private final Player player;
    private final RecordingLibrary library;
    private volatile List<GuardedLoop> loops = List.of();
    private volatile boolean configured;
    private volatile String refusal = "";

    /** See {@link RecordingLibrary#Library}. */
    Replay(Path base, Codec codec, Clock clock, Supplier<Optional<Recorder>> recorder, Consumer<String> errors) {
        player = new Player(clock);
        library = new RecordingLibrary(base, codec, clock, recorder, player::parts, errors);
    }

    /** @param name of the source, for the threads */
    void start(String name) {
        loops = List.of(player.start("compositor-replay-" + name), library.start("compositor-replay-files-" + name));
    }

    /** Goes on as a hand left it. Before {@link #start}. */
    void resume(Hand hand) {
        player.resume(hand);
    }

    /** What a hand leaves, if one did anything. After {@link #stop}. */
    Optional<Hand> hand() {
        return player.hand();
    }

    /** A new configuration, in effect at once. */
    void configure(Settings settings) {
        refusal = "";
        configured = true;
        player.pace(new Player.Pace(settings.loop(), settings.speed()));
        library.configure(settings);
    }

    /** A configuration is wrong; what played before goes on. */
    void refused(String why) {
        refusal = why;
    }

    /**
     * Ends both threads.
     *
     * @param forGood also takes the cameras out of the sequence
     */
    void stop(boolean forGood) {
        library.stop();
        player.stop();
        loops.forEach(loop -> loop.stop(JOIN_MILLIS));
        if (forGood) {
            player.removeCameras();
        }
    }

    @Override
    public PlaybackState state() throws PlaybackException {
        return answer(player.order(Optional.empty()));
    }

    @Override
    public CompletionStage<PlaybackState> ask() {
        return player.order(Optional.empty()).minimalCompletionStage();
    }

    @Override
    public PlaybackState command(PlaybackCommand command) throws PlaybackException {
        return answer(player.order(Optional.of(command)));
    }

    @Override
    public CompletionStage<PlaybackState> send(PlaybackCommand command) {
        return player.order(Optional.of(command)).minimalCompletionStage();
    }

    private static PlaybackState answer(CompletableFuture<PlaybackState> answer) throws PlaybackException {
        try {
            return answer.get(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PlaybackException refused) {
                throw refused;
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new PlaybackException(
                    PlaybackException.Reason.UNAVAILABLE, "the player did not answer within " + LIMIT_MILLIS + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlaybackException(
                    PlaybackException.Reason.UNAVAILABLE, "the wait for the player was interrupted");
        }
    }

    @Override
    public void connected(CameraSink sink) {
        player.connected(sink);
    }

    @Override
    public void disconnected(CameraSink sink) {
        player.disconnected(sink);
    }

    @Override
    public SourceHealth health() {
        if (!configured) {
            return SourceHealth.failed(refusal.isEmpty() ? "not configured yet" : "nothing plays: " + refusal);
        }
        RecordingLibrary.Status status = library.status();
        Optional<String> held = status.problems().isEmpty() ? player.held() : Optional.empty();
        if (held.isPresent()) {
            // it holds nothing that it could lose by that, and the text stays the same while it lasts
            return SourceHealth.stale("it plays and moves nothing: another holds camera \"" + held.get()
                    + "\" with the same or a higher priority; give this replay a higher priority, or stop the other");
        }
        StringBuilder message = new StringBuilder();
        join(message, status.problems());
        message.append(message.isEmpty() ? "" : "; ")
                .append(
                        !status.read()
                                ? "reading the recordings"
                                : status.playing().isEmpty()
                                        ? "nothing to play"
                                        : player.finished() ? "played to the end: " : "playing ");
        message.append(String.join(", ", status.playing()));
        message.append("; ")
                .append(player.sent())
                .append(" sent, ")
                .append(player.refused())
                .append(" refused, ")
                .append(player.skippedFrames())
                .append(" skipped");
        join(message, status.flaws());
        if (!refusal.isEmpty()) {
            message.append("; a new configuration was refused: ").append(refusal);
        }
        return new SourceHealth(
                status.problems().isEmpty() ? SourceHealth.Status.OK : SourceHealth.Status.FAILED, message.toString());
    }

    private static void join(StringBuilder message, List<String> more) {
        for (String one : more) {
            message.append(message.isEmpty() ? "" : "; ").append(one);
        }
    }
}
