package org.geometryos.compositor.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** Plots as SVG that need nothing else and can be read on light and on dark ground. */
final class Plot {
    private static final int WIDTH = 760;
    private static final int LEFT = 64;
    private static final int RIGHT = 28;
    private static final int TOP = 64;
    private static final int HEIGHT = 260;
    private static final int BOTTOM = 48;
    private static final int COLOURS = 7;
    private static final int LEGEND_STEP = 100;

    /** One value per group; NaN leaves a gap. */
    record Series(String name, List<Double> values) {}

    record Point(double x, double y) {}

    /** @param dashed a second curve in the same colour; may be empty */
    record Line(String name, List<Point> points, List<Point> dashed) {}

    private final StringBuilder svg = new StringBuilder();

    private Plot(String title) {
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" role=\"img\">",
                WIDTH, TOP + HEIGHT + BOTTOM, WIDTH);
        add("<title>%s</title>", escaped(title));
        // the colours keep a contrast of 3:1 or more on both grounds
        add(
                "<style>text{font:12px "
                        + "system-ui,"
                        + "sans-serif;fill:#333}.title{font-size:15px;font-weight:600}.grid{stroke:#ccc}.mark{stroke:#333;stroke-dasharray:4 3}"
                        + ".value{font-size:10px}"
                        + ".c0{--c:#0969da}.c1{--c:#bf5b04}.c2{--c:#1a7f37}.c3{--c:#a0408f}.c4{--c:#7a6a00}.c5{--c:#59636e}.c6{--c:#c0392b}"
                        + ".bar,.dot{fill:var(--c)}.line{stroke:var(--c);fill:none;stroke-width:2}"
                        + "@media(prefers-color-scheme:dark){text{fill:#ddd}.grid{stroke:#444}.mark{stroke:#ddd}"
                        + ".c0{--c:#4c9aff}.c1{--c:#f0883e}.c2{--c:#3fb950}.c3{--c:#d2a8ff}.c4{--c:#d5c03a}.c5{--c:#9aa4ae}.c6{--c:#ff7b72}}</style>");
        add("<text class=\"title\" x=\"%d\" y=\"22\">%s</text>", LEFT, escaped(title));
    }

    /**
     * Bars, side by side in groups.
     *
     * @param log whether the scale is logarithmic; then no value may be 0 or less
     * @param mark a value to draw a line at
     */
    static String bars(String title, List<String> groups, List<Series> series, boolean log, OptionalDouble mark) {
        Plot plot = new Plot(title);
        List<Double> all = new ArrayList<>();
        series.forEach(
                each -> each.values.stream().filter(value -> !value.isNaN()).forEach(all::add));
        mark.ifPresent(all::add);
        Scale y = Scale.of(all, log, TOP + HEIGHT, TOP);
        plot.axis(y);
        double group = (double) (WIDTH - LEFT - RIGHT) / groups.size();
        double bar = group * 0.85 / series.size();
        for (int g = 0; g < groups.size(); g++) {
            double from = LEFT + g * group + group * 0.075;
            plot.text(from + group * 0.425, TOP + HEIGHT + 20, "middle", "", groups.get(g));
            for (int s = 0; s < series.size(); s++) {
                double value = series.get(s).values.get(g);
                if (!Double.isNaN(value)) {
                    double top = y.at(value);
                    plot.add(
                            "<rect class=\"bar c%d\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
                            s % COLOURS, from + s * bar, top, Math.max(1, bar - 2), Math.max(0, TOP + HEIGHT - top));
                    plot.text(from + s * bar + bar / 2 - 1, top - 3, "middle", "value", number(value));
                }
            }
        }
        mark.ifPresent(value -> plot.add(
                "<line class=\"mark\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
                LEFT, WIDTH - RIGHT, y.at(value), y.at(value)));
        plot.legend(series.stream().map(Series::name).toList());
        return plot.end();
    }

    /** Curves on two logarithmic scales. */
    static String lines(String title, String label, List<Line> lines) {
        Plot plot = new Plot(title);
        List<Double> xs = new ArrayList<>();
        List<Double> ys = new ArrayList<>();
        for (Line line : lines) {
            for (List<Point> points : List.of(line.points, line.dashed)) {
                points.forEach(point -> {
                    xs.add(point.x);
                    ys.add(point.y);
                });
            }
        }
        Scale x = Scale.of(xs, true, LEFT, WIDTH - RIGHT);
        Scale y = Scale.of(ys, true, TOP + HEIGHT, TOP);
        plot.axis(y);
        for (double tick : x.ticks()) {
            plot.text(x.at(tick), TOP + HEIGHT + 18, "middle", "", number(tick));
        }
        plot.text((LEFT + WIDTH - RIGHT) / 2.0, TOP + HEIGHT + 38, "middle", "", label);
        for (int i = 0; i < lines.size(); i++) {
            plot.curve(lines.get(i).points, x, y, i % COLOURS, "");
            plot.curve(lines.get(i).dashed, x, y, i % COLOURS, " stroke-dasharray=\"5 4\"");
            for (Point point : lines.get(i).points) {
                plot.add(
                        "<circle class=\"dot c%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"/>",
                        i % COLOURS, x.at(point.x), y.at(point.y));
            }
        }
        plot.legend(lines.stream().map(Line::name).toList());
        return plot.end();
    }

    private void curve(List<Point> points, Scale x, Scale y, int colour, String attributes) {
        if (points.size() > 1) {
            add(
                    "<polyline class=\"line c%d\"%s points=\"%s\"/>",
                    colour,
                    attributes,
                    String.join(
                            " ",
                            points.stream()
                                    .map(point -> String.format(Locale.ROOT, "%.1f,%.1f", x.at(point.x), y.at(point.y)))
                                    .toList()));
        }
    }

    private void axis(Scale y) {
        for (double tick : y.ticks()) {
            add(
                    "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
                    LEFT, WIDTH - RIGHT, y.at(tick), y.at(tick));
            text(LEFT - 6, y.at(tick) + 4, "end", "", number(tick));
        }
    }

    private void legend(List<String> names) {
        for (int i = 0; i < names.size(); i++) {
            add(
                    "<rect class=\"bar c%d\" x=\"%d\" y=\"34\" width=\"10\" height=\"10\"/>",
                    i % COLOURS, LEFT + i * LEGEND_STEP);
            text(LEFT + i * LEGEND_STEP + 14, 43, "start", "", names.get(i));
        }
    }

    private void text(double x, double y, String anchor, String style, String text) {
        add(
                "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
                style, x, y, anchor, escaped(text));
    }

    private void add(String format, Object... values) {
        // not every line has values, and those that have none may hold a percent sign
        svg.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values))
                .append('\n');
    }

    private String end() {
        return svg.append("</svg>\n").toString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String number(double value) {
        double size = Math.abs(value);
        String text = String.format(
                Locale.ROOT, size >= 10 || size == Math.rint(size) ? "%,.0f" : size >= 1 ? "%.1f" : "%.2f", value);
        return text.equals("0.00") ? String.format(Locale.ROOT, "%.2g", value) : text;
    }

    /** From values to pixels. */
    private record Scale(double low, double high, boolean log, double from, double to) {

        static Scale of(List<Double> values, boolean log, double from, double to) {
            double least =
                    values.stream().mapToDouble(Double::doubleValue).min().orElse(1);
            double most = values.stream().mapToDouble(Double::doubleValue).max().orElse(1);
            if (!log) {
                double step = step(Math.max(most, 1e-9));
                return new Scale(0, Math.ceil(most * 1.05 / step) * step, false, from, to);
            }
            if (least <= 0) {
                throw new IllegalArgumentException(least + " has no place on a logarithmic scale");
            }
            return new Scale(
                    Math.pow(10, Math.floor(Math.log10(least * 0.999))),
                    Math.pow(10, Math.ceil(Math.log10(most * 1.001))),
                    true,
                    from,
                    to);
        }

        /** 1, 2 or 5 times a power of ten, so that there are three to eight of them. */
        private static double step(double most) {
            double power = Math.pow(10, Math.floor(Math.log10(most)));
            double part = most / power;
            return part < 2 ? power / 4 : part < 5 ? power / 2 : power;
        }

        double at(double value) {
            double part = log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
            return from + part * (to - from);
        }

        List<Double> ticks() {
            List<Double> ticks = new ArrayList<>();
            if (log) {
                for (double tick = low; tick <= high * 1.001; tick *= 10) {
                    ticks.add(tick);
                }
                return ticks;
            }
            double step = step(high / 1.05);
            for (int i = 0; i * step <= high * 1.001; i++) {
                ticks.add(i * step);
            }
            return ticks;
        }
    }
}
