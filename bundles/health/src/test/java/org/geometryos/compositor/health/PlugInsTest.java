package org.geometryos.compositor.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class PlugInsTest {
    private final List<String> lines = new ArrayList<>();

    /** Notes the level and what the line is made of. */
    private Logger log() {
        return (Logger) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Logger.class}, (self, method, arguments) -> {
                    lines.add(method.getName() + " "
                            + Arrays.deepToString(Arrays.copyOfRange(arguments, 1, arguments.length)));
                    return null;
                });
    }

    @Test
    void onePlugInThatFailsHarmsNoOther() {
        PlugIns<Runnable> plugIns = new PlugIns<>("a listener");
        List<String> called = new ArrayList<>();
        Runnable failing = () -> {
            throw new IllegalStateException("boom");
        };
        plugIns.add(failing);
        plugIns.add(() -> called.add("second"));
        plugIns.tell(Runnable::run);
        plugIns.tell(Runnable::run);
        assertThat(called).containsExactly("second", "second");
        assertThat(plugIns.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.level()).isEqualTo(Health.Level.WARNING))
                .extracting(Health.Problem::text)
                .asString()
                .startsWith("a listener (" + getClass().getName())
                .contains("failed several times since ")
                .endsWith("java.lang.IllegalStateException: boom");
        plugIns.remove(failing);
        assertThat(plugIns.problems()).isEmpty();
        assertThat(plugIns.isEmpty()).isFalse();
    }

    @Test
    void onePlugInThatFailsHasNoSay() {
        PlugIns<List<Boolean>> plugIns = new PlugIns<>("a judge");
        plugIns.add(List.of());
        plugIns.add(List.of(true));
        assertThat(plugIns.all(each -> each.get(0))).isTrue();
        plugIns.add(List.of(false));
        assertThat(plugIns.all(each -> each.get(0))).isFalse();
    }

    @Test
    void faultIsOneLineAndItsStackTraceIsForDebug() {
        Failures failures = new Failures("a meter (acme.Meter of acme 1.0.0)", true, log());
        failures.failed(new IllegalStateException("no\nway"));
        failures.failed(new IllegalStateException("no way"));
        assertThat(lines)
                .containsExactly(
                        "warn [[a meter (acme.Meter of acme 1.0.0), , java.lang.IllegalStateException: no way]]",
                        "debug [a meter (acme.Meter of acme 1.0.0), java.lang.IllegalStateException: no\nway]");
    }

    @Test
    void failureOfOurOwnWorkIsAnErrorWithItsStackTrace() {
        new Failures("a pass", false, log()).failed(new IllegalStateException("boom"));
        assertThat(lines).containsExactly("error [[a pass, , java.lang.IllegalStateException: boom]]");
    }

    @Test
    void exceptionWhoseOwnMethodsFailIsNamed() {
        assertThat(Failures.text(new RuntimeException() {
                    @Override
                    public String toString() {
                        throw new IllegalStateException();
                    }
                }))
                .startsWith(getClass().getName() + "$");
        assertThat(Failures.text(new RuntimeException("x".repeat(1000)))).hasSize(203);
    }
}
