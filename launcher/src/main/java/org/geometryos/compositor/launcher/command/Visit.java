package org.geometryos.compositor.launcher.command;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.client.ClientListener;
import org.geometryos.compositor.client.Closed;
import org.geometryos.compositor.client.CompositorClient;
import org.geometryos.compositor.client.RefusedException;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.ServerMessage;

/** One short connection of a command that asks something; it says bye at the end. */
final class Visit implements AutoCloseable {
    private static final long LIMIT_SECONDS = 10;

    private final Target target;
    private final CompositorClient client;
    private final CompletableFuture<String> refusal = new CompletableFuture<>();

    private Visit(Target target, CompositorClient.Builder builder, Subscription subscription, Roll roll) {
        this.target = target;
        this.client = builder.once()
                .subscription(subscription)
                .listener(new ClientListener() {
                    @Override
                    public void message(ServerMessage message) {
                        roll.take(message);
                        if (message instanceof ServerMessage.Error error) {
                            refusal.complete(error.code().word() + ": " + error.message());
                        }
                    }

                    @Override
                    public void disconnected(Closed closed) {
                        roll.forget();
                    }
                })
                .connect();
    }

    /**
     * @param roll is told who is there, if the subscription asks for it
     * @throws FailedException with the reason if it is not welcome
     */
    static Visit to(Target target, Subscription subscription, Roll roll) throws FailedException, InterruptedException {
        return welcomed(new Visit(target, Remote.builder(target), subscription, roll));
    }

    /** The same for a client that only administers the host. */
    static Visit toRun(Target target, Subscription subscription, Roll roll)
            throws FailedException, InterruptedException {
        return welcomed(new Visit(target, Remote.builder(target).operator(), subscription, roll));
    }

    private static Visit welcomed(Visit visit) throws FailedException, InterruptedException {
        try {
            visit.get("say welcome", visit.client.ready());
            return visit;
        } catch (FailedException | InterruptedException e) {
            visit.close();
            throw e;
        }
    }

    ServerMessage.Welcome welcome() {
        return client.welcome().orElseThrow();
    }

    /** Whether the connection is still there. */
    boolean open() {
        return client.state() == CompositorClient.State.OPEN;
    }

    /** Waits until the server has listed the displays. */
    void awaitRoll(Roll roll) throws FailedException, InterruptedException {
        if (!roll.awaitKnown(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS))) {
            throw new FailedException(target.uri()
                    + refusal.getNow(
                            open()
                                    ? " did not say within " + LIMIT_SECONDS + " s which displays there are"
                                    : " closed the connection before it listed the displays"));
        }
    }

    void admin(ClientMessage.AdminAction action) throws FailedException, InterruptedException {
        Future<OptionalLong> answer = client.admin(action);
        get("answer", answer);
    }

    private <T> T get(String what, Future<T> future) throws FailedException, InterruptedException {
        try {
            return future.get(LIMIT_SECONDS + 1, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new FailedException(target.uri() + " did not " + what + " within " + LIMIT_SECONDS + " s", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RefusedException refused) {
                throw new FailedException(target.uri() + " refused it: " + Console.plain(refused.getMessage()), e);
            }
            throw new FailedException(
                    ending().map(closed -> Remote.why(target, closed))
                            .orElse(target.uri() + ": " + e.getCause().getMessage()),
                    e);
        }
    }

    /** How the connection ended, which is told a moment after what waited for it has failed. */
    private Optional<Closed> ending() throws InterruptedException {
        try {
            return Optional.of(client.closed().get(1, TimeUnit.SECONDS));
        } catch (ExecutionException | TimeoutException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
