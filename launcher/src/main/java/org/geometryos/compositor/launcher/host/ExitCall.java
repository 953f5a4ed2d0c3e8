package org.geometryos.compositor.launcher.host;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.Bundle;

/** Who called {@code System.exit}, found while the process ends: the thread that did waits within the call. */
final class ExitCall {

    private static final List<String> EXIT = List.of("java.lang.Runtime", "java.lang.System");

    private ExitCall() {}

    /**
     * @param bundles among which the caller is looked for
     * @return how a line names it; empty: it was a signal, or the command itself
     */
    static Optional<String> foreign(Bundle[] bundles) {
        for (Map.Entry<Thread, StackTraceElement[]> each :
                Thread.getAllStackTraces().entrySet()) {
            StackTraceElement[] stack = each.getValue();
            boolean exits = Arrays.stream(stack)
                    .anyMatch(frame -> EXIT.contains(frame.getClassName())
                            && frame.getMethodName().equals("exit"));
            if (exits) {
                Optional<String> caller = Arrays.stream(stack)
                        .map(StackTraceElement::getClassName)
                        .dropWhile(name -> !EXIT.contains(name))
                        .filter(name -> !EXIT.contains(name))
                        .findFirst();
                return caller.filter(name -> !name.equals(ExitCode.class.getName()))
                        .map(name -> owner(name, bundles) + " (" + name + ", thread "
                                + each.getKey().getName() + ")");
            }
        }
        return Optional.empty();
    }

    private static String owner(String type, Bundle[] bundles) {
        String file = type.replace('.', '/') + ".class";
        for (Bundle bundle : bundles) {
            try {
                if (bundle.getBundleId() != 0 && bundle.getEntry(file) != null) {
                    return "the bundle " + Diagnosis.name(bundle);
                }
            } catch (IllegalStateException e) {
                // it is being uninstalled
            }
        }
        return "a part of the host";
    }
}
