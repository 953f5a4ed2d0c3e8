package org.geometryos.compositor.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.geometryos.compositor.protocol.RequestId;
import org.geometryos.compositor.protocol.ServerMessage;

/**
 * Requests that wait for their answer, in the order in which they were sent. How many there are is bounded outside. One
 * thread.
 */
final class PendingRequests {
    private final long limitNanos;
    private final Map<RequestId, Waiting> waiting = new LinkedHashMap<>();

    private record Waiting(CompletableFuture<ServerMessage.Ack> answer, long deadline) {}

    PendingRequests(long limitNanos) {
        this.limitNanos = limitNanos;
    }

    void add(RequestId id, CompletableFuture<ServerMessage.Ack> answer, long now) {
        waiting.put(id, new Waiting(answer, now + limitNanos));
    }

    void ack(ServerMessage.Ack ack) {
        Waiting request = waiting.remove(ack.id());
        if (request != null) {
            request.answer().complete(ack);
        }
    }

    void error(ServerMessage.Error error) {
        Waiting request = error.id().map(waiting::remove).orElse(null);
        if (request != null) {
            request.answer().completeExceptionally(new RefusedException(error));
        }
    }

    /** @param late is told of each that has waited too long, before it fails */
    void expire(long now, Runnable late) {
        List<Waiting> expired = new ArrayList<>();
        var all = waiting.values().iterator();
        while (all.hasNext()) {
            Waiting request = all.next();
            if (now - request.deadline() < 0) {
                break;
            }
            all.remove();
            expired.add(request);
        }
        for (Waiting request : expired) {
            late.run();
            request.answer()
                    .completeExceptionally(new TimeoutException(
                            "no answer within " + limitNanos / 1_000_000 + " ms; whether it was done is unknown"));
        }
    }

    /** None of them will be answered any more. */
    void failAll(Exception why) {
        List<Waiting> all = new ArrayList<>(waiting.values());
        waiting.clear();
        all.forEach(request -> request.answer().completeExceptionally(why));
    }
}
