package org.geometryos.compositor.operate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.geometryos.compositor.api.recording.RecordedEntry;
import org.geometryos.compositor.api.recording.Recorder;
import org.geometryos.compositor.api.recording.RecordingException;
import org.geometryos.compositor.api.recording.Selection;
import org.geometryos.compositor.api.replay.Playback;
import org.geometryos.compositor.api.replay.PlaybackCommand;
import org.geometryos.compositor.api.replay.PlaybackException;
import org.geometryos.compositor.api.replay.PlaybackState;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.io.http.api.ApiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What plays, and what a hand does to it, in values of the JDK. Any thread. */
final class Playbacks {
    private static final Logger LOG = LoggerFactory.getLogger(Playbacks.class);
    /** Lines of one answer; about 320 KB. */
    static final int PAGE = 1_000;

    private static final String ACTION = "action";
    private static final String POSITION = "position";

    private final List<Named> all = new CopyOnWriteArrayList<>();
    private final Part<Recorder> recorder;
    private final RecordingsResource recordings;
    private final Resource opened;

    private record Named(String name, Playback playback) {}

    /**
     * @param recordings those of the recorder
     * @param opened plays one of them
     */
    Playbacks(Part<Recorder> recorder, RecordingsResource recordings, Resource opened) {
        this.recorder = recorder;
        this.recordings = recordings;
        this.opened = opened;
    }

    void add(String name, Playback playback) {
        all.add(new Named(name, playback));
    }

    void remove(Playback playback) {
        all.removeIf(each -> each.playback() == playback);
    }

    /** @param query {@code recordings} for those of the recorder, {@code export} for the entries of one */
    Map<String, Object> get(Map<String, String> query) throws ApiException {
        if (query.containsKey("export")) {
            return export(query);
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        List<Map<String, Object>> playbacks = new ArrayList<>();
        for (Named each : all) {
            playbacks.add(see(each));
        }
        answer.put("playbacks", playbacks);
        answer.put(
                "recorder",
                recorder.see(it -> Map.of(
                        "enabled",
                        it.status().enabled(),
                        "recording",
                        it.status().epoch().orElse(""),
                        "problem",
                        it.status().problem().orElse(""))));
        if (query.containsKey("recordings")) {
            answer.put("recordings", recordings.get(Map.of()).get("recordings"));
        }
        return answer;
    }

    private static Map<String, Object> see(Named each) {
        try {
            return map(each.name(), each.playback().state());
        } catch (PlaybackException | RuntimeException e) {
            Map<String, Object> problem = new LinkedHashMap<>();
            problem.put("playback", each.name());
            problem.put("problem", e.getMessage());
            return problem;
        }
    }

    Map<String, Object> one(String name) throws ApiException {
        Named found = find(name);
        try {
            return map(name, found.playback().state());
        } catch (PlaybackException e) {
            throw refused(e);
        }
    }

    private Named find(String name) throws ApiException {
        return all.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> ApiException.notFound(
                        null, "there is no playback " + Body.shown(name) + "; the sources of replays are playbacks"));
    }

    /** Plays a recording of the recorder, or ends that. */
    Map<String, Object> post(Map<String, Object> body) throws ApiException {
        if (Body.word(body, ACTION, "open", "close").equals("close")) {
            return opened.post(Map.of(ACTION, "stop"));
        }
        Map<String, Object> start = new LinkedHashMap<>();
        start.put(ACTION, "start");
        for (String field : List.of("recording", "from", "to", "speed", "loop")) {
            if (body.get(field) != null) {
                start.put(field, body.get(field));
            }
        }
        return opened.post(start);
    }

    /** A hand on one. */
    Map<String, Object> post(String name, Map<String, Object> body) throws ApiException {
        Named found = find(name);
        try {
            PlaybackCommand command = command(body);
            PlaybackState state = found.playback().command(command);
            LOG.debug("playback {}: {}", name, command);
            return map(name, state);
        } catch (InvalidValueException e) {
            throw ApiException.invalid(e.field(), e.getMessage());
        } catch (PlaybackException e) {
            throw refused(e);
        }
    }

    private static PlaybackCommand command(Map<String, Object> body) throws ApiException {
        return switch (Body.word(body, ACTION, "play", "pause", "seek", "step", "loop", "speed")) {
            case "play" -> new PlaybackCommand.Play();
            case "pause" -> new PlaybackCommand.Pause();
            case "seek" -> new PlaybackCommand.Seek(whole(body, POSITION));
            case "step" ->
                new PlaybackCommand.Step(
                        body.get("entries") == null
                                ? 1
                                : (int) Math.max(
                                        Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, whole(body, "entries"))),
                        body.get("camera") == null ? Optional.empty() : Optional.of(Body.text(body, "camera")));
            case "loop" ->
                body.get("from") == null && body.get("to") == null
                        ? new PlaybackCommand.Loop(Body.truth(body, "on"))
                        : new PlaybackCommand.LoopBetween(whole(body, "from"), whole(body, "to"));
            default -> new PlaybackCommand.Speed(number(body, "speed"));
        };
    }

    private static long whole(Map<String, Object> body, String field) throws ApiException {
        double number = number(body, field);
        if (number != Math.rint(number) || Math.abs(number) > 1e15) {
            throw ApiException.invalid(field, field + " must be a whole number (microseconds, or entries)");
        }
        return (long) number;
    }

    private static double number(Map<String, Object> body, String field) throws ApiException {
        if (body.get(field) instanceof Number number) {
            return number.doubleValue();
        }
        throw ApiException.invalid(field, field + " must be a number");
    }

    private static ApiException refused(PlaybackException e) {
        return switch (e.reason()) {
            case INVALID -> ApiException.invalid(e.field().orElse(null), e.getMessage());
            case CONFLICT -> ApiException.conflict(e.getMessage());
            case UNAVAILABLE -> ApiException.unavailable(e.getMessage());
        };
    }

    private static Map<String, Object> map(String name, PlaybackState state) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("playback", name);
        map.put("status", state.status().name().toLowerCase(Locale.ROOT));
        map.put(POSITION, state.position());
        map.put("length", state.length());
        map.put("speed", state.speed());
        map.put("loop", state.loop());
        state.marks().ifPresent(marks -> map.put("marks", Map.of("from", marks.from(), "to", marks.to())));
        state.began().ifPresent(began -> map.put("began", began));
        map.put("recordings", state.recordings());
        List<Map<String, Object>> lanes = new ArrayList<>();
        for (PlaybackState.Lane lane : state.lanes()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("camera", lane.camera());
            one.put("recording", lane.recording());
            lane.entry().ifPresent(entry -> one.put("entry", entry));
            one.put("held", lane.held());
            lanes.add(one);
        }
        map.put("lanes", lanes);
        return map;
    }

    /** Views of a recording as a file of {@code camera.replay} has them, in pages. */
    private Map<String, Object> export(Map<String, String> query) throws ApiException {
        String epoch = query.get("export");
        Selection what = new Selection(
                epoch, micros(query, "from", Long.MIN_VALUE), micros(query, "to", Long.MAX_VALUE), Set.of(), true);
        long after = micros(query, "after", 0);
        try {
            List<RecordedEntry> page = recorder.need().read(what, after, PAGE);
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("lines", page.stream().map(RecordedEntry::json).toList());
            answer.put("next", page.size() < PAGE ? null : page.get(PAGE - 1).seq());
            return answer;
        } catch (RecordingException e) {
            throw ApiException.unavailable(e.getMessage());
        }
    }

    private static long micros(Map<String, String> query, String field, long missing) throws ApiException {
        String text = query.get(field);
        try {
            return text == null || text.isEmpty() ? missing : Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw ApiException.invalid(field, field + " must be a whole number");
        }
    }
}
