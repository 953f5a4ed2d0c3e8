package org.geometryos.compositor.launcher.verify;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.launcher.verify.ProbeSession.Received;
import org.geometryos.compositor.protocol.ServerMessage;

/** Looks at what came to a session. */
final class Trace {
    private Trace() {}

    /** The numbers in (after, upTo]. */
    static Set<Long> sequence(List<Received> messages, long after, long upTo) {
        Set<Long> numbers = new TreeSet<>();
        for (Received one : messages) {
            one.seq().ifPresent(seq -> {
                if (seq > after && seq <= upTo) {
                    numbers.add(seq);
                }
            });
        }
        return numbers;
    }

    /** The highest number that a session was given, its snapshot's included. */
    static long highest(List<Received> messages) {
        long highest = 0;
        for (Received one : messages) {
            long seq = one.message() instanceof ServerMessage.Snapshot snapshot
                    ? snapshot.seq()
                    : one.seq().orElse(0);
            highest = Math.max(highest, seq);
        }
        return highest;
    }

    static List<Received> cameras(List<Received> messages) {
        return messages.stream()
                .filter(one -> one.message() instanceof ServerMessage.Camera)
                .toList();
    }

    /** @return the number of messages if there is none */
    static int index(List<Received> messages, int from, Predicate<ServerMessage> which) {
        int index = from;
        while (index < messages.size() && !which.test(messages.get(index).message())) {
            index++;
        }
        return index;
    }

    /** @param after what the first number must be above */
    static void ascending(List<Received> messages, long after) throws StepFault {
        long last = after;
        for (Received one : messages) {
            if (one.message() instanceof ServerMessage.Snapshot snapshot) {
                last = snapshot.seq();
            }
            OptionalLong seq = one.seq();
            if (seq.isPresent()) {
                if (seq.getAsLong() <= last) {
                    throw new StepFault("seq " + seq.getAsLong() + " came after " + last + ", must be above it");
                }
                last = seq.getAsLong();
            }
        }
    }

    /** The numbers of the views that both have. */
    static Set<Long> common(List<Received> one, List<Received> other) {
        Set<Long> common = new TreeSet<>(views(one).keySet());
        common.retainAll(views(other).keySet());
        return common;
    }

    /** By their numbers, those of snapshots included. */
    static Map<Long, CameraState> views(List<Received> messages) {
        Map<Long, CameraState> views = new HashMap<>();
        for (Received one : messages) {
            if (one.message() instanceof ServerMessage.Camera moved) {
                views.put(moved.seq().orElse(0), moved.state());
            } else if (one.message() instanceof ServerMessage.Snapshot snapshot) {
                snapshot.cameras().forEach(standing -> views.put(standing.seq().orElse(0), standing.state()));
            }
        }
        return views;
    }
}
