package org.geometryos.compositor.observe;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.geometryos.compositor.io.http.send.ReplaceableServlet;

/**
 * What a load balancer or a container's host asks, without a key: {@value #LIVE} is 200 as long as the process answers,
 * {@value #READY} 200 while a display would be served and 503 otherwise. Neither says more than {@code up} or
 * {@code down}.
 */
final class ProbeServlet extends ReplaceableServlet {
    private static final long serialVersionUID = 1L;
    static final String LIVE = "/health/live";
    static final String READY = "/health/ready";

    private final transient Serving serving;

    ProbeServlet(Serving serving) {
        this.serving = serving;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (Answers.begin(request, response)) {
            boolean up =
                    request.getServletPath().equals(LIVE) || serving.obstacle().isEmpty();
            Answers.send(
                    response,
                    up ? HttpServletResponse.SC_OK : HttpServletResponse.SC_SERVICE_UNAVAILABLE,
                    Map.of("status", up ? "up" : "down"));
        }
    }
}
