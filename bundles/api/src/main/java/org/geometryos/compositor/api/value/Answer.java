package org.geometryos.compositor.api.value;

import java.util.function.Consumer;
import java.util.function.Function;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What became of something that was asked for: known at once, or told later. On a single host everything that goes into
 * the sequence is known at once; with several hosts, when it came back through what orders them. Any thread.
 *
 * <p>Nobody waits for one with a lock, or on a thread that others need.
 *
 * @param <T> what is told
 */
@ProviderType
public interface Answer<T> {

    /**
     * Has somebody told: at once and on this thread if it is known already, else once on the thread that learns of it.
     * Then it must be quick and must not block. Several are told in the order in which they asked.
     */
    void then(Consumer<? super T> told);

    /**
     * What is known now.
     *
     * @param unknown is given back while it is not known; may be null
     */
    T now(T unknown);

    /** The same in another form. */
    default <R> Answer<R> map(Function<? super T, ? extends R> form) {
        Later<R> later = new Later<>();
        then(value -> later.tell(form.apply(value)));
        return later;
    }
}
