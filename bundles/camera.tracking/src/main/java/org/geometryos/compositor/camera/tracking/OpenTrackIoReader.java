package org.geometryos.compositor.camera.tracking;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Lens;
import org.geometryos.compositor.api.value.Size;
import org.geometryos.compositor.camera.tracking.OpenTrackIoSample.Timestamp;
import org.geometryos.compositor.camera.tracking.OpenTrackIoSample.Transform;
import org.geometryos.compositor.tracking.Decoded;
import org.geometryos.compositor.tracking.Fault;
import org.geometryos.compositor.tracking.Segment;
import org.geometryos.compositor.tracking.Triple;

/**
 * Reads OpenTrackIO samples of JSON or CBOR. What is not needed is skipped, as long as it is well-formed; {@code null}
 * is as if it were not there. Holds no state between samples; one thread.
 */
final class OpenTrackIoReader {
    static final int MAX_TRANSFORMS = 32;
    static final int MAX_TEXT = 1023;
    private static final int MAX_NESTING = 32;
    private static final int MAX_SOURCE = 200;
    private static final long MAX_SECONDS = (1L << 48) - 1;
    private static final long MAX_U32 = (1L << 32) - 1;
    private static final int NANOS = 1_000_000_000;
    private static final StreamReadConstraints LIMITS = StreamReadConstraints.builder()
            .maxNestingDepth(MAX_NESTING)
            .maxDocumentLength(Segment.MAX_SAMPLE)
            .build();

    private final JsonFactory json = JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.newBoundedPool(1))
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .streamReadConstraints(LIMITS)
            .build();
    private final JsonFactory cbor = CBORFactory.builder()
            .recyclerPool(JsonRecyclerPools.newBoundedPool(1))
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(LIMITS)
            .build();

    private final Utf8Check utf8 = new Utf8Check();

    /** @param payload backed by an array; not consumed */
    Decoded read(Segment.Encoding encoding, ByteBuffer payload) {
        boolean isJson = encoding == Segment.Encoding.JSON;
        // the parsers take some of what is no UTF-8 or not well-formed, and do not look at what they skip
        if (!(isJson ? utf8.text(payload) : Cbor.wellFormed(payload, MAX_NESTING, utf8))) {
            return Fault.SYNTAX;
        }
        JsonFactory factory = isJson ? json : cbor;
        try (JsonParser parser = factory.createParser(
                payload.array(), payload.arrayOffset() + payload.position(), payload.remaining())) {
            Reading reading = new Reading(parser);
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Fault.SYNTAX;
            }
            reading.sample();
            return parser.nextToken() == null ? reading.done() : Fault.SYNTAX;
        } catch (Refused e) {
            return e.fault;
        } catch (InputCoercionException e) {
            return Fault.VALUE;
        } catch (IOException e) {
            return Fault.SYNTAX;
        }
    }

    private static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;
        private final transient Fault fault;

        Refused(Fault fault) {
            this.fault = fault;
        }

        /** One for each faulty packet: where it was thrown does not matter. */
        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    /** What is read of a field of an object; must consume its value, whose first token is the parser's current one. */
    private interface Field {
        void read(String name) throws IOException;
    }

    /** One sample. */
    private static final class Reading {
        private final JsonParser parser;
        private String sourceId = "";
        private int sourceNumber;
        private Optional<String> label = Optional.empty();
        private List<Transform> transforms = List.of();
        private OptionalDouble focalLength = OptionalDouble.empty();
        private OptionalDouble focusDistance = OptionalDouble.empty();
        private OptionalDouble entrancePupil = OptionalDouble.empty();
        private Optional<Size> sensor = Optional.empty();
        private Optional<List<Double>> distortion = Optional.empty();
        private Optional<Timestamp> time = Optional.empty();
        private OptionalLong number = OptionalLong.empty();
        private Optional<String> timecode = Optional.empty();

        Reading(JsonParser parser) {
            this.parser = parser;
        }

        OpenTrackIoSample done() {
            return new OpenTrackIoSample(
                    sourceId,
                    sourceNumber,
                    label,
                    transforms,
                    new OpenTrackIoSample.Lens(focalLength, focusDistance, entrancePupil, sensor, distortion),
                    time,
                    number,
                    timecode);
        }

        void sample() throws IOException {
            object(name -> {
                switch (name) {
                    case "sourceId" -> sourceId = text();
                    case "sourceNumber" -> sourceNumber = sourceNumber();
                    case "transforms" -> transforms = transforms();
                    case "lens" -> object(this::lens);
                    case "static" -> object(this::statics);
                    case "timing" -> object(this::timing);
                    case "protocol" -> object(this::protocol);
                    default -> parser.skipChildren();
                }
            });
        }

        /** Not needed, but what has another form is another protocol. */
        private void protocol(String name) throws IOException {
            switch (name) {
                case "name" -> text();
                case "version" -> array(() -> integer(0, MAX_U32));
                default -> parser.skipChildren();
            }
        }

        private void statics(String name) throws IOException {
            if (name.equals("camera")) {
                object(field -> {
                    switch (field) {
                        case "label" -> label = Optional.of(text());
                        case "activeSensorPhysicalDimensions" -> sensor = sensor();
                        default -> parser.skipChildren();
                    }
                });
            } else {
                parser.skipChildren();
            }
        }

        private void lens(String name) throws IOException {
            switch (name) {
                case "pinholeFocalLength" -> focalLength = positive();
                case "focusDistance" -> focusDistance = positive();
                case "entrancePupilOffset" -> entrancePupil = OptionalDouble.of(decimal());
                case "distortion" -> distortion = distortion();
                default -> parser.skipChildren();
            }
        }

        private void timing(String name) throws IOException {
            switch (name) {
                case "sampleTimestamp" -> time = Optional.of(timestamp());
                case "sequenceNumber" -> number = OptionalLong.of(integer(0, MAX_U32));
                case "timecode" -> timecode = Optional.of(timecode());
                default -> parser.skipChildren();
            }
        }

        private int sourceNumber() throws IOException {
            if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
                throw new Refused(Fault.VALUE);
            }
            double found = parser.getDoubleValue();
            if (!(found >= 1 && found <= MAX_SOURCE)) {
                throw new Refused(Fault.SOURCE);
            }
            return (int) found;
        }

        private List<Transform> transforms() throws IOException {
            List<Transform> chain = new ArrayList<>();
            array(() -> {
                Triple[] found = {new Triple(0, 0, 0), new Triple(0, 0, 0), new Triple(1, 1, 1)};
                object(name -> {
                    switch (name) {
                        case "translation" -> found[0] = triple("x", "y", "z", found[0]);
                        case "rotation" -> found[1] = triple("pan", "tilt", "roll", found[1]);
                        case "scale" -> found[2] = triple("x", "y", "z", found[2]);
                        default -> parser.skipChildren();
                    }
                });
                valid(found[2].first() > 0
                        && found[2].second() > 0
                        && found[2].third() > 0
                        && chain.size() < MAX_TRANSFORMS);
                chain.add(new Transform(found[0], found[1], found[2]));
            });
            return List.copyOf(chain);
        }

        private Triple triple(String first, String second, String third, Triple missing) throws IOException {
            double[] found = {missing.first(), missing.second(), missing.third()};
            object(name -> {
                int at = name.equals(first) ? 0 : name.equals(second) ? 1 : name.equals(third) ? 2 : -1;
                if (at < 0) {
                    parser.skipChildren();
                } else {
                    found[at] = decimal();
                }
            });
            return new Triple(found[0], found[1], found[2]);
        }

        /** Nothing if a side is 0 or less: some senders say so what they do not know. */
        private Optional<Size> sensor() throws IOException {
            double[] found = {0, 0};
            object(name -> {
                switch (name) {
                    case "width" -> found[0] = decimal();
                    case "height" -> found[1] = decimal();
                    default -> parser.skipChildren();
                }
            });
            return found[0] > 0 && found[1] > 0 ? Optional.of(new Size(found[0], found[1])) : Optional.empty();
        }

        /** The coefficients of the first model; nothing if there are more than a view can carry. */
        private Optional<List<Double>> distortion() throws IOException {
            List<List<Double>> models = new ArrayList<>();
            array(() -> {
                List<Double> radial = new ArrayList<>();
                List<Double> tangential = new ArrayList<>();
                object(name -> {
                    switch (name) {
                        case "radial" -> array(() -> radial.add(decimal()));
                        case "tangential" -> array(() -> tangential.add(decimal()));
                        default -> parser.skipChildren();
                    }
                });
                if (models.isEmpty()) {
                    radial.addAll(tangential);
                    models.add(radial);
                }
            });
            return models.isEmpty() || models.get(0).size() > Lens.MAX_DISTORTION
                    ? Optional.empty()
                    : Optional.of(List.copyOf(models.get(0)));
        }

        private Timestamp timestamp() throws IOException {
            long[] found = {-1, -1};
            object(name -> {
                switch (name) {
                    case "seconds" -> found[0] = integer(0, MAX_SECONDS);
                    case "nanoseconds" -> found[1] = integer(0, NANOS - 1);
                    default -> parser.skipChildren();
                }
            });
            valid(found[0] >= 0 && found[1] >= 0);
            return new Timestamp(found[0], (int) found[1]);
        }

        private String timecode() throws IOException {
            long[] found = {-1, -1, -1, -1};
            boolean[] drop = {false};
            object(name -> {
                switch (name) {
                    case "hours" -> found[0] = integer(0, 23);
                    case "minutes" -> found[1] = integer(0, 59);
                    case "seconds" -> found[2] = integer(0, 59);
                    case "frames" -> found[3] = integer(0, 119);
                    case "dropFrame" -> drop[0] = flag();
                    default -> parser.skipChildren();
                }
            });
            valid(found[0] >= 0 && found[1] >= 0 && found[2] >= 0 && found[3] >= 0);
            String text = String.format(
                    Locale.ROOT, "%02d:%02d:%02d%s%02d", found[0], found[1], found[2], drop[0] ? ";" : ":", found[3]);
            valid(text.length() <= CameraUpdate.MAX_TIMECODE);
            return text;
        }

        /** Reads the fields that are not null. */
        private void object(Field field) throws IOException {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw new Refused(Fault.VALUE);
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                if (parser.nextToken() != JsonToken.VALUE_NULL) {
                    field.read(name);
                }
            }
            ends(JsonToken.END_OBJECT);
        }

        private interface Element {
            void read() throws IOException;
        }

        private void array(Element element) throws IOException {
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                throw new Refused(Fault.VALUE);
            }
            for (JsonToken token = parser.nextToken();
                    token != null && token != JsonToken.END_ARRAY;
                    token = parser.nextToken()) {
                element.read();
            }
            ends(JsonToken.END_ARRAY);
        }

        private void ends(JsonToken end) throws IOException {
            if (parser.currentToken() != end) {
                throw new Refused(Fault.SYNTAX);
            }
        }

        private String text() throws IOException {
            if (parser.currentToken() != JsonToken.VALUE_STRING) {
                throw new Refused(Fault.VALUE);
            }
            String found = parser.getText();
            valid(!found.isBlank() && found.length() <= MAX_TEXT);
            return found;
        }

        private double decimal() throws IOException {
            JsonToken token = parser.currentToken();
            valid(token == JsonToken.VALUE_NUMBER_FLOAT || token == JsonToken.VALUE_NUMBER_INT);
            double found = parser.getDoubleValue();
            valid(Double.isFinite(found));
            return found;
        }

        /** Nothing if it is 0 or less: some senders say so what they do not know. */
        private OptionalDouble positive() throws IOException {
            double found = decimal();
            return found > 0 ? OptionalDouble.of(found) : OptionalDouble.empty();
        }

        private long integer(long least, long most) throws IOException {
            valid(parser.currentToken() == JsonToken.VALUE_NUMBER_INT);
            long found = parser.getLongValue();
            valid(found >= least && found <= most);
            return found;
        }

        private boolean flag() throws IOException {
            JsonToken token = parser.currentToken();
            valid(token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE);
            return token == JsonToken.VALUE_TRUE;
        }

        private static void valid(boolean holds) throws Refused {
            if (!holds) {
                throw new Refused(Fault.VALUE);
            }
        }
    }
}
