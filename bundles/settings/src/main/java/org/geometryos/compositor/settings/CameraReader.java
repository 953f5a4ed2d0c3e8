package org.geometryos.compositor.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Names;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.DecodeException;
import org.geometryos.compositor.protocol.codec.Codecs;

/** Reads initial cameras; their views by the protocol's own codec. */
final class CameraReader {
    static final int MAX = 64;
    private static final Set<String> MEMBERS = Set.of("name", "view");

    private CameraReader() {}

    /**
     * @param path of the list, for what is said of a wrong one
     * @param json a camera, or a list of cameras
     * @param into gets them at its end
     */
    static void read(String path, String json, List<CameraUpdate> into) {
        JsonNode node;
        try {
            node = JsonDocuments.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new InvalidValueException(path + "[" + into.size() + "]", json, "must be JSON");
        }
        for (JsonNode one : node.isArray() ? node : List.of(node)) {
            CameraUpdate camera = camera(path + "[" + into.size() + "]", one);
            if (into.stream().anyMatch(other -> other.camera().equals(camera.camera()))) {
                throw new InvalidValueException(
                        path + "[" + into.size() + "].name", camera.camera(), "must be no other camera's");
            }
            if (into.size() == MAX) {
                throw new InvalidValueException(path, "one more", "must be at most " + MAX);
            }
            into.add(camera);
        }
    }

    private static CameraUpdate camera(String path, JsonNode node) {
        if (!node.isObject()) {
            throw new InvalidValueException(path, node, "must be an object with name and view");
        }
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            if (!MEMBERS.contains(member.getKey())) {
                throw new InvalidValueException(path, member.getKey(), "must have name and view alone");
            }
        }
        String name = Names.check(path + ".name", node.path("name").textValue());
        if (!node.path("view").isObject()) {
            throw new InvalidValueException(path + ".view", node.get("view"), "must be a view");
        }
        ObjectNode message = JsonDocuments.MAPPER
                .createObjectNode()
                .put("type", "camera")
                .put("camera", name)
                .set("view", node.get("view"));
        try {
            return ((ClientMessage.Camera) Codecs.json()
                            .decodeClient(ByteBuffer.wrap(message.toString().getBytes(StandardCharsets.UTF_8))))
                    .update();
        } catch (DecodeException e) {
            throw new IllegalArgumentException(path + "." + e.getMessage(), e);
        }
    }
}
