package org.geometryos.compositor.models.gltf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Pictures: what they are, and how large they become, by their first bytes. */
final class Images {
    static final Set<String> TYPES = new TreeSet<>(Set.of("image/png", "image/jpeg", "image/webp"));
    /** The widest and highest texture that graphics of today take everywhere. */
    static final int MAX_SIDE = 16_384;
    /** Of all images of a model together; four bytes each. */
    static final long MAX_PIXELS = 1L << 28;
    private static final int HEAD = 30;
    private static final int MAX_SEGMENTS = 2000;

    private final Json places;
    private long pixels = MAX_PIXELS;

    Images(Json places) {
        this.places = places;
    }

    private record Picture(String type, int width, int height) {}

    void check(Geometry geometry, Neighbours files) throws RefusedException, IOException {
        for (Json image : places.items()) {
            Json uri = image.at("uri");
            Json view = image.at("bufferView");
            if (uri.absent() == view.absent()) {
                throw new RefusedException(image, "must have either a uri or a bufferView", uri.absent() ? "neither" : "both");
            }
            String declared = declared(image.at("mimeType"), !view.absent());
            Uris data = uri.absent() ? new Uris(geometry.view(view), "") : Uris.resolve(uri, TYPES, files);
            Picture picture = picture(image, data.content());
            String byName = uri.absent() ? "" : data.mimeType().isEmpty() ? ofName(uri.text()) : data.mimeType();
            for (String said : new String[] {declared, byName}) {
                if (!said.isEmpty() && !said.equals(picture.type)) {
                    throw new RefusedException(image, "must be " + said + " as it says", picture.type);
                }
            }
            size(image, picture);
        }
    }

    private static String declared(Json type, boolean required) throws RefusedException {
        if (type.absent() && !required) {
            return "";
        }
        if (!TYPES.contains(type.text())) {
            throw type.refused("must be one of " + TYPES);
        }
        return type.text();
    }

    private static String ofName(String uri) {
        String name = uri.toLowerCase(Locale.ROOT);
        return name.endsWith(".png") ? "image/png" : name.endsWith(".webp") ? "image/webp" : "image/jpeg";
    }

    private void size(Json image, Picture picture) throws RefusedException {
        if (picture.width < 1 || picture.height < 1 || picture.width > MAX_SIDE || picture.height > MAX_SIDE) {
            throw new RefusedException(image, "must have between 1 and " + MAX_SIDE + " pixels in width and height", picture.width + " x " + picture.height);
        }
        pixels -= (long) picture.width * picture.height;
        if (pixels < 0) {
            throw new RefusedException(image, "must leave all images together at " + MAX_PIXELS + " pixels", "more");
        }
    }

    private static Picture picture(Json image, Content content) throws RefusedException, IOException {
        if (content.size() >= HEAD) {
            ByteBuffer head = content.bytes(0, HEAD);
            if (head.getLong(0) == Long.reverseBytes(0x89504E470D0A1A0AL) && head.getInt(12) == 0x52444849) {
                head.order(ByteOrder.BIG_ENDIAN);
                return new Picture("image/png", head.getInt(16), head.getInt(20));
            }
            if (head.getInt(0) == 0x46464952 && head.getInt(8) == 0x50424557) {
                return webp(image, head);
            }
            if ((head.getInt(0) & 0xFFFFFF) == 0xFFD8FF) {
                return jpeg(image, content);
            }
        }
        throw new RefusedException(image, "must be a picture in one of " + TYPES, "something else");
    }

    private static Picture webp(Json image, ByteBuffer head) throws RefusedException {
        switch (head.getInt(12)) {
            case 0x58385056:
                return new Picture("image/webp", 1 + (head.getInt(24) & 0xFFFFFF), 1 + (head.getInt(26) >>> 8));
            case 0x4C385056:
                int bits = head.getInt(21);
                return new Picture("image/webp", 1 + (bits & 0x3FFF), 1 + (bits >>> 14 & 0x3FFF));
            case 0x20385056:
                return new Picture("image/webp", head.getShort(26) & 0x3FFF, head.getShort(28) & 0x3FFF);
            default:
                throw new RefusedException(image, "must be WebP of a known kind", Integer.toHexString(head.getInt(12)));
        }
    }

    /** Goes from segment to segment until one tells the size. */
    private static Picture jpeg(Json image, Content content) throws RefusedException, IOException {
        long at = 2;
        for (int i = 0; i < MAX_SEGMENTS && at + 9 <= content.size(); i++) {
            ByteBuffer segment = content.bytes(at, 9).order(ByteOrder.BIG_ENDIAN);
            int marker = Short.toUnsignedInt(segment.getShort(0));
            if (marker == 0xFFFF) {
                at++;
                continue;
            }
            if (marker >= 0xFFC0 && marker <= 0xFFCF && marker != 0xFFC4 && marker != 0xFFC8 && marker != 0xFFCC) {
                return new Picture("image/jpeg", Short.toUnsignedInt(segment.getShort(7)), Short.toUnsignedInt(segment.getShort(5)));
            }
            int length = Short.toUnsignedInt(segment.getShort(2));
            if (marker < 0xFFC0 || marker >= 0xFFD0 && marker <= 0xFFDA || length < 2) {
                break;
            }
            at += 2 + length;
        }
        throw new RefusedException(image, "must be a JPEG picture that tells its size", "none");
    }
}
