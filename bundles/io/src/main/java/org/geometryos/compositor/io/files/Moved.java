package org.geometryos.compositor.io.files;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** State that an earlier version kept in the framework's cache, on its way into the data folder. */
public final class Moved {
    private static final Logger LOG = LoggerFactory.getLogger(Moved.class);

    private Moved() {}

    /**
     * Moves a file or folder if it is there and newer than what is at its new place, which is kept aside then. It is
     * there as a whole or not at all, and gone from its old place only afterwards.
     */
    public static void here(Path from, Path to) {
        try {
            if (!Files.exists(from)
                    || from.toAbsolutePath()
                            .normalize()
                            .equals(to.toAbsolutePath().normalize())
                    || Files.exists(to)
                            && Files.getLastModifiedTime(to).compareTo(Files.getLastModifiedTime(from)) >= 0) {
                return;
            }
            OwnerOnly.createDirectories(to.toAbsolutePath().getParent());
            if (Files.exists(to)) {
                Files.move(to, WholeFile.aside(to, "older"));
            }
            move(from, to);
            LOG.info("{} is moved to {}", from, to);
        } catch (IOException e) {
            LOG.error("{} cannot be moved to {}, where it belongs: {}", from, to, e.toString());
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException otherFileSystem) {
            Path beside = to.resolveSibling(to.getFileName() + ".new");
            delete(beside);
            for (Path each : all(from)) {
                Files.copy(each, beside.resolve(from.relativize(each).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
            Files.move(beside, to, StandardCopyOption.ATOMIC_MOVE);
            try {
                delete(from);
            } catch (FileSystemException e) {
                LOG.warn("{} cannot be deleted, and is not used any more: {}", from, e.toString());
            }
        }
        WholeFile.force(to.toAbsolutePath().getParent());
    }

    private static void delete(Path root) throws IOException {
        if (Files.exists(root)) {
            List<Path> all = all(root);
            for (int i = all.size() - 1; i >= 0; i--) {
                Files.delete(all.get(i));
            }
        }
    }

    /** What is below a folder, and the folder first. */
    private static List<Path> all(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.toList();
        }
    }
}
