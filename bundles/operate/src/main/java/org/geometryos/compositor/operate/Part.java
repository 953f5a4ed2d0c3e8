package org.geometryos.compositor.operate;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.geometryos.compositor.io.http.api.ApiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service of another bundle, which may be away. Any thread.
 *
 * @param <T> the service
 */
final class Part<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Part.class);

    private final String name;
    private final Supplier<T> service;

    /**
     * @param name as a message names it
     * @param service gives null while it is away
     */
    Part(String name, Supplier<T> service) {
        this.name = name;
        this.service = service;
    }

    Optional<T> get() {
        return Optional.ofNullable(service.get());
    }

    /** @throws ApiException while it is away */
    T need() throws ApiException {
        return get().orElseThrow(() -> ApiException.unavailable(name + " is not there at the moment"));
    }

    /** What is seen of it; null while it is away, also where it goes in the middle of it. */
    <R> R see(Function<T, R> look) {
        T now = service.get();
        if (now == null) {
            return null;
        }
        try {
            return look.apply(now);
        } catch (RuntimeException | LinkageError e) {
            LOG.debug("{} does not answer", name, e);
            return null;
        }
    }
}
