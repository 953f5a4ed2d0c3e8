package org.geometryos.compositor.protocol.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.protocol.ServerMessage;

/** Writes what the server sends. */
final class ServerMessageWriter extends PartWriter implements ServerMessage.Visitor<Void, IOException> {
    private static final SerializedString SEQ = name("seq");
    private static final SerializedString RECEIVED = name("received");
    private static final SerializedString SOURCE = name("source");
    private static final SerializedString ORIGIN = name("origin");

    ServerMessageWriter(JsonGenerator out) {
        super(out);
    }

    @Override
    public Void camera(ServerMessage.Camera message) throws IOException {
        CameraState state = message.state();
        open(6
                + one(message.seq())
                + one(state.sample())
                + one(state.timecode())
                + one(state.origin())
                + one(state.cut()));
        out.writeFieldName(TYPE);
        out.writeString(CAMERA);
        integer(SEQ, message.seq());
        text(CAMERA, state.camera());
        integer(TIME, state.time());
        integer(RECEIVED, state.received());
        integer(SAMPLE, state.sample());
        text(TIMECODE, state.timecode());
        text(SOURCE, state.source());
        text(ORIGIN, state.origin());
        ifTrue(CUT, state.cut());
        view(state.view());
        end();
        return null;
    }

    @Override
    public Void heartbeat(ServerMessage.Heartbeat m) throws IOException {
        begin("heartbeat", 5);
        integer("time", m.time());
        integer("seq", m.seq());
        integer("delivered", m.delivered());
        integer("superseded", m.superseded());
        integer("refused", m.refused());
        end();
        return null;
    }

    @Override
    public Void ack(ServerMessage.Ack m) throws IOException {
        begin("ack", 1 + one(m.seq()));
        m.id().accept(this);
        integer("seq", m.seq());
        end();
        return null;
    }

    @Override
    public Void pong(ServerMessage.Pong m) throws IOException {
        begin("pong", 3 + one(m.id()));
        id(m.id());
        integer("t0", m.t0());
        integer("t1", m.t1());
        integer("t2", m.t2());
        end();
        return null;
    }

    @Override
    public Void error(ServerMessage.Error m) throws IOException {
        begin("error", 2 + one(m.id()) + one(m.field()));
        id(m.id());
        text("code", m.code().word());
        text("message", m.message());
        text("field", m.field());
        end();
        return null;
    }

    @Override
    public Void control(ServerMessage.Control m) throws IOException {
        begin("control", 3 + one(m.state().session()));
        integer("seq", m.seq());
        text("camera", m.state().camera());
        if (m.state().holder().isPresent()) {
            text("holder", m.state().holder());
        } else {
            out.writeNullField("holder");
        }
        text("session", m.state().session());
        end();
        return null;
    }

    @Override
    public Void cameraRemoved(ServerMessage.CameraRemoved m) throws IOException {
        begin("camera-removed", 2);
        integer("seq", m.seq());
        text("camera", m.camera());
        end();
        return null;
    }

    @Override
    public Void scene(ServerMessage.Scene m) throws IOException {
        begin("scene", 2 + one(m.origin()) + one(m.camera()));
        integer("seq", m.seq());
        ops(m.ops());
        text("origin", m.origin());
        if (m.camera().isPresent()) {
            out.writeFieldName(CAMERA);
            camera(new ServerMessage.Camera(
                    OptionalLong.empty(), m.camera().get().state()));
        }
        end();
        return null;
    }

    @Override
    public Void display(ServerMessage.Display m) throws IOException {
        Presence presence = m.presence();
        Optional<DisplaySettings> settings =
                Optional.of(presence.settings()).filter(s -> !s.equals(DisplaySettings.EMPTY));
        begin("display", 6 + one(settings) + one(presence.reason()));
        integer("seq", m.seq());
        text("action", word(presence.action()));
        text("display", presence.display());
        text("session", presence.session());
        text("user", presence.user());
        out.writeBooleanField("connected", presence.connected());
        settings(settings);
        text("reason", presence.reason());
        end();
        return null;
    }

    @Override
    public Void snapshot(ServerMessage.Snapshot m) throws IOException {
        begin("snapshot", 5 + one(m.scene()) + one(m.displays()));
        text("epoch", m.epoch());
        integer("seq", m.seq());
        out.writeBooleanField("all", m.all());
        list("cameras", m.cameras().size());
        for (ServerMessage.Camera camera : m.cameras()) {
            camera(camera);
        }
        out.writeEndArray();
        list("control", m.control().size());
        for (ServerMessage.Control control : m.control()) {
            control(control);
        }
        out.writeEndArray();
        if (m.scene().isPresent()) {
            ServerMessage.SceneState scene = m.scene().get();
            out.writeFieldName("scene");
            open(3);
            integer("revision", scene.revision());
            list("models", scene.models().size());
            for (Model model : scene.models()) {
                model(model);
            }
            out.writeEndArray();
            texts("selected", scene.selected());
            end();
        }
        if (m.displays().isPresent()) {
            list("displays", m.displays().get().size());
            for (ServerMessage.Display display : m.displays().get()) {
                display(display);
            }
            out.writeEndArray();
        }
        end();
        return null;
    }

    @Override
    public Void welcome(ServerMessage.Welcome m) throws IOException {
        begin("welcome", 11 + one(m.settings()));
        text("session", m.session());
        text("display", m.display());
        text("token", m.token());
        out.writeBooleanField("resumed", m.resumed());
        text("epoch", m.epoch());
        integer("seq", m.seq());
        integer("time", m.time());
        text("role", m.role().word());
        out.writeFieldName("heartbeat");
        open(2);
        integer("interval", m.heartbeat().interval());
        integer("timeout", m.heartbeat().timeout());
        end();
        out.writeFieldName("limits");
        open(5);
        integer("messageBytes", m.limits().messageBytes());
        integer("requestsPerSecond", m.limits().requestsPerSecond());
        integer("resumeWindow", m.limits().resumeWindow());
        integer("cameras", m.limits().cameras());
        integer("models", m.limits().models());
        end();
        out.writeFieldName("server");
        open(2);
        text("name", m.server().name());
        text("version", m.server().version());
        end();
        settings(m.settings());
        end();
        return null;
    }

    @Override
    public Void asked(ServerMessage.Asked m) throws IOException {
        begin("asked", 3);
        text("camera", m.camera());
        text("display", m.display());
        text("session", m.session());
        end();
        return null;
    }

    @Override
    public Void notice(ServerMessage.Notice m) throws IOException {
        begin("notice", 2);
        text("level", word(m.level()));
        text("text", m.text());
        end();
        return null;
    }

    @Override
    public Void gap(ServerMessage.Gap m) throws IOException {
        begin("gap", 2);
        integer("from", m.from());
        integer("to", m.to());
        end();
        return null;
    }

    @Override
    public Void goodbye(ServerMessage.Goodbye m) throws IOException {
        begin("goodbye", 3);
        integer("code", m.code());
        text("reason", m.reason());
        if (m.reconnectAfter().isPresent()) {
            integer("reconnectAfter", m.reconnectAfter());
        } else {
            out.writeNullField("reconnectAfter");
        }
        end();
        return null;
    }
}
