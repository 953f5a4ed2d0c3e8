package org.geometryos.compositor.health;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The services of one kind that other bundles have and this one calls. One that throws harms nobody else: the log says
 * so in one line with its name, and it is called again. Any thread.
 */
public final class PlugIns<T> {
    private static final Logger LOG = LoggerFactory.getLogger(PlugIns.class);

    private final String kind;
    private final CopyOnWriteArrayList<Slot<T>> slots = new CopyOnWriteArrayList<>();

    private static final class Slot<T> {
        private final T service;
        private final Failures failures;

        Slot(String kind, T service) {
            this.service = service;
            this.failures = Failures.ofPlugIn(kind, service);
        }
    }

    /** @param kind what each of them is, such as {@code a listener of the journal} */
    public PlugIns(String kind) {
        this.kind = kind;
    }

    public void add(T service) {
        slots.add(new Slot<>(kind, service));
    }

    public void remove(T service) {
        slots.removeIf(slot -> slot.service == service);
    }

    public boolean isEmpty() {
        return slots.isEmpty();
    }

    /** Calls each of them, in the order in which they came. */
    public void tell(Consumer<? super T> what) {
        for (Slot<T> slot : slots) {
            tell(slot, what);
        }
    }

    /** Calls one of them. */
    public void tell(T service, Consumer<? super T> what) {
        for (Slot<T> slot : slots) {
            if (slot.service == service) {
                tell(slot, what);
                return;
            }
        }
    }

    private void tell(Slot<T> slot, Consumer<? super T> what) {
        try {
            what.accept(slot.service);
            slot.failures.worked();
        } catch (RuntimeException | Error e) {
            failed(slot, e);
        }
    }

    /** Whether all of them say so; one that throws has no say. */
    public boolean all(Predicate<? super T> say) {
        for (Slot<T> slot : slots) {
            try {
                if (!say.test(slot.service)) {
                    return false;
                }
            } catch (RuntimeException | Error e) {
                failed(slot, e);
            }
        }
        return true;
    }

    private void failed(Slot<T> slot, Throwable e) {
        // one that has gone meanwhile may fail
        if (slots.contains(slot)) {
            slot.failures.failed(e);
        }
    }

    /** Which of them failed of late. */
    public List<Health.Problem> problems() {
        return slots.stream().flatMap(slot -> slot.failures.problems().stream()).toList();
    }

    /** What a service is and whose: its kind, its class, and its bundle where a framework has loaded the class. */
    public static String title(String kind, Object service) {
        Class<?> type = service.getClass();
        Bundle bundle = FrameworkUtil.getBundle(type);
        return kind + " (" + type.getName()
                + (bundle == null ? "" : " of " + bundle.getSymbolicName() + " " + bundle.getVersion()) + ")";
    }

    /**
     * Says in one line that a service of another bundle failed at something that is not done again.
     *
     * @param title see {@link #title}
     * @param when what was asked of it, such as {@code when it was connected}
     */
    public static void fault(String title, String when, Throwable problem) {
        LOG.warn("{} failed {}: {}", title, when, Failures.text(problem));
        LOG.debug("{} failed {}", title, when, problem);
    }
}
