package org.geometryos.compositor.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** What becomes of the configuration when the file and others write it. */
class ComposeFileTest {
    private static final String MM = "{\"units\":\"mm\"}";
    private static final String CM = "{\"units\":\"cm\"}";

    @TempDir
    Path folder;

    private Path path;
    private ComposeFile file;
    /** The one configuration there can be; null: there is none. */
    private Dictionary<String, Object> stored;

    private int updates;
    /** Configurations of walls, by their names. */
    private final Map<String, Dictionary<String, Object>> walls = new TreeMap<>();

    private final Configuration configuration = (Configuration) Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Configuration.class},
            (proxy, method, arguments) -> switch (method.getName()) {
                case "getProperties" -> stored;
                case "delete" -> stored = null;
                case "update" -> {
                    updates++;
                    stored = copy((Dictionary<?, ?>) arguments[0]);
                    yield null;
                }
                default -> throw new UnsupportedOperationException(method.getName());
            });
    private final ConfigurationAdmin admin = (ConfigurationAdmin) Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {ConfigurationAdmin.class},
            (proxy, method, arguments) -> switch (method.getName()) {
                case "listConfigurations" -> {
                    if (((String) arguments[0]).contains("factoryPid")) {
                        yield walls.isEmpty()
                                ? null
                                : walls.keySet().stream().map(this::wall).toArray(Configuration[]::new);
                    }
                    yield stored == null ? null : new Configuration[] {configuration};
                }
                case "getConfiguration" -> configuration;
                case "getFactoryConfiguration" -> wall((String) arguments[1]);
                default -> throw new UnsupportedOperationException(method.getName());
            });

    private Configuration wall(String name) {
        return (Configuration) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Configuration.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getPid" -> "org.geometryos.compositor.wall~" + name;
                    case "getProperties" -> walls.get(name);
                    case "delete" -> walls.remove(name);
                    case "update" -> {
                        walls.put(name, copy((Dictionary<?, ?>) arguments[0]));
                        yield null;
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private static String walls(String name, int width) {
        return "{\"walls\":{\"" + name + "\":{\"width\":" + width + ",\"height\":1}}}";
    }

    private Object width(String name) {
        return walls.get(name).get("width");
    }

    private static Dictionary<String, Object> copy(Dictionary<?, ?> from) {
        Dictionary<String, Object> to = new Hashtable<>();
        Collections.list(from.keys()).forEach(key -> to.put((String) key, from.get(key)));
        return to;
    }

    @BeforeEach
    void start() {
        path = folder.resolve("compose_config.json");
        file = new ComposeFile(path, admin);
    }

    private void write(String content) throws IOException {
        Files.writeString(path, content);
    }

    /** As long as it takes until nothing more happens. */
    private void look() {
        for (int i = 0; i < 3; i++) {
            file.look();
        }
    }

    private Map<String, Object> properties() {
        Map<String, Object> map = new TreeMap<>();
        if (stored != null) {
            Collections.list(stored.keys()).stream()
                    .filter(key -> !key.equals(ComposeFile.MARK))
                    .forEach(key -> map.put(key, stored.get(key)));
        }
        return map;
    }

    private void set(String key, String value) {
        stored = new Hashtable<>(Map.of(key, value));
    }

    @Test
    void aFileThatAppearsChangesAndGoesIsFollowed() throws Exception {
        look();
        assertThat(stored).isNull();
        write(MM);
        look();
        assertThat(properties()).containsOnly(Map.entry("units", "mm"));
        write("{\"grid\":{\"visible\":false}}");
        look();
        assertThat(properties()).containsOnly(Map.entry("grid.visible", false));
        assertThat(updates).isEqualTo(2);
        Files.delete(path);
        look();
        assertThat(stored).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"units\":\"yd\"}", "{\"unit\":\"mm\"}", "{\"units\":\"c", "", "[]", "\u0000"})
    void aWrongFileChangesNothingUntilItIsRight(String wrong) throws Exception {
        write(MM);
        look();
        write(wrong);
        look();
        assertThat(properties()).containsOnly(Map.entry("units", "mm"));
        assertThat(updates).isEqualTo(1);
        write(CM);
        look();
        assertThat(properties()).containsOnly(Map.entry("units", "cm"));
    }

    @Test
    void aFolderOrAFileTooLargeChangesNothing() throws Exception {
        write(MM);
        look();
        write(CM + " ".repeat(262_144));
        look();
        Files.delete(path);
        Files.createDirectory(path);
        look();
        assertThat(properties()).containsOnly(Map.entry("units", "mm"));
    }

    @Test
    void aFileThatIsMissingForAMomentWhileItIsReplacedChangesNothing() throws Exception {
        write(MM);
        look();
        Files.delete(path);
        file.look();
        write(MM);
        look();
        assertThat(properties()).containsOnly(Map.entry("units", "mm"));
        assertThat(updates).isEqualTo(1);
    }

    @Test
    void whatWasSetThroughConfigAdminStaysUntilTheFileChanges() throws Exception {
        write(MM);
        look();
        set("units", "ft");
        look();
        assertThat(properties()).containsOnly(Map.entry("units", "ft"));
        // also across a restart
        file = new ComposeFile(path, admin);
        look();
        assertThat(properties()).containsOnly(Map.entry("units", "ft"));
        write(CM);
        look();
        assertThat(properties()).containsOnly(Map.entry("units", "cm"));
    }

    @Test
    void whatWasSetThroughConfigAdminStaysWhenTheFileGoes() throws Exception {
        write(MM);
        look();
        set("units", "ft");
        Files.delete(path);
        look();
        assertThat(properties()).containsOnly(Map.entry("units", "ft"));
        write(MM);
        look();
        assertThat(properties()).containsOnly(Map.entry("units", "mm"));
    }

    @Test
    void whatHappenedToTheFileWhileTheHostWasDownIsMadeUpFor() throws Exception {
        write(MM);
        look();
        write(CM);
        file = new ComposeFile(path, admin);
        look();
        assertThat(properties()).containsOnly(Map.entry("units", "cm"));
        Files.delete(path);
        file = new ComposeFile(path, admin);
        look();
        assertThat(stored).isNull();
    }

    @Test
    void anUnchangedFileIsNotPutAgainAfterARestart() throws Exception {
        write(MM);
        look();
        file = new ComposeFile(path, admin);
        look();
        assertThat(updates).isEqualTo(1);
    }

    @Test
    void aConfigurationThatIsDeletedIsThereAgainFromTheFile() throws Exception {
        write(MM);
        look();
        stored = null;
        look();
        assertThat(properties()).containsOnly(Map.entry("units", "mm"));
    }

    @Test
    void aFileOfTheConfigurationFolderCountsAsLongAsItIsThere() throws Exception {
        set("felix.fileinstall.filename", "file:/conf/" + SettingsConfig.PID + ".cfg");
        write(MM);
        look();
        write(CM);
        look();
        Files.delete(path);
        look();
        write(CM);
        look();
        assertThat(properties()).containsOnlyKeys("felix.fileinstall.filename");
        // FileInstall deletes the configuration with its file
        stored = null;
        look();
        assertThat(properties()).containsOnly(Map.entry("units", "cm"));
    }

    @Test
    void wallsAreConfigurationsOfTheirOwn() throws Exception {
        write(walls("main", 10));
        look();
        assertThat(width("main")).isEqualTo(10.0);
        write(walls("main", 20));
        look();
        assertThat(width("main")).isEqualTo(20.0);
        write(walls("side", 30));
        look();
        assertThat(walls).containsOnlyKeys("side");
        write(walls("side", 0));
        look();
        assertThat(width("side")).as("a wrong file changes nothing").isEqualTo(30.0);
        Files.delete(path);
        look();
        assertThat(walls).isEmpty();
    }

    @Test
    void wallThatIsDeclaredElsewhereIsLeftAlone() throws Exception {
        walls.put("main", new Hashtable<>(Map.of("width", 5.0)));
        write(walls("main", 10));
        look();
        assertThat(width("main")).isEqualTo(5.0);

        file = new ComposeFile(path, admin);
        look();
        assertThat(width("main")).as("after a restart").isEqualTo(5.0);

        walls.remove("main");
        look();
        assertThat(width("main")).as("declared here only").isEqualTo(10.0);

        walls.put("other", new Hashtable<>(Map.of("width", 5.0)));
        Files.delete(path);
        look();
        assertThat(walls).containsOnlyKeys("other");
    }

    @Test
    void wallThatWasChangedElsewhereStaysUntilTheFileChanges() throws Exception {
        write(walls("main", 10));
        look();
        walls.get("main").put("width", 7.0);
        look();
        file = new ComposeFile(path, admin);
        look();
        assertThat(width("main")).isEqualTo(7.0);
        write(walls("main", 11));
        look();
        assertThat(width("main")).isEqualTo(11.0);
    }
}
