package org.geometryos.compositor.console;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.Converter;
import org.geometryos.compositor.health.Failures;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.io.files.StateFolder;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers the commands of Gogo over a socket in the data folder that its owner alone may open. Whoever may use it may do
 * whatever the host may, so it has no key of its own: the rights of the file decide.
 */
@Component(
        service = {},
        immediate = true)
public final class ConsoleComponent {
    private static final String NAME = "console.sock";
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleComponent.class);

    private final ConsoleServer server;
    private final ServiceRegistration<?> health;
    private final ServiceRegistration<?> arguments;

    @Activate
    public ConsoleComponent(BundleContext context, @Reference CommandProcessor processor) {
        arguments = context.registerService(
                Converter.class,
                new BundleArguments(
                        context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext()),
                new Hashtable<>(Map.of(Converter.CONVERTER_CLASSES, Bundle.class.getName())));
        Path socket = StateFolder.root(context).resolve(NAME);
        ConsoleServer started = null;
        ServiceRegistration<?> problem = null;
        try {
            started = ConsoleServer.start(socket, processor);
        } catch (IOException | UnsupportedOperationException e) {
            String text = "there is no console: the socket " + socket + " cannot be opened (" + Failures.text(e)
                    + "); a path of at most about 100 bytes in a folder that can be written is needed";
            LOG.warn("{}", text);
            problem = Health.register(context, "console", () -> Health.warnings("console", List.of(text)));
        }
        server = started;
        health = problem;
    }

    @Deactivate
    void deactivate() {
        if (server != null) {
            server.stop();
        }
        if (health != null) {
            health.unregister();
        }
        arguments.unregister();
    }
}
