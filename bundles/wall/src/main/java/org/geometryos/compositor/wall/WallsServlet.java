package org.geometryos.compositor.wall;

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

/** Walls over HTTP: JSON, for role {@code view} to read and {@code control} to change. */
final class WallsServlet extends ReplaceableServlet {
    private static final long serialVersionUID = 1L;
    static final String PATH = "/compositor/walls";
    static final String PATTERN = PATH + "/*";
    /** Bytes that a body may have. */
    static final int MAX_BODY = 256 << 10;

    private static final int MAX_ANSWERS = 32;
    private static final Logger LOG = LoggerFactory.getLogger(WallsServlet.class);

    private final transient WallRequests requests;
    private final transient Access access;
    private final transient Slots slots = new Slots(MAX_ANSWERS);

    /** @param access who may ask */
    WallsServlet(WallRequests requests, Access access) {
        this.requests = requests;
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
            send(request, response, HttpServletResponse.SC_OK, answer(request, response, caller), caller.key());
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

    private Map<String, Object> answer(HttpServletRequest request, HttpServletResponse response, Access.Caller caller)
            throws IOException, ApiException {
        String path = request.getPathInfo() == null ? "" : request.getPathInfo();
        String name = path.startsWith("/") ? path.substring(1) : path;
        String method = request.getMethod();
        if (method.equals("GET") || method.equals("HEAD")) {
            return name.isEmpty() ? requests.all() : requests.one(name);
        }
        String allowed = name.isEmpty() ? "GET, HEAD" : "GET, HEAD, POST, PUT, DELETE";
        if (name.isEmpty() || !method.equals("POST") && !method.equals("PUT") && !method.equals("DELETE")) {
            response.setHeader("Allow", allowed);
            throw ApiException.of(405, "invalid", "the method must be one of " + allowed);
        }
        if (LinkMemory.of(caller.attributes())
                .role()
                .filter(role -> role.includes(Role.CONTROL))
                .isEmpty()) {
            throw ApiException.of(403, "forbidden", "this needs a key with role control");
        }
        return switch (method) {
            case "POST" -> requests.post(name, body(request));
            case "PUT" -> requests.put(name, body(request));
            default -> requests.delete(name);
        };
    }

    /** A form of another site's page cannot send this type; a script of it is asked for its origin before. */
    private static Map<String, Object> body(HttpServletRequest request) throws IOException, ApiException {
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
        try {
            return Json.object(body);
        } catch (IOException e) {
            throw ApiException.invalid("the body cannot be read: " + e.getMessage());
        }
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
