package org.geometryos.compositor.api.tiles;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.geometryos.compositor.api.value.Checks;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Names;

/**
 * Pictures that lie on the canvas in squares, on several levels: tile {@code z/x/y} has the tiles {@code z+1/2x/2y} to
 * {@code z+1/2x+1/2y+1} in its place. An instance is valid.
 *
 * @param id keeps the rule of {@link Names}, without a slash
 * @param x where tile {@code z/0/0} of each level has its left edge on the canvas
 * @param y where it has its upper edge
 * @param size side of a tile of level {@code maxZoom} in units of the canvas, above 0; each level above has twice that
 * @param pixels side of a tile's picture, 1 to 8192
 * @param minZoom the level with the largest tiles, 0 to {@code maxZoom}
 * @param maxZoom the level with the smallest tiles, at most {@link TileTree#MAX_ZOOM}
 * @param bounds left, upper, right and lower edge of what is shown, in units of the canvas; empty: all of it
 * @param address where a picture is: a path of this host that begins with one slash, or {@code https://}, with
 *     {@code {z}}, {@code {x}}, {@code {y}} and {@code {v}} in it, at most {@link #MAX_ADDRESS} characters. A picture
 *     never changes under an address: another picture has another {@code v}.
 * @param order layers with a higher one lie above those with a lower one, of the same one the later id; |order| at most
 *     {@link #MAX_ORDER}
 * @param opacity from 0, which nobody sees, to 1
 */
public record Tileset(
        String id,
        double x,
        double y,
        double size,
        int pixels,
        int minZoom,
        int maxZoom,
        Optional<List<Double>> bounds,
        String address,
        int order,
        double opacity) {
    public static final int MAX_ADDRESS = 512;
    public static final int MAX_PIXELS = 8192;
    public static final int MAX_ORDER = 1_000_000;
    private static final int EDGES = 4;
    private static final Pattern ADDRESS =
            Pattern.compile("(?:https://[A-Za-z0-9.:\\[\\]-]+)?/(?!/)(?:[A-Za-z0-9._~!$&'()*+,;=:@%/?-]|\\{[zxyv]})*");
    private static final List<String> PLACES = List.of("{z}", "{x}", "{y}", "{v}");

    public Tileset {
        checkId("id", id);
        Checks.finite("origin[0]", x);
        Checks.finite("origin[1]", y);
        Checks.above("size", size, 0);
        range("pixels", pixels, 1, MAX_PIXELS);
        range("maxZoom", maxZoom, 0, TileTree.MAX_ZOOM);
        range("minZoom", minZoom, 0, maxZoom);
        bounds = Checks.present("bounds", bounds).map(List::copyOf);
        bounds.ifPresent(Tileset::checkBounds);
        checkAddress(address);
        range("order", order, -MAX_ORDER, MAX_ORDER);
        if (!(opacity >= 0 && opacity <= 1)) {
            throw new InvalidValueException("opacity", opacity, "must lie in [0, 1]");
        }
    }

    /** At the origin of the canvas, everywhere, opaque, in layer 0. */
    public Tileset(String id, double size, int pixels, int maxZoom, String address) {
        this(id, 0, 0, size, pixels, 0, maxZoom, Optional.empty(), address, 0, 1);
    }

    /**
     * @return the id
     * @throws InvalidValueException if it breaks the rule
     */
    public static String checkId(String field, String id) {
        if (id == null || !Names.valid(id) || id.indexOf('/') >= 0) {
            throw new InvalidValueException(field, id, "must be 1-64 of A-Z a-z 0-9 . _ -, and not . or ..");
        }
        return id;
    }

    private static void range(String field, int value, int least, int most) {
        if (value < least || value > most) {
            throw new InvalidValueException(field, value, "must lie in [" + least + ", " + most + "]");
        }
    }

    private static void checkBounds(List<Double> edges) {
        if (edges.size() != EDGES) {
            throw new InvalidValueException("bounds", edges, "must be a list of 4 numbers");
        }
        edges.forEach(edge -> Checks.finite("bounds", edge));
        Checks.less("bounds[0]", edges.get(0), "bounds[2]", edges.get(2));
        Checks.less("bounds[1]", edges.get(1), "bounds[3]", edges.get(3));
    }

    private static void checkAddress(String address) {
        if (address == null
                || address.length() > MAX_ADDRESS
                || !ADDRESS.matcher(address).matches()
                || !PLACES.stream().allMatch(address::contains)) {
            throw new InvalidValueException(
                    "address",
                    address,
                    "must hold {z}, {x}, {y} and {v}, begin with one / or https://, and have at most " + MAX_ADDRESS
                            + " characters of an address");
        }
    }

    /** Side of a tile of a level, in units of the canvas. */
    public double size(int zoom) {
        return Math.scalb(size, maxZoom - zoom);
    }
}
