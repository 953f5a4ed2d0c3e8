package org.geometryos.compositor.itest.scene;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The scene as a display makes it out of what it is sent, independent of all code under test. Models have labels to be
 * changed, nothing else.
 */
public final class FollowedScene {
    private long revision;
    private final Map<String, ObjectNode> models = new TreeMap<>();
    private final Set<String> selected = new LinkedHashSet<>();

    /** The {@code scene} of a snapshot. */
    public void begin(JsonNode scene) {
        revision = scene.required("revision").asLong();
        models.clear();
        scene.required("models")
                .forEach(model -> models.put(model.required("id").asText(), (ObjectNode) model));
        selected.clear();
        scene.required("selected").forEach(id -> selected.add(id.asText()));
    }

    /** The {@code ops} of a transaction. */
    public void apply(JsonNode ops) {
        revision++;
        for (JsonNode op : ops) {
            switch (op.required("op").asText()) {
                case "put" ->
                    models.put(
                            op.required("model").required("id").asText(),
                            op.required("model").deepCopy());
                case "patch" -> label(there(op), op.required("label"));
                case "remove" -> {
                    selected.remove(there(op).required("id").asText());
                    models.remove(op.required("id").asText());
                }
                case "select" -> {
                    selected.clear();
                    op.required("ids").forEach(id -> selected.add(id.asText()));
                }
                case "clear" -> {
                    models.clear();
                    selected.clear();
                }
                default -> throw new AssertionError("not among the operations of this test: " + op);
            }
        }
    }

    private ObjectNode there(JsonNode op) {
        ObjectNode model = models.get(op.required("id").asText());
        if (model == null) {
            throw new AssertionError(op + " names no model of " + this);
        }
        return model;
    }

    private static void label(ObjectNode model, JsonNode label) {
        if (label.isNull()) {
            model.remove("label");
        } else {
            model.set("label", label);
        }
    }

    public long revision() {
        return revision;
    }

    @Override
    public String toString() {
        return revision + " " + models.values() + " " + selected;
    }
}
