package org.geometryos.compositor.protocol;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** CBOR by hand: right and wrong messages for tests, and a look into what the codec wrote. */
final class TestCbor {
    private TestCbor() {}

    /**
     * A map of names and values in turn. A value is a String, Number, Boolean, List, null, or a byte[] put in as it is.
     */
    static byte[] map(Object... namesAndValues) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        try {
            head(out, 5, namesAndValues.length / 2);
            for (Object item : namesAndValues) {
                write(out, item);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, Object item) throws IOException {
        if (item == null) {
            out.write(0xf6);
        } else if (item instanceof byte[] raw) {
            out.write(raw);
        } else if (item instanceof String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            head(out, 3, utf8.length);
            out.write(utf8);
        } else if (item instanceof Boolean flag) {
            out.write(flag ? 0xf5 : 0xf4);
        } else if (item instanceof Double number) {
            out.write(0xfb);
            out.writeDouble(number);
        } else if (item instanceof Number number) {
            long n = number.longValue();
            head(out, n < 0 ? 1 : 0, n < 0 ? -1 - n : n);
        } else if (item instanceof List<?> list) {
            head(out, 4, list.size());
            for (Object element : list) {
                write(out, element);
            }
        } else {
            throw new IllegalArgumentException(String.valueOf(item));
        }
    }

    private static void head(DataOutputStream out, int major, long n) throws IOException {
        if (n < 24) {
            out.write(major << 5 | (int) n);
        } else if (n < 256) {
            out.write(major << 5 | 24);
            out.write((int) n);
        } else if (n < 65536) {
            out.write(major << 5 | 25);
            out.writeShort((int) n);
        } else {
            out.write(major << 5 | 27);
            out.writeLong(n);
        }
    }

    /**
     * Counts what the bytes are made of: how often each head occurs, as {@code major:info}. Fails on anything
     * indefinite.
     */
    static Map<String, Integer> heads(byte[] cbor) {
        Map<String, Integer> heads = new TreeMap<>();
        int end = heads(cbor, 0, heads);
        if (end != cbor.length) {
            throw new AssertionError("ends at " + end + " of " + cbor.length);
        }
        return heads;
    }

    private static int heads(byte[] in, int at, Map<String, Integer> heads) {
        int head = in[at++] & 0xff;
        int major = head >> 5;
        int info = head & 31;
        if (info > 27) {
            throw new AssertionError("indefinite or reserved at " + (at - 1));
        }
        heads.merge(major == 7 || major == 6 ? major + ":" + info : Integer.toString(major), 1, Integer::sum);
        long n = info;
        if (info >= 24) {
            n = 0;
            for (int i = 1 << info - 24; i > 0; i--) {
                n = n << 8 | in[at++] & 0xff;
            }
        }
        if (major == 2 || major == 3) {
            return at + (int) n;
        }
        for (long i = major == 4 ? n : major == 5 ? 2 * n : 0; i > 0; i--) {
            at = heads(in, at, heads);
        }
        return at;
    }
}
