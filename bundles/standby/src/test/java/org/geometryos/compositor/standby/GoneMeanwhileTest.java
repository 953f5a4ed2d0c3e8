package org.geometryos.compositor.standby;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GoneMeanwhileTest {
    private final Map<String, Object> attributes = new HashMap<>();
    private final Map<String, String> headers = new HashMap<>();
    private int status;

    @Test
    void aServletThatWentBeforeItWasCalledIsUnavailable() throws Exception {
        answer(500, new ServletException("Servlet has been unregistered"));
        assertThat(status).isEqualTo(503);
        assertThat(headers).containsEntry("Retry-After", "1").containsEntry("Cache-Control", "no-store");
    }

    @Test
    void aServletThatFailsHasFailed() throws Exception {
        answer(500, new ServletException("out of paper"));
        assertThat(status).isEqualTo(500);
        answer(500, null);
        assertThat(status).isEqualTo(500);
        answer(404, new ServletException("Servlet has been unregistered"));
        assertThat(status).isEqualTo(404);
        assertThat(headers).isEmpty();
    }

    /** As the HTTP service answers for a servlet that threw; it has two ways to do so. */
    private void answer(int code, Exception problem) throws Exception {
        answer(problem, answer -> answer.sendError(code));
        int first = status;
        answer(problem, answer -> answer.sendError(code, null));
        assertThat(status).isEqualTo(first);
    }

    private interface Failing {
        void fail(HttpServletResponse answer) throws IOException;
    }

    private void answer(Exception problem, Failing failing) throws Exception {
        attributes.put(RequestDispatcher.ERROR_EXCEPTION, problem);
        HttpServletRequest request = proxy(HttpServletRequest.class, (name, arguments) -> attributes.get(arguments[0]));
        HttpServletResponse response = proxy(HttpServletResponse.class, (name, arguments) -> {
            switch (name) {
                case "setHeader" -> headers.put((String) arguments[0], (String) arguments[1]);
                case "sendError" -> status = (int) arguments[0];
                default -> throw new UnsupportedOperationException(name + Arrays.toString(arguments));
            }
            return null;
        });
        new GoneMeanwhile()
                .doFilter(request, response, (asked, answered) -> failing.fail((HttpServletResponse) answered));
    }

    private interface Call {
        Object made(String name, Object[] arguments);
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> call.made(method.getName(), arguments)));
    }
}
