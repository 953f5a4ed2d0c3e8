package org.geometryos.compositor.cluster.nats;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which stream is the log: the last of {@code NAME-1}, {@code NAME-2} and so on. A stream that has lost numbers that it
 * had given is followed by the next one; all hosts find that, and two that make it make the same. What is there is
 * never deleted. One thread.
 */
final class Streams {
    private static final Logger LOG = LoggerFactory.getLogger(Streams.class);
    /** So long numbers must be missing: a server may not know for a while that it leads no more. */
    static final long MISSING = TimeUnit.SECONDS.toNanos(15);

    private final String name;
    private final LongSupplier nanos;
    private int number = 1;
    private boolean missing;
    private long missingSince;

    /** A stream of these, and the epoch that it is. */
    record Found(String stream, String epoch) {}

    Streams(String name, LongSupplier nanos) {
        this.name = name;
        this.nanos = nanos;
    }

    /**
     * The one that is the log now; made if it is not there.
     *
     * @param epoch of the log so far, empty if there was none
     * @param highest the highest number that was read of it
     */
    Found look(Engine engine, String epoch, long highest) throws IOException {
        for (String each : engine.streams(name + "-")) {
            number = Math.max(number, numberOf(each));
        }
        String stream = name + "-" + number;
        Optional<Engine.Info> info = engine.info(stream);
        if (info.isEmpty()) {
            engine.make(stream);
            info = engine.info(stream);
        }
        if (info.isEmpty()) {
            throw new IOException("the stream " + stream + " was made and is not there");
        }
        Found found = new Found(stream, stream + "-" + info.get().made());
        judge(
                found.epoch.equals(epoch) && info.get().last() < highest,
                info.get().last(),
                highest);
        return found;
    }

    private void judge(boolean fallenBack, long last, long highest) {
        long now = nanos.getAsLong();
        if (!fallenBack) {
            missing = false;
        } else if (!missing) {
            missing = true;
            missingSince = now;
        } else if (now - missingSince >= MISSING) {
            missing = false;
            LOG.error(
                    "the stream {}-{} ends with {}, and {} was read of it: the next one takes its place, and it can "
                            + "be deleted",
                    name,
                    number,
                    last,
                    highest);
            number++;
        }
    }

    private int numberOf(String stream) {
        try {
            return Integer.parseInt(stream.substring(name.length() + 1));
        } catch (NumberFormatException e) {
            // somebody else's
            return 0;
        }
    }
}
