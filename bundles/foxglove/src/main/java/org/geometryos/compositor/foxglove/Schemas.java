package org.geometryos.compositor.foxglove;

/**
 * What viewers are told of the messages: JSON Schemas of the parts of Foxglove's messages that are sent here, with
 * their names, and of our own.
 */
final class Schemas {
    private static final String TIME = object("sec", "{\"type\":\"integer\"}", "nsec", "{\"type\":\"integer\"}");
    private static final String NUMBER = "{\"type\":\"number\"}";
    private static final String INTEGER = "{\"type\":\"integer\"}";
    private static final String TEXT = "{\"type\":\"string\"}";
    private static final String TRUTH = "{\"type\":\"boolean\"}";
    private static final String NUMBERS = list(NUMBER);
    private static final String VECTOR = object("x", NUMBER, "y", NUMBER, "z", NUMBER);
    private static final String QUATERNION = object("x", NUMBER, "y", NUMBER, "z", NUMBER, "w", NUMBER);
    private static final String COLOR = object("r", NUMBER, "g", NUMBER, "b", NUMBER, "a", NUMBER);

    static final String FRAME_TRANSFORM = object(
            "timestamp",
            TIME,
            "parent_frame_id",
            TEXT,
            "child_frame_id",
            TEXT,
            "translation",
            VECTOR,
            "rotation",
            QUATERNION);

    static final String FRAME_TRANSFORMS = object("transforms", list(FRAME_TRANSFORM));

    static final String CAMERA_CALIBRATION = object(
            "timestamp",
            TIME,
            "frame_id",
            TEXT,
            "width",
            INTEGER,
            "height",
            INTEGER,
            "distortion_model",
            TEXT,
            "D",
            NUMBERS,
            "K",
            NUMBERS,
            "R",
            NUMBERS,
            "P",
            NUMBERS);

    static final String SCENE_UPDATE = object(
            "deletions",
            list(object("timestamp", TIME, "type", INTEGER, "id", TEXT)),
            "entities",
            list(object(
                    "timestamp",
                    TIME,
                    "frame_id",
                    TEXT,
                    "id",
                    TEXT,
                    "lifetime",
                    TIME,
                    "frame_locked",
                    TRUTH,
                    "metadata",
                    list(object("key", TEXT, "value", TEXT)),
                    "arrows",
                    none(),
                    "cubes",
                    none(),
                    "spheres",
                    none(),
                    "cylinders",
                    none(),
                    "lines",
                    none(),
                    "triangles",
                    none(),
                    "texts",
                    none(),
                    "models",
                    list(object(
                            "pose",
                            object("position", VECTOR, "orientation", QUATERNION),
                            "scale",
                            VECTOR,
                            "color",
                            COLOR,
                            "override_color",
                            TRUTH,
                            "url",
                            TEXT,
                            "media_type",
                            TEXT,
                            "data",
                            "{\"type\":\"string\",\"contentEncoding\":\"base64\"}")))));

    static final String VIEWPORT = object(
            "timestamp",
            TIME,
            "center",
            object("x", NUMBER, "y", NUMBER),
            "zoom",
            NUMBER,
            "rotation",
            NUMBER,
            "source",
            TEXT);

    static final String DISPLAYS = object(
            "timestamp",
            TIME,
            "displays",
            list(object(
                    "display",
                    TEXT,
                    "user",
                    TEXT,
                    "role",
                    TEXT,
                    "connected",
                    TRUTH,
                    "protocol",
                    TEXT,
                    "roundTripMs",
                    NUMBER,
                    "delivered",
                    INTEGER,
                    "superseded",
                    INTEGER,
                    "refused",
                    INTEGER)),
            "more",
            INTEGER);

    private Schemas() {}

    private static String object(String... properties) {
        StringBuilder schema = new StringBuilder("{\"type\":\"object\",\"properties\":{");
        for (int i = 0; i < properties.length; i += 2) {
            schema.append(i == 0 ? "" : ",")
                    .append('"')
                    .append(properties[i])
                    .append("\":")
                    .append(properties[i + 1]);
        }
        return schema.append("}}").toString();
    }

    private static String list(String items) {
        return "{\"type\":\"array\",\"items\":" + items + "}";
    }

    /** Primitives that are never sent here. */
    private static String none() {
        return list("{\"type\":\"object\"}");
    }
}
