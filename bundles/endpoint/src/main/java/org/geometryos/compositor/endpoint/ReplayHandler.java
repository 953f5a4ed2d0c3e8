package org.geometryos.compositor.endpoint;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.geometryos.compositor.api.replay.Playback;
import org.geometryos.compositor.api.replay.PlaybackException;
import org.geometryos.compositor.api.replay.PlaybackState;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.ErrorCode;
import org.geometryos.compositor.protocol.ServerMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers one request about what plays; that the caller may is known. The players answer on threads of their own, and
 * none of ours waits for them: the client's next message is handed out after the answer.
 */
final class ReplayHandler {
    /** Playbacks of one answer, which has about 300 KB then. */
    static final int MOST = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(ReplayHandler.class);

    private final Services services;
    private final Caller caller;
    private final ClientMessage.Replay message;

    ReplayHandler(Services services, Caller caller, ClientMessage.Replay message) {
        this.services = services;
        this.caller = caller;
        this.message = message;
    }

    /** @return whether to go on with the next message at once */
    boolean answer() {
        if (message.playback().isEmpty()) {
            answer(all());
            return false;
        }
        String name = message.playback().get();
        Playback playback = services.playbacks.get(name);
        if (playback == null) {
            refuse(
                    ErrorCode.NOT_FOUND,
                    "there is no playback \"" + name + "\"; the sources of replays are playbacks",
                    "playback");
            return true;
        }
        CompletableFuture<ServerMessage.Playback> seen = seen(
                name,
                message.command().isPresent() ? playback.send(message.command().get()) : playback.ask());
        services.limits.limit(seen, Playback.LIMIT_MILLIS, () -> seen.completeExceptionally(new TimeoutException()));
        answer(seen.thenApply(List::of));
        return false;
    }

    private void answer(CompletableFuture<List<ServerMessage.Playback>> playbacks) {
        playbacks.whenComplete((found, failure) -> {
            try {
                if (failure == null) {
                    message.id()
                            .ifPresent(id ->
                                    caller.send(new ServerMessage.Ack(id, OptionalLong.empty(), Optional.of(found))));
                } else {
                    refuse(failure instanceof CompletionException ? failure.getCause() : failure);
                }
            } finally {
                caller.link.resume();
            }
        });
    }

    /** One that does not answer, or not in time, does not cost the others. */
    private CompletableFuture<List<ServerMessage.Playback>> all() {
        List<CompletableFuture<Optional<ServerMessage.Playback>>> each = services.playbacks.entrySet().stream()
                .limit(MOST)
                .map(entry -> seen(entry.getKey(), entry.getValue().ask())
                        .handle((found, failure) -> Optional.ofNullable(found)))
                .toList();
        CompletableFuture<Void> done = CompletableFuture.allOf(each.toArray(CompletableFuture[]::new));
        services.limits.limit(done, Playback.LIMIT_MILLIS, () -> done.complete(null));
        return done.thenApply(all -> each.stream()
                .map(one -> one.getNow(Optional.empty()))
                .flatMap(Optional::stream)
                .toList());
    }

    private static CompletableFuture<ServerMessage.Playback> seen(String name, CompletionStage<PlaybackState> answer) {
        return answer.thenApply(state -> ServerMessage.Playback.of(name, state)).toCompletableFuture();
    }

    private void refuse(Throwable failure) {
        if (failure instanceof PlaybackException refused) {
            ErrorCode code =
                    switch (refused.reason()) {
                        case INVALID -> ErrorCode.INVALID;
                        case CONFLICT -> ErrorCode.NOT_FOUND;
                        case UNAVAILABLE -> ErrorCode.UNAVAILABLE;
                    };
            refuse(code, refused.getMessage(), refused.field().orElse(null));
        } else if (failure instanceof TimeoutException) {
            String limit = "the player did not answer within " + Playback.LIMIT_MILLIS + " ms";
            refuse(ErrorCode.UNAVAILABLE, limit + "; whether it was done is unknown", null);
        } else {
            LOG.warn("Playback {} failed", message.playback().orElse("?"), failure);
            refuse(
                    ErrorCode.UNAVAILABLE,
                    "the player failed: " + failure.getClass().getSimpleName(),
                    null);
        }
    }

    /** Without id at most once a second, as other refusals. */
    private void refuse(ErrorCode code, String why, String field) {
        if (message.id().isPresent() || caller.quota.tellHeld()) {
            caller.error(message.id(), code, why, field);
        }
    }
}
