package org.geometryos.compositor.models.gltf;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Bytes that can be read at any place, and do not change. */
public interface Content {
    long size();

    /** Reads at least one byte, or gives -1 behind the end. */
    int read(long position, ByteBuffer into) throws IOException;

    /** Exactly these bytes, little-endian, as everything in glTF is. */
    default ByteBuffer bytes(long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (read(position + bytes.position(), bytes) < 0) {
                throw new EOFException("there are no " + length + " bytes at " + position);
            }
        }
        return bytes.flip();
    }

    static Content of(byte[] bytes) {
        return new Content() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public int read(long position, ByteBuffer into) {
                if (position >= bytes.length) {
                    return -1;
                }
                int length = Math.min(into.remaining(), bytes.length - (int) position);
                into.put(bytes, (int) position, length);
                return length;
            }
        };
    }

    /** Of a file that nobody writes to any more; the caller closes it. */
    static Content of(FileChannel file) throws IOException {
        long size = file.size();
        return new Content() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public int read(long position, ByteBuffer into) throws IOException {
                return file.read(into, position);
            }
        };
    }

    /** A part of it, which must lie within it. */
    default Content part(long from, long length) {
        Content whole = this;
        return new Content() {
            @Override
            public long size() {
                return length;
            }

            @Override
            public int read(long position, ByteBuffer into) throws IOException {
                if (position >= length) {
                    return -1;
                }
                int limit = into.limit();
                into.limit((int) Math.min(limit, into.position() + length - position));
                try {
                    return whole.read(from + position, into);
                } finally {
                    into.limit(limit);
                }
            }
        };
    }
}
