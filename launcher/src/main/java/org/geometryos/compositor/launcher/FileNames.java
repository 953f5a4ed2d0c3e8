package org.geometryos.compositor.launcher;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Optional;

import org.geometryos.compositor.launcher.command.Console;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.SynchronousConfigurationListener;
import org.osgi.util.tracker.ServiceTracker;

/**
 * Sees to it that the file {@code PID~NAME.cfg} is the configuration NAME of the factory PID. FileInstall takes the first hyphen of a
 * file's name for what separates the two, so by itself it would make a configuration of it that nobody looks at. The
 * configuration moves to where it belongs while its file is taken up; FileInstall finds it there by the file it came from.
 */
final class FileNames extends ServiceTracker<ConfigurationAdmin, ConfigurationAdmin> implements SynchronousConfigurationListener {

    FileNames(BundleContext context) {
        super(context, ConfigurationAdmin.class, null);
        open();
        context.registerService(SynchronousConfigurationListener.class, this, null);
    }

    /** A factory and the name of one of its configurations. */
    private record Place(String factory, String name) {

        /** Where a configuration belongs; empty if no file with such a name made it. */
        static Optional<Place> of(Dictionary<String, Object> properties) {
            if (properties == null || !(properties.get(Defaults.FROM_FILE) instanceof String file)) {
                return Optional.empty();
            }
            String name = Path.of(URI.create(file)).getFileName().toString();
            String pid = name.substring(0, Math.max(0, name.lastIndexOf('.')));
            int tilde = pid.indexOf('~');
            return tilde < 1 || tilde == pid.length() - 1 ? Optional.empty()
                    : Optional.of(new Place(pid.substring(0, tilde), pid.substring(tilde + 1)));
        }
    }

    /** Synchronous: on FileInstall's thread, before anybody is told of the configuration in the wrong place. */
    @Override
    public void configurationEvent(ConfigurationEvent event) {
        ConfigurationAdmin admin = getService();
        if (admin == null || event.getType() != ConfigurationEvent.CM_UPDATED || !event.getPid().contains("~")) {
            return;
        }
        try {
            Configuration configuration = event.getFactoryPid() == null ? admin.getConfiguration(event.getPid(), "?")
                    : admin.getFactoryConfiguration(event.getFactoryPid(), event.getPid().substring(event.getFactoryPid().length() + 1), "?");
            Dictionary<String, Object> properties = configuration.getProperties();
            Optional<Place> place = Place.of(properties);
            if (place.isPresent() && !place.get().factory.equals(event.getFactoryPid())) {
                properties.remove("service.pid");
                properties.remove("service.factoryPid");
                // first, as it may have the very PID that the other is to have
                configuration.delete();
                admin.getFactoryConfiguration(place.get().factory, place.get().name, "?").update(properties);
            }
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            Console.error("cannot take up the configuration " + event.getPid() + ": " + e.getMessage());
        }
    }
}
