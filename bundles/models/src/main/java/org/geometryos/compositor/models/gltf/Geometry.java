package org.geometryos.compositor.models.gltf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Buffers, their views and accessors, each within the bounds of the one below it. All reckoning is in 64 bits, on
 * counts below 2^40. What is wrong with one of them counts when something needs it; what all of them take together is
 * bounded at once.
 */
final class Geometry {
    private static final Map<Integer, Integer> COMPONENT_BYTES =
            Map.of(5120, 1, 5121, 1, 5122, 2, 5123, 2, 5125, 4, 5126, 4);
    private static final Map<String, Integer> COMPONENTS =
            Map.of("SCALAR", 1, "VEC2", 2, "VEC3", 3, "VEC4", 4, "MAT2", 4, "MAT3", 9, "MAT4", 16);
    private static final Set<Integer> INDEX_TYPES = Set.of(5121, 5123, 5125);
    static final int FLOAT = 5126;
    private static final long MOST = 1L << 40;
    private static final int MAX_BAD = 10_000;
    private static final int BLOCK = 1 << 16;

    private final Neighbours files;
    private final Optional<Content> binary;
    private final Parts<Content> buffers;
    private final Parts<View> views;
    private final Parts<Accessor> accessors;
    /** What is left of the bytes that views and accessors may take together. */
    private long left;

    private interface Reader<T> {
        T read(Json place) throws RefusedModelException, IOException;
    }

    /** The parts of one kind, and why some of them are of no use. */
    private static final class Parts<T> {
        private final String kind;
        private final List<T> parts = new ArrayList<>();
        private final Map<Integer, RefusedModelException> bad = new HashMap<>();

        Parts(Json list, Reader<T> reader) throws RefusedModelException, IOException {
            kind = list.name();
            for (Json place : list.items()) {
                T part = null;
                try {
                    part = reader.read(place);
                } catch (TooMuchException e) {
                    throw e;
                } catch (RefusedModelException e) {
                    if (bad.size() == MAX_BAD) {
                        throw new TooMuchException(kind + " must have at most " + MAX_BAD + " parts that break a rule");
                    }
                    bad.put(parts.size(), e);
                }
                parts.add(part);
            }
        }

        int number(Json index) throws RefusedModelException {
            int number = index.index(parts, kind);
            if (bad.containsKey(number)) {
                throw bad.get(number);
            }
            return number;
        }

        T get(int number) {
            return parts.get(number);
        }

        T at(Json index) throws RefusedModelException {
            return get(number(index));
        }
    }

    /** Not what a part is, but that all of them are too much. */
    private static final class TooMuchException extends RefusedModelException {
        private static final long serialVersionUID = 1L;

        TooMuchException(String reason) {
            super(reason);
        }
    }

    /** @param stride 0: the elements stand side by side */
    private record View(Content bytes, int stride) {}

    /** A range of elements. */
    private static final class Accessor {
        Json place;
        /** null: all zero */
        View view;

        long offset;
        int component;
        String type;
        long count;
        Optional<double[][]> range = Optional.empty();
        /** null: as the view has them */
        View sparseValues;

        long sparseOffset;
        long sparseCount;
        /** of its values; null as long as nobody asked */
        Long largest;
    }

    /**
     * @param unpacked bytes that all views, and all accessors, may take together: each of them becomes an array in a
     *     display
     */
    Geometry(Json root, Optional<Content> binary, Neighbours files, long unpacked)
            throws RefusedModelException, IOException {
        this.left = unpacked;
        this.files = files;
        this.binary = binary;
        buffers = new Parts<>(root.at("buffers"), this::buffer);
        views = new Parts<>(root.at("bufferViews"), this::readView);
        accessors = new Parts<>(root.at("accessors"), this::read);
    }

    private Content buffer(Json buffer) throws RefusedModelException, IOException {
        long length = buffer.at("byteLength").integer(1, MOST);
        Json uri = buffer.at("uri");
        Content content;
        if (!uri.absent()) {
            content = Uris.resolve(uri, files).content();
        } else if (binary.isPresent() && buffer.name().equals("0")) {
            content = binary.get();
        } else {
            throw new RefusedModelException(
                    buffer,
                    "must have a uri, or be the first one and stand in the binary chunk of a GLB file",
                    "neither");
        }
        if (length > content.size()) {
            throw new RefusedModelException(
                    buffer.at("byteLength"),
                    "must be at most the size of the content (" + content.size() + " bytes)",
                    length);
        }
        return content.part(0, length);
    }

    private View readView(Json view) throws RefusedModelException {
        Content buffer = buffers.at(view.at("buffer"));
        long offset = view.at("byteOffset").integer(0, MOST, 0);
        long length = view.at("byteLength").integer(0, MOST);
        if (offset + length > buffer.size()) {
            throw new RefusedModelException(
                    view, "must end within its buffer (" + buffer.size() + " bytes)", "at " + (offset + length));
        }
        long stride = view.at("byteStride").integer(0, 252, 0);
        take(view, length);
        return new View(buffer.part(offset, length), (int) stride);
    }

    /**
     * Each view is a copy in a display, each accessor a buffer of its graphics: however small a file is, there is a
     * bound to what it becomes.
     */
    private void take(Json place, long bytes) throws RefusedModelException {
        left -= bytes;
        if (left < 0) {
            throw new TooMuchException(RefusedModelException.shown(place)
                    + " lets buffer views and accessors take more bytes than a model may unpack to");
        }
    }

    private Accessor read(Json json) throws RefusedModelException, IOException {
        Accessor accessor = new Accessor();
        accessor.place = json;
        accessor.component = component(json.at("componentType"), COMPONENT_BYTES.keySet());
        accessor.type = json.at("type").text();
        if (!COMPONENTS.containsKey(accessor.type)) {
            throw json.at("type").refused("must be one of " + new TreeSet<>(COMPONENTS.keySet()));
        }
        accessor.count = json.at("count").integer(0, MOST);
        if (!json.at("bufferView").absent()) {
            accessor.view = views.at(json.at("bufferView"));
            accessor.offset = json.at("byteOffset").integer(0, MOST, 0);
            within(json, accessor.view, accessor.offset, accessor.count, accessor.component, accessor.type);
        }
        take(json, accessor.count * size(accessor.component, accessor.type));
        range(json, accessor);
        if (!json.at("sparse").absent()) {
            sparse(json.at("sparse"), accessor);
        }
        return accessor;
    }

    private static void range(Json json, Accessor accessor) throws RefusedModelException {
        int numbers = COMPONENTS.get(accessor.type);
        double[] min = json.at("min").numbers(numbers);
        double[] max = json.at("max").numbers(numbers);
        if (min != null && max != null) {
            accessor.range = Optional.of(new double[][] {min, max});
        }
    }

    private void sparse(Json sparse, Accessor accessor) throws RefusedModelException, IOException {
        long count = sparse.at("count").integer(0, accessor.count);
        Json indices = sparse.at("indices");
        View at = views.at(indices.at("bufferView"));
        long offset = indices.at("byteOffset").integer(0, MOST, 0);
        int type = component(indices.at("componentType"), INDEX_TYPES);
        within(indices, packed(at), offset, count, type, "SCALAR");
        take(indices, count * COMPONENT_BYTES.get(type));
        Json values = sparse.at("values");
        accessor.sparseValues = packed(views.at(values.at("bufferView")));
        accessor.sparseOffset = values.at("byteOffset").integer(0, MOST, 0);
        accessor.sparseCount = count;
        within(values, accessor.sparseValues, accessor.sparseOffset, count, accessor.component, accessor.type);
        take(values, count * size(accessor.component, accessor.type));
        Integers places = new Integers(at.bytes, offset, count, type);
        for (long before = -1, next; (next = places.next()) >= 0; before = next) {
            if (next <= before || next >= accessor.count) {
                throw new RefusedModelException(
                        indices, "must ascend and stay below count (" + accessor.count + ")", next);
            }
        }
    }

    /** As displays read it where they do not look at the stride. */
    private static View packed(View view) {
        return new View(view.bytes, 0);
    }

    private static int component(Json type, Set<Integer> allowed) throws RefusedModelException {
        int component = (int) type.integer(0, Integer.MAX_VALUE);
        if (!allowed.contains(component)) {
            throw type.refused("must be one of " + new TreeSet<>(allowed));
        }
        return component;
    }

    /** Bytes of an element; the columns of matrices begin at multiples of 4. */
    private static long size(int component, String type) {
        int bytes = COMPONENT_BYTES.get(component);
        return switch (type) {
            case "MAT2" -> 2 * padded(2 * bytes);
            case "MAT3" -> 3 * padded(3 * bytes);
            default -> (long) COMPONENTS.get(type) * bytes;
        };
    }

    private static long padded(int bytes) {
        return (bytes + 3) / 4 * 4;
    }

    private static void within(Json place, View view, long offset, long count, int component, String type)
            throws RefusedModelException {
        long size = size(component, type);
        long stride = view.stride == 0 ? size : view.stride;
        if (stride < size) {
            throw new RefusedModelException(
                    place, "must name a bufferView with a byteStride of at least " + size, stride);
        }
        int bytes = COMPONENT_BYTES.get(component);
        boolean interleaved = stride != size;
        if (interleaved && stride % bytes != 0) {
            throw new RefusedModelException(
                    place, "must name a bufferView with a byteStride that is a multiple of " + bytes, stride);
        }
        // displays copy a view before they look into it
        if (offset % bytes != 0) {
            throw new RefusedModelException(
                    place, "must begin at a multiple of " + bytes + " in its bufferView", offset);
        }
        // both factors below 2^41 and 2^8
        long end = count == 0 ? offset : offset + (count - 1) * stride + size;
        if (interleaved) {
            // where something else stands between the elements, displays read as many whole strides
            end = Math.max(end, offset / stride * stride + count * stride);
        }
        if (end > view.bytes.size()) {
            throw new RefusedModelException(
                    place, "must end within its bufferView (" + view.bytes.size() + " bytes)", "at " + end);
        }
    }

    /** The number of an accessor that this value gives; it is good. */
    int accessor(Json index) throws RefusedModelException {
        return accessors.number(index);
    }

    /** The bytes of the view that this value gives the number of. */
    Content view(Json index) throws RefusedModelException {
        return views.at(index).bytes;
    }

    /** An array of an accessor's numbers is made once more, unless they are floats. */
    void copied(Json index) throws RefusedModelException {
        Accessor found = accessors.at(index);
        if (found.component != FLOAT) {
            take(index, found.count * COMPONENTS.get(found.type) * COMPONENT_BYTES.get(FLOAT));
        }
    }

    long count(int accessor) {
        return accessors.get(accessor).count;
    }

    /** The smallest and the largest value that each component is said to have. */
    Optional<double[][]> range(int accessor) {
        return accessors.get(accessor).range;
    }

    void type(Json index, int accessor, Set<String> types) throws RefusedModelException {
        Accessor found = accessors.get(accessor);
        if (!types.contains(found.type)) {
            throw new RefusedModelException(
                    index,
                    "must be the number of an accessor of type " + String.join(" or ", new TreeSet<>(types)),
                    found.type);
        }
    }

    void component(Json index, int accessor, Set<Integer> components) throws RefusedModelException {
        Accessor found = accessors.get(accessor);
        if (!components.contains(found.component)) {
            throw new RefusedModelException(
                    index,
                    "must be the number of an accessor of componentType " + new TreeSet<>(components),
                    found.component);
        }
    }

    /** Checks indices of vertices: unsigned, and each the number of one. */
    void indices(Json index, int accessor, long vertices) throws RefusedModelException, IOException {
        type(index, accessor, Set.of("SCALAR"));
        component(index, accessor, INDEX_TYPES);
        Accessor found = accessors.get(accessor);
        if (found.view != null && found.view.stride != 0 && found.view.stride != size(found.component, found.type)) {
            throw new RefusedModelException(
                    index, "must be the number of an accessor whose bufferView has no byteStride", found.view.stride);
        }
        if (found.count == 0) {
            return;
        }
        if (found.largest == null) {
            found.largest = Math.max(
                    largest(found.view, found.offset, found.count, found.component),
                    largest(found.sparseValues, found.sparseOffset, found.sparseCount, found.component));
        }
        if (found.largest >= vertices) {
            throw new RefusedModelException(
                    found.place, "must hold numbers of vertices, of which there are " + vertices, found.largest);
        }
    }

    private static long largest(View view, long offset, long count, int component) throws IOException {
        long largest = 0;
        if (view != null) {
            Integers values = new Integers(view.bytes, offset, count, component);
            for (long next; (next = values.next()) >= 0; ) {
                largest = Math.max(largest, next);
            }
        }
        return largest;
    }

    /** Unsigned integers one by one, -1 behind the last. */
    private static final class Integers {
        private final Content bytes;
        private final int size;
        private long at;
        private long left;
        private ByteBuffer block = ByteBuffer.allocate(0);

        Integers(Content bytes, long offset, long count, int component) {
            this.bytes = bytes;
            this.at = offset;
            this.size = COMPONENT_BYTES.get(component);
            this.left = count * size;
        }

        long next() throws IOException {
            if (!block.hasRemaining()) {
                if (left == 0) {
                    return -1;
                }
                int length = (int) Math.min(BLOCK, left);
                block = bytes.bytes(at, length);
                at += length;
                left -= length;
            }
            return switch (size) {
                case 1 -> Byte.toUnsignedLong(block.get());
                case 2 -> Short.toUnsignedLong(block.getShort());
                default -> Integer.toUnsignedLong(block.getInt());
            };
        }
    }
}
