package org.geometryos.compositor.operate;

import java.util.Map;
import java.util.function.LongFunction;
import org.geometryos.compositor.io.http.api.ApiException;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** The last lines of the log, where the host keeps them for it. Any thread. */
final class LogResource implements Resource {
    /**
     * The service property of a {@link LongFunction} that gives the lines behind a number, in values of the JDK:
     * {@code lines}, a list of maps, and {@code next}, the number to ask with the next time.
     */
    static final String PROPERTY = "org.geometryos.compositor.log";

    private final BundleContext context;

    LogResource(BundleContext context) {
        this.context = context;
    }

    @Override
    public Map<String, Object> get(Map<String, String> query) throws ApiException {
        long after = after(query.getOrDefault("after", "0"));
        try {
            for (ServiceReference<?> reference :
                    context.getServiceReferences(LongFunction.class, "(" + PROPERTY + "=*)")) {
                if (context.getService(reference) instanceof LongFunction<?> log) {
                    try {
                        if (log.apply(after) instanceof Map<?, ?> lines) {
                            return Map.of("lines", lines.get("lines"), "next", lines.get("next"));
                        }
                    } finally {
                        context.ungetService(reference);
                    }
                }
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
        throw ApiException.unavailable("this host keeps no lines of its log; read them where it writes them");
    }

    private static long after(String text) throws ApiException {
        if (!text.matches("\\d{1,18}")) {
            throw ApiException.invalid("after", "after must be a whole number from 0 on, not " + Body.shown(text));
        }
        return Long.parseLong(text);
    }
}
