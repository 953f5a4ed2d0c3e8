package org.geometryos.compositor.settings;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.geometryos.compositor.io.http.EntityTags;
import org.geometryos.compositor.io.http.access.Access;
import org.geometryos.compositor.io.http.send.Delivery;
import org.geometryos.compositor.io.http.send.ReplaceableServlet;
import org.geometryos.compositor.io.http.send.Slots;
import org.geometryos.compositor.transport.api.Decision;

/** Serves the settings in force and their schema, to whoever may ask for {@code /compositor/status}. */
final class SettingsServlet extends ReplaceableServlet {
    private static final long serialVersionUID = 1L;
    static final String PATH = "/compositor/settings";
    private static final int MAX_ANSWERS = 256;
    static final String SCHEMA = PATH + "/schema.json";

    private final transient Document schema = new Document(schema(), "application/schema+json");
    private final transient Supplier<Document> settings;
    private final transient Access access;
    private final transient Slots slots = new Slots(MAX_ANSWERS);

    /**
     * @param settings those in force
     * @param access who may read
     */
    SettingsServlet(Supplier<Document> settings, Access access) {
        this.settings = settings;
        this.access = access;
    }

    private static byte[] schema() {
        try (InputStream in = SettingsServlet.class.getResourceAsStream("compose_config.schema.json")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Cache-Control", "no-cache");
        response.setHeader("X-Content-Type-Options", "nosniff");
        Map<String, String> page = access.pageHeaders(request);
        page.forEach(response::setHeader);
        switch (request.getMethod()) {
            case "GET", "HEAD" -> {
                Access.Caller caller = access.caller(request);
                Optional<Decision.Refuse> refusal = caller.refusal();
                if (refusal.isPresent()) {
                    refusal.get().headers().forEach(response::setHeader);
                    refuse(response, refusal.get().status());
                } else {
                    serve(
                            request,
                            response,
                            request.getServletPath().equals(SCHEMA) ? schema : settings.get(),
                            caller.key());
                }
            }
            case "OPTIONS" -> preflight(response, !page.isEmpty());
            default -> {
                response.setHeader("Allow", "GET, HEAD");
                refuse(response, HttpServletResponse.SC_METHOD_NOT_ALLOWED);
            }
        }
    }

    /** A browser asks whether a page of another origin may ask with a key, or for what has changed (CORS). */
    private static void preflight(HttpServletResponse response, boolean allowed) {
        if (!allowed) {
            refuse(response, HttpServletResponse.SC_FORBIDDEN);
            return;
        }
        response.setHeader("Access-Control-Allow-Methods", "GET, HEAD");
        response.setHeader("Access-Control-Allow-Headers", "authorization, x-api-key, if-none-match");
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }

    private void serve(HttpServletRequest request, HttpServletResponse response, Document document, String key)
            throws IOException {
        response.setHeader("ETag", document.etag());
        response.setHeader("Access-Control-Expose-Headers", "ETag");
        if (EntityTags.among(request.getHeader("If-None-Match"), document.etag())) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        response.setContentType(document.type());
        if (request.getMethod().equals("GET")) {
            Delivery.send(request, response, document.content(), slots, key);
        } else {
            response.setContentLength(document.content().length);
        }
    }

    private static void refuse(HttpServletResponse response, int status) {
        response.setStatus(status);
        response.setContentLength(0);
    }
}
