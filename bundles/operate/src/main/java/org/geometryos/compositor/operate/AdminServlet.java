package org.geometryos.compositor.operate;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.io.http.access.Access;
import org.geometryos.compositor.io.http.api.ApiException;
import org.geometryos.compositor.io.http.api.ApiServlet;

/** What an operator sees and does, below {@code /compositor/admin/}: JSON, for role {@code admin}. */
final class AdminServlet extends ApiServlet {
    private static final long serialVersionUID = 1L;
    static final String PATTERN = "/compositor/admin/*";

    private static final int MAX_ANSWERS = 16;

    private final transient Map<String, Resource> resources;

    /**
     * @param resources by their name behind the last slash
     * @param access who may ask
     */
    AdminServlet(Map<String, Resource> resources, Access access) {
        super(access, MAX_ANSWERS);
        this.resources = resources;
    }

    @Override
    protected Map<String, Object> answer(HttpServletRequest request, HttpServletResponse response, Access.Caller caller)
            throws IOException, ApiException {
        if (!LinkMemory.of(caller.attributes()).role().equals(Optional.of(Role.ADMIN))) {
            throw ApiException.of(403, "forbidden", "this needs a key with role admin");
        }
        String path = request.getPathInfo() == null ? "/" : request.getPathInfo();
        Resource resource = resources.get(path.substring(1));
        if (resource == null) {
            throw ApiException.notFound(null, "there is nothing at this address");
        }
        switch (request.getMethod()) {
            case "GET", "HEAD" -> {
                if (resource.readable()) {
                    return resource.get(query(request));
                }
            }
            case "POST" -> {
                if (resource.writable()) {
                    return resource.post(body(request));
                }
            }
            default -> {
                // not allowed
            }
        }
        String allowed = (resource.readable() ? "GET, HEAD" : "")
                + (resource.readable() && resource.writable() ? ", " : "")
                + (resource.writable() ? "POST" : "");
        response.setHeader("Allow", allowed);
        throw ApiException.of(405, "invalid", "the method must be one of " + allowed);
    }

    private static Map<String, String> query(HttpServletRequest request) {
        Map<String, String> query = new LinkedHashMap<>();
        request.getParameterMap().forEach((name, values) -> query.put(name, values[0]));
        return query;
    }
}
