package org.geometryos.compositor.foxglove;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.api.coordinates.Pose;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;

/** Makes the messages of the topics, as JSON. Any thread. */
final class Messages {
    /** Pixels of a camera's picture, which has no size of its own. */
    private static final int HEIGHT = 1_080;

    private static final double STANDARD_ASPECT = 16.0 / 9;
    private static final int MAX_WIDTH = 100_000;
    /** Models in one message. */
    private static final int MODELS = 256;
    /** Displays in one message. */
    private static final int DISPLAYS = 2_000;

    private static final int ALL = 1;
    private static final int ONE = 0;
    private static final long MICROS = 1_000_000;

    private Messages() {}

    // ---- cameras; on the way of every update, so without a tree

    static byte[] transform(long micros, CameraState state, View3d view) {
        StringBuilder json = new StringBuilder(320).append('{');
        transform(
                json,
                micros,
                Frames.STAGE,
                Frames.camera(state.camera()),
                new Pose(view.position(), view.orientation()));
        return utf8(json.append('}'));
    }

    static byte[] frames(long micros, Collection<String> cameras) {
        StringBuilder json = new StringBuilder(256 * (cameras.size() + 1)).append("{\"transforms\":[{");
        transform(json, micros, Frames.WORLD, Frames.STAGE, Frames.STAGE_IN_WORLD);
        json.append('}');
        for (String camera : cameras) {
            json.append(",{");
            transform(json, micros, Frames.camera(camera), Frames.optical(camera), Frames.OPTICAL_IN_CAMERA);
            json.append('}');
        }
        return utf8(json.append("]}"));
    }

    private static void transform(StringBuilder json, long micros, String parent, String child, Pose pose) {
        time(json, micros);
        json.append(",\"parent_frame_id\":\"").append(parent);
        json.append("\",\"child_frame_id\":\"").append(child);
        json.append("\",\"translation\":");
        vector(json, pose.position());
        json.append(",\"rotation\":");
        quaternion(json, pose.orientation());
    }

    static byte[] viewport(long micros, CameraState state, View2d view) {
        StringBuilder json = new StringBuilder(200).append('{');
        time(json, micros);
        json.append(",\"center\":{\"x\":").append(view.x());
        json.append(",\"y\":").append(view.y());
        json.append("},\"zoom\":").append(view.zoom());
        json.append(",\"rotation\":").append(view.rotation());
        json.append(",\"source\":\"");
        text(json, state.source());
        return utf8(json.append("\"}"));
    }

    /** What viewers draw as the frustum; empty for a projection that they cannot draw. */
    static Optional<byte[]> calibration(long micros, CameraState state, View3d view) {
        return view.projection().accept(LENS).map(lens -> {
            StringBuilder json = new StringBuilder(480).append('{');
            time(json, micros);
            json.append(",\"frame_id\":\"").append(Frames.optical(state.camera()));
            json.append("\",\"width\":").append(lens.width);
            json.append(",\"height\":").append(HEIGHT);
            json.append(",\"distortion_model\":\"\",\"D\":[],\"K\":[");
            json.append(lens.fx)
                    .append(",0,")
                    .append(lens.cx)
                    .append(",0,")
                    .append(lens.fy)
                    .append(',');
            json.append(lens.cy).append(",0,0,1],\"R\":[1,0,0,0,1,0,0,0,1],\"P\":[");
            json.append(lens.fx)
                    .append(",0,")
                    .append(lens.cx)
                    .append(",0,0,")
                    .append(lens.fy)
                    .append(',');
            json.append(lens.cy).append(",0,0,0,1,0]}");
            return utf8(json);
        });
    }

    /** A pinhole camera, in pixels. */
    private record PinHole(int width, double fx, double fy, double cx, double cy) {}

    private static final Projection.Visitor<Optional<PinHole>, RuntimeException> LENS = new Projection.Visitor<>() {
        @Override
        public Optional<PinHole> perspective(Projection.Perspective lens) {
            double half = Math.tan(lens.yfov() / 2);
            int width = width(lens.aspectRatio().orElse(STANDARD_ASPECT));
            double focal = HEIGHT / (2 * half);
            return Optional.of(new PinHole(width, focal, focal, width / 2.0, HEIGHT / 2.0));
        }

        @Override
        public Optional<PinHole> orthographic(Projection.Orthographic lens) {
            return Optional.empty();
        }

        @Override
        public Optional<PinHole> frustum(Projection.Frustum lens) {
            double across = lens.right() - lens.left();
            double up = lens.top() - lens.bottom();
            int width = width(across / up);
            return Optional.of(new PinHole(
                    width,
                    width * lens.znear() / across,
                    HEIGHT * lens.znear() / up,
                    width * -lens.left() / across,
                    HEIGHT * lens.top() / up));
        }
    };

    private static int width(double aspect) {
        return (int) Math.max(1, Math.min(MAX_WIDTH, Math.round(HEIGHT * aspect)));
    }

    private static void time(StringBuilder json, long micros) {
        json.append("\"timestamp\":{\"sec\":").append(micros / MICROS);
        json.append(",\"nsec\":").append(micros % MICROS * 1_000).append('}');
    }

    private static void vector(StringBuilder json, Vector3 v) {
        json.append("{\"x\":").append(v.x());
        json.append(",\"y\":").append(v.y());
        json.append(",\"z\":").append(v.z()).append('}');
    }

    private static void quaternion(StringBuilder json, Quaternion q) {
        json.append("{\"x\":").append(q.x());
        json.append(",\"y\":").append(q.y());
        json.append(",\"z\":").append(q.z());
        json.append(",\"w\":").append(q.w()).append('}');
    }

    /** The name of a source or display may hold anything. */
    private static void text(StringBuilder json, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append("\\u00").append(c < 16 ? '0' : '1').append(Character.forDigit(c & 15, 16));
            } else {
                json.append(c);
            }
        }
    }

    private static byte[] utf8(StringBuilder json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    // ---- the scene

    /**
     * What turns one scene into another, in one or more messages.
     *
     * @param known the scene as the viewer knows it; null: it knows nothing, or nobody knows what it knows
     * @param models where models are
     */
    static List<byte[]> scene(Scene known, Scene now, long micros, String models) {
        List<Map<String, Object>> deletions = new ArrayList<>();
        List<Map<String, Object>> entities = new ArrayList<>();
        if (known == null) {
            deletions.add(deletion(micros, ALL, ""));
        } else {
            for (Model model : known.models()) {
                if (model.visible()
                        && now.model(model.id()).filter(Model::visible).isEmpty()) {
                    deletions.add(deletion(micros, ONE, model.id()));
                }
            }
        }
        List<byte[]> messages = new ArrayList<>();
        for (Model model : now.models()) {
            boolean changed = known == null
                    || known.model(model.id()).filter(model::equals).isEmpty()
                    || known.selected().contains(model.id()) != now.selected().contains(model.id());
            if (model.visible() && changed) {
                entities.add(entity(model, now.selected().contains(model.id()), micros, models));
            }
            if (entities.size() == MODELS) {
                messages.add(sceneUpdate(deletions, entities));
                deletions = List.of();
                entities = new ArrayList<>();
            }
        }
        if (!deletions.isEmpty() || !entities.isEmpty()) {
            messages.add(sceneUpdate(deletions, entities));
        }
        return messages;
    }

    private static byte[] sceneUpdate(List<?> deletions, List<?> entities) {
        return Ops.json(ordered("deletions", deletions, "entities", entities));
    }

    private static Map<String, Object> deletion(long micros, int type, String id) {
        return ordered("timestamp", time(micros), "type", type, "id", id);
    }

    private static Map<String, Object> entity(Model model, boolean selected, long micros, String models) {
        List<Map<String, Object>> metadata = new ArrayList<>();
        model.label().ifPresent(label -> metadata.add(ordered("key", "label", "value", label)));
        model.layer().ifPresent(layer -> metadata.add(ordered("key", "layer", "value", layer)));
        if (selected) {
            metadata.add(ordered("key", "selected", "value", "true"));
        }
        Map<String, Object> shape = ordered(
                "pose",
                ordered(
                        "position",
                        vector(model.position()),
                        "orientation",
                        quaternion(Frames.model(model.orientation()))),
                "scale",
                vector(Frames.modelScale(model.scale())),
                "color",
                ordered("r", 1, "g", 1, "b", 1, "a", 1),
                "override_color",
                false,
                "url",
                address(model.uri(), models),
                "media_type",
                mediaType(model.uri()),
                "data",
                "");
        List<?> none = List.of();
        return ordered(
                "timestamp",
                time(micros),
                "frame_id",
                Frames.STAGE,
                "id",
                model.id(),
                "lifetime",
                time(0),
                "frame_locked",
                true,
                "metadata",
                metadata,
                "arrows",
                none,
                "cubes",
                none,
                "spheres",
                none,
                "cylinders",
                none,
                "lines",
                none,
                "triangles",
                none,
                "texts",
                none,
                "models",
                List.of(shape));
    }

    /** Models are named from the root of the host: {@code models/gear.glb}. */
    private static String address(String uri, String models) {
        String folder = "models/";
        return models + (uri.startsWith(folder) ? uri.substring(folder.length()) : uri);
    }

    private static String mediaType(String uri) {
        return uri.endsWith(".gltf") ? "model/gltf+json" : "model/gltf-binary";
    }

    // ---- the displays

    static byte[] displays(List<Session> sessions, long micros) {
        List<Map<String, Object>> list = new ArrayList<>();
        sessions.stream().limit(DISPLAYS).forEach(session -> {
            Map<String, Object> display = ordered(
                    "display",
                    session.display(),
                    "user",
                    session.user(),
                    "role",
                    session.role().word(),
                    "connected",
                    session.connected(),
                    "protocol",
                    session.codec());
            session.roundTrip().ifPresent(nanos -> display.put("roundTripMs", nanos / 1e6));
            display.put("delivered", session.delivered());
            display.put("superseded", session.superseded());
            display.put("refused", session.refused());
            list.add(display);
        });
        return Ops.json(
                ordered("timestamp", time(micros), "displays", list, "more", Math.max(0, sessions.size() - DISPLAYS)));
    }

    // ----

    static Map<String, Object> time(long micros) {
        return ordered("sec", micros / MICROS, "nsec", micros % MICROS * 1_000);
    }

    private static Map<String, Object> vector(Vector3 v) {
        return ordered("x", v.x(), "y", v.y(), "z", v.z());
    }

    private static Map<String, Object> quaternion(Quaternion q) {
        return ordered("x", q.x(), "y", q.y(), "z", q.z(), "w", q.w());
    }

    /** @param fields names and values in turn */
    private static Map<String, Object> ordered(Object... fields) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < fields.length; i += 2) {
            map.put((String) fields[i], fields[i + 1]);
        }
        return map;
    }
}
