package org.geometryos.compositor.models.gltf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Good models, spoiled at random: whatever comes out is taken or refused, and nothing else happens. */
class ModelFuzzTest {
    private static final int ROUNDS = 20_000;
    private static final String[] VALUES = {
        "null",
        "true",
        "-1",
        "0",
        "1",
        "2",
        "3",
        "5",
        "255",
        "1.5",
        "1e300",
        "-1e300",
        "4294967295",
        "9223372036854775807",
        "1099511627776",
        "\"\"",
        "\"VEC3\"",
        "\"MAT4\"",
        "\"data:application/octet-stream;base64,AAAA\"",
        "\"../x\"",
        "[]",
        "{}",
        "[0]",
        "[[]]",
        "5126",
        "5121",
        "5123"
    };

    private int taken;
    private int refused;

    private void check(byte[] file, boolean glb, long seed) {
        try {
            Models.check(file, glb);
            taken++;
        } catch (RefusedModelException e) {
            refused++;
            assertThat(e.getMessage()).isNotBlank();
        } catch (Exception | StackOverflowError | OutOfMemoryError e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    @Test
    void bytesThatWereChangedEndWellOrWithARefusal() {
        byte[] good = Models.glb(Models.full());
        for (long seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            byte[] file = good.clone();
            for (int i = random.nextInt(8); i >= 0; i--) {
                file[random.nextInt(random.nextBoolean() ? 40 : file.length)] = (byte) random.nextInt(256);
            }
            check(random.nextInt(10) == 0 ? Arrays.copyOf(file, random.nextInt(file.length + 20)) : file, true, seed);
        }
        assertThat(refused).isGreaterThan(ROUNDS / 2);
        assertThat(taken).isPositive();
    }

    @Test
    void valuesThatWereChangedEndWellOrWithARefusal() throws Exception {
        for (long seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            ObjectNode model = Models.full();
            for (int i = random.nextInt(3); i >= 0; i--) {
                change(model, random);
            }
            check(Models.glb(model), true, seed);
        }
        assertThat(refused).isGreaterThan(ROUNDS / 2);
        assertThat(taken).isPositive();
    }

    /** Another value, or one from elsewhere in the model, at a place anywhere in it. */
    private static void change(ObjectNode model, Random random) throws Exception {
        List<JsonNode> all = new ArrayList<>(List.of(model));
        for (int i = 0; i < all.size(); i++) {
            all.get(i).forEach(all::add);
        }
        List<JsonNode> inner = all.stream()
                .filter(node -> node.isContainerNode() && !node.isEmpty())
                .toList();
        JsonNode at = inner.get(random.nextInt(inner.size()));
        JsonNode value = random.nextInt(4) == 0
                ? all.get(random.nextInt(all.size())).deepCopy()
                : Models.MAPPER.readTree(VALUES[random.nextInt(VALUES.length)]);
        int place = random.nextInt(at.size());
        if (at instanceof ArrayNode array) {
            array.set(place, value);
        } else {
            List<String> names = new ArrayList<>();
            at.fieldNames().forEachRemaining(names::add);
            if (random.nextInt(5) == 0) {
                ((ObjectNode) at).remove(names.get(place));
            } else {
                ((ObjectNode) at).set(names.get(place), value);
            }
        }
    }
}
