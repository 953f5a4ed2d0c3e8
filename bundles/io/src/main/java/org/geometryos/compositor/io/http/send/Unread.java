package org.geometryos.compositor.io.http.send;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** What is left of the body of a request that is refused. Any thread. */
public final class Unread {
    private Unread() {}

    /**
     * Reads it if it is little; else the answer says that the connection ends, as the server ends one whose body was
     * not read, under the client's next request. Comes before the answer.
     *
     * @param most bytes that are read
     */
    public static void finish(HttpServletRequest request, HttpServletResponse response, int most) throws IOException {
        long length = request.getContentLengthLong();
        if (length == 0 || length < 0 && request.getHeader("Transfer-Encoding") == null) {
            return;
        }
        if (length > 0 && length <= most) {
            request.getInputStream().readNBytes(most);
        } else {
            response.setHeader("Connection", "close");
        }
    }
}
