package org.geometryos.compositor.wall;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.io.http.access.Access;
import org.geometryos.compositor.io.http.api.ApiException;
import org.geometryos.compositor.io.http.api.ApiServlet;

/** Walls over HTTP: JSON, for role {@code view} to read and {@code control} to change. */
final class WallsServlet extends ApiServlet {
    private static final long serialVersionUID = 1L;
    static final String PATH = "/compositor/walls";
    static final String PATTERN = PATH + "/*";

    private static final int MAX_ANSWERS = 32;

    private final transient WallRequests requests;

    /** @param access who may ask */
    WallsServlet(WallRequests requests, Access access) {
        super(access, MAX_ANSWERS);
        this.requests = requests;
    }

    @Override
    protected Map<String, Object> answer(HttpServletRequest request, HttpServletResponse response, Access.Caller caller)
            throws IOException, ApiException {
        String path = request.getPathInfo() == null ? "" : request.getPathInfo();
        String name = path.startsWith("/") ? path.substring(1) : path;
        String method = request.getMethod();
        if (method.equals("GET") || method.equals("HEAD")) {
            return name.isEmpty() ? requests.all() : requests.one(name);
        }
        String allowed = name.isEmpty() ? "GET, HEAD" : "GET, HEAD, POST, PUT, DELETE";
        if (name.isEmpty() || !method.equals("POST") && !method.equals("PUT") && !method.equals("DELETE")) {
            response.setHeader("Allow", allowed);
            throw ApiException.of(405, "invalid", "the method must be one of " + allowed);
        }
        if (LinkMemory.of(caller.attributes())
                .role()
                .filter(role -> role.includes(Role.CONTROL))
                .isEmpty()) {
            throw ApiException.of(403, "forbidden", "this needs a key with role control");
        }
        return switch (method) {
            case "POST" -> requests.post(name, body(request));
            case "PUT" -> requests.put(name, body(request));
            default -> requests.delete(name);
        };
    }
}
