package org.geometryos.compositor.api.coordinates;

import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.value.Size;

/** What a 2D view maps to where (protocol, "Views"). Screens have their origin at the top left, in physical pixels. */
public final class Canvas {
    private Canvas() {}

    /**
     * The point of the canvas under a point of the screen.
     *
     * @param screen the size of the screen that shows the view at the view's own zoom
     */
    public static Point toWorld(View2d view, Size screen, Point pixel) {
        double cos = Math.cos(view.rotation());
        double sin = Math.sin(view.rotation());
        double x = (pixel.x() - screen.width() / 2) / view.zoom();
        double y = (pixel.y() - screen.height() / 2) / view.zoom();
        return new Point(view.x() + cos * x + sin * y, view.y() - sin * x + cos * y);
    }

    /**
     * The point of the screen that shows a point of the canvas; it may lie outside the screen.
     *
     * @param screen the size of the screen that shows the view at the view's own zoom
     */
    public static Point toScreen(View2d view, Size screen, Point world) {
        double cos = Math.cos(view.rotation());
        double sin = Math.sin(view.rotation());
        double x = (world.x() - view.x()) * view.zoom();
        double y = (world.y() - view.y()) * view.zoom();
        return new Point(screen.width() / 2 + cos * x - sin * y, screen.height() / 2 + sin * x + cos * y);
    }
}
