package org.geometryos.compositor.features;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A folder of the distribution while it is written. Files appear by rename, so that a distribution that runs from this
 * folder keeps what it has open, and what did not change is left alone.
 */
final class Tree {

    private final Path root;
    private final Set<Path> kept = new HashSet<>();

    Tree(Path root) throws IOException {
        this.root = Files.createDirectories(root);
    }

    void write(String name, String text) throws IOException {
        Path temporary = Files.writeString(temporary(root.resolve(name)), text);
        replace(temporary, root.resolve(name));
    }

    void copy(Path source, String name) throws IOException {
        Path target = root.resolve(name);
        Files.createDirectories(target.getParent());
        Path temporary = Files.copy(
                source, temporary(target), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        replace(temporary, target);
    }

    /** Copies the files below a folder whose names end so; a folder that does not exist has nothing below it. */
    void copyAll(Path folder, String ending) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(
                            file -> Files.isRegularFile(file) && file.toString().endsWith(ending))
                    .toList()) {
                copy(file, folder.relativize(file).toString());
            }
        }
    }

    /** Deletes the files directly in this folder whose names end so and that were not written. */
    void deleteOthers(String ending) throws IOException {
        try (Stream<Path> files = Files.list(root)) {
            for (Path file : files.filter(file -> file.toString().endsWith(ending) && !kept.contains(file))
                    .toList()) {
                Files.delete(file);
            }
        }
    }

    private void replace(Path temporary, Path target) throws IOException {
        kept.add(target);
        if (Files.exists(target)
                && Files.mismatch(temporary, target) < 0
                && Files.isExecutable(temporary) == Files.isExecutable(target)) {
            Files.delete(temporary);
        } else {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static Path temporary(Path target) {
        return target.resolveSibling("." + target.getFileName() + ".tmp");
    }
}
