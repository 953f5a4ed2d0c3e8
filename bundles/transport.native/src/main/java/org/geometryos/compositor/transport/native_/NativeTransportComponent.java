package org.geometryos.compositor.transport.native_;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.transport.api.SocketWriter;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Offers a {@link SocketWriter} while the bundle runs, where there can be one; if not, says once why. */
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=org.geometryos.compositor.transport.api.SocketWriter")
@Component(
        service = {},
        immediate = true)
public final class NativeTransportComponent {
    private static final Logger LOG = LoggerFactory.getLogger(NativeTransportComponent.class);

    private final Optional<ServiceRegistration<SocketWriter>> service;

    @Activate
    public NativeTransportComponent(BundleContext context) {
        service = writer().map(writer -> context.registerService(SocketWriter.class, writer, null));
    }

    private static Optional<SocketWriter> writer() {
        Optional<String> unfit = Platform.unfit();
        if (unfit.isPresent()) {
            LOG.info("sockets are written to by Java: to write natively, {}", unfit.get());
            return Optional.empty();
        }
        try {
            List<String> missing = Platform.missingOptions();
            if (!missing.isEmpty()) {
                LOG.warn(
                        "sockets are written to by Java: to write natively, start the JVM with {}",
                        String.join(" ", missing));
                return Optional.empty();
            }
            SocketWriter writer = new SendWriter();
            Probe.tryOut(writer);
            LOG.info("sockets are written to natively");
            return Optional.of(writer);
        } catch (ReflectiveOperationException | IOException | LinkageError e) {
            Throwable cause = e instanceof ExceptionInInitializerError ? e.getCause() : e;
            LOG.warn("sockets are written to by Java: it cannot be done natively, {}", cause.toString());
            return Optional.empty();
        }
    }

    @Deactivate
    void deactivate() {
        service.ifPresent(ServiceRegistration::unregister);
    }
}
