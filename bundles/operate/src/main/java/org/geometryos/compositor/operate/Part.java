package org.geometryos.compositor.operate;

import java.util.Optional;
import java.util.function.Function;
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
    private volatile T service;

    /** @param name as a message names it */
    Part(String name) {
        this.name = name;
    }

    void set(T next) {
        service = next;
    }

    void unset(T old) {
        if (service == old) {
            service = null;
        }
    }

    Optional<T> get() {
        return Optional.ofNullable(service);
    }

    /** @throws ApiException while it is away */
    T need() throws ApiException {
        return get().orElseThrow(() -> ApiException.unavailable(name + " is not there at the moment"));
    }

    /** What is seen of it; null while it is away, also where it goes in the middle of it. */
    <R> R see(Function<T, R> look) {
        T now = service;
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
