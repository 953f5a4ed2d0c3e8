package org.geometryos.compositor.models.gltf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Pictures: what they are, and how large they become, by their first bytes. */
final class Images {
    private static final Set<String> TYPES =
            new TreeSet<>(Set.of("image/png", "image/jpeg", "image/webp", "image/avif"));
    /** What else is met; browsers look at the first bytes, too. */
    private static final Set<String> NAMELESS = Set.of("image/jpg", "application/octet-stream", "");
    /** The widest and highest texture that graphics of today take everywhere. */
    static final int MAX_SIDE = 16_384;
    /** Of all images of a model together; four bytes each. */
    static final long MAX_PIXELS = 1L << 28;

    private static final int HEAD = 30;
    private static final int FTYP = 0x66747970;
    /** Brands avif, avis, mif1 and msf1. */
    private static final Set<Integer> AVIF = Set.of(0x61766966, 0x61766973, 0x6D696631, 0x6D736631);

    private static final int META = 0x6D657461;
    private static final int IPRP = 0x69707270;
    private static final int IPCO = 0x6970636F;
    private static final int ISPE = 0x69737065;
    private static final int MAX_SEGMENTS = 2000;

    private final List<Json> images;
    private final Geometry geometry;
    private final Neighbours files;
    private final BitSet checked = new BitSet();
    private long pixels = MAX_PIXELS;

    Images(Json images, Geometry geometry, Neighbours files) throws RefusedModelException {
        this.images = images.items();
        this.geometry = geometry;
        this.files = files;
    }

    private record Picture(int width, int height) {}

    int number(Json index) throws RefusedModelException {
        return index.index(images, "images");
    }

    /** Checks the image that this value gives the number of: displays read it. */
    void check(Json index) throws RefusedModelException, IOException {
        int number = number(index);
        if (checked.get(number)) {
            return;
        }
        checked.set(number);
        Json image = images.get(number);
        Json uri = image.at("uri");
        Json view = image.at("bufferView");
        if (uri.absent() == view.absent()) {
            throw new RefusedModelException(
                    image, "must have either a uri or a bufferView", uri.absent() ? "neither" : "both");
        }
        Json type = image.at("mimeType");
        if (!type.absent()) {
            known(type, type.text());
        }
        Uris data = uri.absent() ? new Uris(geometry.view(view), "") : Uris.resolve(uri, files);
        known(uri, data.mimeType());
        size(image, picture(image, data.content()));
    }

    /** A picture of another type than it says is shown nevertheless, but not what says that it is no picture. */
    private static void known(Json place, String type) throws RefusedModelException {
        if (!TYPES.contains(type) && !NAMELESS.contains(type)) {
            throw new RefusedModelException(place, "must be of one of " + TYPES, type);
        }
    }

    private void size(Json image, Picture picture) throws RefusedModelException {
        if (picture.width < 1 || picture.height < 1 || picture.width > MAX_SIDE || picture.height > MAX_SIDE) {
            throw new RefusedModelException(
                    image,
                    "must have between 1 and " + MAX_SIDE + " pixels in width and height",
                    picture.width + " x " + picture.height);
        }
        pixels -= (long) picture.width * picture.height;
        if (pixels < 0) {
            throw new RefusedModelException(
                    image, "must leave all images together at " + MAX_PIXELS + " pixels", "more");
        }
    }

    private static Picture picture(Json image, Content content) throws RefusedModelException, IOException {
        if (content.size() >= HEAD) {
            ByteBuffer head = content.bytes(0, HEAD);
            if (head.getLong(0) == Long.reverseBytes(0x89504E470D0A1A0AL) && head.getInt(12) == 0x52444849) {
                head.order(ByteOrder.BIG_ENDIAN);
                return new Picture(head.getInt(16), head.getInt(20));
            }
            if (head.getInt(0) == 0x46464952 && head.getInt(8) == 0x50424557) {
                return webp(image, head);
            }
            if (head.order(ByteOrder.BIG_ENDIAN).getInt(4) == FTYP && AVIF.contains(head.getInt(8))) {
                return avif(image, content);
            }
            head.order(ByteOrder.LITTLE_ENDIAN);
            if ((head.getInt(0) & 0xFFFFFF) == 0xFFD8FF) {
                return jpeg(image, content);
            }
        }
        throw new RefusedModelException(image, "must be a picture in one of " + TYPES, "something else");
    }

    private static Picture webp(Json image, ByteBuffer head) throws RefusedModelException {
        switch (head.getInt(12)) {
            case 0x58385056:
                return new Picture(1 + (head.getInt(24) & 0xFFFFFF), 1 + (head.getInt(26) >>> 8));
            case 0x4C385056:
                int bits = head.getInt(21);
                return new Picture(1 + (bits & 0x3FFF), 1 + (bits >>> 14 & 0x3FFF));
            case 0x20385056:
                return new Picture(head.getShort(26) & 0x3FFF, head.getShort(28) & 0x3FFF);
            default:
                throw new RefusedModelException(
                        image, "must be WebP of a known kind", Integer.toHexString(head.getInt(12)));
        }
    }

    /** A box of the ISO base media file format, without its head. */
    private record Box(int type, long from, long to) {}

    /** The largest size of all items: parts of a picture may have sizes of their own. */
    private static Picture avif(Json image, Content content) throws RefusedModelException, IOException {
        long from = 0;
        long to = content.size();
        for (int type : List.of(META, IPRP, IPCO)) {
            Box inner = boxes(content, from, to).stream()
                    .filter(box -> box.type == type)
                    .findFirst()
                    .orElse(new Box(type, to, to));
            // of these, the first is one with four bytes of version and flags
            from = inner.from + (type == META ? 4 : 0);
            to = inner.to;
        }
        int width = 0;
        int height = 0;
        for (Box box : boxes(content, from, to)) {
            if (box.type == ISPE && box.to - box.from >= 12) {
                ByteBuffer size = content.bytes(box.from + 4, 8).order(ByteOrder.BIG_ENDIAN);
                // beyond 2^31 it is too large all the same
                width = Math.max(width, size.getInt(0) < 0 ? Integer.MAX_VALUE : size.getInt(0));
                height = Math.max(height, size.getInt(4) < 0 ? Integer.MAX_VALUE : size.getInt(4));
            }
        }
        if (width == 0 || height == 0) {
            throw new RefusedModelException(image, "must be an AVIF picture that tells its size", "none");
        }
        return new Picture(width, height);
    }

    private static List<Box> boxes(Content content, long from, long to) throws IOException {
        List<Box> boxes = new ArrayList<>();
        for (long at = from; at >= 0 && at + 8 <= to && boxes.size() < MAX_SEGMENTS; ) {
            ByteBuffer head = content.bytes(at, 8).order(ByteOrder.BIG_ENDIAN);
            long length = Integer.toUnsignedLong(head.getInt(0));
            int begin = 8;
            if (length == 1 && at + 16 <= to) {
                length = content.bytes(at + 8, 8).order(ByteOrder.BIG_ENDIAN).getLong(0);
                begin = 16;
            } else if (length == 0) {
                length = to - at;
            }
            if (length < begin || length > to - at) {
                break;
            }
            boxes.add(new Box(head.getInt(4), at + begin, at + length));
            at += length;
        }
        return boxes;
    }

    /** Goes from segment to segment until one tells the size. */
    private static Picture jpeg(Json image, Content content) throws RefusedModelException, IOException {
        long at = 2;
        for (int i = 0; i < MAX_SEGMENTS && at + 9 <= content.size(); i++) {
            ByteBuffer segment = content.bytes(at, 9).order(ByteOrder.BIG_ENDIAN);
            int marker = Short.toUnsignedInt(segment.getShort(0));
            if (marker == 0xFFFF) {
                at++;
                continue;
            }
            if (marker >= 0xFFC0 && marker <= 0xFFCF && marker != 0xFFC4 && marker != 0xFFC8 && marker != 0xFFCC) {
                return new Picture(Short.toUnsignedInt(segment.getShort(7)), Short.toUnsignedInt(segment.getShort(5)));
            }
            int length = Short.toUnsignedInt(segment.getShort(2));
            if (marker < 0xFFC0 || marker >= 0xFFD0 && marker <= 0xFFDA || length < 2) {
                break;
            }
            at += 2 + length;
        }
        throw new RefusedModelException(image, "must be a JPEG picture that tells its size", "none");
    }
}
