package org.geometryos.compositor.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** How messages are written on the wire. */
enum Form {
    JSON("compositor.v1.json", Frames.TEXT, "{\"type\":\"".length()) {
        @Override
        byte[] message(String json) {
            return json.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        byte[] name(String field) {
            return ("\"" + field + "\":").getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        long value(ByteBuffer message, int at) {
            long number = 0;
            for (int i = at; i < message.remaining() && message.get(i) >= '0' && message.get(i) <= '9'; i++) {
                number = number * 10 + message.get(i) - '0';
            }
            return number;
        }
    },
    /** RFC 8949. Behind one byte of the map's there is the key {@code type}, and the length of its value. */
    CBOR("compositor.v1.cbor", Frames.BINARY, 1 + 1 + "type".length() + 1) {
        @Override
        byte[] message(String json) {
            try {
                return Form.BINARY.writeValueAsBytes(Form.TREE.readTree(json));
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException(json, e);
            }
        }

        @Override
        byte[] name(String field) {
            byte[] name = (" " + field).getBytes(StandardCharsets.US_ASCII);
            name[0] = (byte) (0x60 | field.length());
            return name;
        }

        @Override
        long value(ByteBuffer message, int at) throws Frames.FrameException {
            int head = message.get(at) & 0xff;
            return switch (head) {
                case 0x18 -> message.get(at + 1) & 0xff;
                case 0x19 -> message.getShort(at + 1) & 0xffff;
                case 0x1a -> message.getInt(at + 1) & 0xffff_ffffL;
                case 0x1b -> message.getLong(at + 1);
                default -> {
                    if (head >= 0x18) {
                        throw new Frames.FrameException("a number that begins with byte " + head);
                    }
                    yield head;
                }
            };
        }
    };

    private static final ObjectMapper TREE = new ObjectMapper();
    private static final CBORMapper BINARY = new CBORMapper();

    final String subprotocol;
    /** Of the frames that its messages come in. */
    final int opcode;
    /** Where the value of {@code type} begins in a message, which all servers write first. */
    final int typeAt;

    Form(String subprotocol, int opcode, int typeAt) {
        this.subprotocol = subprotocol;
        this.opcode = opcode;
        this.typeAt = typeAt;
    }

    static Form of(String subprotocol) {
        for (Form form : values()) {
            if (form.subprotocol.equals(subprotocol)) {
                return form;
            }
        }
        throw new IllegalArgumentException("subprotocol " + subprotocol + " is none of the bridge's");
    }

    /** A message, from its JSON. */
    abstract byte[] message(String json);

    /** What stands before the value of a field. @param field fewer than 24 letters */
    abstract byte[] name(String field);

    /** The number at a place of a message that begins at 0. */
    abstract long value(ByteBuffer message, int at) throws Frames.FrameException;

    /** The number behind a field's name. @param message begins at 0 */
    final long number(ByteBuffer message, byte[] name) throws Frames.FrameException {
        int last = message.remaining() - name.length;
        for (int at = 0; at < last; at++) {
            int same = 0;
            while (same < name.length && message.get(at + same) == name[same]) {
                same++;
            }
            if (same == name.length) {
                return value(message, at + same);
            }
        }
        throw new Frames.FrameException("a camera message without " + new String(name, StandardCharsets.US_ASCII) + ": "
                + StandardCharsets.ISO_8859_1.decode(message.duplicate()));
    }

    /** Whether a message's type begins with two letters. */
    final boolean isType(ByteBuffer message, char first, char second) {
        return message.remaining() > typeAt + 1 && message.get(typeAt) == first && message.get(typeAt + 1) == second;
    }
}
