package org.geometryos.compositor.launcher.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.geometryos.compositor.health.Health;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.SynchronousConfigurationListener;

/** With a real Config Admin. */
class ConfFolderTest {
    private static final String KEY = "org.geometryos.compositor.endpoint.key~wall";

    @TempDir
    Path folder;

    private Path conf;
    private Framework framework;
    private ConfFolder files;
    private final AtomicInteger updates = new AtomicInteger();

    @BeforeEach
    void makeFolder() throws IOException {
        conf = Files.createDirectory(folder.resolve("conf"));
    }

    private void start() throws Exception {
        framework = ServiceLoader.load(FrameworkFactory.class)
                .findFirst()
                .orElseThrow()
                .newFramework(Map.of(
                        "org.osgi.framework.storage",
                        folder.resolve("cache").toString(),
                        "some.property",
                        "of the host",
                        "org.osgi.framework.system.packages.extra",
                        FrameworkProperties.exports(ConfigurationAdmin.class),
                        "felix.cm.dir",
                        folder.resolve("config").toString()));
        framework.init();
        BundleContext context = framework.getBundleContext();
        new Defaults(context, Map.of("org.some.factory~default", Map.of("key", "default")), Set.of(conf));
        files = new ConfFolder(context, conf);
        context.registerService(
                SynchronousConfigurationListener.class,
                event -> {
                    if (event.getType() == ConfigurationEvent.CM_UPDATED) {
                        updates.incrementAndGet();
                    }
                },
                null);
        framework.start();
        if (context.getBundle("configadmin") == null) {
            Class<?> inside = Class.forName(
                    "org.apache.felix.cm.PersistenceManager", false, getClass().getClassLoader());
            try (InputStream jar =
                    inside.getProtectionDomain().getCodeSource().getLocation().openStream()) {
                Bundle configAdmin = context.installBundle("configadmin", jar);
                configAdmin.start();
            }
        }
    }

    @AfterEach
    void stop() throws Exception {
        if (framework != null) {
            framework.stop();
            framework.waitForStop(5_000);
            files.stop();
            framework = null;
        }
    }

    private void write(String name, String text, Charset charset) throws IOException {
        Path beside = Files.write(folder.resolve("new"), text.getBytes(charset));
        Files.move(beside, conf.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void write(String name, String text) throws IOException {
        write(name, text, StandardCharsets.UTF_8);
    }

    private List<String> all() throws Exception {
        Configuration[] found = files.getService().listConfigurations(null);
        return found == null
                ? List.of()
                : Arrays.stream(found)
                        .map(c -> c.getFactoryPid() + " " + c.getPid() + " "
                                + c.getProperties().get("key"))
                        .filter(c -> !c.contains("~default default"))
                        .sorted()
                        .toList();
    }

    private Object value(String pid, String key) throws Exception {
        int tilde = pid.indexOf('~');
        ConfigurationAdmin admin = files.getService();
        try {
            Dictionary<String, Object> properties = (tilde < 0
                            ? admin.getConfiguration(pid, "?")
                            : admin.getFactoryConfiguration(pid.substring(0, tilde), pid.substring(tilde + 1), "?"))
                    .getProperties();
            return properties == null ? null : properties.get(key);
        } catch (IllegalStateException deletedMeanwhile) {
            return null;
        }
    }

    private List<String> problems() {
        return Health.all(framework.getBundleContext()).stream()
                .flatMap(part -> part.problems().stream())
                .map(Health.Problem::text)
                .toList();
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long limit = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waiting for %s", what).isLessThan(limit);
            Thread.sleep(10);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "key = B\u00fchne\nn=1\n",
                "\uFEFFkey = B\u00fchne\nn=1\n",
                "\uFEFFkey = B\u00fchne\r\nn=1\r\n",
                "key = B\u00fchne\rn=1",
                "# c\n! c\n  key : B\u00fchne\nn=1",
                "key = B\\u00fchne\nn = \\\n  1\n",
                "key=\"B\u00fchne\"\r\nn=\"1\"\r\n"
            })
    void filesAreUtf8WithWhicheverMarkAndLineEnds(String text) throws Exception {
        write("org.some.pid.cfg", text);
        write("org.some.other.config", text);
        start();
        for (String pid : List.of("org.some.pid", "org.some.other")) {
            assertThat(value(pid, "key")).isEqualTo("B\u00fchne");
            assertThat(value(pid, "n")).isEqualTo("1");
        }
        assertThat(problems()).isEmpty();
    }

    @Test
    void otherEncodingsAreReadAndSaid() throws Exception {
        write("org.some.latin.cfg", "# ok\nkey = B\u00fchne\n", StandardCharsets.ISO_8859_1);
        write("org.some.wide.cfg", "\uFEFFkey = B\u00fchne\n", StandardCharsets.UTF_16LE);
        start();
        assertThat(value("org.some.latin", "key")).isEqualTo("B\u00fchne");
        assertThat(value("org.some.wide", "key")).isEqualTo("B\u00fchne");
        assertThat(problems())
                .singleElement()
                .asString()
                .contains("org.some.latin.cfg: line 2 is not UTF-8", "ISO-8859-1");
    }

    @Test
    void typedFilesAndWhatStandsForPropertiesOfTheHostStayAsTheyWere() throws Exception {
        write("org.some.pid.config", "key=\"a\"\nn=L\"7\"\nlist=[\"x\",\"y\"]\non=B\"true\"\n");
        write("org.some.other.cfg", "key = ${some.property}, ${n}\nn = 1\nenv = $[env:NAME;default=x]\n");
        start();
        assertThat(value("org.some.pid", "n")).isEqualTo(7L);
        assertThat(value("org.some.pid", "on")).isEqualTo(true);
        assertThat((String[]) value("org.some.pid", "list")).containsExactly("x", "y");
        assertThat(value("org.some.other", "key")).isEqualTo("of the host, 1");
        assertThat(value("org.some.other", "env")).isEqualTo("$[env:NAME;default=x]");
    }

    @Test
    void theNameOfAFileSaysWhichConfigurationItIs() throws Exception {
        write("org.some.pid.cfg", "key=a");
        write("org.some.factory~one.cfg", "key=b");
        write("org.some.factory~wall-left.cfg", "key=c");
        write("org.some.factory-two.cfg", "key=d");
        write("org.some.factory~B\u00fchne 1.cfg", "key=e");
        write(".hidden.cfg", "key=f");
        write("org.some.pid.cfg.bak", "key=g");
        start();
        assertThat(all())
                .containsExactlyInAnyOrder(
                        "null org.some.pid a",
                        "org.some.factory org.some.factory~one b",
                        "org.some.factory org.some.factory~wall-left c",
                        "org.some.factory org.some.factory~two d",
                        "org.some.factory org.some.factory~B\u00fchne 1 e");
        assertThat(problems()).isEmpty();
    }

    @Test
    void whatIsWrittenChangedAndDeletedCounts() throws Exception {
        start();
        assertThat(value("org.some.factory~default", "key")).isEqualTo("default");
        write("org.some.factory~default.cfg", "key=file");
        await("the file", () -> "file".equals(value("org.some.factory~default", "key")));
        write("org.some.factory~default.cfg", "key=changed");
        await("the change", () -> "changed".equals(value("org.some.factory~default", "key")));
        Files.delete(conf.resolve("org.some.factory~default.cfg"));
        await("the default", () -> "default".equals(value("org.some.factory~default", "key")));
    }

    /** A volume of Kubernetes: files are links through a link to a folder, which is replaced as a whole. */
    @Test
    void aVolumeThatIsReplacedByALinkCounts() throws Exception {
        volume("..one", "key=first");
        Files.createSymbolicLink(conf.resolve("..data"), Path.of("..one"));
        Files.createSymbolicLink(conf.resolve("org.some.pid.cfg"), Path.of("..data/org.some.pid.cfg"));
        start();
        assertThat(all()).containsExactly("null org.some.pid first");
        volume("..two", "key=second");
        Files.createSymbolicLink(conf.resolve("..data_tmp"), Path.of("..two"));
        Files.move(conf.resolve("..data_tmp"), conf.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        await("the change", () -> "second".equals(value("org.some.pid", "key")));
        assertThat(problems()).isEmpty();
    }

    private void volume(String name, String text) throws IOException {
        Files.writeString(Files.createDirectory(conf.resolve(name)).resolve("org.some.pid.cfg"), text);
    }

    /** A file counts when it has not changed for a moment, but what it was before goes with it. */
    @Test
    void whatIsDeletedWhileItStillChangesIsGone() throws Exception {
        start();
        write("org.some.pid.cfg", "key=file");
        await("the file", () -> "file".equals(value("org.some.pid", "key")));
        for (int i = 0; i < 30; i++) {
            write("org.some.pid.cfg", "key=" + "x".repeat(i));
            TimeUnit.MILLISECONDS.sleep(50);
        }
        Files.delete(conf.resolve("org.some.pid.cfg"));
        await("no configuration", () -> all().stream().noneMatch(each -> each.contains("org.some.pid")));
    }

    @Test
    void whatDidNotChangeIsNotTouchedByTheNextStart() throws Exception {
        write("org.some.pid.config", "key=\"a\"\nlist=[\"x\",\"y\"]\n");
        start();
        int before = updates.get();
        stop();
        start();
        assertThat(all()).containsExactly("null org.some.pid a");
        assertThat(updates.get() - before)
                .as("updates by the second start, of the default alone")
                .isLessThanOrEqualTo(1);
    }

    @Test
    void whatPlainFileInstallMadeOfAFileGoes() throws Exception {
        write("org.some.factory~wall-left.cfg", "key=a");
        start();
        files.getService()
                .getFactoryConfiguration("org.some.factory~wall", "left", "?")
                .update(new Hashtable<>(Map.of(
                        "key",
                        "a",
                        Defaults.FROM_FILE,
                        conf.resolve("org.some.factory~wall-left.cfg")
                                .toFile()
                                .toURI()
                                .toString())));
        stop();
        start();
        assertThat(all()).containsExactly("org.some.factory org.some.factory~wall-left a");
    }

    @Test
    void ofTwoFilesForOneConfigurationTheFirstCountsAndItIsSaid() throws Exception {
        write("org.some.pid.cfg", "key=a");
        write("org.some.pid.config", "key=\"b\"");
        start();
        assertThat(all()).containsExactly("null org.some.pid a");
        assertThat(problems())
                .singleElement()
                .asString()
                .contains("org.some.pid.config: it is ignored, because org.some.pid.cfg");
        Files.delete(conf.resolve("org.some.pid.cfg"));
        await("the other one", () -> all().equals(List.of("null org.some.pid b")));
        await("no problem", () -> problems().isEmpty());
    }

    @Test
    void aKeyThatCannotBeReadIsConfiguredAndOpensNothing() throws Exception {
        Files.createDirectory(conf.resolve(KEY + ".cfg"));
        Files.createSymbolicLink(conf.resolve(KEY + "-link.cfg"), folder.resolve("not there"));
        write(KEY + "-odd.cfg", "role = view\nsha256 = \\u00zz\n");
        start();
        for (String pid : List.of(KEY, KEY + "-link", KEY + "-odd")) {
            assertThat(value(pid, Defaults.FROM_FILE)).as(pid).isNotNull();
            assertThat(value(pid, "role")).as(pid).isNull();
        }
        assertThat(problems())
                .hasSize(3)
                .allMatch(line -> line.contains("it cannot be read") && line.contains("the key admits nobody"));
        // one that was good lets nobody in either when it cannot be read any more
        Files.delete(conf.resolve(KEY + ".cfg"));
        write(KEY + ".cfg", "role = view\nsha256 = " + "0".repeat(64));
        await("a role", () -> "view".equals(value(KEY, "role")));
        Files.delete(conf.resolve(KEY + ".cfg"));
        Files.createDirectory(conf.resolve(KEY + ".cfg"));
        await("no role", () -> value(KEY, "role") == null && value(KEY, Defaults.FROM_FILE) != null);
    }

    @Test
    void anythingElseThatCannotBeReadLeavesWhatIsInForce() throws Exception {
        write("org.some.pid.cfg", "key=a");
        start();
        write("org.some.pid.cfg", "key=\\u00zz secret\n");
        await("the problem", () -> !problems().isEmpty());
        assertThat(problems())
                .singleElement()
                .asString()
                .contains("org.some.pid.cfg: it cannot be read", "the previous configuration stays in force")
                .doesNotContain("secret");
        assertThat(all()).containsExactly("null org.some.pid a");
        stop();
        start();
        assertThat(all()).containsExactly("null org.some.pid a");
    }

    @Test
    void whatASecretStandsForIsWatched() throws Exception {
        Files.createDirectory(conf.resolve("secrets"));
        secret("one", "a");
        write("org.some.pid.cfg", "key = $[secret:one]\n");
        write("org.some.other.cfg", "key = $[secret:two]\n");
        start();
        int before = updates.get();
        secret("one", "another");
        await("the change", () -> updates.get() == before + 1);
        secret("two", "a new one");
        await("the new one", () -> updates.get() == before + 2);
    }

    /** In one step, as it is to count once. */
    private void secret(String name, String text) throws IOException {
        Path beside = Files.writeString(folder.resolve("new"), text);
        Files.move(
                beside,
                conf.resolve("secrets").resolve(name),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void aSecretThatOthersCanReadIsSaid() throws Exception {
        assumeTrue(
                folder.getFileSystem().supportedFileAttributeViews().contains("posix"),
                "the file system knows no permissions");
        write(KEY + ".cfg", "role = view\nkey = sesame, open the wall\n");
        write(KEY + "-other.cfg", "role = view\nkey = $[secret:wall]\n");
        start();
        assertThat(problems())
                .singleElement()
                .asString()
                .contains("wall.cfg: it holds a secret and can be read by others")
                .doesNotContain("sesame");
    }
}
