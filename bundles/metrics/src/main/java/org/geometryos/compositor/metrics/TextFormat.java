package org.geometryos.compositor.metrics;

import java.util.Locale;
import java.util.Map;

/** The text that Prometheus reads, and that of OpenMetrics. */
enum TextFormat {
    /** Version 0.0.4. */
    PROMETHEUS("text/plain; version=0.0.4; charset=utf-8"),
    /** Version 1.0.0. */
    OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

    /** Whole numbers up to here are written as such. */
    private static final double WHOLE = 1L << 53;

    final String type;

    TextFormat(String type) {
        this.type = type;
    }

    /** What a client prefers, by its header {@code Accept}; null means that it sends none. */
    static TextFormat preferred(String accept) {
        double open = 0;
        double plain = 0;
        for (String each :
                (accept == null ? "*/*" : accept).toLowerCase(Locale.ROOT).split(",")) {
            String[] parts = each.split(";");
            String type = parts[0].strip();
            if (type.equals("application/openmetrics-text")) {
                open = Math.max(open, quality(parts));
            } else if (type.equals("text/plain") || type.equals("text/*") || type.equals("*/*")) {
                plain = Math.max(plain, quality(parts));
            }
        }
        return open > 0 && open >= plain ? OPEN_METRICS : PROMETHEUS;
    }

    private static double quality(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String part = parts[i].strip();
            if (part.startsWith("q=")) {
                try {
                    return Double.parseDouble(part.substring(2));
                } catch (NumberFormatException e) {
                    return 0;
                }
            }
        }
        return 1;
    }

    String write(Scrape scrape) {
        StringBuilder out = new StringBuilder(1 << 15);
        scrape.families().forEach(family -> write(out, family));
        return this == OPEN_METRICS ? out.append("# EOF\n").toString() : out.toString();
    }

    private void write(StringBuilder out, Family family) {
        String name = this == OPEN_METRICS && family.kind == Family.Kind.COUNTER
                ? family.name.substring(0, family.name.length() - Scrape.TOTAL.length())
                : family.name;
        out.append("# HELP ").append(name).append(' ');
        out.append(escaped(family.help, this == OPEN_METRICS)).append('\n');
        out.append("# TYPE ").append(name).append(' ');
        out.append(family.kind.name().toLowerCase(Locale.ROOT)).append('\n');
        for (Map.Entry<String, Figure> each : family.figures.entrySet()) {
            if (family.kind == Family.Kind.HISTOGRAM) {
                writeDurations(out, family.name, each.getKey(), each.getValue());
            } else {
                line(out, family.name, each.getKey(), number(each.getValue().value));
            }
        }
    }

    private static void writeDurations(StringBuilder out, String name, String labels, Figure figure) {
        String before = labels.isEmpty() ? "" : labels + ",";
        long sum = 0;
        for (int i = 0; i < figure.counts.length; i++) {
            sum += figure.counts[i];
            String bound = Double.isInfinite(Figure.bound(i)) ? "+Inf" : Double.toString(Figure.bound(i));
            line(out, name + "_bucket", before + "le=\"" + bound + "\"", Long.toString(sum));
        }
        line(out, name + "_sum", labels, number(figure.seconds));
        line(out, name + "_count", labels, Long.toString(sum));
    }

    private static void line(StringBuilder out, String name, String labels, String value) {
        out.append(name);
        if (!labels.isEmpty()) {
            out.append('{').append(labels).append('}');
        }
        out.append(' ').append(value).append('\n');
    }

    static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return value == Math.rint(value) && Math.abs(value) <= WHOLE
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    /** @param quotes whether they are escaped, too */
    static String escaped(String text, boolean quotes) {
        String lines = text.replace("\\", "\\\\").replace("\n", "\\n");
        return quotes ? lines.replace("\"", "\\\"") : lines;
    }
}
