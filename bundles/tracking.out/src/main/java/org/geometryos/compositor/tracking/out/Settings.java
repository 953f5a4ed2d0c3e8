package org.geometryos.compositor.tracking.out;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.geometryos.compositor.api.coordinates.Pose;
import org.geometryos.compositor.api.coordinates.YawPitchRoll;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Names;
import org.geometryos.compositor.api.value.Size;
import org.geometryos.compositor.api.value.Vector3;
import org.geometryos.compositor.configuration.InstanceName;
import org.geometryos.compositor.configuration.values.Values;
import org.geometryos.compositor.tracking.Axes;
import org.geometryos.compositor.tracking.Calibration;
import org.geometryos.compositor.tracking.Segment;
import org.geometryos.compositor.tracking.Sensor;

/**
 * The configuration of one target, checked.
 *
 * @param name what follows {@code ~} in the PID
 * @param camera that is sent
 * @param rate packets a second; that of the camera's samples if there is none
 * @param lag microseconds by which the pose that is sent at a rate lies before the newest that could be there
 * @param world from the world of the displays to that of the tracking system
 * @param sensor of cameras that do not say theirs, millimetres
 * @param zoomFocal whether the zoom's curve is one of focal lengths; otherwise of fields of view
 * @param format what only the format has
 */
record Settings(
        String name,
        String camera,
        Target target,
        Optional<Rate> rate,
        long lag,
        Pose world,
        Axes axes,
        Axes angles,
        Size sensor,
        Optional<Curve> zoom,
        boolean zoomFocal,
        Optional<Curve> focus,
        Format format) {
    static final int FREED_PORT = 40_000;
    static final int OPENTRACKIO_PORT = 55_555;
    static final int LAG = 20;
    static final String SENSOR = "36x20.25";
    static final String TIMECODE_RATE = "25";
    static final int UTC_OFFSET = 37;
    private static final double MAX_LAG = 1_000;
    private static final Pattern ID =
            Pattern.compile("urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    /** What only one format has. */
    sealed interface Format {}

    /** @param id of the device, 0 to 255 */
    record FreeD(int id) implements Format {}

    /** Where the timecode of a sample comes from. */
    enum Timecode {
        NONE,
        SAMPLE,
        CLOCK
    }

    /**
     * @param number of the source, 1 to 200
     * @param id of the source
     * @param utcOffset seconds by which the clock of the samples (PTP: TAI) is ahead of UTC
     */
    record OpenTrackIo(
            Segment.Encoding encoding, int number, String id, int utcOffset, Timecode timecode, Rate timecodeRate)
            implements Format {}

    /** @throws InvalidValueException that names key, value and rule */
    static Settings freeD(Map<String, ?> properties) {
        Values values = new Values(properties);
        return of(
                InstanceName.plain(FreeDConfig.PID, properties),
                values,
                FREED_PORT,
                new FreeD(values.integer("id", 1, 0, 255)));
    }

    /** @throws InvalidValueException that names key, value and rule */
    static Settings openTrackIo(Map<String, ?> properties) {
        Values values = new Values(properties);
        String name = InstanceName.plain(OpenTrackIoConfig.PID, properties);
        int number = values.integer("sourceNumber", 1, 1, 200);
        String id = values.text("sourceId")
                .orElseGet(() ->
                        "urn:uuid:" + UUID.nameUUIDFromBytes(("compositor/" + name).getBytes(StandardCharsets.UTF_8)));
        if (!ID.matcher(id).matches()) {
            throw new InvalidValueException(
                    "sourceId", id, "must be as urn:uuid:0123abcd-0123-0123-0123-0123456789ab, in lower case");
        }
        return of(
                name,
                values,
                OPENTRACKIO_PORT,
                new OpenTrackIo(
                        word(values, "encoding", Segment.Encoding.JSON, Segment.Encoding.values()),
                        number,
                        id,
                        values.integer("utcOffset", UTC_OFFSET, -86_400, 86_400),
                        word(values, "timecode", Timecode.SAMPLE, Timecode.values()),
                        Rate.parse("timecodeRate", values.text("timecodeRate").orElse(TIMECODE_RATE))));
    }

    private static <E extends Enum<E>> E word(Values values, String key, E missing, E[] all) {
        String text = values.text(key).orElse(missing.name().toLowerCase(Locale.ROOT));
        StringBuilder names = new StringBuilder();
        for (E one : all) {
            String name = one.name().toLowerCase(Locale.ROOT);
            if (name.equals(text)) {
                return one;
            }
            names.append(names.isEmpty() ? "" : ", ").append(name);
        }
        throw new InvalidValueException(key, text, "must be one of " + names);
    }

    private static Settings of(String name, Values values, int port, Format format) {
        double[] position = values.numbers("offsetPosition", 0, 0, 0);
        double[] rotation = values.numbers("offsetRotation", 0, 0, 0);
        Pose offset = new Pose(
                new Vector3(position[0], position[1], position[2]),
                new YawPitchRoll(Math.toRadians(rotation[0]), Math.toRadians(rotation[1]), Math.toRadians(rotation[2]))
                        .quaternion());
        Optional<Calibration.Table> zoom = values.text("zoom", ";").map(Settings::zoom);
        return new Settings(
                name,
                Names.check("camera", values.text("camera").orElse("")),
                Target.of(values, port),
                values.text("rate").filter(text -> !text.equals("0")).map(text -> Rate.parse("rate", text)),
                Math.round(values.decimal("lag", LAG, 0, MAX_LAG) * 1_000),
                offset.inverse(),
                Axes.parse("axes", values.text("axes").orElse("x,y,z"), List.of("x", "y", "z")),
                Axes.parse("angles", values.text("angles").orElse("pan,tilt,roll"), List.of("pan", "tilt", "roll")),
                Sensor.size("sensor", values.text("sensor").orElse(SENSOR)),
                zoom.map(table -> Curve.of("zoom", table.values())),
                zoom.map(Calibration.Table::focal).orElse(false),
                values.text("focus").map(text -> Curve.metres("focus", text)),
                format);
    }

    /** A table for all devices, as a receiver has it, with or without {@code *:} in front. */
    private static Calibration.Table zoom(String text) {
        return Calibration.parse("zoom", text.contains(":") ? text : "*:" + text)
                .of(Calibration.OTHERS)
                .orElseThrow(() -> new InvalidValueException("zoom", text, "must have one table, without a device"));
    }
}
