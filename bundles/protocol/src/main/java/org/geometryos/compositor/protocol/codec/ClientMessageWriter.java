package org.geometryos.compositor.protocol.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.connection.Near;
import org.geometryos.compositor.api.connection.Opening;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.replay.PlaybackCommand;
import org.geometryos.compositor.api.wall.MemberReport;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.RequestId;

/** Writes what a client sends. */
final class ClientMessageWriter extends PartWriter implements ClientMessage.Visitor<Void, IOException> {
    private static final SerializedString FORCE = name("force");
    private static final SerializedString SCENE = name("scene");
    private static final SerializedString PRESENCE = name("presence");
    private static final SerializedString TILES = name("tiles");
    private static final SerializedString RATE = name("rate");
    private static final SerializedString SPEED = name("speed");
    private static final SerializedString MARGIN = name("margin");

    ClientMessageWriter(JsonGenerator out) {
        super(out);
    }

    @Override
    public Void camera(ClientMessage.Camera m) throws IOException {
        CameraUpdate update = m.update();
        open(3 + one(m.id()) + one(update.time()) + one(update.sample()) + one(update.timecode()) + one(update.cut()));
        out.writeFieldName(TYPE);
        out.writeString(CAMERA);
        id(m.id());
        text(CAMERA, update.camera());
        integer(TIME, update.time());
        integer(SAMPLE, update.sample());
        text(TIMECODE, update.timecode());
        ifTrue(CUT, update.cut());
        view(update.view());
        end();
        return null;
    }

    @Override
    public Void hello(ClientMessage.Hello m) throws IOException {
        Opening opening = m.opening();
        begin(
                "hello",
                one(m.id())
                        + one(opening.display())
                        + one(opening.user())
                        + one(!opening.keepOpen())
                        + one(opening.settings())
                        + one(opening.resume()));
        id(m.id());
        text("display", opening.display());
        text("user", opening.user());
        if (!opening.keepOpen()) {
            text("connection", "once");
        }
        settings(opening.settings());
        if (opening.resume().isPresent()) {
            Opening.Resume resume = opening.resume().get();
            out.writeFieldName("resume");
            open(3);
            text("token", resume.token());
            text("epoch", resume.epoch());
            integer("seq", resume.seq());
            end();
        }
        end();
        return null;
    }

    @Override
    public Void settings(ClientMessage.Settings m) throws IOException {
        begin("settings", 1 + one(m.id()));
        id(m.id());
        settings(Optional.of(m.settings()));
        end();
        return null;
    }

    @Override
    public Void subscribe(ClientMessage.Subscribe m) throws IOException {
        Subscription s = m.subscription();
        boolean cameras = s.all() || !s.cameras().isEmpty();
        boolean walls = s.allWalls() || !s.walls().isEmpty();
        begin(
                "subscribe",
                one(m.id())
                        + one(cameras)
                        + one(walls)
                        + one(s.scene())
                        + one(s.presence())
                        + one(s.tiles())
                        + one(s.every())
                        + one(s.rate())
                        + one(!s.echo())
                        + one(s.near()));
        id(m.id());
        if (cameras) {
            texts("cameras", s.all() ? List.of("*") : s.cameras());
        }
        if (walls) {
            texts("walls", s.allWalls() ? List.of("*") : s.walls());
        }
        ifTrue(SCENE, s.scene());
        ifTrue(PRESENCE, s.presence());
        ifTrue(TILES, s.tiles());
        if (s.every()) {
            text("delivery", s.delivery().word());
        }
        number(RATE, s.rate());
        if (!s.echo()) {
            out.writeBooleanField("echo", false);
        }
        if (s.near().isPresent()) {
            near(s.near().get());
        }
        end();
        return null;
    }

    private void near(Near near) throws IOException {
        boolean margin = Double.compare(near.margin(), Near.MARGIN) != 0;
        out.writeFieldName("near");
        open(1 + one(margin) + one(near.size()));
        text(CAMERA, near.camera());
        if (margin) {
            number(MARGIN, near.margin());
        }
        size(SIZE, near.size());
        end();
    }

    @Override
    public Void unsubscribe(ClientMessage.Unsubscribe m) throws IOException {
        begin("unsubscribe", one(m.id()));
        id(m.id());
        end();
        return null;
    }

    @Override
    public Void control(ClientMessage.Control m) throws IOException {
        begin("control", 2 + one(m.id()) + one(m.force()));
        id(m.id());
        text("camera", m.camera());
        text("action", word(m.action()));
        ifTrue(FORCE, m.force());
        end();
        return null;
    }

    @Override
    public Void scene(ClientMessage.Scene m) throws IOException {
        begin("scene", 1 + one(m.id()) + one(m.camera()));
        id(m.id());
        ops(m.ops());
        part(m.camera());
        end();
        return null;
    }

    @Override
    public Void tiles(ClientMessage.Tiles m) throws IOException {
        begin("tiles", 1 + one(m.id()) + one(!m.scene().isEmpty()) + one(m.camera()));
        id(m.id());
        tileOps(m.ops());
        if (!m.scene().isEmpty()) {
            ops("scene", m.scene());
        }
        part(m.camera());
        end();
        return null;
    }

    /** The update that belongs to a transaction. */
    private void part(Optional<CameraUpdate> camera) throws IOException {
        if (camera.isPresent()) {
            CameraUpdate update = camera.get();
            out.writeFieldName(CAMERA);
            open(2 + one(update.cut()));
            text(CAMERA, update.camera());
            ifTrue(CUT, update.cut());
            view(update.view());
            end();
        }
    }

    @Override
    public Void replay(ClientMessage.Replay m) throws IOException {
        if (m.command().isEmpty()) {
            action(m, "list", 0);
        } else {
            command(m, m.command().get());
        }
        end();
        return null;
    }

    private void command(ClientMessage.Replay m, PlaybackCommand command) throws IOException {
        if (command instanceof PlaybackCommand.Play) {
            action(m, "play", 0);
        } else if (command instanceof PlaybackCommand.Pause) {
            action(m, "pause", 0);
        } else if (command instanceof PlaybackCommand.Seek seek) {
            action(m, "seek", 1);
            integer("position", seek.position());
        } else if (command instanceof PlaybackCommand.Step step) {
            action(m, "step", 1 + one(step.camera()));
            integer("entries", step.entries());
            text(CAMERA, step.camera());
        } else if (command instanceof PlaybackCommand.LoopBetween between) {
            action(m, "loop", 2);
            integer("from", between.from());
            integer("to", between.to());
        } else if (command instanceof PlaybackCommand.Loop loop) {
            action(m, "loop", 1);
            out.writeBooleanField("on", loop.on());
        } else {
            action(m, "speed", 1);
            number(SPEED, ((PlaybackCommand.Speed) command).factor());
        }
    }

    /** Begins the message: its id, its playback, its action, and so many fields more. */
    private void action(ClientMessage.Replay m, String word, int fields) throws IOException {
        begin("replay", 1 + one(m.id()) + one(m.playback()) + fields);
        id(m.id());
        text("playback", m.playback());
        text("action", word);
    }

    @Override
    public Void ping(ClientMessage.Ping m) throws IOException {
        begin("ping", 1 + one(m.id()) + one(m.report()));
        id(m.id());
        integer("t0", m.t0());
        if (m.report().isPresent()) {
            report(m.report().get());
        }
        end();
        return null;
    }

    private void report(MemberReport report) throws IOException {
        out.writeFieldName("report");
        open(8);
        text("wall", report.wall());
        integer("clock", report.clock());
        out.writeFieldName("age");
        open(2);
        integer("p50", report.ageP50());
        integer("p99", report.ageP99());
        end();
        integer("interval", report.interval());
        integer("frames", report.frames());
        integer("late", report.late());
        integer("at", report.at());
        integer("shown", report.shown());
        end();
    }

    @Override
    public Void admin(ClientMessage.Admin m) throws IOException {
        return m.action().accept(new Action(m.id()));
    }

    @Override
    public Void bye(ClientMessage.Bye m) throws IOException {
        begin("bye", one(m.id()));
        id(m.id());
        end();
        return null;
    }

    /** Writes a request for role {@code admin}. */
    private final class Action implements ClientMessage.AdminAction.Visitor<Void, IOException> {
        private final Optional<RequestId> id;

        Action(Optional<RequestId> id) {
            this.id = id;
        }

        @Override
        public Void drain(ClientMessage.AdminAction.Drain action) throws IOException {
            action("drain", one(action.over()) + one(action.reconnectAfter()));
            integer("over", action.over());
            integer("reconnectAfter", action.reconnectAfter());
            end();
            return null;
        }

        @Override
        public Void undrain(ClientMessage.AdminAction.Undrain action) throws IOException {
            action("undrain", 0);
            end();
            return null;
        }

        @Override
        public Void close(ClientMessage.AdminAction.Close action) throws IOException {
            action("close", 1 + one(action.reason()));
            text("display", action.display());
            text("reason", action.reason());
            end();
            return null;
        }

        @Override
        public Void notice(ClientMessage.AdminAction.Notice action) throws IOException {
            action("notice", 2 + one(action.display()));
            text("display", action.display());
            text("level", word(action.level()));
            text("text", action.text());
            end();
            return null;
        }

        @Override
        public Void removeCamera(ClientMessage.AdminAction.RemoveCamera action) throws IOException {
            action("remove-camera", 1);
            text("camera", action.camera());
            end();
            return null;
        }

        /** Begins the request: its id, its action, and so many fields more. */
        private void action(String word, int fields) throws IOException {
            begin("admin", 1 + one(id) + fields);
            ClientMessageWriter.this.id(id);
            text("action", word);
        }
    }
}
