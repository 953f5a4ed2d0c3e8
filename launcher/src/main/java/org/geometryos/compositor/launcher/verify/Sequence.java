package org.geometryos.compositor.launcher.verify;

import java.util.OptionalLong;
import org.geometryos.compositor.protocol.ServerMessage;

/** The number of a message that belongs to the sequence; not of one that only says how far that is. */
final class Sequence implements ServerMessage.Visitor<OptionalLong, RuntimeException> {
    static final Sequence OF = new Sequence();

    private Sequence() {}

    @Override
    public OptionalLong welcome(ServerMessage.Welcome message) {
        return OptionalLong.empty();
    }

    @Override
    public OptionalLong ack(ServerMessage.Ack message) {
        return OptionalLong.empty();
    }

    @Override
    public OptionalLong error(ServerMessage.Error message) {
        return OptionalLong.empty();
    }

    @Override
    public OptionalLong snapshot(ServerMessage.Snapshot message) {
        return OptionalLong.empty();
    }

    @Override
    public OptionalLong camera(ServerMessage.Camera message) {
        return message.seq();
    }

    @Override
    public OptionalLong cameraRemoved(ServerMessage.CameraRemoved message) {
        return OptionalLong.of(message.seq());
    }

    @Override
    public OptionalLong control(ServerMessage.Control message) {
        return OptionalLong.of(message.seq());
    }

    @Override
    public OptionalLong scene(ServerMessage.Scene message) {
        return OptionalLong.of(message.seq());
    }

    @Override
    public OptionalLong tiles(ServerMessage.Tiles message) {
        return OptionalLong.of(message.seq());
    }

    @Override
    public OptionalLong display(ServerMessage.Display message) {
        return OptionalLong.of(message.seq());
    }

    @Override
    public OptionalLong asked(ServerMessage.Asked message) {
        return OptionalLong.empty();
    }

    @Override
    public OptionalLong wall(ServerMessage.Wall message) {
        return OptionalLong.of(message.seq());
    }

    @Override
    public OptionalLong wallRemoved(ServerMessage.WallRemoved message) {
        return OptionalLong.of(message.seq());
    }

    @Override
    public OptionalLong assigned(ServerMessage.Assigned message) {
        return OptionalLong.empty();
    }

    @Override
    public OptionalLong notice(ServerMessage.Notice message) {
        return OptionalLong.empty();
    }

    @Override
    public OptionalLong heartbeat(ServerMessage.Heartbeat message) {
        return OptionalLong.empty();
    }

    @Override
    public OptionalLong pong(ServerMessage.Pong message) {
        return OptionalLong.empty();
    }

    @Override
    public OptionalLong gap(ServerMessage.Gap message) {
        return OptionalLong.empty();
    }

    @Override
    public OptionalLong goodbye(ServerMessage.Goodbye message) {
        return OptionalLong.empty();
    }
}
