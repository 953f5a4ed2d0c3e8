package org.geometryos.compositor.models;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.geometryos.compositor.io.files.PlainFolder;

/**
 * A folder and those below it. The folder itself may be reached by a link; no link in it is followed, and what begins
 * with a dot is not seen.
 */
final class FolderPlace implements Place {
    static final String NAME = "folder";
    /** So many entries are looked at for each file that may be taken: the folder may hold much else. */
    private static final int ENTRIES_PER_FILE = 10;

    private final Path folder;

    FolderPlace(Path folder) {
        this.folder = folder;
    }

    @Override
    public String id() {
        return NAME;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Listing list(int most) throws IOException {
        Files.createDirectories(folder);
        Path root = folder.toRealPath();
        SortedMap<String, Stamp> files = new TreeMap<>();
        SortedMap<String, String> refused = new TreeMap<>();
        Files.walkFileTree(root, Set.of(), ModelNames.MAX_DEPTH, new SimpleFileVisitor<>() {
            private int entries;

            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
                return path.equals(root) || !hidden(path) ? next() : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                String name = PlainFolder.name(root, path);
                if (!hidden(path)) {
                    if (attributes.isSymbolicLink()) {
                        refused.put(name, "links are not followed");
                    } else if (attributes.isDirectory()) {
                        refused.put(name, ModelNames.RULE);
                    } else if (attributes.isRegularFile()
                            && ModelNames.contentType(name).isPresent()) {
                        take(name, attributes);
                    }
                }
                return next();
            }

            private void take(String name, BasicFileAttributes attributes) {
                if (ModelNames.valid(name)) {
                    files.put(name, stamp(attributes));
                } else {
                    refused.put(name, ModelNames.RULE);
                }
            }

            private FileVisitResult next() {
                if (++entries <= most * ENTRIES_PER_FILE && files.size() <= most && refused.size() <= most) {
                    return FileVisitResult.CONTINUE;
                }
                refused.put("", "it holds more than " + most + " files; not all are looked at");
                return FileVisitResult.TERMINATE;
            }

            /** What vanishes or cannot be entered is not there. */
            @Override
            public FileVisitResult visitFileFailed(Path path, IOException problem) throws IOException {
                if (path.equals(root)) {
                    throw problem;
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path path, IOException problem) {
                return FileVisitResult.CONTINUE;
            }
        });
        if (files.size() > most) {
            files.remove(files.lastKey());
        }
        return new Listing(files, refused);
    }

    private static boolean hidden(Path path) {
        return path.getFileName().toString().startsWith(".");
    }

    private static Stamp stamp(BasicFileAttributes attributes) {
        return new Stamp(attributes.lastModifiedTime().toMillis(), attributes.size(), attributes.fileKey());
    }

    @Override
    public Optional<Stamp> stamp(String file) throws IOException {
        try {
            return Optional.of(stamp(Files.readAttributes(
                    folder.toRealPath().resolve(file), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public InputStream open(String file) throws IOException {
        return PlainFolder.open(folder.toRealPath(), file);
    }
}
