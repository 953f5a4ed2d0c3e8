package org.geometryos.compositor.protocol.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Lens;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Opening;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Size;
import org.geometryos.compositor.api.value.Vector3;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.RequestId;
import org.geometryos.compositor.protocol.ServerMessage;

/**
 * Writes a message in either form. Each object is begun with the number of its fields, because CBOR's definite lengths
 * want it first; a wrong number makes the CBOR generator throw.
 */
final class Writer {
    private static final SerializedString TYPE = name("type");
    private static final SerializedString ID = name("id");
    private static final SerializedString SEQ = name("seq");
    private static final SerializedString CAMERA = name("camera");
    private static final SerializedString TIME = name("time");
    private static final SerializedString RECEIVED = name("received");
    private static final SerializedString SAMPLE = name("sample");
    private static final SerializedString TIMECODE = name("timecode");
    private static final SerializedString SOURCE = name("source");
    private static final SerializedString ORIGIN = name("origin");
    private static final SerializedString CUT = name("cut");
    private static final SerializedString VIEW = name("view");
    private static final SerializedString KIND = name("kind");
    private static final SerializedString KIND_2D = name("2d");
    private static final SerializedString KIND_3D = name("3d");
    private static final SerializedString CENTER = name("center");
    private static final SerializedString ZOOM = name("zoom");
    private static final SerializedString ROTATION = name("rotation");
    private static final SerializedString SIZE = name("size");
    private static final SerializedString POSITION = name("position");
    private static final SerializedString ORIENTATION = name("orientation");
    private static final SerializedString SCALE = name("scale");
    private static final SerializedString PROJECTION = name("projection");
    private static final SerializedString PERSPECTIVE = name("perspective");
    private static final SerializedString ORTHOGRAPHIC = name("orthographic");
    private static final SerializedString FRUSTUM = name("frustum");
    private static final SerializedString YFOV = name("yfov");
    private static final SerializedString ZNEAR = name("znear");
    private static final SerializedString ZFAR = name("zfar");
    private static final SerializedString ASPECT_RATIO = name("aspectRatio");
    private static final SerializedString XMAG = name("xmag");
    private static final SerializedString YMAG = name("ymag");
    private static final SerializedString LEFT = name("left");
    private static final SerializedString RIGHT = name("right");
    private static final SerializedString BOTTOM = name("bottom");
    private static final SerializedString TOP = name("top");
    private static final SerializedString FOCUS_DISTANCE = name("focusDistance");
    private static final SerializedString LENS = name("lens");
    private static final SerializedString FOCAL_LENGTH = name("focalLength");
    private static final SerializedString SENSOR = name("sensor");
    private static final SerializedString DISTORTION = name("distortion");

    private static final SerializedString FORCE = name("force");
    private static final SerializedString SCENE = name("scene");
    private static final SerializedString PRESENCE = name("presence");
    private static final SerializedString RATE = name("rate");
    private static final SerializedString PIXEL_RATIO = name("pixelRatio");
    private static final SerializedString REFRESH_RATE = name("refreshRate");

    private final JsonGenerator out;

    Writer(JsonGenerator out) {
        this.out = out;
    }

    // ---- what the server sends ----

    void message(ServerMessage message) throws IOException {
        if (message instanceof ServerMessage.Camera camera) {
            camera(camera);
        } else if (message instanceof ServerMessage.Heartbeat m) {
            begin("heartbeat", 5);
            integer("time", m.time());
            integer("seq", m.seq());
            integer("delivered", m.delivered());
            integer("superseded", m.superseded());
            integer("refused", m.refused());
            end();
        } else if (message instanceof ServerMessage.Ack m) {
            begin("ack", 1 + one(m.seq()));
            id(m.id());
            integer("seq", m.seq());
            end();
        } else if (message instanceof ServerMessage.Pong m) {
            begin("pong", 3 + one(m.id()));
            id(m.id());
            integer("t0", m.t0());
            integer("t1", m.t1());
            integer("t2", m.t2());
            end();
        } else if (message instanceof ServerMessage.Error m) {
            begin("error", 2 + one(m.id()) + one(m.field()));
            id(m.id());
            text("code", m.code().word());
            text("message", m.message());
            text("field", m.field());
            end();
        } else if (message instanceof ServerMessage.Control m) {
            control(m);
        } else if (message instanceof ServerMessage.CameraRemoved m) {
            begin("camera-removed", 2);
            integer("seq", m.seq());
            text("camera", m.camera());
            end();
        } else if (message instanceof ServerMessage.Scene m) {
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
        } else if (message instanceof ServerMessage.Display m) {
            display(m);
        } else if (message instanceof ServerMessage.Snapshot m) {
            snapshot(m);
        } else if (message instanceof ServerMessage.Welcome m) {
            welcome(m);
        } else if (message instanceof ServerMessage.Asked m) {
            begin("asked", 3);
            text("camera", m.camera());
            text("display", m.display());
            text("session", m.session());
            end();
        } else if (message instanceof ServerMessage.Notice m) {
            begin("notice", 2);
            text("level", word(m.level()));
            text("text", m.text());
            end();
        } else if (message instanceof ServerMessage.Gap m) {
            begin("gap", 2);
            integer("from", m.from());
            integer("to", m.to());
            end();
        } else if (message instanceof ServerMessage.Goodbye m) {
            begin("goodbye", 3);
            integer("code", m.code());
            text("reason", m.reason());
            if (m.reconnectAfter().isPresent()) {
                integer("reconnectAfter", m.reconnectAfter());
            } else {
                out.writeNullField("reconnectAfter");
            }
            end();
        } else {
            throw new IllegalArgumentException("no message of this protocol: " + message);
        }
    }

    private void camera(ServerMessage.Camera message) throws IOException {
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
    }

    private void control(ServerMessage.Control m) throws IOException {
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
    }

    private void display(ServerMessage.Display m) throws IOException {
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
    }

    private void snapshot(ServerMessage.Snapshot m) throws IOException {
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
    }

    private void welcome(ServerMessage.Welcome m) throws IOException {
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
    }

    // ---- what a client sends ----

    void message(ClientMessage message) throws IOException {
        int id = one(message.id());
        if (message instanceof ClientMessage.Camera m) {
            CameraUpdate update = m.update();
            open(3 + id + one(update.time()) + one(update.sample()) + one(update.timecode()) + one(update.cut()));
            out.writeFieldName(TYPE);
            out.writeString(CAMERA);
            id(m.id());
            text(CAMERA, update.camera());
            integer(TIME, update.time());
            integer(SAMPLE, update.sample());
            text(TIMECODE, update.timecode());
            ifTrue(CUT, update.cut());
            view(update.view());
        } else if (message instanceof ClientMessage.Hello m) {
            Opening opening = m.opening();
            begin(
                    "hello",
                    id
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
        } else if (message instanceof ClientMessage.Settings m) {
            begin("settings", 1 + id);
            id(m.id());
            settings(Optional.of(m.settings()));
        } else if (message instanceof ClientMessage.Subscribe m) {
            subscribe(m);
        } else if (message instanceof ClientMessage.Unsubscribe m) {
            begin("unsubscribe", id);
            id(m.id());
        } else if (message instanceof ClientMessage.Control m) {
            begin("control", 2 + id + one(m.force()));
            id(m.id());
            text("camera", m.camera());
            text("action", word(m.action()));
            ifTrue(FORCE, m.force());
        } else if (message instanceof ClientMessage.Scene m) {
            begin("scene", 1 + id + one(m.camera()));
            id(m.id());
            ops(m.ops());
            if (m.camera().isPresent()) {
                CameraUpdate update = m.camera().get();
                out.writeFieldName(CAMERA);
                open(2 + one(update.cut()));
                text(CAMERA, update.camera());
                ifTrue(CUT, update.cut());
                view(update.view());
                end();
            }
        } else if (message instanceof ClientMessage.Ping m) {
            begin("ping", 1 + id);
            id(m.id());
            integer("t0", m.t0());
        } else if (message instanceof ClientMessage.Admin m) {
            admin(m);
        } else if (message instanceof ClientMessage.Bye m) {
            begin("bye", id);
            id(m.id());
        } else {
            throw new IllegalArgumentException("no message of this protocol: " + message);
        }
        end();
    }

    private void subscribe(ClientMessage.Subscribe m) throws IOException {
        Subscription s = m.subscription();
        boolean cameras = s.all() || !s.cameras().isEmpty();
        begin(
                "subscribe",
                one(m.id())
                        + one(cameras)
                        + one(s.scene())
                        + one(s.presence())
                        + one(s.every())
                        + one(s.rate())
                        + one(!s.echo()));
        id(m.id());
        if (cameras) {
            texts("cameras", s.all() ? List.of("*") : s.cameras());
        }
        ifTrue(SCENE, s.scene());
        ifTrue(PRESENCE, s.presence());
        if (s.every()) {
            text("delivery", "every");
        }
        number(RATE, s.rate());
        if (!s.echo()) {
            out.writeBooleanField("echo", false);
        }
    }

    private void admin(ClientMessage.Admin m) throws IOException {
        int id = one(m.id());
        if (m.action() instanceof ClientMessage.AdminAction.Drain action) {
            begin("admin", 1 + id + one(action.over()) + one(action.reconnectAfter()));
            id(m.id());
            text("action", "drain");
            integer("over", action.over());
            integer("reconnectAfter", action.reconnectAfter());
        } else if (m.action() instanceof ClientMessage.AdminAction.Undrain) {
            begin("admin", 1 + id);
            id(m.id());
            text("action", "undrain");
        } else if (m.action() instanceof ClientMessage.AdminAction.Close action) {
            begin("admin", 2 + id + one(action.reason()));
            id(m.id());
            text("action", "close");
            text("display", action.display());
            text("reason", action.reason());
        } else if (m.action() instanceof ClientMessage.AdminAction.Notice action) {
            begin("admin", 3 + id + one(action.display()));
            id(m.id());
            text("action", "notice");
            text("display", action.display());
            text("level", word(action.level()));
            text("text", action.text());
        } else if (m.action() instanceof ClientMessage.AdminAction.RemoveCamera action) {
            begin("admin", 2 + id);
            id(m.id());
            text("action", "remove-camera");
            text("camera", action.camera());
        } else {
            throw new IllegalArgumentException("no action of this protocol: " + m.action());
        }
    }

    // ---- parts ----

    private void view(View view) throws IOException {
        out.writeFieldName(VIEW);
        if (view instanceof View2d v) {
            open(4 + one(v.size()));
            out.writeFieldName(KIND);
            out.writeString(KIND_2D);
            list(CENTER, 2);
            out.writeNumber(v.x());
            out.writeNumber(v.y());
            out.writeEndArray();
            number(ZOOM, v.zoom());
            number(ROTATION, v.rotation());
            size(SIZE, v.size());
            end();
        } else if (view instanceof View3d v) {
            open(4 + one(v.focusDistance()) + one(v.lens()));
            out.writeFieldName(KIND);
            out.writeString(KIND_3D);
            vector(POSITION, v.position());
            quaternion(v.orientation());
            projection(v.projection());
            number(FOCUS_DISTANCE, v.focusDistance());
            if (v.lens().isPresent()) {
                lens(v.lens().get());
            }
            end();
        }
    }

    private void projection(Projection projection) throws IOException {
        out.writeFieldName(PROJECTION);
        if (projection instanceof Projection.Perspective p) {
            open(3 + one(p.zfar()) + one(p.aspectRatio()));
            out.writeFieldName(TYPE);
            out.writeString(PERSPECTIVE);
            number(YFOV, p.yfov());
            number(ZNEAR, p.znear());
            number(ZFAR, p.zfar());
            number(ASPECT_RATIO, p.aspectRatio());
        } else if (projection instanceof Projection.Orthographic p) {
            open(5);
            out.writeFieldName(TYPE);
            out.writeString(ORTHOGRAPHIC);
            number(XMAG, p.xmag());
            number(YMAG, p.ymag());
            number(ZNEAR, p.znear());
            number(ZFAR, p.zfar());
        } else if (projection instanceof Projection.Frustum p) {
            open(7);
            out.writeFieldName(TYPE);
            out.writeString(FRUSTUM);
            number(LEFT, p.left());
            number(RIGHT, p.right());
            number(BOTTOM, p.bottom());
            number(TOP, p.top());
            number(ZNEAR, p.znear());
            number(ZFAR, p.zfar());
        }
        end();
    }

    private void lens(Lens lens) throws IOException {
        out.writeFieldName(LENS);
        open(one(lens.focalLength()) + one(lens.sensor()) + one(lens.distortion()));
        number(FOCAL_LENGTH, lens.focalLength());
        size(SENSOR, lens.sensor());
        if (lens.distortion().isPresent()) {
            List<Double> distortion = lens.distortion().get();
            list(DISTORTION, distortion.size());
            for (double coefficient : distortion) {
                out.writeNumber(coefficient);
            }
            out.writeEndArray();
        }
        end();
    }

    private void size(SerializableString name, Optional<Size> size) throws IOException {
        if (size.isPresent()) {
            list(name, 2);
            out.writeNumber(size.get().width());
            out.writeNumber(size.get().height());
            out.writeEndArray();
        }
    }

    private void vector(SerializableString name, Vector3 v) throws IOException {
        list(name, 3);
        out.writeNumber(v.x());
        out.writeNumber(v.y());
        out.writeNumber(v.z());
        out.writeEndArray();
    }

    private void quaternion(Quaternion q) throws IOException {
        list(ORIENTATION, 4);
        out.writeNumber(q.x());
        out.writeNumber(q.y());
        out.writeNumber(q.z());
        out.writeNumber(q.w());
        out.writeEndArray();
    }

    private void settings(Optional<DisplaySettings> settings) throws IOException {
        if (settings.isEmpty()) {
            return;
        }
        DisplaySettings s = settings.get();
        out.writeFieldName("settings");
        open(one(s.width())
                + one(s.height())
                + one(s.pixelRatio())
                + one(s.refreshRate())
                + one(s.colorSpace())
                + one(s.fit())
                + one(s.title()));
        if (s.width().isPresent()) {
            integer("width", s.width().getAsInt());
        }
        if (s.height().isPresent()) {
            integer("height", s.height().getAsInt());
        }
        number(PIXEL_RATIO, s.pixelRatio());
        number(REFRESH_RATE, s.refreshRate());
        text("colorSpace", s.colorSpace());
        text("fit", s.fit());
        text("title", s.title());
        end();
    }

    private void ops(List<SceneOp> ops) throws IOException {
        list("ops", ops.size());
        for (SceneOp op : ops) {
            op(op);
        }
        out.writeEndArray();
    }

    private void op(SceneOp op) throws IOException {
        if (op instanceof SceneOp.Put put) {
            open(2);
            text("op", "put");
            out.writeFieldName("model");
            model(put.model());
        } else if (op instanceof SceneOp.Patch patch) {
            patch(patch);
        } else if (op instanceof SceneOp.Remove remove) {
            open(2);
            text("op", "remove");
            text("id", remove.id());
        } else if (op instanceof SceneOp.Select select) {
            open(2);
            text("op", "select");
            texts("ids", select.ids());
        } else if (op instanceof SceneOp.Clear) {
            open(1);
            text("op", "clear");
        } else {
            throw new IllegalArgumentException("no op of this protocol: " + op);
        }
        end();
    }

    private void model(Model m) throws IOException {
        open(6 + one(m.label()) + one(m.layer()));
        text(ID, m.id());
        text("uri", m.uri());
        vector(POSITION, m.position());
        quaternion(m.orientation());
        vector(SCALE, m.scale());
        out.writeBooleanField("visible", m.visible());
        text("label", m.label());
        text("layer", m.layer());
        end();
    }

    private void patch(SceneOp.Patch p) throws IOException {
        open(2
                + one(p.uri().given())
                + one(p.position().given())
                + one(p.orientation().given())
                + one(p.scale().given())
                + one(p.visible().given())
                + one(p.label().given())
                + one(p.layer().given()));
        text("op", "patch");
        text(ID, p.id());
        patch("uri", p.uri(), value -> text("uri", value));
        patch("position", p.position(), value -> vector(POSITION, value));
        patch("orientation", p.orientation(), this::quaternion);
        patch("scale", p.scale(), value -> vector(SCALE, value));
        patch("visible", p.visible(), value -> out.writeBooleanField("visible", value));
        patch("label", p.label(), value -> text("label", value));
        patch("layer", p.layer(), value -> text("layer", value));
    }

    private <T> void patch(String name, SceneOp.Field<T> field, Write<T> write) throws IOException {
        if (field.given()) {
            if (field.value().isPresent()) {
                write.write(field.value().get());
            } else {
                out.writeNullField(name);
            }
        }
    }

    private interface Write<T> {
        void write(T value) throws IOException;
    }

    // ---- fields ----

    private static SerializedString name(String name) {
        return new SerializedString(name);
    }

    static String word(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }

    /** Begins a message: its type, and so many fields more. */
    private void begin(String type, int fields) throws IOException {
        open(1 + fields);
        out.writeFieldName(TYPE);
        out.writeString(type);
    }

    private void open(int fields) throws IOException {
        out.writeStartObject(null, fields);
    }

    private void end() throws IOException {
        out.writeEndObject();
    }

    private void list(SerializableString name, int size) throws IOException {
        out.writeFieldName(name);
        out.writeStartArray(null, size);
    }

    private void list(String name, int size) throws IOException {
        out.writeFieldName(name);
        out.writeStartArray(null, size);
    }

    private void texts(String name, Collection<String> texts) throws IOException {
        list(name, texts.size());
        for (String text : texts) {
            out.writeString(whole(text));
        }
        out.writeEndArray();
    }

    private void id(Optional<RequestId> id) throws IOException {
        if (id.isPresent()) {
            id(id.get());
        }
    }

    private void id(RequestId id) throws IOException {
        if (id instanceof RequestId.Number number) {
            integer(ID, number.value());
        } else if (id instanceof RequestId.Text text) {
            text(ID, text.value());
        }
    }

    private void text(String name, String value) throws IOException {
        out.writeFieldName(name);
        out.writeString(whole(value));
    }

    private void text(SerializableString name, String value) throws IOException {
        out.writeFieldName(name);
        out.writeString(whole(value));
    }

    private void text(String name, Optional<String> value) throws IOException {
        if (value.isPresent()) {
            text(name, value.get());
        }
    }

    private void text(SerializableString name, Optional<String> value) throws IOException {
        if (value.isPresent()) {
            text(name, value.get());
        }
    }

    private void integer(String name, long value) throws IOException {
        out.writeFieldName(name);
        out.writeNumber(value);
    }

    private void integer(SerializableString name, long value) throws IOException {
        out.writeFieldName(name);
        out.writeNumber(value);
    }

    private void integer(String name, OptionalLong value) throws IOException {
        if (value.isPresent()) {
            integer(name, value.getAsLong());
        }
    }

    private void integer(SerializableString name, OptionalLong value) throws IOException {
        if (value.isPresent()) {
            integer(name, value.getAsLong());
        }
    }

    private void number(SerializableString name, double value) throws IOException {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(name.getValue() + " must be a finite number, not " + value);
        }
        out.writeFieldName(name);
        out.writeNumber(value);
    }

    private void number(SerializableString name, OptionalDouble value) throws IOException {
        if (value.isPresent()) {
            number(name, value.getAsDouble());
        }
    }

    private void ifTrue(SerializableString name, boolean value) throws IOException {
        if (value) {
            out.writeFieldName(name);
            out.writeBoolean(true);
        }
    }

    /** What a program hands in may hold half a surrogate pair, which UTF-8 cannot: a replacement character then. */
    private static String whole(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                int[] points = text.codePoints()
                        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                        .toArray();
                return new String(points, 0, points.length);
            }
        }
        return text;
    }

    private static int one(Optional<?> value) {
        return value.isPresent() ? 1 : 0;
    }

    private static int one(OptionalLong value) {
        return value.isPresent() ? 1 : 0;
    }

    private static int one(OptionalInt value) {
        return value.isPresent() ? 1 : 0;
    }

    private static int one(OptionalDouble value) {
        return value.isPresent() ? 1 : 0;
    }

    private static int one(boolean value) {
        return value ? 1 : 0;
    }
}
