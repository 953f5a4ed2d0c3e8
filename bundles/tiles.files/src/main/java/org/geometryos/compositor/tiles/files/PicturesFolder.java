package org.geometryos.compositor.tiles.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.io.files.PlainFolder;

/**
 * A folder of pictures, {@code z/x/y.png}. The folder itself may be reached by a link; no link in it is followed, and
 * what begins with a dot is not seen. Of several pictures of a tile the first of these forms counts: {@link #FORMS}.
 */
final class PicturesFolder implements Place {
    static final List<String> FORMS = List.of("webp", "png", "jpg", "jpeg");
    /** Names of what is refused; there is no end of what may lie in a folder. */
    private static final int MOST_REFUSED = 100;

    private static final Pattern NAME = Pattern.compile("(\\d{1,2})/(\\d{1,10})/(\\d{1,10})\\.(webp|png|jpe?g)");
    private static final int DEPTH = 3;
    private final Path folder;
    private final int most;

    /** @param most pictures that are looked at */
    PicturesFolder(Path folder, int most) {
        this.folder = folder;
        this.most = most;
    }

    @Override
    public Listing list() throws IOException {
        Path root = folder.toRealPath();
        Walk walk = new Walk(root);
        Files.walkFileTree(root, Set.of(), DEPTH, walk);
        return new Listing(walk.pictures, walk.refused);
    }

    private final class Walk extends SimpleFileVisitor<Path> {
        private final Path root;
        private final SortedMap<String, String> refused = new TreeMap<>();
        private TileTree pictures = TileTree.EMPTY;
        private int looked;

        Walk(Path root) {
            this.root = root;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            return path.equals(root) || !hidden(path) ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
        }

        @Override
        public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
            if (hidden(path)) {
                return FileVisitResult.CONTINUE;
            }
            String name = PlainFolder.name(root, path);
            if (attributes.isSymbolicLink()) {
                refuse(name, "links are not followed");
            } else if (attributes.isRegularFile()) {
                take(name, attributes);
            }
            if (++looked <= most) {
                return FileVisitResult.CONTINUE;
            }
            throw new IOException("it holds more than " + most + " files");
        }

        private void take(String name, BasicFileAttributes attributes) throws IOException {
            Matcher parts = NAME.matcher(name);
            if (!parts.matches()) {
                return;
            }
            try {
                int z = Integer.parseInt(parts.group(1));
                int x = Integer.parseInt(parts.group(2));
                int y = Integer.parseInt(parts.group(3));
                long stamp = attributes.lastModifiedTime().toMillis();
                if (pictures.version(z, x, y).isPresent()) {
                    Optional<Path> first = first(root, z, x, y);
                    stamp = first.isPresent()
                            ? Files.getLastModifiedTime(first.get(), LinkOption.NOFOLLOW_LINKS)
                                    .toMillis()
                            : stamp;
                }
                pictures = pictures.plus(TileTree.tile(z, x, y, Math.max(0, stamp)));
            } catch (InvalidValueException | NumberFormatException e) {
                refuse(name, "there is no such tile: " + e.getMessage());
            }
        }

        private void refuse(String name, String reason) {
            if (refused.size() < MOST_REFUSED) {
                refused.put(name, reason);
            }
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
    }

    private static boolean hidden(Path path) {
        return path.getFileName().toString().startsWith(".");
    }

    private static Optional<Path> first(Path root, int z, int x, int y) {
        return FORMS.stream()
                .map(form -> root.resolve(z + "/" + x + "/" + y + "." + form))
                .filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                .findFirst();
    }

    @Override
    public InputStream open(int z, int x, int y) throws IOException {
        Path root = folder.toRealPath();
        Path path = first(root, z, x, y).orElseThrow(() -> new IOException("there is no such picture"));
        return PlainFolder.open(root, PlainFolder.name(root, path));
    }
}
