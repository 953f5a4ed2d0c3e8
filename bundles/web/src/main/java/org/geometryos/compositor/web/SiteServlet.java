package org.geometryos.compositor.web;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import org.geometryos.compositor.http.EntityTags;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** Serves the files of the {@link Site}; the components derived from it say at which paths. Keeps nothing between requests. */
abstract class SiteServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private static final String START = "index.html";
    private static final Set<String> START_PATHS = Set.of("", "/", "/2d", "/3d");
    private static final String WALL = "wall.html";
    /** The path of a wall: its name is that of a display. */
    private static final Pattern WALL_PATH = Pattern.compile("/wall/[A-Za-z0-9._-]{1,64}");

    /**
     * Scripts and styles are the page's own only. It may open sockets to any host and load tiles of the canvas from any that has TLS; what a
     * model carries within itself is loaded from {@code data:} and {@code blob:}.
     */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        + "connect-src 'self' https: ws: wss: data: blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

    private final transient Site site;

    SiteServlet() {
        site = Site.load();
    }

    @Override
    protected final void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cache-Control", "no-cache");
        String method = request.getMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            response.setHeader("Allow", "GET, HEAD");
            // a body that nobody wants is not looked through for a further request
            response.setHeader("Connection", "close");
            empty(response, HttpServletResponse.SC_METHOD_NOT_ALLOWED);
            return;
        }
        Optional<Site.Page> found = site.find(name(request));
        if (found.isEmpty()) {
            empty(response, HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        Site.Page page = found.get();
        response.setHeader("ETag", page.etag());
        if (EntityTags.among(request.getHeader("If-None-Match"), page.etag())) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        byte[] content = page.content();
        response.setContentType(page.contentType());
        response.setContentLength(content.length);
        if (method.equals("GET")) {
            response.getOutputStream().write(content);
        }
    }

    /** The name of the file asked for; one that is not in the site if there is none. */
    private static String name(HttpServletRequest request) {
        String info = request.getPathInfo();
        String path = request.getServletPath() + (info == null ? "" : info);
        if (WALL_PATH.matcher(path).matches()) {
            return WALL;
        }
        return START_PATHS.contains(path) ? START : path.substring(1);
    }

    private static void empty(HttpServletResponse response, int status) {
        response.setStatus(status);
        response.setContentLength(0);
    }
}
