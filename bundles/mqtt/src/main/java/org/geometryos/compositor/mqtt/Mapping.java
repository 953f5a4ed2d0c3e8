package org.geometryos.compositor.mqtt;

import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.coordinates.YawPitchRoll;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.geometryos.compositor.api.value.Vector3;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.DecodeException;

/** How the payload of a message becomes a sample. Immutable; any thread. */
sealed interface Mapping {
    Set<String> OPTIONS = Set.of(
            "position",
            "unit",
            "axes",
            "orientation",
            "order",
            "rotation",
            "angles",
            "angle",
            "fov",
            "focus",
            "near",
            "far",
            "center",
            "zoom",
            "turn",
            "time",
            "timeUnit",
            "sample",
            "cut",
            "timecode",
            "name");

    /** @throws InvalidValueException that says what is wrong with the payload */
    Sample read(byte[] payload);

    /**
     * Our own JSON, unless the rule points to a position or a center.
     *
     * @param yfov vertical field of view where a rule has none, radians
     * @throws InvalidValueException that names key, value and rule
     */
    static Mapping of(Words words, Codec codec, double yfov) {
        boolean two = words.has("center");
        if (!two && !words.has("position")) {
            Optional<String> odd =
                    words.options().keySet().stream().filter(OPTIONS::contains).findFirst();
            if (odd.isPresent()) {
                throw new InvalidValueException(
                        words.key(odd.get()),
                        words.options().get(odd.get()),
                        "needs position or center: without them the payload is the bridge's own JSON");
            }
            return new Own(codec);
        }
        for (String name : two
                ? List.of(
                        "position",
                        "unit",
                        "axes",
                        "orientation",
                        "order",
                        "rotation",
                        "angles",
                        "fov",
                        "focus",
                        "near",
                        "far")
                : List.of("zoom", "turn")) {
            if (words.has(name)) {
                throw new InvalidValueException(
                        words.key(name),
                        words.options().get(name),
                        two ? "is for 3D cameras, and does not go with center" : "is for 2D cameras, with center");
            }
        }
        Common common = new Common(
                words.pointer("time"),
                words.oneOf("timeUnit", "us", List.of("s", "ms", "us", "ns", "iso")),
                words.pointer("sample"),
                words.pointer("cut"),
                words.pointer("timecode"),
                words.pointer("name"));
        double angle = words.oneOf("angle", "rad", List.of("rad", "deg")).equals("deg") ? Math.PI / 180 : 1;
        if (two) {
            return new Flat(
                    common,
                    words.pointers("center", 2).orElseThrow(),
                    words.pointer("zoom"),
                    words.pointer("turn"),
                    angle);
        }
        if (words.has("orientation") && words.has("rotation")) {
            throw new InvalidValueException(
                    words.key("rotation"), words.options().get("rotation"), "does not go with orientation");
        }
        double near = words.number("near", 0.1, 1e-6, 1e6);
        double far = words.number("far", 0, 0, 1e12);
        if (far != 0 && far <= near) {
            throw new InvalidValueException(words.key("far"), far, "must be above near (" + near + "), or 0 for none");
        }
        return new Solid(
                common,
                words.pointers("position", 3).orElseThrow(),
                switch (words.oneOf("unit", "m", List.of("m", "cm", "mm"))) {
                    case "mm" -> 1e-3;
                    case "cm" -> 1e-2;
                    default -> 1;
                },
                Axes.parse(words.key("axes"), words.text("axes").orElse("x,y,z"), List.of("x", "y", "z")),
                words.pointers("orientation", 4),
                words.oneOf("order", "xyzw", List.of("xyzw", "wxyz")).equals("wxyz"),
                words.pointers("rotation", 3),
                Axes.parse(
                        words.key("angles"),
                        words.text("angles").orElse("yaw,pitch,roll"),
                        List.of("yaw", "pitch", "roll")),
                angle,
                words.pointer("fov"),
                yfov,
                words.pointer("focus"),
                near,
                far == 0 ? OptionalDouble.empty() : OptionalDouble.of(far));
    }

    /** The fields of the protocol's message {@code camera}, with or without {@code type} and {@code camera}. */
    record Own(Codec codec) implements Mapping {
        /** A camera's name where the message needs one. */
        private static final String NONE = "-";

        @Override
        public Sample read(byte[] payload) {
            Map<String, Object> object = Json.object(payload);
            if (object.containsKey("type") && !"camera".equals(object.get("type"))) {
                throw new InvalidValueException("type", object.get("type"), "must be \"camera\", or absent");
            }
            Map<String, Object> message = new LinkedHashMap<>(object);
            message.put("type", "camera");
            message.putIfAbsent("camera", NONE);
            try {
                if (codec.decodeClient(ByteBuffer.wrap(Json.bytes(message))) instanceof ClientMessage.Camera camera) {
                    CameraUpdate update = camera.update();
                    return new Sample(
                            object.get("camera") == null ? Optional.empty() : Optional.of(update.camera()),
                            update.view(),
                            update.time(),
                            update.sample(),
                            update.cut(),
                            update.timecode());
                }
                throw new InvalidValueException("type", object.get("type"), "must be \"camera\", or absent");
            } catch (DecodeException e) {
                throw new InvalidValueException("payload", e.getMessage(), "must be a camera message");
            }
        }
    }

    /** What all documents of others may have. */
    record Common(
            Optional<Pointer> time,
            String timeUnit,
            Optional<Pointer> sample,
            Optional<Pointer> cut,
            Optional<Pointer> timecode,
            Optional<Pointer> name) {

        Sample sample(Map<String, Object> document, View view) {
            return new Sample(
                    name.flatMap(pointer -> pointer.in(document)).map(String::valueOf),
                    view,
                    time.flatMap(pointer -> pointer.in(document))
                            .map(value -> OptionalLong.of(micros(value)))
                            .orElse(OptionalLong.empty()),
                    sample.map(pointer -> OptionalLong.of(whole(pointer, document)))
                            .orElse(OptionalLong.empty()),
                    cut.flatMap(pointer -> pointer.in(document))
                            .map(Boolean.TRUE::equals)
                            .orElse(false),
                    timecode.flatMap(pointer -> pointer.in(document)).map(String::valueOf));
        }

        private long micros(Object value) {
            if (timeUnit.equals("iso")) {
                try {
                    return TimeOfDay.micros(
                            OffsetDateTime.parse(String.valueOf(value)).toInstant());
                } catch (DateTimeException e) {
                    throw new InvalidValueException(
                            time.orElseThrow().text(), String.valueOf(value), "must be a time as 2026-01-31T12:00:00Z");
                }
            }
            double factor =
                    switch (timeUnit) {
                        case "s" -> 1e6;
                        case "ms" -> 1e3;
                        case "ns" -> 1e-3;
                        default -> 1;
                    };
            double micros = number(time.orElseThrow().text(), value) * factor;
            if (micros < 0 || micros > CameraUpdate.MAX_INTEGER) {
                throw new InvalidValueException(
                        time.orElseThrow().text(), String.valueOf(value), "must be a time since 1970 in " + timeUnit);
            }
            if (value instanceof Long exact) {
                return switch (timeUnit) {
                    case "s" -> exact * 1_000_000;
                    case "ms" -> exact * 1_000;
                    case "ns" -> exact / 1_000;
                    default -> exact;
                };
            }
            return Math.round(micros);
        }

        private static long whole(Pointer pointer, Object document) {
            double found = required(pointer, document);
            if (found < 0 || found > CameraUpdate.MAX_INTEGER || found != Math.rint(found)) {
                throw new InvalidValueException(pointer.text(), found, "must be a whole number in [0, 2^53 - 1]");
            }
            return (long) found;
        }
    }

    /** A 2D camera of others. */
    record Flat(Common common, List<Pointer> center, Optional<Pointer> zoom, Optional<Pointer> turn, double angle)
            implements Mapping {
        @Override
        public Sample read(byte[] payload) {
            Map<String, Object> document = Json.object(payload);
            double[] at = required(center, 2, document);
            double scale = zoom.map(pointer -> required(pointer, document)).orElse(1.0);
            double turned = turn.map(pointer -> required(pointer, document)).orElse(0.0) * angle;
            return common.sample(document, new View2d(at[0], at[1], scale, turned));
        }
    }

    /** A 3D camera of others. */
    record Solid(
            Common common,
            List<Pointer> position,
            double metres,
            Axes axes,
            Optional<List<Pointer>> orientation,
            boolean realFirst,
            Optional<List<Pointer>> rotation,
            Axes angles,
            double angle,
            Optional<Pointer> fov,
            double yfov,
            Optional<Pointer> focus,
            double near,
            OptionalDouble far)
            implements Mapping {
        @Override
        public Sample read(byte[] payload) {
            Map<String, Object> document = Json.object(payload);
            double[] at = axes.apply(required(position, 3, document));
            return common.sample(
                    document,
                    new View3d(
                            new Vector3(at[0] * metres, at[1] * metres, at[2] * metres),
                            turned(document),
                            new Projection.Perspective(
                                    fov.map(pointer -> required(pointer, document) * angle)
                                            .orElse(yfov),
                                    near,
                                    far,
                                    OptionalDouble.empty()),
                            focus.map(pointer -> OptionalDouble.of(required(pointer, document) * metres))
                                    .orElse(OptionalDouble.empty()),
                            Optional.empty()));
        }

        private Quaternion turned(Map<String, Object> document) {
            if (orientation.isPresent()) {
                double[] q = required(orientation.get(), 4, document);
                int vector = realFirst ? 1 : 0;
                // a mirrored world turns the other way
                double[] v = axes.apply(new double[] {q[vector], q[vector + 1], q[vector + 2]});
                int hand = axes.handedness();
                try {
                    return new Quaternion(hand * v[0], hand * v[1], hand * v[2], q[realFirst ? 0 : 3]);
                } catch (InvalidValueException e) {
                    throw e.within("orientation");
                }
            }
            if (rotation.isPresent()) {
                double[] turn = angles.apply(required(rotation.get(), 3, document));
                return new YawPitchRoll(turn[0] * angle, turn[1] * angle, turn[2] * angle).quaternion();
            }
            return Quaternion.IDENTITY;
        }
    }

    private static double[] required(List<Pointer> pointers, int count, Object document) {
        double[] found = new double[count];
        if (pointers.size() == count) {
            for (int i = 0; i < count; i++) {
                found[i] = required(pointers.get(i), document);
            }
            return found;
        }
        String text = pointers.get(0).text();
        Object there = pointers.get(0).in(document).orElse(null);
        if (!(there instanceof List<?> list) || list.size() != count) {
            throw new InvalidValueException(
                    text, there == null ? "absent" : "another", "must be " + count + " numbers");
        }
        for (int i = 0; i < count; i++) {
            found[i] = number(text, list.get(i));
        }
        return found;
    }

    private static double required(Pointer pointer, Object document) {
        return number(pointer.text(), pointer.in(document).orElse(null));
    }

    /** A number, or the text of one. */
    private static double number(String field, Object value) {
        double found = Double.NaN;
        if (value instanceof Number number) {
            found = number.doubleValue();
        } else if (value instanceof String text && text.length() <= 64) {
            try {
                found = Double.parseDouble(text);
            } catch (NumberFormatException e) {
                // told below
            }
        }
        if (!Double.isFinite(found)) {
            throw new InvalidValueException(field, value == null ? "absent" : value, "must be a finite number");
        }
        return found;
    }
}
