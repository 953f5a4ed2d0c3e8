package org.geometryos.compositor.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.geometryos.compositor.io.http.EntityTags;
import org.geometryos.compositor.io.http.send.Delivery;
import org.geometryos.compositor.io.http.send.ReplaceableServlet;
import org.geometryos.compositor.io.http.send.Slots;

/**
 * Serves the files of the {@link Site}; the components derived from it say at which paths. Keeps nothing between
 * requests.
 */
abstract class SiteServlet extends ReplaceableServlet {

    private static final long serialVersionUID = 1L;

    private static final String START = "index.html";
    private static final Set<String> START_PATHS = Set.of("", "/", "/2d", "/3d");
    private static final String OPERATOR = "admin.html";
    private static final String OPERATOR_PATH = "/admin";
    private static final String WALLS = "walls.html";
    private static final String WALLS_PATH = "/walls";
    private static final String RECORDINGS = "recordings.html";
    private static final String RECORDINGS_PATH = "/recordings";
    private static final String WALL_VIEW = "wallview.html";
    private static final String WALL = "wall.html";
    /** What the demo shows. Pages ask for it; without the demo they get nothing. */
    private static final String DEMO = "assets/demo.json";

    /** The path of a wall: its name is that of a display. */
    private static final Pattern WALL_PATH = Pattern.compile("/wall/[A-Za-z0-9._-]{1,64}");
    /** The path of all screens of a wall in one window. */
    private static final Pattern WALL_VIEW_PATH = Pattern.compile("/walls/[A-Za-z0-9._-]{1,64}");

    private static final Pattern PAGE_PATH = Pattern.compile(
            "/*(?i:wall)/+(?<wall>[A-Za-z0-9._-]{1,64})/*|/*(?i:walls)/+(?<screens>[A-Za-z0-9._-]{1,64})/*|/*(?<walls>(?i:walls))/*|/*(?<recordings>(?i:recordings))/*|/*(?<admin>(?i:admin))/*|/*(?:(?<view>2[dD]|3[dD])(?:/+|$))?(?:(?i:index\\.html)/*)?");
    private static final int PERMANENT_REDIRECT = 308;

    private static final int MAX_ANSWERS = 256;

    private final transient Site site;
    private final transient PagePolicy policy;
    private final transient Slots slots = new Slots(MAX_ANSWERS);

    SiteServlet(PagePolicy policy) {
        this.site = Site.load();
        this.policy = policy;
    }

    @Override
    protected final void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Content-Security-Policy", policy.header());
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
        String path = path(request);
        String asked =
                request.getRequestURI().substring(request.getContextPath().length());
        Optional<String> canonical = canonical(path).filter(other -> !asked.isEmpty() && !asked.equals(other));
        if (canonical.isPresent()) {
            redirect(asked, request.getQueryString(), canonical.get(), response);
            return;
        }
        Optional<Site.Page> found = site.find(name(path));
        if (found.isEmpty()) {
            empty(response, HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        if (name(path).equals(DEMO) && !policy.demo()) {
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            return;
        }
        switch (name(path)) {
            case OPERATOR, WALLS, RECORDINGS ->
                response.setHeader("Content-Security-Policy", PagePolicy.NEVER_EMBEDDED);
            case WALL_VIEW -> response.setHeader("Content-Security-Policy", PagePolicy.EMBEDDING);
            default -> {
                // that of all pages
            }
        }
        Site.Page page = found.get();
        response.setHeader("ETag", page.etag());
        if (EntityTags.among(request.getHeader("If-None-Match"), page.etag())) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        byte[] content = site.content(page);
        response.setContentType(page.contentType());
        if (method.equals("GET")) {
            Delivery.send(request, response, content, slots, "");
        } else {
            response.setContentLength(content.length);
        }
    }

    /** Decoded, as the dispatcher sees it. */
    private static String path(HttpServletRequest request) {
        String info = request.getPathInfo();
        return request.getServletPath() + (info == null ? "" : info);
    }

    /** The name of the file at a path; one that is not in the site if there is none. */
    private static String name(String path) {
        if (WALL_PATH.matcher(path).matches()) {
            return WALL;
        }
        if (WALL_VIEW_PATH.matcher(path).matches()) {
            return WALL_VIEW;
        }
        if (path.equals(OPERATOR_PATH)) {
            return OPERATOR;
        }
        if (path.equals(WALLS_PATH)) {
            return WALLS;
        }
        if (path.equals(RECORDINGS_PATH)) {
            return RECORDINGS;
        }
        return START_PATHS.contains(path) ? START : path.isEmpty() ? "" : path.substring(1);
    }

    /**
     * The path of the page that is meant: slashes too many, {@code index.html} behind it, and large letters in all but
     * the name of a wall make no other page. Empty if it is none.
     */
    private static Optional<String> canonical(String path) {
        Matcher page = PAGE_PATH.matcher(path);
        if (!page.matches()) {
            return Optional.empty();
        }
        String wall = page.group("wall");
        if (wall != null) {
            return Optional.of("/wall/" + wall);
        }
        String screens = page.group("screens");
        if (screens != null) {
            return Optional.of(WALLS_PATH + "/" + screens);
        }
        if (page.group("walls") != null) {
            return Optional.of(WALLS_PATH);
        }
        if (page.group("recordings") != null) {
            return Optional.of(RECORDINGS_PATH);
        }
        if (page.group("admin") != null) {
            return Optional.of(OPERATOR_PATH);
        }
        String view = page.group("view");
        return Optional.of(view == null ? "/" : "/" + view.toLowerCase(Locale.ROOT));
    }

    /**
     * Relative, since a proxy may serve the pages below a path of its own; with the method and the query as they are.
     */
    private static void redirect(String asked, String query, String canonical, HttpServletResponse response) {
        String up = "../".repeat((int) asked.chars().filter(c -> c == '/').count() - 1);
        String target = up + canonical.substring(1);
        response.setHeader("Location", (target.isEmpty() ? "./" : target) + (query == null ? "" : '?' + query));
        empty(response, PERMANENT_REDIRECT);
    }

    private static void empty(HttpServletResponse response, int status) {
        response.setStatus(status);
        response.setContentLength(0);
    }
}
