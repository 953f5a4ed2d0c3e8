package org.geometryos.compositor.settings;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.LinkHandler;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** Serves the settings in force and their schema, to whoever may ask for {@code /compositor/status}. */
final class SettingsServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    static final String PATH = "/compositor/settings";
    static final String SCHEMA = PATH + "/schema.json";
    private static final int UNAVAILABLE = 503;

    private final transient Document schema = new Document(schema(), "application/schema+json");
    private final transient Supplier<Document> settings;
    private final transient Supplier<LinkHandler> door;

    /**
     * @param settings those in force
     * @param door decides who may read; gives null while there is none
     */
    SettingsServlet(Supplier<Document> settings, Supplier<LinkHandler> door) {
        this.settings = settings;
        this.door = door;
    }

    private static byte[] schema() {
        try (InputStream in = SettingsServlet.class.getResourceAsStream("compose_config.schema.json")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Cache-Control", "no-cache");
        response.setHeader("X-Content-Type-Options", "nosniff");
        LinkHandler endpoint = door.get();
        if (endpoint == null) {
            response.setHeader("Retry-After", "1");
            refuse(response, UNAVAILABLE);
            return;
        }
        Handshake asker = handshake(request);
        Map<String, String> cors = endpoint.statusHeaders(asker);
        cors.forEach(response::setHeader);
        String method = request.getMethod();
        if (method.equals("OPTIONS")) {
            preflight(response, !cors.isEmpty());
        } else if (!method.equals("GET") && !method.equals("HEAD")) {
            response.setHeader("Allow", "GET, HEAD");
            refuse(response, HttpServletResponse.SC_METHOD_NOT_ALLOWED);
        } else if (endpoint.handshake(asker) instanceof Decision.Refuse refusal && refusal.status() != UNAVAILABLE) {
            // 503 tells who may come in that there is no room for a connection, of which this is none
            refusal.headers().forEach(response::setHeader);
            refuse(response, refusal.status());
        } else {
            serve(request, response, request.getServletPath().equals(SCHEMA) ? schema : settings.get());
        }
    }

    /** A browser asks whether a page of another origin may ask with a key, or for what has changed (CORS). */
    private static void preflight(HttpServletResponse response, boolean allowed) {
        if (!allowed) {
            refuse(response, HttpServletResponse.SC_FORBIDDEN);
            return;
        }
        response.setHeader("Access-Control-Allow-Methods", "GET, HEAD");
        response.setHeader("Access-Control-Allow-Headers", "authorization, x-api-key, if-none-match");
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }

    private static void serve(HttpServletRequest request, HttpServletResponse response, Document document) throws IOException {
        response.setHeader("ETag", document.etag());
        response.setHeader("Access-Control-Expose-Headers", "ETag");
        if (document.isAmong(request.getHeader("If-None-Match"))) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        response.setContentType(document.type());
        response.setContentLength(document.content().length);
        if (request.getMethod().equals("GET")) {
            response.getOutputStream().write(document.content());
        }
    }

    private static void refuse(HttpServletResponse response, int status) {
        response.setStatus(status);
        response.setContentLength(0);
    }

    /** The request as the endpoint judges it. Where addresses count, it refuses whatever came through a proxy. */
    private static Handshake handshake(HttpServletRequest request) throws IOException {
        Map<String, List<String>> headers = new TreeMap<>();
        for (String name : Collections.list(request.getHeaderNames())) {
            headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), n -> new ArrayList<>()).addAll(Collections.list(request.getHeaders(name)));
        }
        String address = request.getRemoteAddr() == null ? "" : request.getRemoteAddr();
        // an empty name would be this machine
        boolean loopback = !address.isEmpty() && InetAddress.getByName(address).isLoopbackAddress();
        return new Handshake(false, request.getRequestURI(), headers, address, request.getRemotePort(), loopback, request.isSecure());
    }
}
