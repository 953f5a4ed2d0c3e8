package org.geometryos.compositor.broadcast;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.geometryos.compositor.transport.api.Batch;
import org.geometryos.compositor.transport.api.Link;

/**
 * The way out: the batch that a shard lays out its messages in, the codecs, and what links answer. One thread at a
 * time.
 */
final class Outlet {
    final Batch batch;
    final Figures figures;
    private final Function<String, CodecRef> codecs;
    private final LongSupplier nanos;
    private final Consumer<Subscriber> drop;

    /** @param drop a display whose link is closed or has another owner */
    Outlet(
            Batch batch,
            Figures figures,
            Function<String, CodecRef> codecs,
            LongSupplier nanos,
            Consumer<Subscriber> drop) {
        this.batch = batch;
        this.figures = figures;
        this.codecs = codecs;
        this.nanos = nanos;
        this.drop = drop;
    }

    /** The codec of that name, or null while there is none. */
    CodecRef codec(String name) {
        return codecs.apply(name);
    }

    /** Adds a ping to the batch if the display's next one has come. */
    void ping(Subscriber subscriber) {
        long now = nanos.getAsLong();
        if (batch.receipts() && subscriber.wantsPing(now)) {
            subscriber.pinged(now);
            batch.ping();
        }
    }

    /** What became of a batch. @return whether the link took it */
    boolean took(Subscriber subscriber, Link.Sent sent) {
        if (sent == Link.Sent.CLOSED || sent == Link.Sent.NOT_OWNER) {
            drop.accept(subscriber);
        }
        return sent == Link.Sent.TAKEN;
    }
}
