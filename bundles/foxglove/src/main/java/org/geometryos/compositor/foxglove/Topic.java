package org.geometryos.compositor.foxglove;

import java.util.Optional;
import org.geometryos.compositor.api.value.Names;

/**
 * What a viewer subscribes to: its name is an address.
 *
 * @param camera the camera that it is of; empty for those that there is one of
 */
record Topic(Kind kind, String camera) {
    private static final String CAMERA = "/camera/";
    /** The topic that a viewer publishes to, to drive a camera. */
    private static final String POSE = "/pose";

    /** What a topic tells. */
    enum Kind {
        /** Frames that do not move: the stage in the world, the optical frame of each camera. */
        FRAMES("/tf_static", "foxglove.FrameTransforms", Schemas.FRAME_TRANSFORMS),
        SCENE("/scene", "foxglove.SceneUpdate", Schemas.SCENE_UPDATE),
        DISPLAYS("/displays", "compositor.Displays", Schemas.DISPLAYS),
        TRANSFORM("/transform", "foxglove.FrameTransform", Schemas.FRAME_TRANSFORM),
        CALIBRATION("/calibration", "foxglove.CameraCalibration", Schemas.CAMERA_CALIBRATION),
        VIEWPORT("/viewport", "compositor.Viewport", Schemas.VIEWPORT);

        final String ending;
        final String schemaName;
        final String schema;

        Kind(String ending, String schemaName, String schema) {
            this.ending = ending;
            this.schemaName = schemaName;
            this.schema = schema;
        }
    }

    static Topic of(Kind kind) {
        return new Topic(kind, "");
    }

    String name() {
        return camera.isEmpty() ? kind.ending : CAMERA + camera + kind.ending;
    }

    /** The topic of that name; empty for a name that none can have. */
    static Optional<Topic> named(String name) {
        boolean ofCamera = name.startsWith(CAMERA);
        for (Kind kind : Kind.values()) {
            if (kind.compareTo(Kind.TRANSFORM) < 0) {
                if (name.equals(kind.ending)) {
                    return Optional.of(of(kind));
                }
            } else if (ofCamera && name.endsWith(kind.ending)) {
                return camera(name, kind.ending).map(camera -> new Topic(kind, camera));
            }
        }
        return Optional.empty();
    }

    /** The camera that is driven by what is published to a topic; empty if none is. */
    static Optional<String> driven(String name) {
        return name.startsWith(CAMERA) && name.endsWith(POSE) ? camera(name, POSE) : Optional.empty();
    }

    /** The topic to publish to, to drive a camera. */
    static String pose(String camera) {
        return CAMERA + camera + POSE;
    }

    private static Optional<String> camera(String name, String ending) {
        int to = name.length() - ending.length();
        return to <= CAMERA.length()
                ? Optional.empty()
                : Optional.of(name.substring(CAMERA.length(), to)).filter(Names::valid);
    }
}
