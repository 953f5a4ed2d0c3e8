package org.geometryos.compositor.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** With a real Config Admin, in which configurations are made as FileInstall makes them. */
class FileNamesTest {

    @TempDir
    Path folder;
    private Framework framework;
    private FileNames names;

    @BeforeEach
    void start() throws Exception {
        framework = ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow().newFramework(Map.of(
                "org.osgi.framework.storage", folder.resolve("cache").toString(),
                "org.osgi.framework.system.packages.extra", Host.exports(ConfigurationAdmin.class),
                "felix.cm.dir", folder.resolve("config").toString()));
        framework.init();
        BundleContext context = framework.getBundleContext();
        names = new FileNames(context);
        framework.start();
        Class<?> inside = Class.forName("org.apache.felix.cm.PersistenceManager", false, getClass().getClassLoader());
        try (InputStream jar = inside.getProtectionDomain().getCodeSource().getLocation().openStream()) {
            Bundle configAdmin = context.installBundle("configadmin", jar);
            configAdmin.start();
        }
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(5_000);
    }

    private Dictionary<String, Object> from(String file, String value) {
        return new Hashtable<>(Map.of("key", value, Defaults.FROM_FILE, folder.resolve(file).toUri().toString()));
    }

    private List<String> all() throws Exception {
        Configuration[] found = names.getService().listConfigurations(null);
        return found == null ? List.of() : Arrays.stream(found)
                .map(c -> c.getFactoryPid() + " " + c.getPid() + " " + c.getProperties().get("key")).sorted().toList();
    }

    @Test
    void whatFollowsTheTildeIsTheName() throws Exception {
        names.getService().getConfiguration("org.some.factory~one", "?").update(from("org.some.factory~one.cfg", "a"));
        assertThat(all()).containsExactly("org.some.factory org.some.factory~one a");
    }

    @Test
    void aHyphenInTheNameIsPartOfIt() throws Exception {
        names.getService().getFactoryConfiguration("org.some.factory~wall", "left", "?").update(from("org.some.factory~wall-left.cfg", "a"));
        assertThat(all()).containsExactly("org.some.factory org.some.factory~wall-left a");
    }

    @Test
    void theFileIsFoundAgainWhereItsConfigurationWent() throws Exception {
        names.getService().getConfiguration("org.some.factory~one", "?").update(from("org.some.factory~one.cfg", "a"));
        Configuration[] found = names.getService().listConfigurations("(" + Defaults.FROM_FILE + "=" + folder.resolve("org.some.factory~one.cfg").toUri() + ")");
        assertThat(found).hasSize(1);
        found[0].update(from("org.some.factory~one.cfg", "b"));
        assertThat(all()).containsExactly("org.some.factory org.some.factory~one b");
        found[0].delete();
        assertThat(all()).isEmpty();
    }

    @Test
    void othersStayWhereTheyAre() throws Exception {
        names.getService().getConfiguration("org.some.pid", "?").update(from("org.some.pid.cfg", "a"));
        names.getService().getFactoryConfiguration("org.some.factory", "two", "?").update(from("org.some.factory-two.cfg", "b"));
        names.getService().getConfiguration("odd~pid", "?").update(new Hashtable<>(Map.of("key", "c")));
        assertThat(all()).containsExactly("null odd~pid c", "null org.some.pid a", "org.some.factory org.some.factory~two b");
    }
}
