package org.geometryos.compositor.benchmark;

import java.util.ArrayList;
import java.util.List;

/**
 * A sum of costs, each proportional to one quantity, fitted to measurements by least squares of the relative errors.
 * Costs are not negative: a quantity whose cost comes out so has none.
 *
 * @param costs one per quantity
 */
record Fit(double[] costs) {

    /** @param quantities of one measurement @param value what was measured, above 0 */
    record Point(double[] quantities, double value) {}

    /** @throws IllegalArgumentException if the points do not determine the costs */
    static Fit of(List<Point> points) {
        if (points.isEmpty()) {
            throw new IllegalArgumentException("no points to fit costs to");
        }
        int size = points.get(0).quantities.length;
        List<Integer> used = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            used.add(i);
        }
        while (true) {
            double[] solution = solve(points, used);
            int worst = -1;
            for (int i = 0; i < solution.length; i++) {
                if (solution[i] < 0
                        && (worst < 0
                                || solution[i] * scale(points, used.get(i))
                                        < solution[worst] * scale(points, used.get(worst)))) {
                    worst = i;
                }
            }
            if (worst < 0) {
                double[] costs = new double[size];
                for (int i = 0; i < solution.length; i++) {
                    costs[used.get(i)] = solution[i];
                }
                return new Fit(costs);
            }
            used.remove(worst);
        }
    }

    double predict(double[] quantities) {
        double sum = 0;
        for (int i = 0; i < costs.length; i++) {
            sum += costs[i] * quantities[i];
        }
        return sum;
    }

    private static double scale(List<Point> points, int quantity) {
        return points.stream()
                .mapToDouble(point -> point.quantities[quantity])
                .max()
                .orElseThrow();
    }

    /**
     * The normal equations, by elimination with pivots; each quantity in units of its greatest, so that the equations
     * are comparable.
     */
    private static double[] solve(List<Point> points, List<Integer> used) {
        int n = used.size();
        double[][] rows = new double[n][n + 1];
        for (Point point : points) {
            for (int i = 0; i < n; i++) {
                double left = point.quantities[used.get(i)] / scale(points, used.get(i)) / point.value;
                for (int j = 0; j < n; j++) {
                    rows[i][j] += left * point.quantities[used.get(j)] / scale(points, used.get(j)) / point.value;
                }
                rows[i][n] += left;
            }
        }
        for (int i = 0; i < n; i++) {
            int pivot = i;
            for (int j = i + 1; j < n; j++) {
                pivot = Math.abs(rows[j][i]) > Math.abs(rows[pivot][i]) ? j : pivot;
            }
            double[] row = rows[pivot];
            rows[pivot] = rows[i];
            rows[i] = row;
            // the negation also catches what is no number
            if (!(Math.abs(row[i]) > 1e-12 * points.size())) {
                throw new IllegalArgumentException(points.size() + " points do not determine " + n + " costs");
            }
            for (int j = 0; j < n; j++) {
                if (j != i) {
                    double factor = rows[j][i] / row[i];
                    for (int k = i; k <= n; k++) {
                        rows[j][k] -= factor * row[k];
                    }
                }
            }
        }
        double[] solution = new double[n];
        for (int i = 0; i < n; i++) {
            solution[i] = rows[i][n] / rows[i][i] / scale(points, used.get(i));
        }
        return solution;
    }
}
