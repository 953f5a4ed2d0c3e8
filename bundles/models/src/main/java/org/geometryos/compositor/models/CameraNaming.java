package org.geometryos.compositor.models;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.value.Names;
import org.geometryos.compositor.models.gltf.Asset;

/**
 * Gives the cameras of models names that keep the bridge's rule: {@code MODEL.CAMERA}, other characters as {@code _},
 * no name twice.
 */
final class CameraNaming {
    private static final int CAMERA_LENGTH = 28;
    private static final int SUFFIX_LENGTH = 4;
    private static final int MOST_OF_A_NAME = 999;

    private final Set<String> given = new HashSet<>();

    /** @return in the order of the model; one that can be given no name is left out */
    Map<String, View3d> named(String model, List<Asset.NamedView> cameras) {
        Map<String, View3d> named = new LinkedHashMap<>();
        for (Asset.NamedView camera : cameras) {
            String own = shortened(camera.name().replaceAll("[^A-Za-z0-9._-]", "_"), CAMERA_LENGTH);
            String whole = shortened(
                            model.substring(0, model.lastIndexOf('.')).replaceAll("[^A-Za-z0-9._/-]", "_"),
                            Names.MAX_LENGTH - CAMERA_LENGTH - SUFFIX_LENGTH - 1)
                    + "." + (own.isEmpty() ? "camera" : own);
            String name = whole;
            for (int i = 2; given.contains(name) && i <= MOST_OF_A_NAME; i++) {
                name = whole + "-" + i;
            }
            if (Names.valid(name) && given.add(name)) {
                named.put(name, camera.view());
            }
        }
        return named;
    }

    private static String shortened(String text, int length) {
        return text.substring(0, Math.min(length, text.length()));
    }
}
