package org.geometryos.compositor.standby;

import jakarta.servlet.FilterChain;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import org.osgi.service.servlet.whiteboard.Preprocessor;

/**
 * A request whose servlet went between the moment in which it was found and the one in which it was called: the HTTP
 * service answers such a request with 500; this makes 503 of it, as a moment later.
 */
final class GoneMeanwhile implements Preprocessor {
    /** What the HTTP service throws then; it has no type of its own. */
    private static final String GONE = "Servlet has been unregistered";

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        chain.doFilter(request, new HttpServletResponseWrapper((HttpServletResponse) response) {
            @Override
            public void sendError(int status) throws IOException {
                super.sendError(told(status));
            }

            @Override
            public void sendError(int status, String message) throws IOException {
                super.sendError(told(status), message);
            }

            private int told(int status) {
                if (status != SC_INTERNAL_SERVER_ERROR || !gone(request)) {
                    return status;
                }
                setHeader("Cache-Control", "no-store");
                setHeader("Retry-After", StandbyServlet.RETRY_SECONDS);
                return SC_SERVICE_UNAVAILABLE;
            }
        });
    }

    private static boolean gone(ServletRequest request) {
        return request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof ServletException problem
                && GONE.equals(problem.getMessage());
    }
}
