package org.geometryos.compositor.launcher.command;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.client.ClientListener;
import org.geometryos.compositor.client.Closed;
import org.geometryos.compositor.client.CompositorClient;
import org.geometryos.compositor.client.RefusedException;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.ErrorCode;
import org.geometryos.compositor.protocol.ServerMessage;

/** One short connection of a command that asks something; it says bye at the end. */
final class Visit implements AutoCloseable {
    private static final long LIMIT_SECONDS = 10;

    private final Target target;
    private final CompositorClient client;
    private final CompletableFuture<String> refusal = new CompletableFuture<>();
    private volatile long welcomed;

    private Visit(Target target, CompositorClient.Builder builder, Subscription subscription, Listing heard) {
        this.target = target;
        this.client = builder.once()
                .subscription(subscription)
                .listener(new ClientListener() {
                    @Override
                    public void message(ServerMessage message) {
                        heard.take(message);
                        if (message instanceof ServerMessage.Error error) {
                            refusal.complete(error.code().word() + ": " + error.message());
                        }
                    }

                    @Override
                    public void disconnected(Closed closed) {
                        heard.forget();
                    }
                })
                .connect();
    }

    /**
     * @param heard is told what comes
     * @throws FailedException with the reason if it is not welcome
     */
    static Visit to(Target target, Subscription subscription, Listing heard)
            throws FailedException, InterruptedException {
        return welcomed(new Visit(target, Remote.builder(target), subscription, heard));
    }

    /** The same for a client that only administers the host. */
    static Visit toRun(Target target, Subscription subscription, Listing heard)
            throws FailedException, InterruptedException {
        return welcomed(new Visit(target, Remote.builder(target).operator(), subscription, heard));
    }

    /**
     * The same for a client that holds cameras and wants to hear nothing.
     *
     * @param display its name; null: the server gives one
     */
    static Visit as(Target target, String display) throws FailedException, InterruptedException {
        CompositorClient.Builder builder = Remote.builder(target);
        return welcomed(
                new Visit(target, display == null ? builder : builder.display(display), Subscription.NONE, new Roll()));
    }

    private static Visit welcomed(Visit visit) throws FailedException, InterruptedException {
        try {
            visit.get("say welcome", visit.client.ready());
            visit.welcomed = System.nanoTime();
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

    /**
     * Waits until the server has listed what was asked for.
     *
     * @param what it lists, for the message
     */
    void awaitKnown(Listing heard, String what) throws FailedException, InterruptedException {
        if (!heard.awaitKnown(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS))) {
            throw new FailedException(target.uri()
                    + refusal.getNow(
                            open()
                                    ? " did not say within " + LIMIT_SECONDS + " s which " + what + " there are"
                                    : " closed the connection before it listed the " + what));
        }
    }

    /** The server's time now, microseconds, as its welcome told it. */
    long serverTime() {
        return welcome().time() + (System.nanoTime() - welcomed) / 1_000;
    }

    /** @return whether it was not one's own before */
    boolean take(String camera, boolean force) throws FailedException, InterruptedException {
        return get("answer", client.take(camera, force)).isPresent();
    }

    void drive(CameraUpdate update) throws FailedException, InterruptedException {
        get("answer", client.drive(update));
    }

    void release(String camera) throws FailedException, InterruptedException {
        get("answer", client.release(camera));
    }

    /** What the server refused a request with; empty if it failed otherwise. */
    static Optional<ErrorCode> refusal(FailedException failed) {
        return failed.getCause() instanceof ExecutionException e && e.getCause() instanceof RefusedException refused
                ? Optional.of(refused.code())
                : Optional.empty();
    }

    void admin(ClientMessage.AdminAction action) throws FailedException, InterruptedException {
        get("answer", client.admin(action));
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
