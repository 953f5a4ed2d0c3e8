package org.geometryos.compositor.standby;

import jakarta.servlet.Servlet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.servlet.whiteboard.Preprocessor;
import org.osgi.service.servlet.whiteboard.annotations.RequireHttpWhiteboard;

/**
 * Registers a servlet of the lowest ranking for each path of the bundles that serve over HTTP (whiteboard): while
 * theirs is there it is shadowed, and takes over in the moment in which theirs goes ({@link GoneMeanwhile} takes care
 * of that moment). A path whose bundle is not installed, and was not within the last minute, has no answer, as without
 * this bundle. In the first minute of this bundle all are expected: a container may install them one by one.
 */
@Component(
        service = {},
        immediate = true)
@RequireHttpWhiteboard
public final class StandbyComponent implements BundleListener {
    private static final long REMEMBERED = TimeUnit.MINUTES.toNanos(1);

    private final BundleContext context;
    private final List<ServiceRegistration<?>> services = new ArrayList<>();
    private final Map<Owner, Long> uninstalled = new ConcurrentHashMap<>();
    private final long begun = System.nanoTime();

    @Activate
    public StandbyComponent(BundleContext context) {
        this.context = context;
        context.addBundleListener(this);
        services.add(context.registerService(Preprocessor.class, new GoneMeanwhile(), null));
        for (Owner owner : Owner.values()) {
            for (String pattern : owner.patterns) {
                services.add(context.registerService(
                        Servlet.class,
                        new StandbyServlet(owner.pages, () -> expected(owner)),
                        new Hashtable<>(Map.of(
                                Constants.SERVICE_RANKING,
                                Integer.MIN_VALUE,
                                "osgi.http.whiteboard.servlet.name",
                                "compositor-standby" + pattern,
                                "osgi.http.whiteboard.servlet.pattern",
                                pattern))));
            }
        }
    }

    /** An update may come as another bundle that takes the place of the one before. */
    private boolean expected(Owner owner) {
        Long gone = uninstalled.get(owner);
        long now = System.nanoTime();
        return now - begun < REMEMBERED
                || gone != null && now - gone < REMEMBERED
                || Arrays.stream(context.getBundles())
                        .anyMatch(bundle -> owner.bundle().equals(bundle.getSymbolicName()));
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        if (event.getType() == BundleEvent.UNINSTALLED) {
            Bundle bundle = event.getBundle();
            Owner.of(bundle.getSymbolicName()).ifPresent(owner -> uninstalled.put(owner, System.nanoTime()));
        }
    }

    @Deactivate
    void deactivate() {
        services.forEach(ServiceRegistration::unregister);
        context.removeBundleListener(this);
    }
}
