package org.geometryos.compositor.launcher.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.BooleanSupplier;
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

/** With a real Config Admin, which is started anew to see what the next start of the product makes of its store. */
class DefaultsTest {

    private static final String PID = "factory~one";

    @TempDir
    Path folder;

    private Framework framework;
    private Defaults defaults;
    private Bundle configAdmin;

    @BeforeEach
    void start() throws Exception {
        start(Map.of(PID, Map.of("key", "default", "n", 1L)));
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(5_000);
    }

    @Test
    void defaultIsThereOnceConfigAdminIs() throws Exception {
        assertThat(value()).isEqualTo("default");
        assertThat(configuration().getFactoryPid()).isEqualTo("factory");
    }

    @Test
    void fileTakesItsPlaceUntilItIsDeleted() throws Exception {
        writeAsFile("mine");
        assertThat(value()).isEqualTo("mine");
        configuration().delete();
        await(() -> "default".equals(value()));
    }

    @Test
    void fileStillThereAtTheNextStartIsKept() throws Exception {
        writeAsFile("mine");
        restart();
        assertThat(value()).isEqualTo("mine");
        configuration().delete();
        await(() -> "default".equals(value()));
    }

    @Test
    void fileDeletedMeanwhileLeavesTheDefault() throws Exception {
        Files.delete(writeAsFile("mine"));
        restart();
        assertThat(value()).isEqualTo("default");
    }

    @Test
    void fileOfAnotherFolderLeavesTheDefault() throws Exception {
        Path other =
                Files.writeString(Files.createDirectory(folder.resolve("other")).resolve(PID + ".cfg"), "");
        set(Map.of("key", "elsewhere", Defaults.FROM_FILE, other.toUri().toString()));
        restart();
        assertThat(value()).isEqualTo("default");
    }

    @Test
    void changeThroughConfigAdminLasts() throws Exception {
        Dictionary<String, Object> properties = configuration().getProperties();
        properties.put("key", "changed");
        configuration().update(properties);
        restart();
        assertThat(value()).isEqualTo("changed");
    }

    @Test
    void untouchedDefaultFollowsTheDistribution() throws Exception {
        stop();
        start(Map.of(PID, Map.of("key", "newer")));
        assertThat(value()).isEqualTo("newer");
        stop();
        start(Map.of());
        assertThat(admin().listConfigurations(null)).isNull();
    }

    @Test
    void otherConfigurationsAreLeftAlone() throws Exception {
        admin().getConfiguration("other", "?").update(new Hashtable<>(Map.of("key", "theirs")));
        restart();
        assertThat(admin().getConfiguration("other", "?").getProperties().get("key"))
                .isEqualTo("theirs");
    }

    private void start(Map<String, Map<String, Object>> values) throws Exception {
        framework = ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow()
                .newFramework(Map.of(
                        "org.osgi.framework.storage", folder.resolve("cache").toString(),
                        "org.osgi.framework.system.packages.extra",
                                FrameworkProperties.exports(ConfigurationAdmin.class),
                        "felix.cm.dir", folder.resolve("config").toString()));
        framework.init();
        BundleContext context = framework.getBundleContext();
        defaults = new Defaults(context, values, Set.of(folder));
        framework.start();
        Class<?> inside = Class.forName(
                "org.apache.felix.cm.PersistenceManager", false, getClass().getClassLoader());
        try (InputStream jar =
                inside.getProtectionDomain().getCodeSource().getLocation().openStream()) {
            configAdmin = context.installBundle("configadmin", jar);
        }
        configAdmin.start();
    }

    private void restart() throws Exception {
        configAdmin.stop();
        configAdmin.start();
    }

    private Path writeAsFile(String value) throws Exception {
        Path file = Files.writeString(folder.resolve(PID + ".cfg"), "key = " + value);
        set(Map.of("key", value, Defaults.FROM_FILE, file.toUri().toString()));
        return file;
    }

    private void set(Map<String, Object> properties) throws Exception {
        configuration().update(new Hashtable<>(properties));
    }

    private Configuration configuration() throws Exception {
        return admin().getFactoryConfiguration("factory", "one", "?");
    }

    private ConfigurationAdmin admin() {
        return defaults.getService();
    }

    private Object value() {
        try {
            Dictionary<String, Object> properties = configuration().getProperties();
            return properties == null ? null : properties.get("key");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long limit = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(limit);
            Thread.sleep(10);
        }
    }
}
