package org.geometryos.compositor.operate;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.io.http.access.Access;
import org.geometryos.compositor.io.http.api.ApiException;
import org.geometryos.compositor.io.http.api.ApiServlet;

/** Recordings and what plays them over HTTP: JSON, for role {@code view} to read and {@code control} to play. */
final class RecordingsServlet extends ApiServlet {
    private static final long serialVersionUID = 1L;
    static final String PATH = "/compositor/recordings";
    static final String PATTERN = PATH + "/*";

    private static final int MAX_ANSWERS = 32;

    private final transient Playbacks playbacks;

    /** @param access who may ask */
    RecordingsServlet(Playbacks playbacks, Access access) {
        super(access, MAX_ANSWERS);
        this.playbacks = playbacks;
    }

    @Override
    protected Map<String, Object> answer(HttpServletRequest request, HttpServletResponse response, Access.Caller caller)
            throws IOException, ApiException {
        String path = request.getPathInfo() == null ? "" : request.getPathInfo();
        String name = path.startsWith("/") ? path.substring(1) : path;
        String method = request.getMethod();
        if (method.equals("GET") || method.equals("HEAD")) {
            return name.isEmpty() ? playbacks.get(query(request)) : playbacks.one(name);
        }
        if (!method.equals("POST")) {
            response.setHeader("Allow", "GET, HEAD, POST");
            throw ApiException.of(405, "invalid", "the method must be one of GET, HEAD, POST");
        }
        if (LinkMemory.of(caller.attributes())
                .role()
                .filter(role -> role.includes(Role.CONTROL))
                .isEmpty()) {
            throw ApiException.of(403, "forbidden", "this needs a key with role control");
        }
        return name.isEmpty() ? playbacks.post(body(request)) : playbacks.post(name, body(request));
    }

    private static Map<String, String> query(HttpServletRequest request) {
        Map<String, String> query = new LinkedHashMap<>();
        request.getParameterMap().forEach((name, values) -> query.put(name, values[0]));
        return query;
    }
}
