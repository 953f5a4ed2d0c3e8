package org.geometryos.compositor.broadcast;

import java.util.OptionalLong;

import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.ServerMessage;

/** A codec service, and the number that tells it from the one before it. */
record CodecRef(Codec codec, long generation) {

    /** An entry in the codec's form; encoded at most once. */
    byte[] encode(Entry entry) {
        return entry.encoded(codec.subprotocol(), generation, () -> codec.encode(message(entry)));
    }

    boolean text() {
        return codec.text();
    }

    static ServerMessage message(Entry entry) {
        Change change = entry.change();
        if (change instanceof Change.CameraChanged changed) {
            return new ServerMessage.Camera(OptionalLong.of(entry.seq()), changed.state());
        }
        if (change instanceof Change.CameraRemoved removed) {
            return new ServerMessage.CameraRemoved(entry.seq(), removed.camera());
        }
        if (change instanceof Change.ControlChanged control) {
            return new ServerMessage.Control(entry.seq(), control.state());
        }
        if (change instanceof Change.PresenceChanged presence) {
            return new ServerMessage.Display(entry.seq(), presence.presence());
        }
        throw new IllegalArgumentException("no message for " + change);
    }
}
