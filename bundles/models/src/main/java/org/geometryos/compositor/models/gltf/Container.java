package org.geometryos.compositor.models.gltf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The parts of a model file: the JSON, and the binary chunk of a GLB file.
 *
 * @param binary of a GLB file: whether a first buffer without uri can be in it, and what it holds
 */
record Container(Json json, Optional<Content> binary) {
    private static final int MAGIC = 0x46546C67;
    private static final int VERSION = 2;
    private static final int HEADER = 12;
    private static final int CHUNK_HEADER = 8;
    private static final int JSON_CHUNK = 0x4E4F534A;
    private static final int BIN_CHUNK = 0x004E4942;
    private static final int MAX_CHUNKS = 64;

    static Container gltf(Content file) throws RefusedModelException, IOException {
        return new Container(json(file), Optional.empty());
    }

    static Container glb(Content file) throws RefusedModelException, IOException {
        if (file.size() < HEADER + CHUNK_HEADER) {
            throw new RefusedModelException(
                    "a GLB file must have at least " + (HEADER + CHUNK_HEADER) + " bytes, not " + file.size());
        }
        ByteBuffer header = file.bytes(0, HEADER);
        if (header.getInt() != MAGIC) {
            throw new RefusedModelException("a GLB file must begin with glTF");
        }
        int version = header.getInt();
        if (version != VERSION) {
            throw new RefusedModelException(
                    "the version of a GLB file", "must be " + VERSION, Integer.toUnsignedString(version));
        }
        long length = Integer.toUnsignedLong(header.getInt());
        // nobody reads what follows
        if (length < HEADER + CHUNK_HEADER || length > file.size()) {
            throw new RefusedModelException(
                    "the length in the header",
                    "must be in [" + (HEADER + CHUNK_HEADER) + ", " + file.size() + "], as the file has so many bytes",
                    length);
        }
        Json json = null;
        Optional<Content> binary = Optional.empty();
        long at = HEADER;
        for (int number = 0; at < length; number++) {
            if (number == MAX_CHUNKS) {
                throw new RefusedModelException("a GLB file must have at most " + MAX_CHUNKS + " chunks");
            }
            if (length - at < CHUNK_HEADER) {
                throw new RefusedModelException("the header of chunk " + number + " is cut off");
            }
            ByteBuffer chunk = file.bytes(at, CHUNK_HEADER);
            long size = Integer.toUnsignedLong(chunk.getInt());
            int type = chunk.getInt();
            at += CHUNK_HEADER;
            if (size > length - at) {
                throw new RefusedModelException(
                        "the length of chunk " + number,
                        "must end within the file (" + (length - at) + " bytes are left)",
                        size);
            }
            if (number == 0) {
                if (type != JSON_CHUNK) {
                    throw new RefusedModelException("the first chunk of a GLB file must be JSON");
                }
                json = json(file.part(at, size));
            } else if (type == JSON_CHUNK || type == BIN_CHUNK && number != 1) {
                throw new RefusedModelException("chunk " + number
                        + " must be neither a second JSON chunk nor a binary chunk behind the second place");
            } else if (type == BIN_CHUNK) {
                binary = Optional.of(file.part(at, size));
            }
            at += size;
        }
        return new Container(json, binary);
    }

    private static Json json(Content content) throws RefusedModelException, IOException {
        if (content.size() > Json.MAX_BYTES) {
            throw new RefusedModelException(
                    "the JSON", "must have at most " + Json.MAX_BYTES + " bytes", content.size());
        }
        return Json.read(content.bytes(0, (int) content.size()).array());
    }
}
