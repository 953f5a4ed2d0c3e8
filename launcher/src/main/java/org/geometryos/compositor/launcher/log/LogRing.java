package org.geometryos.compositor.launcher.log;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.slf4j.LoggerFactory;

/**
 * The last lines of the log, whatever the configuration writes elsewhere: at most 1 MiB. Lines have their bounds from
 * the {@link LogGuard}. Any thread.
 */
public final class LogRing extends AppenderBase<ILoggingEvent> implements LongFunction<Map<String, Object>> {
    /** Bytes, a line's own objects among them. */
    static final int MOST_BYTES = 1 << 20;
    /** Lines that are given at once. */
    static final int AT_ONCE = 1_000;

    private static final String NAME = "compositor-ring";
    private static final int LINE_BYTES = 200;

    // guarded by lines
    private final ArrayDeque<Line> lines = new ArrayDeque<>();
    private long bytes;
    private long count;

    /** @param time microseconds since the Unix epoch */
    private record Line(long n, long time, String level, String logger, String text) {
        long bytes() {
            return LINE_BYTES + 2L * text.length();
        }

        Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("n", n);
            map.put("time", time);
            map.put("level", level);
            map.put("logger", logger);
            map.put("text", text);
            return map;
        }
    }

    LogRing() {
        setName(NAME);
    }

    /** The one of this process, whose log is logback's. */
    public static LogRing current() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        if (context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).getAppender(NAME) instanceof LogRing ring) {
            return ring;
        }
        throw new IllegalStateException("the log keeps no lines");
    }

    /** Attaches it, also once more when the configuration is read anew. */
    void attach(LoggerContext to) {
        setContext(to);
        start();
        Logger root = to.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        if (!root.isAttached(this)) {
            root.addAppender(this);
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        IThrowableProxy problem = event.getThrowableProxy();
        String text = event.getFormattedMessage()
                + (problem == null
                        ? ""
                        : ": " + problem.getClassName()
                                + (problem.getMessage() == null ? "" : ": " + problem.getMessage()));
        synchronized (lines) {
            Line line = new Line(
                    ++count,
                    TimeUnit.MILLISECONDS.toMicros(event.getTimeStamp()),
                    event.getLevel().toString(),
                    event.getLoggerName(),
                    LogText.shown(text, 2 * LogGuard.MESSAGE));
            lines.add(line);
            bytes += line.bytes();
            while (bytes > MOST_BYTES) {
                bytes -= lines.remove().bytes();
            }
        }
    }

    /**
     * The lines behind a number, the oldest first.
     *
     * @param after the number of the last line known; 0 for all
     * @return {@code lines}, and {@code next}, with which to ask for what follows
     */
    @Override
    public Map<String, Object> apply(long after) {
        List<Map<String, Object>> some = new ArrayList<>();
        long next;
        synchronized (lines) {
            // the number of another run counts for nothing
            long from = after > count ? 0 : after;
            next = from;
            for (Line line : lines) {
                if (line.n > from && some.size() < AT_ONCE) {
                    some.add(line.toMap());
                    next = line.n;
                }
            }
        }
        return Map.of("lines", some, "next", next);
    }
}
