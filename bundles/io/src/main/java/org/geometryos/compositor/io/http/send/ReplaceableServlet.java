package org.geometryos.compositor.io.http.send;

import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A servlet of a bundle that may be replaced at any time. When it is taken away, requests that come get 503, and those
 * under way have two seconds to end: they may still need classes of the bundle. Any thread.
 */
public abstract class ReplaceableServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final long END_MILLIS = 2_000;

    /** Its parties are the requests under way, and the servlet itself while it serves; null while it does not. */
    private transient volatile Phaser serving = new Phaser(1);

    @Override
    public final void init() {
        serving = new Phaser(1);
    }

    @Override
    public final void service(ServletRequest request, ServletResponse response) throws ServletException, IOException {
        Phaser requests = serving;
        if (requests == null || requests.register() < 0) {
            refuse((HttpServletResponse) response);
            return;
        }
        try {
            super.service(request, response);
        } finally {
            requests.arriveAndDeregister();
        }
    }

    private static void refuse(HttpServletResponse response) throws IOException {
        byte[] text = "not ready: the bundle is being replaced\n".getBytes(StandardCharsets.UTF_8);
        response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        response.setHeader("Retry-After", "1");
        response.setHeader("Cache-Control", "no-store");
        response.setContentType("text/plain; charset=utf-8");
        response.setContentLength(text.length);
        response.getOutputStream().write(text);
    }

    /** Called by the HTTP service when the servlet is taken away, and before {@link #init()} if it comes again. */
    @Override
    public final void destroy() {
        Phaser requests = serving;
        serving = null;
        if (requests == null) {
            return;
        }
        int phase = requests.arriveAndDeregister();
        try {
            requests.awaitAdvanceInterruptibly(phase, END_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // it has had its time
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
