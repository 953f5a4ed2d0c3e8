package org.geometryos.compositor.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.io.files.WholeFile;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.DecodeException;
import org.geometryos.compositor.protocol.ErrorCode;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.testkit.FakeJournal;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random requests, good and bad, as text: what comes of them is what the protocol says, or a refusal and nothing else.
 */
class SceneFuzzTest {
    private static final int REQUESTS = 3_000;
    private static final int MODELS = 12;
    private static final String[] HOSTILE = {
        "null",
        "-1",
        "1e999",
        "\"\"",
        "\"../a\"",
        "\"/etc/passwd\"",
        "\"file:///a\"",
        "\"a%2f..%2fb\"",
        "[]",
        "{}",
        "[[]]",
        "true",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "[1,2]",
        "[1,2,3,4]",
        "[0,0,0,0]",
        "[1e308,1e308,1e308]",
        "[null,0,0]",
        "99999999999999999999"
    };
    private static final Driver WALL = new Driver("wall", Optional.of("s-1"), 0);

    private final FakeJournal journal = new FakeJournal("epoch");
    private final SceneKeeper keeper = new SceneKeeper(() -> null, Scene.EMPTY, new Settings(MODELS, 40_000), () -> 1);
    /** What should be there, worked out another way: for each id its fields as they were sent. */
    private Map<String, Map<String, String>> models = new TreeMap<>();

    private List<String> selected = new ArrayList<>();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomOperationsEndInTheSameSceneEverywhereOrAreRefused(long seed) throws Exception {
        Random random = new Random(seed);
        keeper.setJournal(journal);
        int accepted = 0;
        int refused = 0;
        for (int i = 0; i < REQUESTS; i++) {
            if (request(random)) {
                accepted++;
            } else {
                refused++;
            }
        }
        assertThat(accepted).as("accepted").isGreaterThan(REQUESTS / 10);
        assertThat(refused).as("refused").isGreaterThan(REQUESTS / 10);
        assertThat(journal.changes(Change.SceneChanged.class)).hasSize(accepted);

        Scene followed = Scene.EMPTY;
        for (var change : journal.changes(Change.SceneChanged.class)) {
            // as a display gets it
            ServerMessage.Scene message = new ServerMessage.Scene(
                    1, change.ops(), change.origin(), Optional.empty(), OptionalLong.of(change.time()));
            ServerMessage.Scene received = (ServerMessage.Scene)
                    Codecs.cbor().decodeServer(ByteBuffer.wrap(Codecs.cbor().encode(message)));
            followed = followed.after(received.ops());
        }
        assertThat(followed).isEqualTo(keeper.scene());
        SceneStore.of(new WholeFile(folder.resolve("scene.json"))).save(keeper.scene());
        assertThat(SceneStore.of(new WholeFile(folder.resolve("scene.json"))).stored())
                .isEqualTo(keeper.scene());
    }

    /** @return whether it was accepted */
    private boolean request(Random random) {
        Map<String, Map<String, String>> next = new TreeMap<>();
        models.forEach((id, fields) -> next.put(id, new TreeMap<>(fields)));
        List<String> chosen = new ArrayList<>(selected);
        List<String> ops = new ArrayList<>();
        boolean[] good = {true};
        for (int n = random.nextInt(4); n >= 0; n--) {
            ops.add(op(random, next, chosen, good));
        }
        good[0] &= next.size() <= MODELS || next.size() <= models.size();
        String text = "{\"type\":\"scene\",\"ops\":[" + String.join(",", ops) + "]}";
        Scene before = keeper.scene();
        ClientMessage.Scene message;
        try {
            message = (ClientMessage.Scene)
                    Codecs.json().decodeClient(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        } catch (DecodeException e) {
            assertThat(good[0]).as("%s: %s", text, e.getMessage()).isFalse();
            assertThat(e.code()).as(text).isIn(ErrorCode.INVALID, ErrorCode.MALFORMED);
            return false;
        }
        SceneOutcome outcome =
                keeper.change(WALL, message.ops(), message.camera()).now(null);
        if (outcome instanceof SceneOutcome.Refused refusal) {
            assertThat(good[0]).as("%s: %s", text, refusal.message()).isFalse();
            assertThat(refusal.reason()).as(text).isIn(Outcome.Reason.NOT_FOUND, Outcome.Reason.LIMIT);
            assertThat(keeper.scene()).as(text).isSameAs(before);
            return false;
        }
        assertThat(good[0]).as(text).isTrue();
        models = next;
        selected = chosen;
        assertThat(keeper.scene().revision()).as(text).isEqualTo(before.revision() + 1);
        assertThat(keeper.scene().selected()).as(text).isEqualTo(selected);
        assertThat(shown(keeper.scene())).as(text).isEqualTo(shown(models));
        assertThat(Sizes.scene(before) + Sizes.difference(before, keeper.scene()))
                .as(text)
                .isEqualTo(Sizes.scene(keeper.scene()));
        return true;
    }

    private static String id(Random random) {
        return "m" + random.nextInt(MODELS + 3);
    }

    private static String op(
            Random random, Map<String, Map<String, String>> models, List<String> chosen, boolean[] good) {
        String id = id(random);
        int dice = random.nextInt(40);
        if (dice == 0) {
            good[0] = false;
            return "{\"op\":\"put\",\"model\":{\"id\":\"a\",\"uri\":\"a\",\"scale\":"
                    + HOSTILE[random.nextInt(HOSTILE.length - 1) + 1].replace("[1e308,1e308,1e308]", "[]") + "}}";
        }
        if (dice == 1) {
            good[0] = false;
            return "{\"op\":\"patch\",\"id\":\"" + id + "\",\"uri\":" + HOSTILE[random.nextInt(HOSTILE.length)] + "}";
        }
        if (dice == 2) {
            models.clear();
            chosen.clear();
            return "{\"op\":\"clear\"}";
        }
        if (dice < 10) {
            good[0] &= models.remove(id) != null;
            chosen.remove(id);
            return "{\"op\":\"remove\",\"id\":\"" + id + "\"}";
        }
        if (dice < 15) {
            List<String> ids = new ArrayList<>(models.keySet());
            ids.removeIf(one -> random.nextBoolean());
            if (random.nextInt(6) == 0) {
                ids.add(id);
            }
            good[0] &= models.keySet().containsAll(ids);
            chosen.clear();
            ids.stream().distinct().forEach(chosen::add);
            return "{\"op\":\"select\",\"ids\":["
                    + String.join(
                            ",", ids.stream().map(one -> "\"" + one + "\"").toList()) + "]}";
        }
        Map<String, String> fields = new TreeMap<>();
        if (dice < 28) {
            fields.put("uri", "\"models/" + random.nextInt(9) + ".glb\"");
            some(random, fields, false);
            models.put(id, new TreeMap<>(fields));
            return "{\"op\":\"put\",\"model\":{\"id\":\"" + id + "\"," + json(fields) + "}}";
        }
        some(random, fields, true);
        Map<String, String> there = models.get(id);
        good[0] &= there != null;
        if (there != null) {
            there.putAll(fields);
            there.values().removeIf("null"::equals);
        }
        return "{\"op\":\"patch\",\"id\":\"" + id + "\"" + (fields.isEmpty() ? "" : ",") + json(fields) + "}";
    }

    private static void some(Random random, Map<String, String> fields, boolean clearing) {
        String vector = "[" + random.nextInt(5) + ".5," + random.nextInt(5) + ".25,-" + random.nextInt(5) + ".125]";
        Map<String, String> values = Map.of(
                "position",
                vector,
                "scale",
                vector,
                "orientation",
                random.nextBoolean() ? "[0.0,1.0,0.0,0.0]" : "[0.0,0.0,1.0,0.0]",
                "visible",
                String.valueOf(random.nextBoolean()),
                "label",
                "\"l" + random.nextInt(9) + "\"",
                "layer",
                "\"\"");
        values.forEach((name, value) -> {
            if (random.nextInt(3) == 0) {
                fields.put(name, clearing && random.nextInt(4) == 0 ? "null" : value);
            }
        });
    }

    private static String json(Map<String, String> fields) {
        return String.join(
                ",",
                fields.entrySet().stream()
                        .map(field -> "\"" + field.getKey() + "\":" + field.getValue())
                        .toList());
    }

    /** With the defaults of what was not sent. */
    private static List<String> shown(Map<String, Map<String, String>> models) {
        List<String> shown = new ArrayList<>();
        models.forEach((id, fields) -> {
            Map<String, String> all = new TreeMap<>(Map.of(
                    "position",
                    "[0.0,0.0,0.0]",
                    "orientation",
                    "[0.0,0.0,0.0,1.0]",
                    "scale",
                    "[1.0,1.0,1.0]",
                    "visible",
                    "true",
                    "id",
                    "\"" + id + "\""));
            all.putAll(fields);
            shown.add(json(all));
        });
        return shown;
    }

    private static List<String> shown(Scene scene) {
        List<String> shown = new ArrayList<>();
        scene.models().forEach(model -> {
            Map<String, String> all = new TreeMap<>(Map.of(
                    "id",
                    "\"" + model.id() + "\"",
                    "uri",
                    "\"" + model.uri() + "\"",
                    "position",
                    "[" + model.position().x() + "," + model.position().y() + ","
                            + model.position().z() + "]",
                    "orientation",
                    "[" + model.orientation().x() + "," + model.orientation().y() + ","
                            + model.orientation().z() + ","
                            + model.orientation().w() + "]",
                    "scale",
                    "[" + model.scale().x() + "," + model.scale().y() + ","
                            + model.scale().z() + "]",
                    "visible",
                    String.valueOf(model.visible())));
            model.label().ifPresent(label -> all.put("label", "\"" + label + "\""));
            model.layer().ifPresent(layer -> all.put("layer", "\"" + layer + "\""));
            shown.add(json(all));
        });
        return shown;
    }
}
