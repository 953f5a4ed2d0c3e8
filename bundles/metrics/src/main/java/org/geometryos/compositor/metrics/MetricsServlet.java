package org.geometryos.compositor.metrics;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.io.http.access.Access;
import org.geometryos.compositor.io.http.send.Delivery;
import org.geometryos.compositor.io.http.send.ReplaceableServlet;
import org.geometryos.compositor.io.http.send.Slots;
import org.geometryos.compositor.transport.api.Decision;

/** {@code GET /metrics}: all figures, for role {@code admin}. */
final class MetricsServlet extends ReplaceableServlet {
    private static final long serialVersionUID = 1L;
    static final String PATH = "/metrics";
    private static final int MAX_ANSWERS = 16;

    private final transient Figures figures;
    private final transient Access access;
    private final transient Slots slots = new Slots(MAX_ANSWERS);

    /** @param access who may read */
    MetricsServlet(Figures figures, Access access) {
        this.figures = figures;
        this.access = access;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
            response.setHeader("Allow", "GET, HEAD");
            refuse(response, HttpServletResponse.SC_METHOD_NOT_ALLOWED, "only GET and HEAD are answered");
            return;
        }
        Access.Caller caller = access.caller(request);
        Optional<Decision.Refuse> refusal = caller.refusal();
        if (refusal.isPresent()) {
            refusal.get().headers().forEach(response::setHeader);
            refuse(response, refusal.get().status(), refusal.get().reason());
        } else if (!LinkMemory.of(caller.attributes()).role().equals(Optional.of(Role.ADMIN))) {
            refuse(response, HttpServletResponse.SC_FORBIDDEN, "metrics need a key with role admin");
        } else {
            answer(request, response, caller.key());
        }
    }

    private void answer(HttpServletRequest request, HttpServletResponse response, String key) throws IOException {
        TextFormat format = TextFormat.preferred(request.getHeader("Accept"));
        byte[] text;
        try {
            text = format.write(figures.read()).getBytes(StandardCharsets.UTF_8);
        } catch (Figures.BusyException e) {
            response.setHeader("Retry-After", "5");
            refuse(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, e.getMessage());
            return;
        }
        response.setHeader("Vary", "Accept");
        response.setContentType(format.type);
        if (request.getMethod().equals("GET")) {
            Delivery.send(request, response, text, slots, key);
        } else {
            response.setContentLength(text.length);
        }
    }

    private static void refuse(HttpServletResponse response, int status, String reason) throws IOException {
        byte[] text = (reason + "\n").getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType("text/plain; charset=utf-8");
        response.setContentLength(text.length);
        response.getOutputStream().write(text);
    }
}
