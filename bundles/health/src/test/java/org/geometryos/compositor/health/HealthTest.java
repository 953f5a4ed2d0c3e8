package org.geometryos.compositor.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.geometryos.compositor.health.Health.Budget;
import org.geometryos.compositor.health.Health.Level;
import org.geometryos.compositor.health.Health.Problem;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

class HealthTest {
    private final List<Dictionary<?, ?>> properties = new ArrayList<>();
    private final List<Object> services = new ArrayList<>();

    @Test
    void healthArrivesAsItWasReported() {
        Health reported = new Health(
                "transport",
                List.of(new Problem(Level.WARNING, "nearly full")),
                List.of(new Budget("replies", 7, 100, "bytes")));
        Health.register(context(), "transport", () -> reported);

        assertThat(Health.all(context())).containsExactly(reported);
        assertThat(reported.level()).isEqualTo(Level.WARNING);
    }

    @Test
    void whatCrossesBetweenBundlesAreValuesOfTheJdk() {
        Health.register(context(), "a", () -> new Health("a", List.of(new Problem(Level.DOWN, "gone")), List.of()));

        assertThat(((Supplier<?>) services.get(0)).get())
                .isEqualTo(Map.of("problems", List.of(Map.of("level", "DOWN", "text", "gone")), "budgets", List.of()));
    }

    @Test
    void aBudgetThatIsNearlyUsedUpIsAWarningUnlessItIsFullByDesign() {
        Health full = new Health(
                "transport",
                List.of(new Problem(Level.DOWN, "gone")),
                List.of(
                        new Budget("replies", 90, 100, "bytes"),
                        new Budget("pings", 89, 100, "bytes"),
                        new Budget("entries", 100, 100, "bytes", true),
                        new Budget("nothing", 0, 0, "bytes")));
        Health.register(context(), "transport", () -> full);

        assertThat(Health.all(context()).get(0).withBudgets().problems())
                .containsExactly(
                        new Problem(Level.DOWN, "gone"),
                        new Problem(Level.WARNING, "the budget of replies is nearly used up: 90 of 100 bytes"));
    }

    @Test
    void partThatCannotBeAskedIsDownAndTheOthersAreRead() {
        Health.register(context(), "broken", () -> {
            throw new IllegalStateException("closed");
        });
        Health.register(context(), "alive", () -> new Health("alive", List.of(), List.of()));

        assertThat(Health.all(context()))
                .extracting(Health::part, Health::level)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("alive", Level.OK),
                        org.assertj.core.groups.Tuple.tuple("broken", Level.DOWN));
    }

    /** Holds what is registered, and gives it back; nothing else of a framework is needed. */
    private BundleContext context() {
        return (BundleContext) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {BundleContext.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "registerService" -> {
                        services.add(arguments[1]);
                        properties.add((Dictionary<?, ?>) arguments[2]);
                        yield null;
                    }
                    case "getServiceReferences" ->
                        services.stream().map(this::reference).toList();
                    case "getService" -> services.get(((ServiceReference<?>) arguments[0]).hashCode());
                    case "ungetService" -> true;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private ServiceReference<?> reference(Object service) {
        int index = services.indexOf(service);
        return (ServiceReference<?>) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ServiceReference.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getProperty" -> properties.get(index).get(arguments[0]);
                    case "hashCode" -> index;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
