package org.geometryos.compositor.observe;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.geometryos.compositor.io.json.JsonWriter;

/** JSON that nobody keeps, in answer to GET and HEAD. Any thread. */
final class Answers {
    private Answers() {}

    /** Sets what all answers have. @return whether the method is one that is answered; if not, that is the answer */
    static boolean begin(HttpServletRequest request, HttpServletResponse response) {
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        if (request.getMethod().equals("GET") || request.getMethod().equals("HEAD")) {
            return true;
        }
        response.setHeader("Allow", "GET, HEAD");
        response.setStatus(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
        return false;
    }

    static void send(HttpServletResponse response, int status, Map<String, Object> document) throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        JsonWriter.write(response.getOutputStream(), document);
    }
}
