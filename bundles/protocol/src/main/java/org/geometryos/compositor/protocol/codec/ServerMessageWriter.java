package org.geometryos.compositor.protocol.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.tiles.TileLayer;
import org.geometryos.compositor.api.wall.DelayChange;
import org.geometryos.compositor.api.wall.Placement;
import org.geometryos.compositor.api.wall.Wall;
import org.geometryos.compositor.api.wall.WallMember;
import org.geometryos.compositor.protocol.ServerMessage;

/** Writes what the server sends. */
final class ServerMessageWriter extends PartWriter implements ServerMessage.Visitor<Void, IOException> {
    private static final SerializedString SEQ = name("seq");
    private static final SerializedString RECEIVED = name("received");
    private static final SerializedString SOURCE = name("source");
    private static final SerializedString ORIGIN = name("origin");
    private static final SerializedString WALL = name("wall");
    private static final SerializedString X = name("x");
    private static final SerializedString Y = name("y");
    private static final SerializedString WIDTH = name("width");
    private static final SerializedString HEIGHT = name("height");
    private static final SerializedString DELAY = name("delay");
    private static final SerializedString SPEED = name("speed");
    private static final SerializedString YAW = name("yaw");
    private static final SerializedString PITCH = name("pitch");

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
        begin("ack", 1 + one(m.seq()) + one(m.playbacks()));
        m.id().accept(this);
        integer("seq", m.seq());
        if (m.playbacks().isPresent()) {
            playbacks(m.playbacks().get());
        }
        end();
        return null;
    }

    private void playbacks(List<ServerMessage.Playback> playbacks) throws IOException {
        list("playbacks", playbacks.size());
        for (ServerMessage.Playback playback : playbacks) {
            open(6 + one(playback.marks()) + one(playback.began()));
            text("playback", playback.playback());
            text("status", word(playback.status()));
            integer("position", playback.position());
            integer("length", playback.length());
            number(SPEED, playback.speed());
            out.writeBooleanField("loop", playback.loop());
            if (playback.marks().isPresent()) {
                out.writeFieldName("marks");
                open(2);
                integer("from", playback.marks().get().from());
                integer("to", playback.marks().get().to());
                end();
            }
            integer("began", playback.began());
            end();
        }
        out.writeEndArray();
    }

    @Override
    public Void pong(ServerMessage.Pong m) throws IOException {
        begin("pong", 3 + one(m.id()) + one(m.reportAfter()));
        id(m.id());
        integer("t0", m.t0());
        integer("t1", m.t1());
        integer("t2", m.t2());
        integer("reportAfter", m.reportAfter());
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
        begin("scene", 2 + one(m.origin()) + one(m.camera()) + one(m.time()));
        integer("seq", m.seq());
        integer("time", m.time());
        ops(m.ops());
        text("origin", m.origin());
        part(m.camera());
        end();
        return null;
    }

    private void tiles(ServerMessage.TilesState tiles) throws IOException {
        out.writeFieldName("tiles");
        open(2 + one(tiles.following() > 0));
        integer("revision", tiles.revision());
        list("tilesets", tiles.layers().size());
        for (TileLayer layer : tiles.layers()) {
            tileset(layer.tileset(), layer.tiles());
        }
        out.writeEndArray();
        if (tiles.following() > 0) {
            integer("following", tiles.following());
        }
        end();
    }

    @Override
    public Void tiles(ServerMessage.Tiles m) throws IOException {
        begin("tiles", 2 + one(m.time()) + one(m.origin()) + one(m.scene()) + one(m.camera()));
        integer(SEQ, m.seq());
        integer(TIME, m.time());
        tileOps(m.ops());
        text(ORIGIN, m.origin());
        if (m.scene().isPresent()) {
            ops("scene", m.scene().get());
        }
        part(m.camera());
        end();
        return null;
    }

    /** The view that belongs to a transaction. */
    private void part(Optional<ServerMessage.Camera> camera) throws IOException {
        if (camera.isPresent()) {
            out.writeFieldName(CAMERA);
            camera(new ServerMessage.Camera(OptionalLong.empty(), camera.get().state()));
        }
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
        begin("snapshot", 5 + one(m.scene()) + one(m.displays()) + one(m.walls()) + one(m.tiles()));
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
        if (m.walls().isPresent()) {
            list("walls", m.walls().get().size());
            for (ServerMessage.Wall wall : m.walls().get()) {
                wall(wall);
            }
            out.writeEndArray();
        }
        if (m.tiles().isPresent()) {
            tiles(m.tiles().get());
        }
        end();
        return null;
    }

    @Override
    public Void welcome(ServerMessage.Welcome m) throws IOException {
        begin("welcome", 11 + one(m.settings()) + one(m.wall()) + one(!m.hosts().isEmpty()));
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
        text("wall", m.wall());
        if (!m.hosts().isEmpty()) {
            texts("hosts", m.hosts());
        }
        end();
        return null;
    }

    @Override
    public Void wall(ServerMessage.Wall m) throws IOException {
        Wall wall = m.state();
        begin(
                "wall",
                8
                        + one(wall.title())
                        + one(wall.camera())
                        + one(wall.eye())
                        + one(!wall.delay().isEmpty())
                        + one(wall.picture()));
        integer(SEQ, m.seq());
        text(WALL, wall.name());
        text("title", wall.title());
        text(CAMERA, wall.camera());
        number(WIDTH, wall.width());
        number(HEIGHT, wall.height());
        text("unit", wall.unit().word());
        text("fit", wall.fit().word());
        text("view", wall.view().word());
        if (wall.eye().isPresent()) {
            numbers("eye", wall.eye().get());
        }
        list("members", wall.members().size());
        for (WallMember member : wall.members()) {
            member(member);
        }
        out.writeEndArray();
        if (!wall.delay().isEmpty()) {
            list("delay", wall.delay().size());
            for (DelayChange change : wall.delay()) {
                open(4);
                integer("from", change.from());
                integer("value", change.value());
                integer("until", change.until());
                integer("to", change.to());
                end();
            }
            out.writeEndArray();
        }
        if (wall.picture().isPresent()) {
            text("picture", wall.picture().get().word());
        }
        end();
        return null;
    }

    private void member(WallMember member) throws IOException {
        boolean late = Double.compare(member.delay(), 0) != 0;
        open(5 + one(member.turn() != 0) + one(late) + (member.placement().isPresent() ? 3 : 0));
        text("display", member.display());
        number(X, member.x());
        number(Y, member.y());
        number(WIDTH, member.width());
        number(HEIGHT, member.height());
        if (member.turn() != 0) {
            integer("turn", member.turn());
        }
        if (late) {
            number(DELAY, member.delay());
        }
        if (member.placement().isPresent()) {
            Placement placement = member.placement().get();
            numbers("position", placement.position());
            number(YAW, placement.yaw());
            number(PITCH, placement.pitch());
        }
        end();
    }

    private void numbers(String name, List<Double> numbers) throws IOException {
        list(name, numbers.size());
        for (double number : numbers) {
            out.writeNumber(number);
        }
        out.writeEndArray();
    }

    @Override
    public Void wallRemoved(ServerMessage.WallRemoved m) throws IOException {
        begin("wall-removed", 2);
        integer("seq", m.seq());
        text("wall", m.wall());
        end();
        return null;
    }

    @Override
    public Void assigned(ServerMessage.Assigned m) throws IOException {
        begin("assigned", 1);
        if (m.wall().isPresent()) {
            text("wall", m.wall());
        } else {
            out.writeNullField("wall");
        }
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
