package org.geometryos.compositor.metrics;

import java.util.List;
import java.util.function.Supplier;
import org.geometryos.compositor.api.metrics.Meter;
import org.geometryos.compositor.api.metrics.Readings;
import org.geometryos.compositor.health.Health;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** The health of all parts, and how full their budgets are. */
@Component
public final class HealthMeter implements Meter {
    private final Supplier<List<Health>> parts;

    @Activate
    public HealthMeter(BundleContext context) {
        this(() -> Health.all(context));
    }

    HealthMeter(Supplier<List<Health>> parts) {
        this.parts = parts;
    }

    @Override
    public void read(Readings readings) {
        for (Health part : parts.get()) {
            readings.gauge(
                    "compositor_health",
                    "The health of a part: 0 well, 1 worth a look, 2 down.",
                    part.level().ordinal(),
                    "part",
                    part.part());
            for (Health.Budget budget : part.budgets()) {
                String[] labels = {"part", part.part(), "budget", budget.name(), "unit", budget.unit()};
                readings.gauge(
                        "compositor_budget_used",
                        "What a part holds of what is bounded, in the unit.",
                        budget.used(),
                        labels);
                readings.gauge(
                        "compositor_budget_limit", "How much a part may hold, in the unit.", budget.limit(), labels);
            }
        }
    }
}
