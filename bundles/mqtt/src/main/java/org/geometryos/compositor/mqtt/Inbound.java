package org.geometryos.compositor.mqtt;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.mqtt.PacketReader.Publish;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes camera updates of messages. Whatever they hold: a message ends in an update or in a counter. What the broker
 * sends faster than it is worked off is superseded by topic, bounded in bytes. One thread, but for the sink.
 */
final class Inbound {
    static final int MAX_CAMERAS = 1000;
    /** What lies further back is no old message, but a clock that was set, microseconds. */
    private static final long OLDER_MICROS = 5_000_000;
    /** Of messages that wait to be superseded. */
    private static final int BACKLOG_BYTES = 1 << 20;

    private static final long FAULTS_NANOS = 10_000_000_000L;
    private static final Logger LOG = LoggerFactory.getLogger(Inbound.class);

    private final String name;
    private final Counters counters;
    private volatile CameraSink sink;
    private volatile Journal journal;
    private volatile String lastFault = "";

    private final Consumer<Outcome> answered = this::answered;

    private final Map<String, Known> known = new HashMap<>();
    private final Map<String, Publish> backlog = new LinkedHashMap<>();
    private int backlogBytes;
    private long faultsTold;
    private long faultsToldAt = System.nanoTime() - FAULTS_NANOS;

    /** What came last for a camera. */
    private static final class Known {
        OptionalLong time = OptionalLong.empty();
        OptionalLong sample = OptionalLong.empty();
        int hash;
        int length = -1;
    }

    Inbound(String name, Counters counters) {
        this.name = name;
        this.counters = counters;
    }

    void connected(CameraSink next) {
        sink = next;
    }

    void disconnected(CameraSink old) {
        if (sink == old) {
            sink = null;
        }
    }

    boolean hasSink() {
        return sink != null;
    }

    void setJournal(Journal next) {
        journal = next;
    }

    /** What was wrong with the last message that was; empty if none was. */
    String lastFault() {
        return lastFault;
    }

    /**
     * A message.
     *
     * @param behind whether more of them have come than were worked off
     */
    void message(Publish message, boolean behind, Settings settings) {
        counters.add(Count.RECEIVED);
        if (message.large()) {
            fault(Count.FAULT_LENGTH, "a topic", "the message is larger than maxPacket");
            return;
        }
        if (message.topic().isEmpty()) {
            fault(Count.FAULT_NAME, "a topic", "its name is empty, or not UTF-8");
            return;
        }
        if (behind) {
            String topic = message.topic().get();
            // the newest stands last, as it came
            Publish older = backlog.remove(topic);
            if (older != null) {
                backlogBytes -= bytes(older);
                counters.add(Count.SUPERSEDED);
            }
            backlog.put(topic, message);
            backlogBytes += bytes(message);
            if (backlogBytes > BACKLOG_BYTES) {
                work(settings);
            }
            return;
        }
        work(settings);
        take(message, settings);
    }

    private static int bytes(Publish message) {
        return message.payload().length + 2 * message.topic().orElse("").length() + 128;
    }

    /** Works off what waits. */
    void work(Settings settings) {
        if (!backlog.isEmpty()) {
            List<Publish> all = List.copyOf(backlog.values());
            backlog.clear();
            backlogBytes = 0;
            all.forEach(message -> take(message, settings));
        }
    }

    private void take(Publish message, Settings settings) {
        String topic = message.topic().orElseThrow();
        for (InRule rule : settings.in()) {
            Optional<Map<String, String>> values = rule.topic().match(topic);
            if (values.isPresent()) {
                if (message.retained() && !rule.retained()) {
                    counters.add(Count.RETAINED_KNOWN);
                    return;
                }
                try {
                    take(message, rule, new HashMap<>(values.get()), settings.source());
                } catch (InvalidValueException e) {
                    fault(Count.FAULT_VALUE, topic, e.getMessage());
                }
                return;
            }
        }
        counters.add(Count.UNMATCHED);
    }

    private void take(Publish message, InRule rule, Map<String, String> values, String source) {
        Sample sample = rule.mapping().read(message.payload());
        sample.name().ifPresent(text -> values.put(InRule.NAME, text));
        Optional<String> camera = rule.camera().name(values);
        if (camera.isEmpty()) {
            fault(Count.FAULT_NAME, message.topic().orElse(""), "it gives no name of a camera");
            return;
        }
        Known before = known.get(camera.get());
        if (before == null) {
            if (known.size() >= MAX_CAMERAS) {
                fault(
                        Count.FAULT_CAMERAS,
                        message.topic().orElse(""),
                        "camera " + camera.get() + " is one too many; " + MAX_CAMERAS + " are possible");
                return;
            }
            before = new Known();
            known.put(camera.get(), before);
        }
        int hash = Arrays.hashCode(message.payload());
        boolean same = hash == before.hash && message.payload().length == before.length;
        if (message.retained()) {
            if (same || better(camera.get(), sample, source)) {
                counters.add(Count.RETAINED_KNOWN);
                return;
            }
        } else if (same
                && (message.dup()
                        || sample.time().isPresent()
                        || sample.sample().isPresent())) {
            counters.add(Count.DUPLICATE);
            return;
        } else if (older(sample, before)) {
            counters.add(Count.OLDER);
            return;
        }
        before.hash = hash;
        before.length = message.payload().length;
        before.time = sample.time();
        before.sample = sample.sample();
        // where a camera stands was sampled whenever: a retained message has no time, and displays do not smooth to it
        push(new CameraUpdate(
                camera.get(),
                sample.view(),
                message.retained() ? OptionalLong.empty() : sample.time(),
                sample.sample(),
                sample.cut() || message.retained(),
                sample.timecode()));
    }

    /** Whether it was sampled before the last one, a little: what a sender sends again comes late. */
    private static boolean older(Sample sample, Known before) {
        if (sample.time().isEmpty() || before.time.isEmpty()) {
            return false;
        }
        long behind = before.time.getAsLong() - sample.time().getAsLong();
        return behind > 0 && behind < OLDER_MICROS;
    }

    /** Whether a camera has a view that a retained one must not replace: of somebody else, newer, or the same. */
    private boolean better(String camera, Sample sample, String source) {
        Journal sequence = journal;
        Optional<CameraState> state = sequence == null
                ? Optional.empty()
                : sequence.camera(camera).map(Entry::change).flatMap(change -> change.view());
        return state.isPresent()
                && (state.get().origin().isPresent()
                        || !state.get().source().equals(source)
                        || state.get().view().equals(sample.view())
                        || sample.time().isPresent()
                                && state.get().time() >= sample.time().getAsLong());
    }

    private void push(CameraUpdate update) {
        CameraSink to = sink;
        if (to == null) {
            counters.add(Count.UNAVAILABLE);
        } else {
            to.push(update).then(answered);
        }
    }

    private void answered(Outcome outcome) {
        if (outcome instanceof Outcome.Refused refused) {
            counters.add(
                    switch (refused.reason()) {
                        case HELD -> Count.HELD;
                        case LIMIT -> Count.LIMITED;
                        case NOT_FOUND, UNAVAILABLE -> Count.UNAVAILABLE;
                    });
        } else {
            counters.add(Count.PUSHED);
        }
    }

    private void fault(Count what, String topic, String why) {
        counters.add(what);
        String text = printable(topic) + ": " + why;
        lastFault = text;
        long now = System.nanoTime();
        if (now - faultsToldAt >= FAULTS_NANOS) {
            LOG.warn(
                    "{}: messages that cannot be used: {} new, the last of {}",
                    name,
                    counters.faults() - faultsTold,
                    text);
            faultsTold = counters.faults();
            faultsToldAt = now;
        }
    }

    private static String printable(String topic) {
        String clean = topic.replaceAll("[^\\x20-\\x7e]", "?");
        return clean.length() > 80 ? clean.substring(0, 80) + "..." : clean;
    }

    /** Takes its cameras out of the sequence, for good. */
    void removeAll() {
        CameraSink from = sink;
        if (from != null) {
            known.keySet().forEach(from::remove);
        }
        known.clear();
    }
}
