package org.geometryos.compositor.scene;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.configuration.Range;
import org.geometryos.compositor.protocol.DecodeException;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;

/**
 * The configuration, checked.
 *
 * @param first the scene where none was ever stored
 */
record Settings(int maxModels, int maxBytes, Scene first) {

    Settings(int maxModels, int maxBytes) {
        this(maxModels, maxBytes, Scene.EMPTY);
    }

    /** @throws IllegalArgumentException that names key, value and rule */
    static Settings of(SceneConfig config) {
        Settings settings = new Settings(
                Range.check("maxModels", config.maxModels(), 1, 1024),
                Range.check("maxBytes", config.maxBytes(), 4096, 196_608),
                first(config.first().strip()));
        int models = settings.first.models().size();
        if (models > settings.maxModels || Sizes.scene(settings.first) > settings.maxBytes) {
            throw new IllegalArgumentException("first must have at most maxModels (" + settings.maxModels
                    + ") models and maxBytes (" + settings.maxBytes + ") bytes, not " + models + " models and "
                    + Sizes.scene(settings.first) + " bytes");
        }
        return settings;
    }

    /** Reads the models as a display would read them in a snapshot. */
    private static Scene first(String models) {
        if (models.isEmpty()) {
            return Scene.EMPTY;
        }
        String snapshot = "{\"type\":\"snapshot\",\"epoch\":\"\",\"seq\":0,\"all\":true,\"cameras\":[],\"control\":[],"
                + "\"scene\":{\"revision\":1,\"selected\":[],\"models\":" + models + "}}";
        try {
            ServerMessage message =
                    Codecs.json().decodeServer(ByteBuffer.wrap(snapshot.getBytes(StandardCharsets.UTF_8)));
            if (message instanceof ServerMessage.Snapshot read && read.scene().isPresent()) {
                return new Scene(
                        1, read.scene().get().models(), read.scene().get().selected());
            }
        } catch (DecodeException e) {
            throw new IllegalArgumentException("first must be a JSON list of models: " + e.getMessage());
        }
        throw new IllegalArgumentException("first must be a JSON list of models");
    }
}
