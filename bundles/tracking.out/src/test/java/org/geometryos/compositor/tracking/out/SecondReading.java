package org.geometryos.compositor.tracking.out;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The layouts read once more, from their descriptions alone, without any code of the bundles. */
final class SecondReading {
    private SecondReading() {}

    /** A D1 packet of FreeD: degrees, millimetres. */
    record D1(
            int id,
            double pan,
            double tilt,
            double roll,
            double x,
            double y,
            double z,
            long zoom,
            long focus,
            int user) {}

    static D1 d1(byte[] p) {
        require(p.length == 29 && (p[0] & 0xff) == 0xD1, "29 bytes, the first D1");
        int all = 0;
        for (int i = 0; i < 28; i++) {
            all = (all + (p[i] & 0xff)) % 256;
        }
        require(Math.floorMod(0x40 - all, 256) == (p[28] & 0xff), "the checksum");
        return new D1(
                p[1] & 0xff,
                two(p, 2, 5) / 32768.0,
                two(p, 5, 8) / 32768.0,
                two(p, 8, 11) / 32768.0,
                two(p, 11, 14) / 64.0,
                two(p, 14, 17) / 64.0,
                two(p, 17, 20) / 64.0,
                one(p, 20, 23),
                one(p, 23, 26),
                (int) one(p, 26, 28));
    }

    /** Big-endian, two's complement. */
    private static long two(byte[] p, int from, int to) {
        return new BigInteger(Arrays.copyOfRange(p, from, to)).longValueExact();
    }

    /** Big-endian, unsigned. */
    private static long one(byte[] p, int from, int to) {
        return new BigInteger(1, Arrays.copyOfRange(p, from, to)).longValueExact();
    }

    /** A sample of OpenTrackIO in one packet. */
    record OTrk(int encoding, int sequence, Map<String, Object> sample) {
        /** @param path as {@code timing/timecode/hours}, numbers for places in lists */
        Object at(String path) {
            Object found = sample;
            for (String part : path.split("/")) {
                found = found instanceof List<?> list
                        ? list.get(Integer.parseInt(part))
                        : found instanceof Map<?, ?> map ? map.get(part) : null;
            }
            return found;
        }

        double number(String path) {
            return ((Number) at(path)).doubleValue();
        }
    }

    static OTrk oTrk(byte[] p) throws IOException {
        require(p.length > 16 && one(p, 0, 4) == 0x4F54726BL, "OTrk");
        int encoding = p[5];
        require(encoding == 1 || encoding == 2, "an encoding of 1 or 2");
        require(one(p, 8, 12) == 0, "offset 0");
        require((p[12] & 0x80) != 0, "the last segment");
        require((one(p, 12, 14) & 0x7fff) == p.length - 16, "the length");
        // Fletcher-16 with modulus 256 over bytes 0 to 13, then the payload
        int sum1 = 0;
        int sum2 = 0;
        for (int i = 0; i < p.length; i = i == 13 ? 16 : i + 1) {
            sum1 = (sum1 + (p[i] & 0xff)) % 256;
            sum2 = (sum2 + sum1) % 256;
        }
        require((p[14] & 0xff) == sum2 && (p[15] & 0xff) == sum1, "the checksum");
        JsonFactory factory = encoding == 1 ? new JsonFactory() : new CBORFactory();
        try (JsonParser parser = factory.createParser(p, 16, p.length - 16)) {
            parser.nextToken();
            @SuppressWarnings("unchecked")
            Map<String, Object> sample = (Map<String, Object>) value(parser);
            require(parser.nextToken() == null, "one object");
            return new OTrk(encoding, (int) one(p, 6, 8), sample);
        }
    }

    private static Object value(JsonParser parser) throws IOException {
        switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, Object> map = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    require(map.put(name, value(parser)) == null, name + " once");
                }
                return map;
            }
            case START_ARRAY -> {
                List<Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(parser));
                }
                return list;
            }
            case VALUE_STRING -> {
                return parser.getText();
            }
            default -> {
                return parser.getNumberValue();
            }
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("the packet has not " + what);
        }
    }
}
