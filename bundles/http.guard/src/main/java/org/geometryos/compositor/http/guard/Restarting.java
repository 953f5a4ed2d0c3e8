package org.geometryos.compositor.http.guard;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.osgi.service.servlet.whiteboard.Preprocessor;

/**
 * Makes 503 of the 404 with which the HTTP service answers everything while it restarts with another configuration: it
 * opens its ports before it knows a servlet, and closes them after it has forgotten all. Such an answer is told by
 * this: the whiteboard has not seen the request, which it shows to each preprocessor first. Any thread.
 */
final class Restarting implements HttpConfiguration.Customizer, Preprocessor {
    private static final String ANSWER = Restarting.class.getName();
    private static final String STATUS = "/compositor/status";
    private static final String RETRY_SECONDS = "1";
    private static final String REASON = "not ready: the HTTP service restarts";

    @Override
    public Request customize(Request request, HttpFields.Mutable responseHeaders) {
        request.addHttpStreamWrapper(stream -> {
            Answer answer = new Answer(stream, request);
            request.setAttribute(ANSWER, answer);
            return answer;
        });
        return request;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request.getAttribute(ANSWER) instanceof Answer answer) {
            answer.seen = true;
        }
        chain.doFilter(request, response);
    }

    /** Whether it is for the whiteboard to know what is there; what lies outside its context has no answer ever. */
    private static boolean inContext(Request request) {
        String path = Request.getPathInContext(request);
        return request.getConnectionMetaData().getConnector().getServer().getDescendants(ContextHandler.class).stream()
                .map(ContextHandler::getContextPath)
                .anyMatch(context -> context.equals("/")
                        || path.startsWith(context)
                                && (path.length() == context.length() || path.charAt(context.length()) == '/'));
    }

    private static final class Answer extends HttpStream.Wrapper {
        private final Request request;
        private volatile boolean seen;
        private boolean replaced;

        Answer(HttpStream stream, Request request) {
            super(stream);
            this.request = request;
        }

        @Override
        public void send(
                MetaData.Request asked,
                MetaData.Response response,
                boolean last,
                ByteBuffer content,
                Callback callback) {
            if (replaced) {
                callback.succeeded();
            } else if (response == null
                    || seen
                    || response.getStatus() != HttpStatus.NOT_FOUND_404
                    || !inContext(request)) {
                super.send(asked, response, last, content, callback);
            } else {
                replaced = true;
                sendNotReady(asked, response, callback);
            }
        }

        private void sendNotReady(MetaData.Request asked, MetaData.Response response, Callback callback) {
            boolean status = Request.getPathInContext(request).endsWith(STATUS);
            byte[] body = (status
                            ? "{\"status\":\"unavailable\",\"reason\":\"" + REASON + "\",\"retryAfter\":"
                                    + RETRY_SECONDS + "}"
                            : REASON + "\n")
                    .getBytes(StandardCharsets.UTF_8);
            HttpFields.Mutable fields = HttpFields.build(response.getHttpFields())
                    .put(HttpHeader.RETRY_AFTER, RETRY_SECONDS)
                    .put(HttpHeader.CACHE_CONTROL, "no-store")
                    .put(HttpHeader.CONTENT_TYPE, status ? "application/json" : "text/plain; charset=utf-8")
                    .put("X-Content-Type-Options", "nosniff")
                    .put(HttpHeader.CONTENT_LENGTH, body.length);
            fields.remove(HttpHeader.TRANSFER_ENCODING);
            super.send(
                    asked,
                    new MetaData.Response(
                            HttpStatus.SERVICE_UNAVAILABLE_503,
                            null,
                            response.getHttpVersion(),
                            fields,
                            body.length,
                            null),
                    true,
                    HttpMethod.HEAD.is(asked.getMethod()) ? BufferUtil.EMPTY_BUFFER : ByteBuffer.wrap(body),
                    callback);
        }
    }
}
