package org.geometryos.compositor.simulation;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.DecodeException;
import org.geometryos.compositor.protocol.ServerMessage;

/** A codec of the product, with faults planted in what it encodes for displays. */
final class SeenCodec implements Codec {
    private final Codec codec;
    private final Faults faults;
    private final Map<String, CameraState> before = new HashMap<>();

    SeenCodec(Codec codec, Faults faults) {
        this.codec = codec;
        this.faults = faults;
    }

    @Override
    public String subprotocol() {
        return codec.subprotocol();
    }

    @Override
    public boolean text() {
        return codec.text();
    }

    @Override
    public byte[] encode(ServerMessage message) {
        return codec.encode(faults.active() ? faulty(message) : message);
    }

    private ServerMessage faulty(ServerMessage message) {
        if (message instanceof ServerMessage.Camera camera) {
            CameraState s = camera.state();
            if (s.origin().isPresent() && faults.on(Fault.CODEC_LOSES_ORIGIN)) {
                return new ServerMessage.Camera(
                        camera.seq(),
                        new CameraState(
                                s.camera(),
                                s.view(),
                                s.time(),
                                s.received(),
                                s.sample(),
                                s.timecode(),
                                s.source(),
                                Optional.empty(),
                                s.cut()));
            }
            if (camera.seq().isPresent() && faults.on(Fault.CODEC_COUNTS_WRONG)) {
                return new ServerMessage.Camera(OptionalLong.of(camera.seq().getAsLong() + 1), s);
            }
            CameraState last = before.put(s.camera(), s);
            if (last != null && faults.on(Fault.CODEC_OLD_VIEW)) {
                return new ServerMessage.Camera(camera.seq(), last);
            }
        } else if (message instanceof ServerMessage.Snapshot s && faults.on(Fault.CODEC_LOSES_CONTROL)) {
            return new ServerMessage.Snapshot(
                    s.epoch(), s.seq(), s.all(), s.cameras(), List.of(), s.scene(), s.displays(), s.walls(), s.tiles());
        } else if (message instanceof ServerMessage.Scene s && s.ops().size() > 1 && faults.on(Fault.CODEC_DROPS_OPS)) {
            return new ServerMessage.Scene(
                    s.seq(), s.ops().subList(1, s.ops().size()), s.origin(), s.camera(), s.time());
        } else if (message instanceof ServerMessage.Heartbeat h) {
            if (faults.on(Fault.HEARTBEAT_TOO_FAR)) {
                return new ServerMessage.Heartbeat(h.time(), h.seq() + 5, h.delivered(), h.superseded(), h.refused());
            }
            if (faults.on(Fault.ACCOUNT_IS_WRONG)) {
                return new ServerMessage.Heartbeat(h.time(), h.seq(), h.delivered(), h.superseded() + 1, h.refused());
            }
        }
        return message;
    }

    @Override
    public byte[] encode(ClientMessage message) {
        return codec.encode(message);
    }

    @Override
    public ClientMessage decodeClient(ByteBuffer message) throws DecodeException {
        return codec.decodeClient(message);
    }

    @Override
    public ServerMessage decodeServer(ByteBuffer message) throws DecodeException {
        return codec.decodeServer(message);
    }
}
