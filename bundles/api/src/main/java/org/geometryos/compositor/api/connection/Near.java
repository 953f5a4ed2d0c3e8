package org.geometryos.compositor.api.connection;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.api.value.Checks;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Names;
import org.geometryos.compositor.api.value.Size;

/**
 * The part of the canvas that a display wants tiles of: what a camera shows, and some of what lies around it (protocol,
 * "Near a camera").
 *
 * @param camera perhaps one that does not exist yet
 * @param margin how much lies around it on each side, in widths and heights of what is seen, {@link #MIN_MARGIN} to
 *     {@link #MAX_MARGIN}
 * @param size of the display's screen in physical pixels, at most {@link #MAX_SIDE} a side; empty: as the view's own
 */
public record Near(String camera, double margin, Optional<Size> size) {
    public static final double MIN_MARGIN = 0.25;
    public static final double MAX_MARGIN = 8;
    /** What there is around it if nobody says otherwise. */
    public static final double MARGIN = 1;

    public static final double MAX_SIDE = 1_000_000;

    public Near {
        Names.check("camera", camera);
        if (!(margin >= MIN_MARGIN && margin <= MAX_MARGIN)) {
            throw new InvalidValueException("margin", margin, "must lie in [" + MIN_MARGIN + ", " + MAX_MARGIN + "]");
        }
        Checks.present("size", size).ifPresent(screen -> {
            if (Math.max(screen.width(), screen.height()) > MAX_SIDE) {
                throw new InvalidValueException("size", screen, "must be at most " + MAX_SIDE + " a side");
            }
        });
    }

    /** With {@link #MARGIN} around it, and a screen like the view's. */
    public Near(String camera) {
        this(camera, MARGIN, Optional.empty());
    }

    /** In values of the JDK alone. */
    Map<String, Object> toMap() {
        Map<String, Object> map = new HashMap<>(Map.of("camera", camera, "margin", margin));
        size.ifPresent(screen -> {
            map.put("width", screen.width());
            map.put("height", screen.height());
        });
        return Map.copyOf(map);
    }

    /** The way back from {@link #toMap()}; null gives none. */
    static Optional<Near> fromMap(Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            return Optional.empty();
        }
        Optional<Size> size = map.containsKey("width")
                ? Optional.of(new Size((Double) map.get("width"), (Double) map.get("height")))
                : Optional.empty();
        return Optional.of(new Near((String) map.get("camera"), (Double) map.get("margin"), size));
    }
}
