package org.geometryos.compositor.operate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.geometryos.compositor.api.camera.Lens;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.value.Size;

/** Views with the names and the order of the protocol ("Views"). */
final class Views
        implements View.Visitor<Map<String, Object>, RuntimeException>,
                Projection.Visitor<Map<String, Object>, RuntimeException> {
    private static final Views WRITER = new Views();

    private Views() {}

    static Map<String, Object> of(View view) {
        return view.accept(WRITER);
    }

    private static Map<String, Object> ordered(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }

    private static List<Double> size(Size size) {
        return List.of(size.width(), size.height());
    }

    @Override
    public Map<String, Object> view2d(View2d view) {
        Map<String, Object> map = ordered(
                "kind", "2d", "center", List.of(view.x(), view.y()), "zoom", view.zoom(), "rotation", view.rotation());
        view.size().ifPresent(size -> map.put("size", size(size)));
        return map;
    }

    @Override
    public Map<String, Object> view3d(View3d view) {
        Map<String, Object> map = ordered(
                "kind",
                "3d",
                "position",
                List.of(
                        view.position().x(),
                        view.position().y(),
                        view.position().z()),
                "orientation",
                List.of(
                        view.orientation().x(),
                        view.orientation().y(),
                        view.orientation().z(),
                        view.orientation().w()),
                "projection",
                view.projection().accept(this));
        view.focusDistance().ifPresent(distance -> map.put("focusDistance", distance));
        view.lens().ifPresent(lens -> map.put("lens", lens(lens)));
        return map;
    }

    private static Map<String, Object> lens(Lens lens) {
        Map<String, Object> map = new LinkedHashMap<>();
        lens.focalLength().ifPresent(length -> map.put("focalLength", length));
        lens.sensor().ifPresent(sensor -> map.put("sensor", size(sensor)));
        lens.distortion().ifPresent(distortion -> map.put("distortion", distortion));
        return map;
    }

    @Override
    public Map<String, Object> perspective(Projection.Perspective projection) {
        Map<String, Object> map =
                ordered("type", "perspective", "yfov", projection.yfov(), "znear", projection.znear());
        projection.zfar().ifPresent(zfar -> map.put("zfar", zfar));
        projection.aspectRatio().ifPresent(ratio -> map.put("aspectRatio", ratio));
        return map;
    }

    @Override
    public Map<String, Object> orthographic(Projection.Orthographic projection) {
        return ordered(
                "type",
                "orthographic",
                "xmag",
                projection.xmag(),
                "ymag",
                projection.ymag(),
                "znear",
                projection.znear(),
                "zfar",
                projection.zfar());
    }

    @Override
    public Map<String, Object> frustum(Projection.Frustum projection) {
        return ordered(
                "type",
                "frustum",
                "left",
                projection.left(),
                "right",
                projection.right(),
                "bottom",
                projection.bottom(),
                "top",
                projection.top(),
                "znear",
                projection.znear(),
                "zfar",
                projection.zfar());
    }
}
