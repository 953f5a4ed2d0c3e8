package org.geometryos.compositor.io.http.api;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.io.http.access.Access;
import org.geometryos.compositor.io.http.send.Delivery;
import org.geometryos.compositor.io.http.send.ReplaceableServlet;
import org.geometryos.compositor.io.http.send.Slots;
import org.geometryos.compositor.io.json.JsonReader;
import org.geometryos.compositor.io.json.JsonWriter;
import org.geometryos.compositor.transport.api.Decision;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers requests with JSON, for those that have access; what is refused is an object with code and message. */
public abstract class ApiServlet extends ReplaceableServlet {
    private static final long serialVersionUID = 1L;
    /** Bytes that a body may have. */
    public static final int MAX_BODY = 256 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(ApiServlet.class);

    private final transient Access access;
    private final transient Slots slots;

    /**
     * @param access who may ask
     * @param answers that are sent at the same time, at most
     */
    protected ApiServlet(Access access, int answers) {
        this.access = access;
        this.slots = new Slots(answers);
    }

    /**
     * What a request is answered with.
     *
     * @param caller who may ask
     * @throws ApiException if it is refused
     */
    protected abstract Map<String, Object> answer(
            HttpServletRequest request, HttpServletResponse response, Access.Caller caller)
            throws IOException, ApiException;

    @Override
    protected final void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
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
            finish(request, response);
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

    /** A form of another site's page cannot send this type; a script of it is asked for its origin before. */
    protected static Map<String, Object> body(HttpServletRequest request) throws IOException, ApiException {
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
            return JsonReader.object(body);
        } catch (IOException e) {
            throw ApiException.invalid(null, "the body " + e.getMessage());
        }
    }

    /**
     * Reads what is left of a body if it is little; else the answer says that the connection ends, as the server ends
     * one whose body was not read, under the client's next request.
     */
    private static void finish(HttpServletRequest request, HttpServletResponse response) throws IOException {
        long length = request.getContentLengthLong();
        if (length == 0 || length < 0 && request.getHeader("Transfer-Encoding") == null) {
            return;
        }
        if (length > 0 && length <= MAX_BODY) {
            request.getInputStream().readNBytes(MAX_BODY);
        } else {
            response.setHeader("Connection", "close");
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
