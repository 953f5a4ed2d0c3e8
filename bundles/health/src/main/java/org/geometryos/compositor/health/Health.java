package org.geometryos.compositor.health;

import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/**
 * The health of one part of the host: its present problems, and how full its budgets are.
 *
 * <p>A part registers a {@link Supplier} of a map of JDK values, so that no class of one bundle is needed to read the
 * health of another. A part may also be the launcher, or a bundle of somebody else that writes the map by hand.
 *
 * @param part the name of the part, such as {@code transport}
 * @param problems what is wrong at present; empty when all is well
 * @param budgets what the part holds, and how much it may hold
 */
public record Health(String part, List<Problem> problems, List<Budget> budgets) {

    /** The service property of a {@link Supplier} that reports health; its value is the name of the part. */
    public static final String PROPERTY = "org.geometryos.compositor.health";

    /** Ordered from good to bad. */
    public enum Level {
        /** All is well. */
        OK,
        /** The part works, but an operator should look at it. */
        WARNING,
        /** The part does not do its work. */
        DOWN
    }

    /**
     * @param level {@link Level#WARNING} or {@link Level#DOWN}
     * @param text one sentence for an operator; it holds no secret
     */
    public record Problem(Level level, String text) {}

    /**
     * @param name what is held, such as {@code replies}
     * @param used how much is held now, in the unit
     * @param limit how much may be held, in the unit
     * @param unit {@code bytes} or what is counted, such as {@code connections}
     * @param fills whether it is full when all is well, as the newest replaces the oldest
     */
    public record Budget(String name, long used, long limit, String unit, boolean fills) {
        private static final int NEARLY_PERCENT = 90;

        /** One that is not full when all is well. */
        public Budget(String name, long used, long limit, String unit) {
            this(name, used, limit, unit, false);
        }

        /** A warning when less than a tenth is left. */
        private Optional<Problem> problem() {
            return fills || limit <= 0 || used < limit / 100.0 * NEARLY_PERCENT
                    ? Optional.empty()
                    : Optional.of(new Problem(
                            Level.WARNING,
                            "the budget of " + name + " is nearly used up: " + used + " of " + limit + " " + unit));
        }
    }

    public Health {
        Objects.requireNonNull(part, "part");
        problems = List.copyOf(problems);
        budgets = List.copyOf(budgets);
    }

    /** A part that works, with what an operator should look at. */
    public static Health warnings(String part, List<String> texts) {
        return new Health(
                part,
                texts.stream().map(text -> new Problem(Level.WARNING, text)).toList(),
                List.of());
    }

    /** The same, with a problem for each budget that is nearly used up. */
    public Health withBudgets() {
        List<Problem> all = new ArrayList<>(problems);
        budgets.forEach(budget -> budget.problem().ifPresent(all::add));
        return new Health(part, all, budgets);
    }

    /** The worst level among the problems. */
    public Level level() {
        return problems.stream().map(Problem::level).max(Level::compareTo).orElse(Level.OK);
    }

    /**
     * Registers a part.
     *
     * @param report asked from the threads of whoever reads health, up to several times a second; it must not block
     */
    public static ServiceRegistration<?> register(BundleContext context, String part, Supplier<Health> report) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(PROPERTY, part);
        Supplier<Map<String, Object>> service = () -> report.get().toMap();
        return context.registerService(Supplier.class, service, properties);
    }

    /** The health of all parts, sorted by name. A part that cannot be asked is down. */
    public static List<Health> all(BundleContext context) {
        return all(context, (reference, problem) -> {});
    }

    /**
     * The health of all parts, sorted by name. A part that cannot be asked is down.
     *
     * @param unasked is told of each part that cannot be asked, and why
     */
    public static List<Health> all(BundleContext context, BiConsumer<ServiceReference<?>, Throwable> unasked) {
        List<Health> all = new ArrayList<>();
        try {
            for (ServiceReference<?> reference : context.getServiceReferences(Supplier.class, "(" + PROPERTY + "=*)")) {
                String part = String.valueOf(reference.getProperty(PROPERTY));
                try {
                    if (context.getService(reference) instanceof Supplier<?> supplier) {
                        all.add(of(part, (Map<?, ?>) supplier.get()));
                        context.ungetService(reference);
                    }
                } catch (RuntimeException | Error e) {
                    unasked.accept(reference, e);
                    all.add(new Health(
                            part,
                            List.of(new Problem(Level.DOWN, "it cannot be asked: " + Failures.text(e))),
                            List.of()));
                }
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
        all.sort((a, b) -> a.part.compareTo(b.part));
        return all;
    }

    /** As it crosses from one bundle to another: {@code problems} and {@code budgets}, lists of maps of JDK values. */
    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(
                "problems",
                problems.stream()
                        .map(each -> Map.of("level", each.level.name(), "text", each.text))
                        .toList());
        map.put(
                "budgets",
                budgets.stream()
                        .map(each -> Map.of(
                                "name",
                                each.name,
                                "used",
                                each.used,
                                "limit",
                                each.limit,
                                "unit",
                                each.unit,
                                "fills",
                                each.fills))
                        .toList());
        return map;
    }

    private static Health of(String part, Map<?, ?> map) {
        List<Problem> problems = new ArrayList<>();
        List<Budget> budgets = new ArrayList<>();
        for (Map<?, ?> each : maps(map.get("problems"))) {
            problems.add(
                    new Problem(Level.valueOf(String.valueOf(each.get("level"))), String.valueOf(each.get("text"))));
        }
        for (Map<?, ?> each : maps(map.get("budgets"))) {
            budgets.add(new Budget(
                    String.valueOf(each.get("name")),
                    number(each.get("used")),
                    number(each.get("limit")),
                    String.valueOf(each.get("unit")),
                    Boolean.TRUE.equals(each.get("fills"))));
        }
        return new Health(part, problems, budgets);
    }

    private static List<Map<?, ?>> maps(Object list) {
        List<Map<?, ?>> maps = new ArrayList<>();
        if (list instanceof List<?> all) {
            for (Object each : all) {
                maps.add((Map<?, ?>) each);
            }
        }
        return maps;
    }

    private static long number(Object value) {
        return ((Number) value).longValue();
    }
}
