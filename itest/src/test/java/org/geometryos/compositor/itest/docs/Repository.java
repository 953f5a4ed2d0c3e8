package org.geometryos.compositor.itest.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The folder of the project, and its texts. */
final class Repository {
    static final Path ROOT =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
    private static final Set<String> BUILT = Set.of("target", "node_modules", ".git");

    private Repository() {}

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All files of the project whose names end in one of these, without what the build makes. */
    static List<Path> files(String... endings) {
        try (Stream<Path> all = walk(ROOT)) {
            return all.filter(file -> Stream.of(endings)
                            .anyMatch(ending -> file.getFileName().toString().endsWith(ending)))
                    .sorted()
                    .toList();
        }
    }

    private static Stream<Path> walk(Path folder) {
        try (Stream<Path> list = Files.list(folder)) {
            return list.filter(path -> !BUILT.contains(path.getFileName().toString())).toList().stream()
                    .flatMap(path -> Files.isDirectory(path) ? walk(path) : Stream.of(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String name(Path file) {
        return ROOT.relativize(file).toString();
    }
}
