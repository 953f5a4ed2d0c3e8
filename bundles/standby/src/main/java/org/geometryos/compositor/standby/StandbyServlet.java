package org.geometryos.compositor.standby;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/**
 * In place of a servlet that is away for the moment: 503, and when to try again. It tells nothing but that, so it asks
 * for no key. Keeps nothing between requests.
 */
final class StandbyServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final String STATUS = "/compositor/status";
    static final String RETRY_SECONDS = "1";
    private static final String REASON =
            "not ready: the part of the server that answers here starts or is being replaced";

    private final boolean pages;
    private final transient BooleanSupplier expected;

    /**
     * @param pages whether people look at what is served here
     * @param expected whether who serves here is to come
     */
    StandbyServlet(boolean pages, BooleanSupplier expected) {
        this.pages = pages;
        this.expected = expected;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        if (!expected.getAsBoolean()) {
            response.setStatus(HttpServletResponse.SC_NOT_FOUND);
            response.setContentLength(0);
            return;
        }
        response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        response.setHeader("Retry-After", RETRY_SECONDS);
        if (pages) {
            // a browser comes back by itself
            response.setHeader("Refresh", RETRY_SECONDS);
        }
        boolean status = STATUS.equals(request.getServletPath());
        response.setContentType(status ? "application/json" : "text/plain; charset=utf-8");
        byte[] body = (status
                        ? "{\"status\":\"unavailable\",\"reason\":\"" + REASON + "\",\"retryAfter\":" + RETRY_SECONDS
                                + "}"
                        : REASON + "\n")
                .getBytes(StandardCharsets.UTF_8);
        response.setContentLength(body.length);
        if (!"HEAD".equals(request.getMethod())) {
            response.getOutputStream().write(body);
        }
    }
}
