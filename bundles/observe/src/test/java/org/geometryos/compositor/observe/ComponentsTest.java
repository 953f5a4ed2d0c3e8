package org.geometryos.compositor.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import org.junit.jupiter.api.Test;

class ComponentsTest {
    private static String printed(Throwable problem) {
        StringWriter text = new StringWriter();
        problem.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    @Test
    void whatIsToldIsTheCauseBehindTheReflection() {
        Throwable cause = new IllegalStateException("no film in the camera");
        assertThat(Components.cause(printed(cause)))
                .isEqualTo("java.lang.IllegalStateException: no film in the camera");
        assertThat(Components.cause(printed(new InvocationTargetException(cause))))
                .isEqualTo("java.lang.IllegalStateException: no film in the camera");
        assertThat(Components.cause(
                        printed(new IllegalArgumentException("outer", new InvocationTargetException(cause)))))
                .isEqualTo("java.lang.IllegalStateException: no film in the camera");
        assertThat(Components.cause("")).isEmpty();
        assertThat(Components.cause("x".repeat(1_000))).hasSize(203).endsWith("...");
    }
}
