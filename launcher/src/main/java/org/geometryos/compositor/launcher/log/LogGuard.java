package org.geometryos.compositor.launcher.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.geometryos.compositor.health.GuardedLoop;
import org.geometryos.compositor.health.Health;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.helpers.MessageFormatter;

/**
 * Stands before all appenders, whatever the configuration: what comes in from outside, in a line of ours or of a
 * library, makes no line long, makes no line look like another, and does not fill the disk. A line that has to be
 * changed goes to the appenders from here.
 */
public final class LogGuard extends TurboFilter {
    static final int MESSAGE = 2_000;
    private static final String REPORTER = "org.geometryos.compositor.log";
    private static final long REPORT = TimeUnit.SECONDS.toNanos(10);
    private static final int REPORTED = 5;
    private static final String HTTP = "org.apache.felix.http";
    /** What the HTTP service throws where a servlet goes at the moment of a request; it has no type of its own. */
    private static final String GONE = "Servlet has been unregistered";

    private final LogRates rates = new LogRates(System::nanoTime);
    private volatile long toldOf;
    private volatile long latest;

    LogGuard() {
        setName("bounds");
    }

    /** The one of this process, whose log is logback's. */
    public static LogGuard current() {
        return ((LoggerContext) LoggerFactory.getILoggerFactory())
                .getTurboFilterList().stream()
                        .filter(LogGuard.class::isInstance)
                        .map(LogGuard.class::cast)
                        .findFirst()
                        .orElseThrow(() -> new IllegalStateException("the log has no bounds"));
    }

    /** Begins to tell, every ten seconds, what was left out. */
    public GuardedLoop tell() {
        return GuardedLoop.of("compositor-log", this::report).start();
    }

    @Override
    public FilterReply decide(
            Marker marker, Logger logger, Level level, String format, Object[] values, Throwable problem) {
        // a message of null is the question whether the level is enabled
        if (format == null || level.levelInt < logger.getEffectiveLevel().levelInt) {
            return FilterReply.NEUTRAL;
        }
        Throwable cause = problem == null ? MessageFormatter.getThrowableCandidate(values) : problem;
        if (answered(logger, cause)) {
            return FilterReply.DENY;
        }
        // details are logged for whoever asked for them, and as many as there are
        if (level.levelInt >= Level.INFO_INT
                && !logger.getName().equals(REPORTER)
                && !rates.take(logger.getName(), format)) {
            return FilterReply.DENY;
        }
        String message = MessageFormatter.arrayFormat(
                        format, problem == null && cause != null ? MessageFormatter.trimmedCopy(values) : values)
                .getMessage();
        if (cause == null && LogText.fits(message, MESSAGE)) {
            return FilterReply.NEUTRAL;
        }
        logger.callAppenders(new Bounded(logger, level, LogText.shown(message, MESSAGE), cause));
        return FilterReply.DENY;
    }

    @Override
    public FilterReply decide(Logger logger, org.slf4j.event.LoggingEvent event) {
        return decide(
                null,
                logger,
                Level.convertAnSLF4JLevel(event.getLevel()),
                event.getMessage(),
                event.getArgumentArray(),
                event.getThrowable());
    }

    /**
     * Whether this is a request to a servlet that is being replaced, which the HTTP service calls an error, with a
     * stack trace: the bundle {@code standby} answers it with 503, as it does a moment later.
     */
    private static boolean answered(Logger logger, Throwable cause) {
        return cause != null
                && GONE.equals(cause.getMessage())
                && logger.getName().startsWith(HTTP)
                && !logger.isDebugEnabled();
    }

    private long report() {
        Map<String, Long> report = rates.report();
        if (!report.isEmpty()) {
            latest = System.nanoTime() | 1;
            long lines = report.values().stream().mapToLong(Long::longValue).sum();
            String kinds = report.entrySet().stream()
                    .sorted(Comparator.comparing((Map.Entry<String, Long> kind) -> kind.getValue())
                            .reversed())
                    .limit(REPORTED)
                    .map(kind -> kind.getValue() + " like \"" + kind.getKey() + "\"")
                    .collect(Collectors.joining(", "));
            ((LoggerContext) getContext())
                    .getLogger(REPORTER)
                    .warn(
                            "{} lines were left out, as too many came: {}{}",
                            lines,
                            kinds,
                            report.size() > REPORTED ? ", and others" : "");
            toldOf += lines;
        }
        return REPORT;
    }

    /** What an operator should know of the log. */
    public Health health() {
        long at = latest;
        return new Health(
                "log",
                at == 0 || System.nanoTime() - at > TimeUnit.MINUTES.toNanos(1)
                        ? List.of()
                        : List.of(new Health.Problem(
                                Health.Level.WARNING,
                                "lines are left out of the log, as too many come; " + toldOf + " so far")),
                List.of());
    }

    /** A line whose texts have been bounded. */
    private static final class Bounded extends LoggingEvent {
        private final transient IThrowableProxy problem;

        Bounded(Logger logger, Level level, String message, Throwable problem) {
            super(Bounded.class.getName(), logger, level, "{}", problem, new Object[] {message});
            this.problem = super.getThrowableProxy() == null
                    ? null
                    : BoundedThrowable.of(super.getThrowableProxy(), BoundedThrowable.DEPTH);
        }

        @Override
        public IThrowableProxy getThrowableProxy() {
            return problem;
        }
    }
}
