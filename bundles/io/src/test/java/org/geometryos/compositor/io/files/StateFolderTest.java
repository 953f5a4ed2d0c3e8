package org.geometryos.compositor.io.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;

class StateFolderTest {
    private static final byte[] OLD = "old".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NEW = "new".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    private final Map<String, String> properties = new HashMap<>();

    private Path area() {
        return folder.resolve("cache");
    }

    private Path data() {
        return folder.resolve("data");
    }

    private BundleContext context() {
        return (BundleContext) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {BundleContext.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "getProperty" -> properties.get(arguments[0]);
                    case "getDataFile" -> new File(area().toFile(), (String) arguments[0]);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private StateFolder open() {
        properties.put(StateFolder.DATA, data().toString());
        return StateFolder.open(context(), "scene");
    }

    private static String content(WholeFile file) {
        StringBuilder content = new StringBuilder();
        file.read(bytes -> content.append(new String(bytes, StandardCharsets.UTF_8)));
        return content.toString();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(data().resolve("scene"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void theDataFolderIsTheHostsOrBelowKarafsOrInTheWorkingDirectory() {
        assertThat(StateFolder.root(context()))
                .isEqualTo(Path.of("compositor-data").toAbsolutePath());
        properties.put("karaf.data", folder.toString());
        assertThat(StateFolder.root(context())).isEqualTo(folder.resolve("compositor"));
        properties.put(StateFolder.DATA, data().toString());
        assertThat(StateFolder.root(context())).isEqualTo(data());
    }

    @Test
    void whatIsSavedIsThereForTheNextAndForItsOwnerAlone() throws IOException {
        try (StateFolder first = open()) {
            assertThat(first.file("a").save(NEW)).isTrue();
        }
        try (StateFolder next = open()) {
            assertThat(content(next.file("a"))).isEqualTo("new");
        }
        assertThat(files()).containsExactly("a", "lock");
        assumeTrue(
                folder.getFileSystem().supportedFileAttributeViews().contains("posix"),
                "the file system knows no permissions");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data().resolve("scene"))))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data().resolve("scene/a"))))
                .isEqualTo("rw-------");
    }

    @Test
    void whatAnEarlierVersionLeftInTheCacheIsMovedOnce() throws IOException {
        Files.createDirectories(area());
        Files.write(area().resolve("a"), OLD);
        try (StateFolder state = open()) {
            WholeFile file = state.file("a");
            assertThat(content(file)).isEqualTo("old");
            assertThat(area().resolve("a")).doesNotExist();
            file.save(NEW);
            assertThat(content(state.file("a"))).isEqualTo("new");
        }
    }

    @Test
    void ofTwoTheLaterCountsAndTheOtherIsKept() throws IOException {
        Files.createDirectories(area());
        try (StateFolder state = open()) {
            state.file("a").save(OLD);
            Files.write(area().resolve("a"), NEW);
            Files.setLastModifiedTime(area().resolve("a"), FileTime.fromMillis(System.currentTimeMillis() + 60_000));
            assertThat(content(state.file("a"))).isEqualTo("new");
            assertThat(files()).hasSize(3).anyMatch(name -> name.startsWith("a.older-"));

            Files.write(area().resolve("a"), OLD);
            Files.setLastModifiedTime(area().resolve("a"), FileTime.fromMillis(1));
            assertThat(content(state.file("a"))).isEqualTo("new");
        }
    }

    @Test
    void aFolderIsMovedAsAWhole() throws IOException {
        Files.createDirectories(area().resolve("recorder"));
        Files.write(area().resolve("recorder/recordings.db"), OLD);
        properties.put(StateFolder.DATA, data().toString());
        assertThat(StateFolder.inRoot(context(), "recorder").resolve("recordings.db"))
                .hasBinaryContent(OLD);
        assertThat(area().resolve("recorder")).doesNotExist();
    }

    @Test
    void aSecondCopyOfTheBundleWritesWhenTheFirstHasLeft() throws IOException {
        StateFolder first = open();
        StateFolder second = open();
        assertThat(second.file("a").save(NEW)).isFalse();
        assertThat(second.file("a").problems()).isEmpty();
        assertThat(first.file("a").save(OLD)).isTrue();
        first.close();
        assertThat(first.file("a").save(OLD)).isFalse();
        assertThat(second.file("a").save(NEW)).isTrue();
        second.close();
    }

    /** Takes the lock of a file, says so, and holds it until it is ended. */
    static final class Holder {
        public static void main(String[] arguments) throws Exception {
            StateFolder folder = StateFolder.open(
                    (BundleContext) Proxy.newProxyInstance(
                            Holder.class.getClassLoader(),
                            new Class<?>[] {BundleContext.class},
                            (self, method, values) -> method.getName().equals("getProperty")
                                    ? arguments[0]
                                    : new File(arguments[0], "none")),
                    "scene");
            System.out.println(folder.file("a").save(OLD));
            System.in.read();
        }
    }

    @Test
    void anotherProcessHasItForItself() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        data().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(process.inputReader().readLine()).isEqualTo("true");
            assertThatThrownBy(this::open)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("in use by another process");
        } finally {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        try (StateFolder after = open()) {
            assertThat(content(after.file("a"))).isEqualTo("old");
        }
    }

    @Test
    void whatCannotBeWrittenIsAProblemUntilItCan() throws IOException {
        Files.createDirectories(data());
        Path inTheWay = Files.write(data().resolve("scene"), OLD);
        try (StateFolder state = open()) {
            WholeFile file = state.file("a");
            assertThat(file.save(NEW)).isFalse();
            assertThat(file.save(NEW)).isFalse();
            assertThat(file.problems()).singleElement().asString().contains("scene/a cannot be written");
            Files.delete(inTheWay);
            assertThat(file.save(NEW)).isTrue();
            assertThat(file.problems()).isEmpty();
            assertThat(content(file)).isEqualTo("new");
        }
    }

    @Test
    void whatIsDamagedIsKeptAsideAndAProblem() throws IOException {
        try (StateFolder state = open()) {
            WholeFile file = state.file("a");
            file.save(OLD);
            assertThat(file.read(bytes -> {
                        throw new IllegalArgumentException("nonsense");
                    }))
                    .contains("nonsense");
            assertThat(file.problems())
                    .singleElement()
                    .asString()
                    .contains("a could not be used: nonsense", "kept as a.damaged-");
            assertThat(files()).hasSize(2).anyMatch(name -> name.startsWith("a.damaged-"));
        }
    }

    @Test
    void openedToOthersItIsMended() throws IOException {
        assumeTrue(
                folder.getFileSystem().supportedFileAttributeViews().contains("posix"),
                "the file system knows no permissions");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(OwnerOnly.mend(folder)).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(OwnerOnly.mend(folder)).isFalse();
    }
}
