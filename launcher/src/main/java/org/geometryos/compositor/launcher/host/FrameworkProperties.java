package org.geometryos.compositor.launcher.host;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.jar.JarFile;
import org.apache.felix.framework.util.FelixConstants;
import org.geometryos.compositor.io.files.StateFolder;
import org.osgi.framework.Constants;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.log.LogService;
import org.slf4j.Logger;

/** What the framework and the bundles of the distribution are told at their start. */
final class FrameworkProperties {

    /** The start level of bundles that only {@code deploy/} has. */
    static final int DEPLOYED_LEVEL = 90;
    /** The level the framework stays at. */
    private static final int FINAL_LEVEL = 100;

    private static final String SHELL_ARGUMENTS = "gosh.args";

    private FrameworkProperties() {}

    /**
     * @param clean whether the bundle cache is made anew
     * @param keyRequired nobody is let in without an API key
     */
    static Map<String, Object> of(Options options, Address address, DataFolder data, boolean clean, boolean keyRequired)
            throws StartException {
        Map<String, Object> properties = new HashMap<>();
        properties.put(Constants.FRAMEWORK_STORAGE, data.path("cache").toString());
        if (clean) {
            properties.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
        }
        properties.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, Integer.toString(FINAL_LEVEL));
        properties.put("felix.startlevel.bundle", Integer.toString(DEPLOYED_LEVEL));
        properties.put(FelixConstants.LOG_LOGGER_PROP, new FrameworkLog());
        properties.put(FelixConstants.LOG_LEVEL_PROP, "1");
        properties.put(
                Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                String.join(",", exports(ConfigurationAdmin.class), exports(Logger.class), exports(LogService.class)));

        properties.put("felix.cm.dir", data.path("config").toString());
        properties.put("felix.cm.config.plugins", "org.apache.felix.configadmin.plugin.interpolation");
        properties.put(
                "org.apache.felix.configadmin.plugin.interpolation.secretsdir",
                DataFolder.without(",", options.conf().toAbsolutePath().resolve("secrets"))
                        .toString());
        properties.put("org.apache.felix.configadmin.plugin.interpolation.file.encoding", "UTF-8");

        properties.put("org.osgi.service.http.port", Integer.toString(address.port()));
        properties.put("org.apache.felix.http.host", address.host());
        properties.put("org.apache.felix.https.enable", "false");
        properties.put("org.apache.felix.jetty.websocket.enable", "true");

        if (options.wanted().contains(Options.WEB_CONSOLE)) {
            // it waits for the bundle that asks for keys, and nobody has the password that it begins with otherwise
            properties.put("felix.webconsole.security.providers", "org.geometryos.compositor.webconsole");
            properties.put("felix.webconsole.password", UUID.randomUUID().toString());
        }
        if (keyRequired) {
            properties.put("org.geometryos.compositor.endpoint.keyRequired", "true");
        }
        // a shell that reads the end of its input takes it for the wish to stop the framework
        if (!Boolean.getBoolean("compositor.interactive") && System.getProperty(SHELL_ARGUMENTS) == null) {
            properties.put(SHELL_ARGUMENTS, "--nointeractive");
        }

        // the process is the host's alone: what many connections left may be collected while nothing is shown
        properties.put("compositor.collects", "true");
        // and thousands of displays may come to it at once
        properties.put("compositor.warms", "200");
        properties.put(StateFolder.DATA, data.root().toString());
        return properties;
    }

    /**
     * The packages of the library a class comes from. The launcher shares three with the bundles: Config Admin's, as it
     * sets the default configurations, and those of SLF4J and the Log service, so that logging is there before the
     * first bundle is and needs no weaving of byte code, which fails with every new Java until its library has caught
     * up.
     */
    static String exports(Class<?> type) {
        try (JarFile jar = new JarFile(
                Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                        .toFile())) {
            return jar.getManifest().getMainAttributes().getValue(Constants.EXPORT_PACKAGE);
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException("cannot read the library of " + type.getName(), e);
        }
    }
}
