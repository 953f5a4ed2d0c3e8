package org.geometryos.compositor.settings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.View;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Names;

/**
 * How displays look; checked.
 *
 * @param background a colour as #rrggbb; empty: the page's theme
 * @param units what a world unit of the canvas is called
 * @param cameras those to be there from the beginning
 * @param show2d the 2D camera that pages open with; empty: their own choice
 * @param show3d the same in 3D
 * @param trouble how walls show that their picture is not the newest
 */
record Settings(
        Window window,
        Color color,
        Optional<String> background,
        Grid grid,
        String units,
        Canvas canvas,
        List<CameraUpdate> cameras,
        Optional<String> show2d,
        Optional<String> show3d,
        String trouble) {
    private static final View.Visitor<Boolean, RuntimeException> FLAT = new View.Visitor<>() {
        @Override
        public Boolean view2d(View2d view) {
            return true;
        }

        @Override
        public Boolean view3d(View3d view) {
            return false;
        }
    };

    private static final Pattern COLOR = Pattern.compile("#[0-9A-Fa-f]{6}");
    private static final String COLOR_RULE = "must be a colour such as #202020, or nothing";
    private static final int MAX_TILES = 512;
    private static final Pattern TILES = Pattern.compile("(?=.*\\{z})(?=.*\\{x})(?=.*\\{y})(?=.{1," + MAX_TILES + "}$)"
            + "(?:https://(?:[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+])(?::[0-9]{1,"
            + "5})?)?/(?!/)(?:[A-Za-z0-9._~!$&'()*+,;=:@%/?-]|\\{[xyz]})*");
    private static final String TILES_RULE =
            "must hold {z}, {x} and {y} and begin with one / or https://, have at most " + MAX_TILES
                    + " characters, all of them of an address, or be nothing";
    private static final Pattern CAMERA = Pattern.compile(".*", Pattern.DOTALL);

    /**
     * What displays compose for.
     *
     * @param width physical pixels
     * @param height physical pixels
     * @param pixelRatio physical pixels per CSS pixel; 0: the screen's own
     */
    record Window(int width, int height, double pixelRatio) {}

    record Color(String space, String format) {}

    /**
     * @param spacing world units between two main lines
     * @param subdivisions into how many parts fine lines divide that
     * @param color as #rrggbb; empty: the page's theme
     */
    record Grid(boolean visible, double spacing, int subdivisions, Optional<String> color) {}

    /**
     * @param tiles address of a tile, with {z}, {x} and {y} in it; empty: none
     * @param tileSize pixels
     */
    record Canvas(Optional<String> tiles, int tileSize, int maxZoom) {}

    Settings {
        for (CameraUpdate camera : cameras) {
            boolean flat = camera.view().accept(FLAT);
            (flat ? show3d : show2d).filter(camera.camera()::equals).ifPresent(name -> {
                throw new InvalidValueException(flat ? "show.3d" : "show.2d", name, "must be a camera of that kind");
            });
        }
    }

    /**
     * From Config Admin's properties, where everything may also be text. Other names are ignored.
     *
     * @throws IllegalArgumentException that names the property, its value and the rule
     */
    static Settings ofProperties(Map<String, ?> properties) {
        return of(new DocumentValues(properties, true));
    }

    /** The same with the types of JSON. */
    static Settings ofJson(Map<String, ?> values) {
        return of(new DocumentValues(values, false));
    }

    /** What can be set, by the names of the properties. */
    static Set<String> names() {
        DocumentValues none = new DocumentValues(Map.of(), true);
        of(none);
        return none.asked();
    }

    private static Settings of(DocumentValues values) {
        return new Settings(
                new Window(
                        values.integer("window.width", 1, DisplaySettings.MAX_PIXELS, 1920),
                        values.integer("window.height", 1, DisplaySettings.MAX_PIXELS, 1080),
                        pixelRatio(values)),
                new Color(
                        values.word("color.space", DisplaySettings.COLOR_SPACES, "srgb"),
                        values.word("color.format", List.of("rgba8", "rgba16f"), "rgba8")),
                values.optional("background", COLOR, COLOR_RULE),
                new Grid(
                        values.flag("grid.visible", true),
                        values.number("grid.spacing", 1e-6, 1e9, 100, "must be a number in [0.000001, 1000000000]"),
                        values.integer("grid.subdivisions", 1, 100, 10),
                        values.optional("grid.color", COLOR, COLOR_RULE)),
                values.word("units", List.of("px", "mm", "cm", "m", "in", "ft"), "px"),
                new Canvas(
                        values.optional("canvas.tiles", TILES, TILES_RULE),
                        values.integer("canvas.tileSize", 16, 4096, 256),
                        values.integer("canvas.maxZoom", 0, 30, 20)),
                values.cameras("cameras"),
                camera(values, "show.2d"),
                camera(values, "show.3d"),
                values.word("wall.trouble", List.of("none", "mark", "frame", "both"), "none"));
    }

    private static double pixelRatio(DocumentValues values) {
        String rule = "must be 0 or a number in [0.1, 16]";
        double ratio = values.number("window.pixelRatio", 0, 16, 0, rule);
        if (ratio > 0 && ratio < 0.1) {
            throw new InvalidValueException("window.pixelRatio", ratio, rule);
        }
        return ratio;
    }

    private static Optional<String> camera(DocumentValues values, String name) {
        Optional<String> camera = values.optional(name, CAMERA, "must be the name of a camera, or nothing");
        camera.ifPresent(given -> Names.check(name, given));
        return camera;
    }

    /**
     * As displays get it.
     *
     * @param time from which on members of a wall show it, microseconds of the server's clock
     */
    ObjectNode toJson(long revision, long time) {
        ObjectNode json = JsonDocuments.MAPPER
                .createObjectNode()
                .put("revision", revision)
                .put("time", time);
        json.putObject("window")
                .put("width", window.width)
                .put("height", window.height)
                .put("pixelRatio", window.pixelRatio);
        json.putObject("color").put("space", color.space).put("format", color.format);
        json.put("background", background.orElse(null));
        json.putObject("grid")
                .put("visible", grid.visible)
                .put("spacing", grid.spacing)
                .put("subdivisions", grid.subdivisions)
                .put("color", grid.color.orElse(null));
        json.put("units", units);
        json.putObject("canvas")
                .put("tiles", canvas.tiles.orElse(null))
                .put("tileSize", canvas.tileSize)
                .put("maxZoom", canvas.maxZoom);
        json.putObject("cameras").put("2d", show2d.orElse(null)).put("3d", show3d.orElse(null));
        json.putObject("wall").put("trouble", trouble);
        return json;
    }
}
