package org.geometryos.compositor.web;

import jakarta.servlet.Servlet;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletAsyncSupported;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletName;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletPattern;

/**
 * Serves the single displays {@code /2d} and {@code /3d}, the walls {@code /wall/NAME}, the operator's page
 * {@code /admin}, the files of all pages below {@code /assets/}, and the client as {@code /compositor-client.js} with
 * its clock for hidden pages. It takes these paths only, and other spellings of them, so that all others stay free for
 * other servlets.
 */
@Component(service = Servlet.class)
@HttpWhiteboardServletAsyncSupported
@HttpWhiteboardServletName("compositor-displays")
@HttpWhiteboardServletPattern({
    "/2d",
    "/2d/*",
    "/2D/*",
    "/3d",
    "/3d/*",
    "/3D/*",
    "/wall/*",
    "/Wall/*",
    "/WALL/*",
    "/walls",
    "/walls/*",
    "/Walls",
    "/recordings",
    "/recordings/*",
    "/Recordings",
    "/admin",
    "/admin/*",
    "/Admin",
    "/index.html",
    "/assets/*",
    "/compositor-client.js",
    "/compositor-timers.js"
})
public final class DisplayPages extends SiteServlet {

    private static final long serialVersionUID = 1L;

    @Activate
    public DisplayPages(@Reference PagePolicy policy) {
        super(policy);
    }
}
