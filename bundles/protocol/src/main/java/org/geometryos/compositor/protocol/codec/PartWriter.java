package org.geometryos.compositor.protocol.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.camera.Lens;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tileset;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Size;
import org.geometryos.compositor.api.value.Vector3;

/**
 * Writes the values that messages of both directions are made of: views, settings of a display, models, tilesets and
 * operations.
 */
abstract class PartWriter extends FieldWriter
        implements View.Visitor<Void, IOException>,
                Projection.Visitor<Void, IOException>,
                SceneOp.Visitor<Void, IOException>,
                TileOp.Visitor<Void, IOException> {
    static final SerializedString CAMERA = name("camera");
    static final SerializedString TIME = name("time");
    static final SerializedString SAMPLE = name("sample");
    static final SerializedString TIMECODE = name("timecode");
    static final SerializedString CUT = name("cut");
    private static final SerializedString VIEW = name("view");
    private static final SerializedString KIND = name("kind");
    private static final SerializedString KIND_2D = name("2d");
    private static final SerializedString KIND_3D = name("3d");
    private static final SerializedString CENTER = name("center");
    private static final SerializedString ZOOM = name("zoom");
    private static final SerializedString ROTATION = name("rotation");
    static final SerializedString SIZE = name("size");
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
    private static final SerializedString PIXEL_RATIO = name("pixelRatio");
    private static final SerializedString REFRESH_RATE = name("refreshRate");
    private static final SerializedString TILESET = name("tileset");
    private static final SerializedString OPACITY = name("opacity");
    /** So many tiles of an operation are listed; more are a tree, which is shorter. */
    private static final int FEW_TILES = 64;

    PartWriter(JsonGenerator out) {
        super(out);
    }

    final void view(View view) throws IOException {
        out.writeFieldName(VIEW);
        view.accept(this);
    }

    @Override
    public final Void view2d(View2d v) throws IOException {
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
        return null;
    }

    @Override
    public final Void view3d(View3d v) throws IOException {
        open(4 + one(v.focusDistance()) + one(v.lens()));
        out.writeFieldName(KIND);
        out.writeString(KIND_3D);
        vector(POSITION, v.position());
        quaternion(v.orientation());
        out.writeFieldName(PROJECTION);
        v.projection().accept(this);
        number(FOCUS_DISTANCE, v.focusDistance());
        if (v.lens().isPresent()) {
            lens(v.lens().get());
        }
        end();
        return null;
    }

    @Override
    public final Void perspective(Projection.Perspective p) throws IOException {
        open(3 + one(p.zfar()) + one(p.aspectRatio()));
        out.writeFieldName(TYPE);
        out.writeString(PERSPECTIVE);
        number(YFOV, p.yfov());
        number(ZNEAR, p.znear());
        number(ZFAR, p.zfar());
        number(ASPECT_RATIO, p.aspectRatio());
        end();
        return null;
    }

    @Override
    public final Void orthographic(Projection.Orthographic p) throws IOException {
        open(5);
        out.writeFieldName(TYPE);
        out.writeString(ORTHOGRAPHIC);
        number(XMAG, p.xmag());
        number(YMAG, p.ymag());
        number(ZNEAR, p.znear());
        number(ZFAR, p.zfar());
        end();
        return null;
    }

    @Override
    public final Void frustum(Projection.Frustum p) throws IOException {
        open(7);
        out.writeFieldName(TYPE);
        out.writeString(FRUSTUM);
        number(LEFT, p.left());
        number(RIGHT, p.right());
        number(BOTTOM, p.bottom());
        number(TOP, p.top());
        number(ZNEAR, p.znear());
        number(ZFAR, p.zfar());
        end();
        return null;
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

    final void size(SerializableString name, Optional<Size> size) throws IOException {
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

    final void settings(Optional<DisplaySettings> settings) throws IOException {
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

    final void ops(List<SceneOp> ops) throws IOException {
        ops("ops", ops);
    }

    final void ops(String name, List<SceneOp> ops) throws IOException {
        list(name, ops.size());
        for (SceneOp op : ops) {
            op.accept(this);
        }
        out.writeEndArray();
    }

    @Override
    public final Void put(SceneOp.Put put) throws IOException {
        open(2);
        text("op", "put");
        out.writeFieldName("model");
        model(put.model());
        end();
        return null;
    }

    @Override
    public final Void remove(SceneOp.Remove remove) throws IOException {
        open(2);
        text("op", "remove");
        text("id", remove.id());
        end();
        return null;
    }

    @Override
    public final Void select(SceneOp.Select select) throws IOException {
        open(2);
        text("op", "select");
        texts("ids", select.ids());
        end();
        return null;
    }

    @Override
    public final Void clear(SceneOp.Clear clear) throws IOException {
        open(1);
        text("op", "clear");
        end();
        return null;
    }

    final void model(Model m) throws IOException {
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

    @Override
    public final Void patch(SceneOp.Patch p) throws IOException {
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
        end();
        return null;
    }

    final void tileOps(List<TileOp> ops) throws IOException {
        list("ops", ops.size());
        for (TileOp op : ops) {
            op.accept(this);
        }
        out.writeEndArray();
    }

    @Override
    public final Void declare(TileOp.Declare declare) throws IOException {
        open(2);
        text("op", "declare");
        out.writeFieldName(TILESET);
        tileset(declare.tileset(), TileTree.EMPTY);
        end();
        return null;
    }

    @Override
    public final Void drop(TileOp.Drop drop) throws IOException {
        open(2);
        text("op", "drop");
        text(TILESET, drop.tileset());
        end();
        return null;
    }

    @Override
    public final Void put(TileOp.Put put) throws IOException {
        open(3);
        text("op", "put");
        text(TILESET, put.tileset());
        tiles(put.tiles(), true);
        end();
        return null;
    }

    @Override
    public final Void remove(TileOp.Remove remove) throws IOException {
        open(3);
        text("op", "remove");
        text(TILESET, remove.tileset());
        tiles(remove.tiles(), false);
        end();
        return null;
    }

    /** A few tiles one by one, many as a tree. */
    private void tiles(TileTree tiles, boolean versions) throws IOException {
        if (tiles.size() > FEW_TILES) {
            tree(tiles);
            return;
        }
        list("tiles", (int) tiles.size());
        WriteTile write = new WriteTile(versions);
        tiles.forEach(write);
        write.check();
        out.writeEndArray();
    }

    private void tree(TileTree tiles) throws IOException {
        byte[] text = Base64.getEncoder().encode(tiles.encode());
        out.writeFieldName("tree");
        // a long string would be sent in chunks
        out.writeUTF8String(text, 0, text.length);
    }

    /** Without what is as it is by itself. */
    final void tileset(Tileset t, TileTree tiles) throws IOException {
        boolean origin = Double.compare(t.x(), 0) != 0 || Double.compare(t.y(), 0) != 0;
        boolean sheer = t.opacity() < 1;
        open(5
                + one(origin)
                + one(t.minZoom() != 0)
                + one(t.bounds())
                + one(t.order() != 0)
                + one(sheer)
                + one(!tiles.isEmpty()));
        text(ID, t.id());
        if (origin) {
            list("origin", 2);
            out.writeNumber(t.x());
            out.writeNumber(t.y());
            out.writeEndArray();
        }
        number(SIZE, t.size());
        integer("pixels", t.pixels());
        if (t.minZoom() != 0) {
            integer("minZoom", t.minZoom());
        }
        integer("maxZoom", t.maxZoom());
        if (t.bounds().isPresent()) {
            list("bounds", t.bounds().get().size());
            for (double edge : t.bounds().get()) {
                out.writeNumber(edge);
            }
            out.writeEndArray();
        }
        text("address", t.address());
        if (t.order() != 0) {
            integer("order", t.order());
        }
        if (sheer) {
            number(OPACITY, t.opacity());
        }
        if (!tiles.isEmpty()) {
            tree(tiles);
        }
        end();
    }

    /** Writes tiles as lists of numbers. */
    private final class WriteTile implements TileTree.TileConsumer {
        private final boolean versions;
        private IOException failure;

        WriteTile(boolean versions) {
            this.versions = versions;
        }

        @Override
        public void tile(int z, int x, int y, long version) {
            try {
                out.writeStartArray(null, versions ? 4 : 3);
                out.writeNumber(z);
                out.writeNumber(x);
                out.writeNumber(y);
                if (versions) {
                    out.writeNumber(version);
                }
                out.writeEndArray();
            } catch (IOException e) {
                failure = e;
            }
        }

        void check() throws IOException {
            if (failure != null) {
                throw failure;
            }
        }
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
}
