package org.geometryos.compositor.models;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.value.Vector3;
import org.geometryos.compositor.io.Sha256;
import org.geometryos.compositor.models.gltf.Asset;
import org.geometryos.compositor.models.gltf.RefusedModelException;

/**
 * What is served, at one moment. Immutable, for any thread.
 *
 * @param files by name: the models, and the files that they refer to; nothing else is served
 * @param models in the order of their names
 * @param index what {@code GET /models/} answers
 */
record Catalogue(Map<String, Served> files, List<Model> models, List<Refused> refused, byte[] index, String indexEtag) {
    private static final JsonFactory JSON = new JsonFactory();

    /** A file in the store. */
    record Served(ContentStore.Item item, String contentType) {
        /** Strong: another one, other bytes. */
        String etag() {
            return '"' + item.digest() + '"';
        }
    }

    /**
     * A model that was found good.
     *
     * @param source the place where it comes from
     * @param files itself and what it refers to
     * @param cameras by the name that they have in the bridge, if they are there
     */
    record Model(
            String name,
            String source,
            Map<String, ContentStore.Item> files,
            Map<String, View3d> cameras,
            Optional<Asset.Box> bounds) {}

    /** Something that is not served, or not in its newest form. */
    record Refused(String name, String source, String reason) {}

    static Catalogue of(SortedMap<String, Model> models, Map<String, Served> files, List<Refused> refused) {
        byte[] index = index(models, refused);
        return new Catalogue(
                Map.copyOf(files),
                List.copyOf(models.values()),
                List.copyOf(refused),
                index,
                '"' + Sha256.hex(index) + '"');
    }

    private static byte[] index(SortedMap<String, Model> models, List<Refused> refused) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeArrayFieldStart("models");
            for (Model model : models.values()) {
                write(json, model);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("refused");
            for (Refused one : refused) {
                json.writeStartObject();
                json.writeStringField("name", RefusedModelException.shown(one.name));
                json.writeStringField("source", one.source);
                json.writeStringField("reason", one.reason);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** What is said of a model that was taken in: as in the index, or its name and uri while it is not there. */
    static byte[] described(String name, Optional<Model> model) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            if (model.isPresent()) {
                write(json, model.get());
            } else {
                json.writeStartObject();
                json.writeStringField("name", name);
                json.writeStringField("uri", "models/" + ModelNames.encode(name));
                json.writeEndObject();
            }
        }
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator json, Model model) throws IOException {
        ContentStore.Item item = model.files.get(model.name);
        json.writeStartObject();
        json.writeStringField("name", model.name);
        json.writeStringField("uri", "models/" + ModelNames.encode(model.name));
        json.writeStringField("type", ModelNames.contentType(model.name).orElseThrow());
        json.writeNumberField("bytes", item.bytes());
        json.writeNumberField(
                "totalBytes",
                model.files.values().stream()
                        .mapToLong(ContentStore.Item::bytes)
                        .sum());
        json.writeStringField("etag", '"' + item.digest() + '"');
        json.writeStringField("source", model.source);
        json.writeArrayFieldStart("files");
        for (String file : model.files.keySet()) {
            if (!file.equals(model.name)) {
                json.writeString(file);
            }
        }
        json.writeEndArray();
        json.writeArrayFieldStart("cameras");
        for (String camera : model.cameras.keySet()) {
            json.writeString(camera);
        }
        json.writeEndArray();
        if (model.bounds.isPresent()) {
            json.writeObjectFieldStart("bounds");
            write(json, "min", model.bounds.get().min());
            write(json, "max", model.bounds.get().max());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, Vector3 vector) throws IOException {
        json.writeArrayFieldStart(name);
        json.writeNumber(vector.x());
        json.writeNumber(vector.y());
        json.writeNumber(vector.z());
        json.writeEndArray();
    }

    /** The index as text, for tests and logs. */
    @Override
    public String toString() {
        return new String(index, StandardCharsets.UTF_8);
    }
}
