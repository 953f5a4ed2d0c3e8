package org.geometryos.compositor.http.guard;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.http.BadMessageException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.Callback;

/**
 * Refuses bodies in chunks where no body belongs, and closes the connection, so that nothing behind the header is read
 * as a further request: Jetty before 12.0.33 finds one in a chunk extension whose quote is not closed (CVE-2026-2332).
 * No body belongs to methods that have none, and to the paths of the bridge; what others serve in the same HTTP service
 * is theirs. Any thread.
 */
final class NoBodies implements HttpConfiguration.Customizer {
    private static final List<String> OURS = List.of(
            "/compositor",
            "/models",
            "/tiles",
            "/wall",
            "/Wall",
            "/WALL",
            "/walls",
            "/Walls",
            "/recordings",
            "/Recordings",
            "/2d",
            "/2D",
            "/3d",
            "/3D",
            "/admin",
            "/Admin",
            "/index.html",
            "/assets",
            "/compositor-client.js",
            "/compositor-timers.js");
    private static final Set<String> WITHOUT_BODY = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "CONNECT", "DELETE");

    @Override
    public Request customize(Request request, HttpFields.Mutable responseHeaders) {
        if (request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)
                && (WITHOUT_BODY.contains(request.getMethod()) || ours(Request.getPathInContext(request)))
                && request.getConnectionMetaData().getConnection() instanceof HttpConnection http) {
            // what is written of an error begins with fields of its own
            request.addHttpStreamWrapper(stream -> new Last(stream, http.getParser()));
            throw new BadMessageException("no body in chunks is taken here");
        }
        return request;
    }

    private static boolean ours(String path) {
        return path.equals("/") || OURS.stream().anyMatch(root -> below(path, root));
    }

    private static boolean below(String path, String root) {
        return path.startsWith(root) && (path.length() == root.length() || path.charAt(root.length()) == '/');
    }

    /** The last answer of its connection. */
    private static final class Last extends HttpStream.Wrapper {
        private final HttpParser parser;

        Last(HttpStream stream, HttpParser parser) {
            super(stream);
            this.parser = parser;
        }

        @Override
        public void send(
                MetaData.Request request,
                MetaData.Response response,
                boolean last,
                ByteBuffer content,
                Callback callback) {
            MetaData.Response closing = response == null
                    ? null
                    : new MetaData.Response(
                            response.getStatus(),
                            response.getReason(),
                            response.getHttpVersion(),
                            HttpFields.build(response.getHttpFields())
                                    .put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString()),
                            response.getContentLength(),
                            response.getTrailersSupplier());
            super.send(request, closing, last, content, callback);
        }

        /**
         * The answer is written. Jetty would go on with what it has read already, and only not write an answer to that.
         */
        @Override
        public void succeeded() {
            failed(new EofException("what stands behind a refused body is not read"));
        }

        @Override
        public void failed(Throwable problem) {
            super.failed(problem);
            parser.close();
        }
    }
}
