package org.geometryos.compositor.itest.outside;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;

/** Where the tests find and leave files. */
public final class Folders {
    private Folders() {}

    /** The folder of the module. */
    public static Path module() {
        return Path.of(System.getProperty("compositor.itest", ""))
                .toAbsolutePath()
                .normalize();
    }

    /** What the tests leave behind; classes of tests that run side by side have a folder each. */
    public static Path output() throws IOException {
        String target = System.getProperty("compositor.output");
        Path output = target == null ? module().resolve("target") : Path.of(target);
        return Files.createDirectories(output.resolve(System.getProperty("compositor.outside", "outside")))
                .toAbsolutePath()
                .normalize();
    }

    /** An empty folder for the output of a test. */
    public static Path fresh(String name) throws IOException {
        Path folder = output().resolve(name);
        if (Files.exists(folder)) {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                    Files.delete(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        }
        return Files.createDirectories(folder);
    }

    public static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectories(to.resolve(from.relativize(directory)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
