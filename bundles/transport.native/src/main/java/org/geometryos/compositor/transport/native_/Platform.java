package org.geometryos.compositor.transport.native_;

import java.lang.reflect.InvocationTargetException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a JVM has to be and to allow, so that sockets are written to past its own classes. */
final class Platform {
    /** The first with {@code java.lang.foreign}. */
    private static final int JAVA = 22;

    private static final Set<String> PROCESSORS = Set.of("amd64", "x86_64", "aarch64");
    /** The package of the JDK's own sockets. */
    static final String SOCKETS = "sun.nio.ch";

    private static final String OPEN_SOCKETS = "--add-opens=java.base/" + SOCKETS + "=ALL-UNNAMED";
    private static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";

    private Platform() {}

    /** Why it cannot be done here, whatever the options of the JVM are. */
    static Optional<String> unfit() {
        return unfit(Runtime.version().feature(), System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    static Optional<String> unfit(int java, String system, String processor) {
        if (!"Linux".equals(system)) {
            return Optional.of("it needs Linux, and this is " + system);
        }
        if (!PROCESSORS.contains(processor)) {
            return Optional.of("it needs a processor of x86-64 or AArch64, and this is " + processor);
        }
        return java < JAVA
                ? Optional.of("it needs Java " + JAVA + " or newer, and this is Java " + java)
                : Optional.empty();
    }

    /** The options of the JVM that are missing; only where it is fit. */
    static List<String> missingOptions() throws ReflectiveOperationException {
        Module ours = Platform.class.getModule();
        List<String> missing = new ArrayList<>();
        if (!SocketChannel.class.getModule().isOpen(SOCKETS, ours)) {
            missing.add(OPEN_SOCKETS);
        }
        if (!nativeAccess(ours)) {
            missing.add(NATIVE_ACCESS);
        }
        return missing;
    }

    /** Asked before anything is tried: a JVM that allows it by default would print a warning. */
    private static boolean nativeAccess(Module module) throws ReflectiveOperationException {
        try {
            return (boolean) Module.class.getMethod("isNativeAccessEnabled").invoke(module);
        } catch (InvocationTargetException e) {
            throw new ReflectiveOperationException(e.getCause());
        }
    }
}
