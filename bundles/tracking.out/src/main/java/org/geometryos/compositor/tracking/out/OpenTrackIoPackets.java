package org.geometryos.compositor.tracking.out;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import org.geometryos.compositor.api.coordinates.OpenTrackIoPose;
import org.geometryos.compositor.tracking.Segment;
import org.geometryos.compositor.tracking.Triple;

/**
 * OpenTrackIO 1.0.1: whole samples, each in one packet; the static part with the first one and every two seconds. The
 * coefficients of a lens's distortion are left out, as a view does not say which of them are radial.
 */
final class OpenTrackIoPackets implements Packets {
    static final long STATIC_NANOS = 2_000_000_000;
    private static final int[] VERSION = {1, 0, 1};
    private static final long MICROS = 1_000_000;
    private static final long MAX_U32 = (1L << 32) - 1;

    private final JsonFactory json = JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.newBoundedPool(1))
            .build();
    private final JsonFactory cbor = CBORFactory.builder()
            .recyclerPool(JsonRecyclerPools.newBoundedPool(1))
            .build();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(MAX);
    private final SplittableRandom random = new SplittableRandom();
    private int sequence;
    private long number;
    private long told;
    private boolean everTold;

    /** @param sequence of the first packet */
    OpenTrackIoPackets(int sequence) {
        this.sequence = sequence & 0xffff;
    }

    @Override
    public int sequence() {
        return sequence;
    }

    @Override
    public boolean write(Moment moment, Settings settings, long nanos, ByteBuffer into) throws IOException {
        Settings.OpenTrackIo format = (Settings.OpenTrackIo) settings.format();
        boolean statics = !everTold || nanos - told >= STATIC_NANOS;
        bytes.reset();
        JsonFactory factory = format.encoding() == Segment.Encoding.JSON ? json : cbor;
        try (JsonGenerator out = factory.createGenerator(bytes)) {
            sample(out, moment, settings, format, statics);
        }
        into.position(Segment.HEADER).put(bytes.toByteArray());
        Segment.header(into, format.encoding(), sequence);
        sequence = Segment.following(sequence);
        number = number + 1 & MAX_U32;
        if (statics) {
            everTold = true;
            told = nanos;
        }
        return false;
    }

    private void sample(
            JsonGenerator out, Moment moment, Settings settings, Settings.OpenTrackIo format, boolean statics)
            throws IOException {
        LensReadings lens = LensReadings.of(moment, settings);
        out.writeStartObject();
        out.writeObjectFieldStart("protocol");
        out.writeStringField("name", "OpenTrackIO");
        out.writeFieldName("version");
        out.writeArray(VERSION, 0, VERSION.length);
        out.writeEndObject();
        out.writeStringField("sampleId", "urn:uuid:" + uuid());
        out.writeStringField("sourceId", format.id());
        out.writeNumberField("sourceNumber", format.number());
        if (statics) {
            out.writeObjectFieldStart("static");
            out.writeObjectFieldStart("camera");
            out.writeObjectFieldStart("activeSensorPhysicalDimensions");
            out.writeNumberField("height", lens.sensor().height());
            out.writeNumberField("width", lens.sensor().width());
            out.writeEndObject();
            out.writeStringField("label", settings.camera());
            out.writeEndObject();
            out.writeEndObject();
        }
        timing(out, moment, settings, format);
        lens(out, moment, lens);
        transform(out, moment, settings);
        out.writeEndObject();
    }

    /** A random one, as version 4. */
    private UUID uuid() {
        return new UUID(
                random.nextLong() & ~0xf000L | 0x4000L, random.nextLong() & Long.MAX_VALUE >> 1 | Long.MIN_VALUE);
    }

    private void timing(JsonGenerator out, Moment moment, Settings settings, Settings.OpenTrackIo format)
            throws IOException {
        out.writeObjectFieldStart("timing");
        out.writeStringField("mode", "internal");
        if (settings.rate().isPresent()) {
            rate(out, "sampleRate", settings.rate().get());
        }
        long tai = moment.time() + format.utcOffset() * MICROS;
        if (tai >= 0) {
            out.writeObjectFieldStart("sampleTimestamp");
            out.writeNumberField("seconds", tai / MICROS);
            out.writeNumberField("nanoseconds", tai % MICROS * 1_000);
            out.writeEndObject();
        }
        out.writeNumberField("sequenceNumber", number);
        Optional<FrameCode> code =
                switch (format.timecode()) {
                    case NONE -> Optional.empty();
                    case SAMPLE -> moment.timecode().flatMap(FrameCode::parse);
                    case CLOCK -> Optional.of(FrameCode.at(moment.time(), format.timecodeRate()));
                };
        if (code.isPresent()) {
            out.writeObjectFieldStart("timecode");
            out.writeNumberField("hours", code.get().hours());
            out.writeNumberField("minutes", code.get().minutes());
            out.writeNumberField("seconds", code.get().seconds());
            out.writeNumberField("frames", code.get().frames());
            out.writeObjectFieldStart("format");
            rate(out, "frameRate", format.timecodeRate());
            out.writeEndObject();
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    private static void rate(JsonGenerator out, String name, Rate rate) throws IOException {
        out.writeObjectFieldStart(name);
        out.writeNumberField("num", rate.num());
        out.writeNumberField("denom", rate.denom());
        out.writeEndObject();
    }

    private static void lens(JsonGenerator out, Moment moment, LensReadings lens) throws IOException {
        boolean readings = lens.zoom().isPresent() || lens.focus().isPresent();
        if (lens.focalLength().isEmpty() && moment.focusDistance().isEmpty() && !readings) {
            return;
        }
        out.writeObjectFieldStart("lens");
        if (lens.focalLength().isPresent()) {
            out.writeNumberField("pinholeFocalLength", lens.focalLength().getAsDouble());
        }
        if (moment.focusDistance().isPresent()) {
            out.writeNumberField("focusDistance", moment.focusDistance().getAsDouble());
        }
        if (readings) {
            out.writeObjectFieldStart("rawEncoders");
            if (lens.focus().isPresent()) {
                out.writeNumberField("focus", lens.focus().getAsInt());
            }
            if (lens.zoom().isPresent()) {
                out.writeNumberField("zoom", lens.zoom().getAsInt());
            }
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    private static void transform(JsonGenerator out, Moment moment, Settings settings) throws IOException {
        OpenTrackIoPose pose = OpenTrackIoPose.of(settings.world().then(moment.pose()));
        Triple position = settings.axes().undo(new Triple(pose.x(), pose.y(), pose.z()));
        Triple turn = settings.angles().undo(new Triple(pose.pan(), pose.tilt(), pose.roll()));
        out.writeArrayFieldStart("transforms");
        out.writeStartObject();
        out.writeObjectFieldStart("translation");
        out.writeNumberField("x", position.first());
        out.writeNumberField("y", position.second());
        out.writeNumberField("z", position.third());
        out.writeEndObject();
        out.writeObjectFieldStart("rotation");
        out.writeNumberField("pan", turn.first());
        out.writeNumberField("tilt", turn.second());
        out.writeNumberField("roll", turn.third());
        out.writeEndObject();
        out.writeStringField("id", "Camera");
        out.writeEndObject();
        out.writeEndArray();
    }
}
