package org.geometryos.compositor.osc;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads packets of OSC 1.0. What it makes is bounded by the packet, and by the limits here. */
final class OscReader {
    static final int MAX_PACKET = 65_507;
    static final int MAX_MESSAGES = 1_024;
    static final int MAX_ARGUMENTS = 256;
    static final int MAX_ADDRESS = 255;
    private static final int MAX_NESTING = 8;
    private static final int ALIGNED = 4;
    private static final byte[] BUNDLE = "#bundle\0".getBytes(StandardCharsets.US_ASCII);

    private final ByteBuffer data;
    private final List<Timed> found = new ArrayList<>();

    /** A message and when it is to be. */
    record Timed(OscMessage.Tag time, OscMessage message) {}

    private OscReader(ByteBuffer data) {
        this.data = data;
    }

    /**
     * The messages of a packet in order, those of bundles with the bundle's time.
     *
     * @param packet not consumed
     */
    static List<Timed> read(ByteBuffer packet) throws OscException {
        OscReader reader = new OscReader(packet.slice());
        reader.element(reader.data.limit(), OscMessage.Tag.NOW, 0);
        return reader.found;
    }

    private void element(int end, OscMessage.Tag time, int depth) throws OscException {
        int size = end - data.position();
        require(size > 0 && size % ALIGNED == 0, "a size that is no multiple of 4");
        if (data.get(data.position()) == '#') {
            require(depth < MAX_NESTING, "bundles in more than " + MAX_NESTING + " bundles");
            bundle(end, depth);
        } else {
            require(found.size() < MAX_MESSAGES, "more than " + MAX_MESSAGES + " messages");
            found.add(new Timed(time, message(end)));
        }
    }

    private void bundle(int end, int depth) throws OscException {
        require(end - data.position() >= 16, "a bundle without a time");
        for (byte one : BUNDLE) {
            require(data.get() == one, "neither a message nor a bundle");
        }
        OscMessage.Tag time = new OscMessage.Tag(data.getLong());
        while (data.position() < end) {
            require(end - data.position() >= ALIGNED, "an element without a size");
            int size = data.getInt();
            require(size > 0 && size <= end - data.position(), "an element that is longer than its bundle");
            int inner = data.position() + size;
            element(inner, time, depth + 1);
            require(data.position() == inner, "an element that is shorter than it says");
        }
    }

    private OscMessage message(int end) throws OscException {
        String address = text(end, MAX_ADDRESS);
        require(address.startsWith("/"), "an address that does not begin with /");
        for (int i = 0; i < address.length(); i++) {
            require(address.charAt(i) > ' ' && address.charAt(i) < 0x7f, "an address with other characters than ASCII");
        }
        if (data.position() == end) {
            // old senders leave out the types where there is no argument
            return new OscMessage(address, List.of());
        }
        String types = text(end, MAX_ARGUMENTS + 1);
        require(types.startsWith(","), "no types");
        List<List<Object>> open = new ArrayList<>();
        open.add(new ArrayList<>());
        for (int i = 1; i < types.length(); i++) {
            char type = types.charAt(i);
            if (type == '[') {
                require(open.size() <= MAX_NESTING, "arrays in more than " + MAX_NESTING + " arrays");
                List<Object> inner = new ArrayList<>();
                open.get(open.size() - 1).add(inner);
                open.add(inner);
            } else if (type == ']') {
                require(open.size() > 1, "an array that does not begin");
                open.remove(open.size() - 1);
            } else {
                open.get(open.size() - 1).add(argument(type, end));
            }
        }
        require(open.size() == 1, "an array that does not end");
        require(data.position() == end, "bytes behind the arguments");
        return new OscMessage(address, open.get(0));
    }

    private Object argument(char type, int end) throws OscException {
        return switch (type) {
            case 'i' -> take(end, 4).getInt();
            case 'f' -> take(end, 4).getFloat();
            case 'h' -> take(end, 8).getLong();
            case 'd' -> take(end, 8).getDouble();
            case 't' -> new OscMessage.Tag(take(end, 8).getLong());
            case 's', 'S' -> text(end, MAX_PACKET);
            case 'b' -> blob(end);
            case 'c' -> (char) (take(end, 4).getInt() & 0xffff);
            case 'r', 'm' -> new OscMessage.Four(take(end, 4).getInt());
            case 'T' -> Boolean.TRUE;
            case 'F' -> Boolean.FALSE;
            case 'N' -> OscMessage.Nil.NIL;
            case 'I' -> OscMessage.Impulse.IMPULSE;
            default -> throw new OscException("the type " + (type > ' ' && type < 0x7f ? type : '?'));
        };
    }

    private ByteBuffer take(int end, int bytes) throws OscException {
        require(end - data.position() >= bytes, "too few bytes for its arguments");
        return data;
    }

    private byte[] blob(int end) throws OscException {
        int size = take(end, 4).getInt();
        require(size >= 0 && size <= end - data.position(), "a blob that is longer than its message");
        byte[] bytes = new byte[size];
        data.get(bytes);
        pad(end, size);
        return bytes;
    }

    private String text(int end, int most) throws OscException {
        int begin = data.position();
        int at = begin;
        while (at < end && data.get(at) != 0) {
            at++;
        }
        require(at < end, "a text without an end");
        require(at - begin <= most, "a text of more than " + most + " bytes");
        ByteBuffer bytes = data.slice(begin, at - begin);
        data.position(at + 1);
        pad(end, at + 1 - begin);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new OscException("a text that is not UTF-8");
        }
    }

    private void pad(int end, int size) throws OscException {
        int zeros = -size & ALIGNED - 1;
        require(end - data.position() >= zeros, "a text or a blob that is not filled up to a multiple of 4");
        data.position(data.position() + zeros);
    }

    private static void require(boolean holds, String fault) throws OscException {
        if (!holds) {
            throw new OscException(fault);
        }
    }
}
