package org.geometryos.compositor.web;

import jakarta.servlet.Servlet;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.servlet.whiteboard.HttpWhiteboardConstants;
import org.osgi.service.servlet.whiteboard.annotations.RequireHttpWhiteboard;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletAsyncSupported;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletName;

/**
 * Serves the start page with both displays at {@code /} and nowhere else. A component of its own because the pattern
 * for exactly the root is the empty string, which a component description keeps only as the single value of a plain
 * property.
 */
@Component(service = Servlet.class, property = HttpWhiteboardConstants.HTTP_WHITEBOARD_SERVLET_PATTERN + "=")
@HttpWhiteboardServletAsyncSupported
@HttpWhiteboardServletName("compositor-start")
@RequireHttpWhiteboard
public final class StartPage extends SiteServlet {

    private static final long serialVersionUID = 1L;

    @Activate
    public StartPage(@Reference PagePolicy policy) {
        super(policy);
    }
}
