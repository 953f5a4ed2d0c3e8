package org.geometryos.compositor.launcher.command;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows with their columns below one another. */
final class Table {
    private Table() {}

    /** @param rows each as long as the head */
    static List<String> lines(List<String> head, List<List<String>> rows) {
        int[] widths = new int[head.size()];
        List<List<String>> all = new ArrayList<>(List.of(head));
        all.addAll(rows);
        for (List<String> row : all) {
            Arrays.setAll(
                    widths, column -> Math.max(widths[column], row.get(column).length()));
        }
        return all.stream()
                .map(row -> {
                    StringBuilder line = new StringBuilder();
                    for (int column = 0; column < row.size(); column++) {
                        line.append(row.get(column))
                                .append(" "
                                        .repeat(widths[column] - row.get(column).length() + 2));
                    }
                    return line.toString().stripTrailing();
                })
                .toList();
    }
}
