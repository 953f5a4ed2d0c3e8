package org.geometryos.compositor.operate;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.io.http.access.Access;
import org.geometryos.compositor.io.http.send.Delivery;
import org.geometryos.compositor.io.http.send.ReplaceableServlet;
import org.geometryos.compositor.io.http.send.Slots;
import org.geometryos.compositor.io.http.send.Unread;
import org.geometryos.compositor.io.json.JsonWriter;
import org.geometryos.compositor.transport.api.Decision;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an operator sees and does, below {@code /compositor/admin/}: JSON, for role {@code admin}. */
final class AdminServlet extends ReplaceableServlet {
    private static final long serialVersionUID = 1L;
    static final String PATTERN = "/compositor/admin/*";
    /** Bytes that a body may have. */
    static final int MAX_BODY = 256 << 10;

    private static final int MAX_ANSWERS = 16;
    private static final Logger LOG = LoggerFactory.getLogger(AdminServlet.class);

    private final transient Map<String, Resource> resources;
    private final transient Access access;
    private final transient Slots slots = new Slots(MAX_ANSWERS);

    /**
     * @param resources by their name behind the last slash
     * @param access who may ask
     */
    AdminServlet(Map<String, Resource> resources, Access access) {
        this.resources = resources;
        this.access = access;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        Access.Caller caller = access.caller(request);
        Optional<Decision.Refuse> refusal = caller.refusal();
        try {
            if (refusal.isPresent()) {
                refusal.get().headers().forEach(response::setHeader);
                throw ApiException.of(
                        refusal.get().status(),
                        code(refusal.get().status()),
                        refusal.get().reason());
            }
            if (!LinkMemory.of(caller.attributes()).role().equals(Optional.of(Role.ADMIN))) {
                throw ApiException.of(403, "forbidden", "this needs a key with role admin");
            }
            send(request, response, HttpServletResponse.SC_OK, answer(request, response), caller.key());
        } catch (ApiException e) {
            Map<String, Object> error = new LinkedHashMap<>();
            error.put("code", e.code());
            error.put("message", e.getMessage());
            e.field().ifPresent(field -> error.put("field", field));
            Unread.finish(request, response, MAX_BODY);
            send(request, response, e.status(), error, caller.key());
        } catch (RuntimeException e) {
            LOG.error("{} {} failed", request.getMethod(), request.getRequestURI(), e);
            send(
                    request,
                    response,
                    HttpServletResponse.SC_INTERNAL_SERVER_ERROR,
                    Map.of("code", "internal", "message", "the host failed to answer; its log says why"),
                    caller.key());
        }
    }

    private static String code(int status) {
        return switch (status) {
            case 401 -> "unauthorized";
            case 403 -> "forbidden";
            case 500 -> "internal";
            case 503 -> "unavailable";
            default -> "invalid";
        };
    }

    private Map<String, Object> answer(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ApiException {
        String path = request.getPathInfo() == null ? "/" : request.getPathInfo();
        Resource resource = resources.get(path.substring(1));
        if (resource == null) {
            throw ApiException.notFound(null, "there is nothing at this address");
        }
        switch (request.getMethod()) {
            case "GET", "HEAD" -> {
                if (resource.readable()) {
                    return resource.get(query(request));
                }
            }
            case "POST" -> {
                if (resource.writable()) {
                    return resource.post(Json.object(body(request)));
                }
            }
            default -> {
                // not allowed
            }
        }
        String allowed = (resource.readable() ? "GET, HEAD" : "")
                + (resource.readable() && resource.writable() ? ", " : "")
                + (resource.writable() ? "POST" : "");
        response.setHeader("Allow", allowed);
        throw ApiException.of(405, "invalid", "the method must be one of " + allowed);
    }

    private static Map<String, String> query(HttpServletRequest request) {
        Map<String, String> query = new LinkedHashMap<>();
        request.getParameterMap().forEach((name, values) -> query.put(name, values[0]));
        return query;
    }

    /** A form of another site's page cannot send this type; a script of it is asked for its origin before. */
    private static byte[] body(HttpServletRequest request) throws IOException, ApiException {
        String type = request.getContentType() == null ? "" : request.getContentType();
        if (!type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("application/json")) {
            throw ApiException.of(415, "invalid", "Content-Type must be application/json");
        }
        byte[] body = request.getContentLengthLong() > MAX_BODY
                ? new byte[MAX_BODY + 1]
                : request.getInputStream().readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            throw ApiException.of(413, "invalid", "the body must have at most " + MAX_BODY + " bytes");
        }
        return body;
    }

    private void send(
            HttpServletRequest request,
            HttpServletResponse response,
            int status,
            Map<String, Object> answer,
            String key)
            throws IOException {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        JsonWriter.write(written, answer);
        byte[] text = written.toByteArray();
        response.setStatus(status);
        response.setContentType("application/json");
        if (request.getMethod().equals("HEAD")) {
            response.setContentLength(text.length);
        } else {
            Delivery.send(request, response, text, slots, key);
        }
    }
}
