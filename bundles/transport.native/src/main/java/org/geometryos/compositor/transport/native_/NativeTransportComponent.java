package org.geometryos.compositor.transport.native_;

import java.io.IOException;
import java.nio.channels.SocketChannel;
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
    private static final String JAVA = "sockets are written to by Java: ";

    private final Optional<ServiceRegistration<SocketWriter>> service;
    private Rings rings = Rings.none();

    @Activate
    public NativeTransportComponent(BundleContext context) {
        Optional<String> unfit = Platform.unfit();
        if (unfit.isPresent()) {
            LOG.info(JAVA + "to write natively, {}", unfit.get());
            service = Optional.empty();
        } else {
            service = writer().map(writer -> context.registerService(SocketWriter.class, writer, null));
        }
    }

    private Optional<SocketWriter> writer() {
        try {
            List<String> missing = Platform.missingOptions();
            if (!missing.isEmpty()) {
                LOG.warn(JAVA + "to write natively, start the JVM with {}", String.join(" ", missing));
                return Optional.empty();
            }
            Probe.tryOut(new SendWriter(rings));
            rings = rings();
            return Optional.of(new SendWriter(rings));
        } catch (ReflectiveOperationException | IOException | LinkageError e) {
            LOG.warn(JAVA + "it cannot be done natively, {}", cause(e));
            return Optional.empty();
        }
    }

    private static Rings rings() {
        try {
            Rings rings = Rings.open();
            try {
                Probe.tryOut((channel, bytes) -> {
                    int[] taken = new int[1];
                    return rings.writeAll(new SocketChannel[] {channel}, 1, bytes, taken) ? taken[0] : 0;
                });
                LOG.info("sockets are written to natively, many in one call");
                return rings;
            } catch (IOException e) {
                rings.close();
                throw e;
            }
        } catch (ReflectiveOperationException | IOException | LinkageError e) {
            LOG.info("sockets are written to natively, one by one: many in one call is not possible, {}", cause(e));
            return Rings.none();
        }
    }

    private static String cause(Throwable e) {
        Throwable cause = e instanceof ExceptionInInitializerError && e.getCause() != null ? e.getCause() : e;
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    @Deactivate
    void deactivate() {
        service.ifPresent(ServiceRegistration::unregister);
        rings.close();
    }
}
