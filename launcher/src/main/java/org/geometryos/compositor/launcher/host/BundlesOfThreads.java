package org.geometryos.compositor.launcher.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleReference;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.wiring.BundleWiring;

/**
 * The bundle of a thread: the one that has the thread's class, or the outermost class of the stack that one bundle
 * alone has, or the one whose class loader is the thread's context.
 */
final class BundlesOfThreads implements ThreadOwners {
    private static final int FRAMES = 100;

    private final Supplier<Bundle[]> bundles;

    /** @param bundles those that are installed */
    BundlesOfThreads(Supplier<Bundle[]> bundles) {
        this.bundles = bundles;
    }

    @Override
    public Optional<Owner> of(Thread thread, Throwable problem) {
        return Optional.ofNullable(FrameworkUtil.getBundle(thread.getClass()))
                .or(() -> ofStack(problem.getStackTrace()))
                .or(() -> Optional.ofNullable(
                        thread.getContextClassLoader() instanceof BundleReference reference
                                ? reference.getBundle()
                                : null))
                .filter(bundle -> bundle.getBundleId() != 0)
                .map(Now::of);
    }

    private Optional<Bundle> ofStack(StackTraceElement[] stack) {
        for (int i = stack.length - 1; i >= Math.max(0, stack.length - FRAMES); i--) {
            String name = stack[i].getClassName();
            if (!name.startsWith("java.") && !name.startsWith("jdk.")) {
                List<Bundle> having = having(name);
                // a class that is copied into several bundles says nothing
                if (having.size() == 1) {
                    return Optional.of(having.get(0));
                }
            }
        }
        return Optional.empty();
    }

    private List<Bundle> having(String name) {
        int dot = name.lastIndexOf('.');
        String folder = "/" + (dot < 0 ? "" : name.substring(0, dot).replace('.', '/'));
        // names of lambdas and hidden classes have more behind the class that they belong to
        String file = name.substring(dot + 1).replaceFirst("(\\$\\$Lambda|/).*", "") + ".class";
        List<Bundle> having = new ArrayList<>();
        for (Bundle bundle : bundles.get()) {
            BundleWiring wiring = bundle.getBundleId() == 0 ? null : bundle.adapt(BundleWiring.class);
            if (wiring != null
                    && !wiring.listResources(folder, file, BundleWiring.LISTRESOURCES_LOCAL)
                            .isEmpty()) {
                having.add(bundle);
            }
        }
        return having;
    }

    /** @param changed when it was last installed, updated or uninstalled */
    private record Now(Bundle bundle, String title, long changed) implements Owner {
        static Now of(Bundle bundle) {
            return new Now(bundle, bundle.getSymbolicName() + " " + bundle.getVersion(), bundle.getLastModified());
        }

        @Override
        public boolean gone() {
            return bundle.getLastModified() != changed
                    || bundle.getState() != Bundle.ACTIVE && bundle.getState() != Bundle.STARTING;
        }
    }
}
