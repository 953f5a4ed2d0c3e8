package org.geometryos.compositor.itest.protocol;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Hashtable;
import org.geometryos.compositor.api.control.CameraBridge;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** The only class of a bundle: a camera bridge that goes before all others and fails on each update. */
public final class FaultyBridge implements BundleActivator, InvocationHandler {
    /** By this it is known to be there. */
    static final int MAX_CAMERAS = 7;

    @Override
    public void start(BundleContext context) {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put("service.ranking", 1000);
        context.registerService(
                CameraBridge.class,
                // the bundle of the interface sees each type that its methods name; this one imports some of them
                (CameraBridge) Proxy.newProxyInstance(
                        CameraBridge.class.getClassLoader(), new Class<?>[] {CameraBridge.class}, this),
                properties);
    }

    @Override
    public void stop(BundleContext context) {
        // the framework takes the service away
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) {
        return switch (method.getName()) {
            case "maxCameras" -> MAX_CAMERAS;
            case "releaseAll" -> null;
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            case "toString" -> "a faulty bridge";
            default -> throw new IllegalStateException("as this test wants it");
        };
    }
}
