package org.geometryos.compositor.launcher.host;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.log.FormatterLogger;
import org.osgi.service.log.LogService;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerConsumer;
import org.osgi.service.log.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The Log service of the framework, for the bundles that use it (component runtime, hot deployment, Config Admin): what
 * they say goes where all log messages go. The service's interfaces have a method for each level and number of
 * arguments, which are told apart here by their names and arguments.
 */
final class LogBridge implements ServiceFactory<LogService> {

    static void register(BundleContext context) {
        context.registerService(
                new String[] {LogService.class.getName(), LoggerFactory.class.getName()}, new LogBridge(), null);
    }

    @Override
    public LogService getService(Bundle bundle, ServiceRegistration<LogService> registration) {
        String name = bundle.getSymbolicName() == null ? "bundle" + bundle.getBundleId() : bundle.getSymbolicName();
        return proxy(
                LogService.class,
                (self, method, arguments) -> method.getName().equals("log") ? old(name, arguments) : logger(arguments));
    }

    @Override
    public void ungetService(Bundle bundle, ServiceRegistration<LogService> registration, LogService service) {
        // nothing is held
    }

    /** {@code getLogger}: a name or a class, perhaps after a bundle, perhaps followed by the type of the logger. */
    private static Object logger(Object[] arguments) {
        Object[] rest = arguments[0] instanceof Bundle || arguments[0] == null
                ? Arrays.copyOfRange(arguments, 1, arguments.length)
                : arguments;
        String name = rest[0] instanceof Class<?> from ? from.getName() : String.valueOf(rest[0]);
        boolean formatted = rest.length > 1 && rest[1] == FormatterLogger.class;
        org.slf4j.Logger log = org.slf4j.LoggerFactory.getLogger(name);
        Class<? extends Logger> type = formatted ? FormatterLogger.class : Logger.class;
        return proxy(type, (self, method, values) -> call(log, formatted, (Logger) self, method, values));
    }

    private static Object call(org.slf4j.Logger log, boolean formatted, Logger self, Method method, Object[] arguments)
            throws Exception {
        String name = method.getName();
        if (name.equals("getName")) {
            return log.getName();
        }
        if (name.startsWith("is")) {
            return log.isEnabledForLevel(Level.valueOf(
                    name.substring(2, name.length() - "Enabled".length()).toUpperCase(Locale.ROOT)));
        }
        Level level = name.equals("audit") ? Level.INFO : Level.valueOf(name.toUpperCase(Locale.ROOT));
        if (!log.isEnabledForLevel(level)) {
            return null;
        }
        if (arguments[0] instanceof LoggerConsumer<?> consumer) {
            consumer.accept(self);
            return null;
        }
        List<Object> values = arguments.length == 2 && arguments[1] instanceof Object[] array
                ? Arrays.asList(array)
                : Arrays.asList(arguments).subList(1, arguments.length);
        String message = (String) arguments[0];
        if (formatted) {
            Object last = values.isEmpty() ? null : values.get(values.size() - 1);
            log.atLevel(level)
                    .setCause(last instanceof Throwable problem ? problem : null)
                    .log(String.format(Locale.ROOT, message, values.toArray()));
        } else {
            log.atLevel(level).log(message, values.toArray());
        }
        return null;
    }

    /** {@code log} of earlier versions: level, message and perhaps a problem, perhaps after a service reference. */
    private static Object old(String name, Object[] arguments) {
        int at = arguments[0] instanceof Integer ? 0 : 1;
        Level level =
                switch ((Integer) arguments[at]) {
                    case 1 -> Level.ERROR;
                    case 2 -> Level.WARN;
                    case 3 -> Level.INFO;
                    default -> Level.DEBUG;
                };
        Throwable problem = arguments.length > at + 2 ? (Throwable) arguments[at + 2] : null;
        org.slf4j.LoggerFactory.getLogger(name).atLevel(level).setCause(problem).log(String.valueOf(arguments[at + 1]));
        return null;
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(
                LogBridge.class.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> switch (method.getName()) {
                    case "toString" -> type.getSimpleName();
                    case "hashCode" -> System.identityHashCode(self);
                    case "equals" -> self == arguments[0];
                    default -> handler.invoke(self, method, arguments);
                }));
    }
}
