package org.geometryos.compositor.camera.replay;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.geometryos.compositor.api.replay.PlaybackState;
import org.geometryos.compositor.io.files.OwnerOnly;
import org.geometryos.compositor.io.files.WholeFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one copy of this bundle leaves to the next of a hand on a replay. One thread. */
final class KeptHand {
    private static final Logger LOG = LoggerFactory.getLogger(KeptHand.class);
    /** Nobody waits for what is older than that, microseconds. */
    private static final long LONGEST = 600_000_000;

    private static final String NONE = "-1";
    private static final String BETWEEN = "\n";

    private final Path path;
    private final WholeFile file;

    KeptHand(Path path) {
        this.path = path;
        this.file = new WholeFile(path);
    }

    /** @param now microseconds since the Unix epoch */
    void write(Hand hand, long now) {
        Properties kept = new Properties();
        kept.setProperty("time", Long.toString(now));
        kept.setProperty("paused", Boolean.toString(hand.paused()));
        kept.setProperty("position", Long.toString(hand.position()));
        kept.setProperty("speed", Double.toString(hand.speed()));
        kept.setProperty("loop", Boolean.toString(hand.loop()));
        kept.setProperty(
                "from", hand.marks().map(marks -> Long.toString(marks.from())).orElse(NONE));
        kept.setProperty(
                "to", hand.marks().map(marks -> Long.toString(marks.to())).orElse(NONE));
        kept.setProperty("recordings", String.join(BETWEEN, hand.recordings()));
        try {
            OwnerOnly.createDirectories(path.getParent());
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            kept.store(out, null);
            file.save(out.toByteArray());
        } catch (IOException e) {
            LOG.warn("{} cannot be written, so what plays begins anew: {}", path, e.toString());
        }
    }

    /** What was left; the file is gone afterwards. */
    Optional<Hand> take(long now) {
        AtomicReference<Hand> hand = new AtomicReference<>();
        file.read(content -> {
            Properties kept = new Properties();
            kept.load(new ByteArrayInputStream(content));
            if (Math.abs(now - number(kept, "time")) <= LONGEST) {
                long to = number(kept, "to");
                hand.set(new Hand(
                        Boolean.parseBoolean(kept.getProperty("paused")),
                        Math.max(0, number(kept, "position")),
                        Double.parseDouble(kept.getProperty("speed", NONE)),
                        Boolean.parseBoolean(kept.getProperty("loop")),
                        to < 0 ? Optional.empty() : Optional.of(new PlaybackState.Marks(number(kept, "from"), to)),
                        List.of(kept.getProperty("recordings", "").split(BETWEEN))));
            }
        });
        file.delete();
        return Optional.ofNullable(hand.get());
    }

    private static long number(Properties kept, String key) {
        return Long.parseLong(kept.getProperty(key, NONE));
    }
}
