package org.geometryos.compositor.launcher.host;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.FrameworkWiring;

/** Says why something is not there: bundles that are not active, components that are not satisfied. */
final class Diagnosis {

    /** Part of the framework's message: missing requirement [bundle [id](revision)] namespace; filter */
    private static final Pattern REQUIREMENT = Pattern.compile(
            "missing requirement \\[(\\S+) [^\\]]*\\]\\([^)]*\\)\\] ([\\w.]+)(?:; )?([^\\[\\]]*[^\\[\\]\\s])?");

    private static final String COMPONENT_RUNTIME = "org.osgi.service.component.runtime.ServiceComponentRuntime";

    private final BundleContext context;

    Diagnosis(BundleContext context) {
        this.context = context;
    }

    /** Bundles that cannot resolve, each with the reason. */
    List<String> unresolved() {
        return unresolved(bundle -> true);
    }

    /** @param which whether a bundle is looked at */
    List<String> unresolved(Predicate<Bundle> which) {
        FrameworkWiring wiring =
                context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
        List<String> lines = new ArrayList<>();
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getState() == Bundle.INSTALLED
                    && which.test(bundle)
                    && !wiring.resolveBundles(List.of(bundle))) {
                lines.add("bundle " + name(bundle) + " cannot resolve: " + startError(bundle));
            }
        }
        return lines;
    }

    /**
     * All bundles that ought to be active and are not, each with the reason. Tries to start them, as only that tells.
     */
    List<String> inactive() {
        List<String> lines = new ArrayList<>(unresolved());
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getState() == Bundle.STARTING || bundle.getState() == Bundle.STOPPING) {
                lines.add("bundle " + name(bundle) + " is still starting or stopping");
            } else if (bundle.getState() == Bundle.RESOLVED
                    && bundle.getHeaders("").get(Constants.FRAGMENT_HOST) == null) {
                lines.add("bundle " + name(bundle) + " is not active: " + startError(bundle));
            }
        }
        return lines;
    }

    private static String startError(Bundle bundle) {
        try {
            bundle.start(Bundle.START_TRANSIENT | Bundle.START_ACTIVATION_POLICY);
            return "it starts when asked again";
        } catch (BundleException e) {
            return reason(e);
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /**
     * Why a bundle does not start, in a line. For a bundle that cannot resolve the requirement at the end of the chain,
     * as what needs what that needs it does not help.
     */
    static String reason(BundleException e) {
        Throwable cause = e.getCause() != null && e.getType() == BundleException.ACTIVATOR_ERROR ? e.getCause() : e;
        String message = String.valueOf(cause.getMessage()).strip();
        Matcher requirement = REQUIREMENT.matcher(message.split(" Unresolved requirements: ", 2)[0]);
        String last = null;
        while (requirement.find()) {
            last = requirement.group(1) + " needs " + requirement.group(2) + " " + requirement.group(3);
        }
        if (last != null) {
            return last;
        }
        return cause == e ? message : cause.getClass().getName() + ": " + message;
    }

    static String name(Bundle bundle) {
        String name = bundle.getSymbolicName() == null ? bundle.getLocation() : bundle.getSymbolicName();
        return name + " " + bundle.getVersion();
    }

    /**
     * Components whose references or configuration are not satisfied. The component runtime's classes are not ours to
     * link to (it is a bundle that can be replaced), so its transfer objects are read by the names of their fields.
     */
    List<String> components() {
        ServiceReference<?> reference = context.getServiceReference(COMPONENT_RUNTIME);
        Object runtime = reference == null ? null : context.getService(reference);
        if (runtime == null) {
            return List.of("no component runtime");
        }
        List<String> lines = new ArrayList<>();
        try {
            Class<?> type = runtime.getClass().getClassLoader().loadClass(COMPONENT_RUNTIME);
            Object none = Array.newInstance(Bundle.class, 0);
            for (Object component : (Collection<?>) type.getMethod("getComponentDescriptionDTOs", Bundle[].class)
                    .invoke(runtime, none)) {
                for (Object state :
                        (Collection<?>) type.getMethod("getComponentConfigurationDTOs", component.getClass())
                                .invoke(runtime, component)) {
                    for (Object unsatisfied : (Object[]) field(state, "unsatisfiedReferences")) {
                        lines.add("component " + field(component, "name") + " has no " + field(unsatisfied, "name")
                                + target(unsatisfied));
                    }
                    Object failure = field(state, "failure");
                    if (failure != null) {
                        lines.add("component " + field(component, "name") + " failed: "
                                + failure.toString().lines().findFirst().orElse(""));
                    }
                }
            }
        } catch (ReflectiveOperationException e) {
            lines.add("components cannot be examined: " + e);
        } finally {
            context.ungetService(reference);
        }
        return lines;
    }

    private static String target(Object unsatisfied) throws ReflectiveOperationException {
        Object target = field(unsatisfied, "target");
        return target == null ? "" : " " + target;
    }

    private static Object field(Object transfer, String name) throws ReflectiveOperationException {
        return transfer.getClass().getField(name).get(transfer);
    }
}
