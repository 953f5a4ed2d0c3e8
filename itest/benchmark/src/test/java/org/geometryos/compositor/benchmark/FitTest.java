package org.geometryos.compositor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class FitTest {

    @Test
    void costsOfVeryDifferentSizeAreFound() {
        double[] costs = {0.02, 5e-6, 40e-6, 3e-6};
        Fit fit = Fit.of(points(costs, 0));
        for (int i = 0; i < costs.length; i++) {
            assertThat(fit.costs()[i]).isCloseTo(costs[i], Percentage.withPercentage(0.01));
        }
        assertThat(fit.predict(new double[] {1, 20, 300, 6000})).isCloseTo(0.02 + 1e-4 + 0.012 + 0.018, within(1e-6));
    }

    @Test
    void aNoisyMeasurementGivesCostsNearby() {
        Fit fit = Fit.of(points(new double[] {0.02, 5e-6, 40e-6, 3e-6}, 0.05));
        assertThat(fit.costs()[3]).isCloseTo(3e-6, Percentage.withPercentage(10));
    }

    @Test
    void aQuantityThatSeemsToSaveCostsHasNone() {
        Fit fit = Fit.of(points(new double[] {0.02, -1e-7, 40e-6, 3e-6}, 0));
        assertThat(fit.costs()[1]).isZero();
        assertThat(fit.costs()[3]).isCloseTo(3e-6, Percentage.withPercentage(5));
    }

    @Test
    void tooFewPointsAreNoModel() {
        List<Fit.Point> one = points(new double[] {1, 1, 1, 1}, 0).subList(0, 1);
        assertThatThrownBy(() -> Fit.of(one)).hasMessage("1 points do not determine 4 costs");
        assertThatThrownBy(() -> Fit.of(List.of())).hasMessage("no points to fit costs to");
    }

    private static List<Fit.Point> points(double[] costs, double noise) {
        List<Fit.Point> points = new ArrayList<>();
        for (double displays : new double[] {100, 1000, 5000, 10_000}) {
            for (double updates : new double[] {10, 60, 100, 600}) {
                double[] quantities = {1, displays, updates, displays * updates};
                double value = new Fit(costs).predict(quantities) * (1 + (points.size() % 2 == 0 ? noise : -noise));
                points.add(new Fit.Point(quantities, value));
            }
        }
        return points;
    }
}
