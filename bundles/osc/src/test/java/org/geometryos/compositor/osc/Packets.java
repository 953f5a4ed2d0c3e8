package org.geometryos.compositor.osc;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Lays packets out by the text of OSC 1.0, for tests. */
final class Packets {
    private Packets() {}

    /** @param arguments Integer, Float, Long, Double, String, byte[], Boolean */
    static byte[] message(String address, Object... arguments) {
        StringBuilder types = new StringBuilder(",");
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        for (Object one : arguments) {
            if (one instanceof Integer i) {
                types.append('i');
                data.writeBytes(ByteBuffer.allocate(4).putInt(i).array());
            } else if (one instanceof Float f) {
                types.append('f');
                data.writeBytes(ByteBuffer.allocate(4).putFloat(f).array());
            } else if (one instanceof Long h) {
                types.append('h');
                data.writeBytes(ByteBuffer.allocate(8).putLong(h).array());
            } else if (one instanceof Double d) {
                types.append('d');
                data.writeBytes(ByteBuffer.allocate(8).putDouble(d).array());
            } else if (one instanceof String s) {
                types.append('s');
                data.writeBytes(text(s));
            } else if (one instanceof byte[] b) {
                types.append('b');
                data.writeBytes(ByteBuffer.allocate(4 + (b.length + 3) / 4 * 4)
                        .putInt(b.length)
                        .put(b)
                        .array());
            } else {
                types.append((Boolean) one ? 'T' : 'F');
            }
        }
        return joined(text(address), text(types.toString()), data.toByteArray());
    }

    static byte[] bundle(long time, byte[]... elements) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("#bundle\0".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(ByteBuffer.allocate(8).putLong(time).array());
        for (byte[] one : elements) {
            out.writeBytes(ByteBuffer.allocate(4).putInt(one.length).array());
            out.writeBytes(one);
        }
        return out.toByteArray();
    }

    static byte[] text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate((bytes.length / 4 + 1) * 4).put(bytes).array();
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
