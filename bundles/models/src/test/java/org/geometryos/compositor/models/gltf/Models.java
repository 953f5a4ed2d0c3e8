package org.geometryos.compositor.models.gltf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** Valid models to begin with, and the ways to spoil them. */
public final class Models {
    static final ObjectMapper MAPPER = new ObjectMapper();
    static final long UNPACKED = 1 << 20;
    /** One pixel. */
    static final byte[] PNG = Base64.getDecoder()
            .decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    /** Three pixels by two. */
    static final byte[] AVIF = Base64.getDecoder()
            .decode(
                    "AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAADrbWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAAAAAAAOcGl0bQAAAAAA"
                            + "AQAAAB5pbG9jAAAAAEQAAAEAAQAAAAEAAAETAAAAJAAAAChpaW5mAAAAAAABAAAAGmluZmUCAAAAAAEAAGF2MDFDb2xvcgAAAABqaXBycAAAAEtpcGNvAAAAFGlzcGUAAAAAAAAAAwAAAAIAAAAQcGl4aQAAAAAD"
                            + "CAgIAAAADGF2MUOBAAwAAAAAE2NvbHJuY2x4AAEADQAGgAAAABdpcG1hAAAAAAAAAAEAAQQBAoMEAAAALG1kYXQSAAoIGAQrRAQ0GhAyFh7Hh4VZ3///4sAAAJA1jjxwI1alUoA=");

    private static final String FULL = """
            {"asset":{"version":"2.0","minVersion":"2.0"},
             "extensionsUsed":["KHR_lights_punctual","KHR_materials_clearcoat","EXT_mesh_gpu_instancing","EXT_texture_webp"],
             "extensionsRequired":["KHR_materials_clearcoat"],
             "extensions":{"KHR_lights_punctual":{"lights":[{"type":"point"}]}},
             "scene":0,"scenes":[{"nodes":[0]}],
             "nodes":[
               {"name":"root","children":[1,2,3],"translation":[0,1,0],"rotation":[0,0.7071068,0,0.7071068],"scale":[2,2,2]},
               {"mesh":0,"skin":0,"weights":[0.5],"extensions":{"EXT_mesh_gpu_instancing":{"attributes":{"TRANSLATION":5}}}},
               {"name":"eye","camera":0,"matrix":[1,0,0,0,0,1,0,0,0,0,1,0,0,0,3,1]},
               {"camera":1,"extensions":{"KHR_lights_punctual":{"light":0}}}],
             "cameras":[
               {"name":"lens","type":"perspective","perspective":{"yfov":0.6,"znear":0.1,"zfar":100,"aspectRatio":1.5}},
               {"type":"orthographic","orthographic":{"xmag":2,"ymag":1,"znear":0,"zfar":10}}],
             "meshes":[{"weights":[0],"primitives":[{"attributes":{"POSITION":0,"NORMAL":0,"TEXCOORD_0":1,"JOINTS_0":6,"WEIGHTS_0":7},
               "indices":2,"material":0,"mode":4,"targets":[{"POSITION":0}]}]}],
             "materials":[{"alphaMode":"MASK","alphaCutoff":0.5,"emissiveFactor":[0,0,1],"normalTexture":{"index":0},
               "pbrMetallicRoughness":{"baseColorFactor":[1,1,1,1],"metallicFactor":0.2,"roughnessFactor":0.4,"baseColorTexture":{"index":0,"texCoord":0}},
               "extensions":{"KHR_materials_clearcoat":{"clearcoatTexture":{"index":0}}}}],
             "textures":[{"source":0,"sampler":0,"extensions":{"EXT_texture_webp":{"source":0}}}],"samplers":[{}],
             "images":[{"bufferView":3,"mimeType":"image/png"}],
             "skins":[{"joints":[0,2],"skeleton":0,"inverseBindMatrices":3}],
             "animations":[{"samplers":[{"input":4,"output":5,"interpolation":"LINEAR"}],"channels":[{"sampler":0,"target":{"node":0,"path":"translation"}}]}],
             "accessors":[
               {"bufferView":0,"componentType":5126,"count":3,"type":"VEC3","min":[0,0,0],"max":[1,1,0]},
               {"bufferView":0,"byteOffset":12,"componentType":5126,"count":3,"type":"VEC2"},
               {"bufferView":1,"componentType":5123,"count":3,"type":"SCALAR"},
               {"componentType":5126,"count":2,"type":"MAT4"},
               {"bufferView":2,"componentType":5126,"count":2,"type":"SCALAR"},
               {"componentType":5126,"count":2,"type":"VEC3","sparse":{"count":1,"indices":{"bufferView":4,"componentType":5121},
                 "values":{"bufferView":2,"byteOffset":0}}},
               {"bufferView":5,"componentType":5121,"count":3,"type":"VEC4"},
               {"bufferView":0,"componentType":5126,"count":3,"type":"VEC4"}],
             "bufferViews":[
               {"buffer":0,"byteLength":60,"byteStride":20,"target":34962},
               {"buffer":0,"byteOffset":60,"byteLength":6},
               {"buffer":0,"byteOffset":68,"byteLength":12},
               {"buffer":0,"byteOffset":84,"byteLength":%d},
               {"buffer":0,"byteOffset":80,"byteLength":1},
               {"buffer":0,"byteOffset":68,"byteLength":12}],
             "buffers":[{"byteLength":%d}]}
            """.formatted(PNG.length, 84 + PNG.length);

    private Models() {}

    /** Something of everything; its first buffer is to be in the binary chunk. */
    static ObjectNode full() {
        return object(FULL);
    }

    static ObjectNode object(String json) {
        try {
            return (ObjectNode) MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The binary chunk of {@link #full}: three vertices, three indices, twelve bytes for animation and sparse values, a
     * place, a picture.
     */
    static byte[] binary() {
        ByteBuffer bytes = ByteBuffer.allocate((84 + PNG.length + 3) / 4 * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float[] vertex : new float[][] {{0, 0, 0, 0, 0}, {1, 0, 0, 1, 0}, {0, 1, 0, 0, 1}}) {
            for (float number : vertex) {
                bytes.putFloat(number);
            }
        }
        bytes.putShort((short) 0).putShort((short) 1).putShort((short) 2).putShort((short) 0);
        bytes.putFloat(0).putFloat(1).putFloat(2).putInt(1).put(PNG);
        return bytes.array();
    }

    /** A triangle and nothing else, with its buffer in itself. */
    public static ObjectNode triangle() {
        ByteBuffer bytes = ByteBuffer.allocate(36).order(ByteOrder.LITTLE_ENDIAN);
        for (float number : new float[] {0, 0, 0, 1, 0, 0, 0, 1, 0}) {
            bytes.putFloat(number);
        }
        return object("""
                {"asset":{"version":"2.0"},"scenes":[{"nodes":[0]}],"nodes":[{"mesh":0}],
                 "meshes":[{"primitives":[{"attributes":{"POSITION":0}}]}],
                 "accessors":[{"bufferView":0,"componentType":5126,"count":3,"type":"VEC3","min":[0,0,0],"max":[1,1,0]}],
                 "bufferViews":[{"buffer":0,"byteLength":36}],
                 "buffers":[{"byteLength":36,"uri":"data:application/octet-stream;base64,%s"}]}
                """.formatted(Base64.getEncoder().encodeToString(bytes.array())));
    }

    /** A triangle with pictures on it, each in a material and a mesh of its own. */
    static ObjectNode textured(String... images) {
        ObjectNode model = triangle();
        with(model, "/images", "[" + String.join(",", images) + "]");
        StringBuilder textures = new StringBuilder();
        StringBuilder materials = new StringBuilder();
        StringBuilder primitives = new StringBuilder();
        for (int i = 0; i < images.length; i++) {
            String comma = i == 0 ? "" : ",";
            textures.append(comma).append("{\"source\":").append(i).append('}');
            materials
                    .append(comma)
                    .append("{\"emissiveTexture\":{\"index\":")
                    .append(i)
                    .append("}}");
            primitives
                    .append(comma)
                    .append("{\"attributes\":{\"POSITION\":0},\"material\":")
                    .append(i)
                    .append('}');
        }
        with(model, "/textures", "[" + textures + "]");
        with(model, "/materials", "[" + materials + "]");
        return with(model, "/meshes/0/primitives", "[" + primitives + "]");
    }

    /** A triangle with a camera in front of it. */
    public static ObjectNode withCamera(String name, double distance) {
        ObjectNode model = triangle();
        model.set(
                "cameras",
                object("{\"all\":[{\"name\":\"" + name
                                + "\",\"type\":\"perspective\",\"perspective\":{\"yfov\":0.5,\"znear\":0.1}}]}")
                        .get("all"));
        ((ArrayNode) model.get("nodes")).add(object("{\"camera\":0,\"translation\":[0,0," + distance + "]}"));
        ((ArrayNode) model.at("/scenes/0/nodes")).add(1);
        return model;
    }

    public static byte[] text(JsonNode json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    static byte[] glb(JsonNode json) {
        return glb(text(json), binary());
    }

    /** @param binary null: without binary chunk */
    public static byte[] glb(byte[] json, byte[] binary) {
        int padded = (json.length + 3) / 4 * 4;
        int length = 20 + padded + (binary == null ? 0 : 8 + binary.length);
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(0x46546C67)
                .putInt(2)
                .putInt(length)
                .putInt(padded)
                .putInt(0x4E4F534A)
                .put(json);
        for (int i = json.length; i < padded; i++) {
            bytes.put((byte) ' ');
        }
        if (binary != null) {
            bytes.putInt(binary.length).putInt(0x004E4942).put(binary);
        }
        return bytes.array();
    }

    /** A JSON pointer's value replaced; null removes it. */
    static ObjectNode with(ObjectNode model, String pointer, String json) {
        int slash = pointer.lastIndexOf('/');
        JsonNode parent = model.at(pointer.substring(0, slash));
        String last = pointer.substring(slash + 1);
        try {
            JsonNode value = json == null ? null : MAPPER.readTree(json);
            if (parent instanceof ObjectNode object) {
                if (value == null) {
                    object.remove(last);
                } else {
                    object.set(last, value);
                }
            } else {
                ((ArrayNode) parent).set(Integer.parseInt(last), value);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return model;
    }

    static byte[] bytes(Object... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Object part : parts) {
            if (part instanceof Integer number) {
                bytes.writeBytes(ByteBuffer.allocate(4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(number)
                        .array());
            } else {
                bytes.writeBytes(
                        part instanceof byte[] raw ? raw : part.toString().getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        return bytes.toByteArray();
    }

    static Asset check(byte[] file, boolean glb) throws RefusedModelException, IOException {
        return check(file, glb, Map.of());
    }

    static Asset check(byte[] file, boolean glb, Map<String, byte[]> files) throws RefusedModelException, IOException {
        return ModelCheck.check(
                Content.of(file),
                glb,
                uri -> {
                    if (!files.containsKey(uri)) {
                        throw new RefusedModelException(
                                "there is no file \"" + RefusedModelException.shown(uri) + "\"");
                    }
                    return Content.of(files.get(uri));
                },
                UNPACKED);
    }
}
