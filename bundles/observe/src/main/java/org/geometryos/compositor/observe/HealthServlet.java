package org.geometryos.compositor.observe;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.io.http.access.Access;
import org.geometryos.compositor.io.http.send.ReplaceableServlet;
import org.geometryos.compositor.transport.api.Decision;

/**
 * {@code GET /compositor/health}: 200, or 503 while a part is down. Role {@code admin} gets all of it, all other
 * admitted clients the overall state.
 */
final class HealthServlet extends ReplaceableServlet {
    private static final long serialVersionUID = 1L;
    static final String PATH = "/compositor/health";

    private final transient HostReport report;
    private final transient Access access;

    HealthServlet(HostReport report, Access access) {
        this.report = report;
        this.access = access;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!Answers.begin(request, response)) {
            return;
        }
        Access.Caller caller = access.caller(request);
        Optional<Decision.Refuse> refusal = caller.refusal();
        if (refusal.isPresent() && refusal.get().status() != HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
            refusal.get().headers().forEach(response::setHeader);
            Answers.send(
                    response,
                    refusal.get().status(),
                    Map.of("status", "refused", "reason", refusal.get().reason()));
            return;
        }
        boolean away = refusal.isPresent();
        Health.Level level = away ? Health.Level.DOWN : report.level();
        Answers.send(
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
}
