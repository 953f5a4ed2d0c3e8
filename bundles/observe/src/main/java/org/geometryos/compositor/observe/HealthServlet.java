package org.geometryos.compositor.observe;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.http.access.Access;
import org.geometryos.compositor.transport.api.Decision;

/**
 * {@code GET /compositor/health}: 200, or 503 while a part is down. Role {@code admin} gets all of it, all other
 * admitted clients the overall state.
 */
final class HealthServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    static final String PATH = "/compositor/health";

    private final transient HostReport report;
    private final transient Access access;
    private final transient JsonFactory json = new JsonFactory();

    HealthServlet(HostReport report, Access access) {
        this.report = report;
        this.access = access;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
            response.setHeader("Allow", "GET, HEAD");
            response.setStatus(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
            return;
        }
        Access.Caller caller = access.caller(request);
        Optional<Decision.Refuse> refusal = caller.refusal();
        if (refusal.isPresent() && refusal.get().status() != HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
            refusal.get().headers().forEach(response::setHeader);
            answer(
                    response,
                    refusal.get().status(),
                    Map.of("status", "refused", "reason", refusal.get().reason()));
            return;
        }
        boolean away = refusal.isPresent();
        Health.Level level = away ? Health.Level.DOWN : report.level();
        answer(
                response,
                level == Health.Level.DOWN ? HttpServletResponse.SC_SERVICE_UNAVAILABLE : HttpServletResponse.SC_OK,
                !away && admin(caller) ? report.all() : Map.of("status", HostReport.word(level)));
    }

    private static boolean admin(Access.Caller caller) {
        return LinkMemory.of(caller.attributes())
                .role()
                .filter(role -> role == Role.ADMIN)
                .isPresent();
    }

    private void answer(HttpServletResponse response, int status, Map<String, Object> document) throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        try (JsonGenerator out = json.createGenerator(response.getOutputStream())) {
            write(out, document);
        }
    }

    private static void write(JsonGenerator out, Object value) throws IOException {
        if (value instanceof Map<?, ?> map) {
            out.writeStartObject();
            for (Map.Entry<?, ?> each : map.entrySet()) {
                out.writeFieldName(String.valueOf(each.getKey()));
                write(out, each.getValue());
            }
            out.writeEndObject();
        } else if (value instanceof Iterable<?> list) {
            out.writeStartArray();
            for (Object each : list) {
                write(out, each);
            }
            out.writeEndArray();
        } else if (value instanceof Number number) {
            out.writeNumber(number.longValue());
        } else {
            out.writeString(String.valueOf(value));
        }
    }
}
