package org.geometryos.compositor.io.http.read;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.io.http.access.Access;
import org.geometryos.compositor.io.http.send.ReplaceableServlet;
import org.geometryos.compositor.transport.api.Decision;

/** Content for those that have access, also for pages of other origins (CORS). What is refused is told in a line. */
public abstract class ReadServlet extends ReplaceableServlet {
    private static final long serialVersionUID = 1L;

    private final transient Access access;
    private final String content;
    private final String asked;
    private final String told;

    /**
     * @param access who may read
     * @param content what is read, for sentences
     * @param asked names of headers that a page of another origin may ask with, beside its key
     * @param told names of headers that such a page gets to know
     */
    protected ReadServlet(Access access, String content, String asked, String told) {
        this.access = access;
        this.content = content;
        this.asked = asked;
        this.told = told;
    }

    /**
     * Answers GET and HEAD.
     *
     * @param key the name of the key that was given; empty if none was
     */
    protected abstract void read(HttpServletRequest request, HttpServletResponse response, String key)
            throws IOException;

    /** Answers any other method than GET, HEAD and OPTIONS, whoever asks; refuses it unless this is overridden. */
    protected void other(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Allow", "GET, HEAD, OPTIONS");
        text(response, 405, request.getMethod() + " is not taken here, only GET and HEAD");
    }

    @Override
    protected final void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Content-Security-Policy", "default-src 'none'; sandbox");
        response.setHeader("Cache-Control", "no-cache");
        Map<String, String> page = access.pageHeaders(request);
        page.forEach(response::setHeader);
        switch (request.getMethod()) {
            case "GET", "HEAD" -> read(request, response, !page.isEmpty());
            case "OPTIONS" -> preflight(response, !page.isEmpty());
            default -> other(request, response);
        }
    }

    private void read(HttpServletRequest request, HttpServletResponse response, boolean page) throws IOException {
        Access.Caller caller = access.caller(request);
        Optional<Decision.Refuse> refusal = caller.refusal();
        if (refusal.isPresent()) {
            refusal.get().headers().forEach(response::setHeader);
            text(response, refusal.get().status(), refusal.get().reason());
            return;
        }
        if (page) {
            response.setHeader("Access-Control-Expose-Headers", told);
        }
        read(request, response, caller.key());
    }

    /** A browser asks whether a page may read with a key in a header. */
    private void preflight(HttpServletResponse response, boolean allowed) throws IOException {
        if (!allowed) {
            text(response, 403, "pages of this origin may not read " + content);
            return;
        }
        response.setHeader("Access-Control-Allow-Methods", "GET, HEAD");
        response.setHeader("Access-Control-Allow-Headers", "authorization, x-api-key, " + asked);
        response.setStatus(204);
    }

    /** An answer of one line. */
    protected static void text(HttpServletResponse response, int status, String line) throws IOException {
        response.setStatus(status);
        response.setContentType("text/plain; charset=utf-8");
        response.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
