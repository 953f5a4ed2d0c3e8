package org.geometryos.compositor.tiles.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tileset;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.io.files.PlainFolder;

/**
 * A folder of pictures, {@code z/x/y.png} or with another {@link Layout}. The folder itself may be reached by a link;
 * no link in it is followed, and what begins with a dot is not seen. Of several pictures of a tile the first of these
 * forms counts: {@link #FORMS}.
 */
final class PicturesFolder implements Place {
    static final List<String> FORMS = List.of("webp", "png", "jpg", "jpeg");

    private static final int DEPTH = 3;

    private final Path folder;
    private final Layout layout;
    private final Tileset tileset;
    private final int most;
    private volatile Map<String, String> refused = Map.of();

    /**
     * How files are called after tiles: level, column, what separates them, and row.
     *
     * @param shift what is added to the level in a name
     */
    record Layout(Pattern name, String separator, int shift) {
        static final Layout PLAIN = of("/", 0);

        static Layout of(String separator, int shift) {
            return new Layout(
                    Pattern.compile("(\\d{1,2})/(\\d{1,10})" + separator + "(\\d{1,10})\\.(webp|png|jpe?g)"),
                    separator,
                    shift);
        }

        private String name(int z, int x, int y) {
            return z - shift + "/" + x + separator + y;
        }
    }

    /** @param most files and folders that are looked at */
    PicturesFolder(Path folder, Tileset tileset, int most) {
        this(folder, Layout.PLAIN, tileset, most);
    }

    PicturesFolder(Path folder, Layout layout, Tileset tileset, int most) {
        this.folder = folder;
        this.layout = layout;
        this.tileset = tileset;
        this.most = most;
    }

    @Override
    public Tileset tileset() {
        return tileset;
    }

    @Override
    public Map<String, String> refused() {
        return refused;
    }

    @Override
    public TileTree pictures() throws IOException {
        Path root = folder.toRealPath();
        Walk walk = new Walk(root);
        Files.walkFileTree(root, Set.of(), DEPTH, walk);
        refused = walk.refused.all();
        return walk.pictures;
    }

    private final class Walk extends SimpleFileVisitor<Path> {
        private final Path root;
        private final Reasons refused = new Reasons();
        private TileTree pictures = TileTree.EMPTY;
        private int looked;

        Walk(Path root) {
            this.root = root;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) throws IOException {
            count();
            return path.equals(root) || !hidden(path) ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
        }

        @Override
        public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
            count();
            if (hidden(path)) {
                return FileVisitResult.CONTINUE;
            }
            String name = PlainFolder.name(root, path);
            if (attributes.isSymbolicLink()) {
                refused.put(name, "links are not followed");
            } else if (attributes.isRegularFile()) {
                take(name, attributes);
            }
            return FileVisitResult.CONTINUE;
        }

        private void count() throws IOException {
            if (++looked > most) {
                throw new IOException("it holds more than " + most + " files and folders (maxFiles)");
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("it was not looked through to the end");
            }
        }

        private void take(String name, BasicFileAttributes attributes) throws IOException {
            Matcher parts = layout.name.matcher(name);
            if (!parts.matches()) {
                return;
            }
            try {
                int z = Integer.parseInt(parts.group(1)) + layout.shift;
                int x = Integer.parseInt(parts.group(2));
                int y = Integer.parseInt(parts.group(3));
                if (z < tileset.minZoom() || z > tileset.maxZoom()) {
                    refused.put(
                            name,
                            "its level " + z + " must lie in [" + tileset.minZoom() + ", " + tileset.maxZoom() + "]");
                    return;
                }
                long stamp = UnchangedFile.stamp(attributes);
                if (pictures.version(z, x, y).isPresent()) {
                    Optional<Path> first = first(root, z, x, y);
                    stamp = first.isPresent() ? stamp(first.get()) : stamp;
                }
                pictures = pictures.plus(TileTree.tile(z, x, y, stamp));
            } catch (InvalidValueException | NumberFormatException e) {
                refused.put(name, "there is no such tile: " + e.getMessage());
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

    private static long stamp(Path path) throws IOException {
        return UnchangedFile.stamp(Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
    }

    private Optional<Path> first(Path root, int z, int x, int y) {
        return FORMS.stream()
                .map(form -> root.resolve(layout.name(z, x, y) + "." + form))
                .filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                .findFirst();
    }

    @Override
    public InputStream open(int z, int x, int y, long stamp) throws IOException {
        Path root = folder.toRealPath();
        Path path = first(root, z, x, y).orElseThrow(() -> new IOException("there is no such picture"));
        return UnchangedFile.of(PlainFolder.open(root, PlainFolder.name(root, path)), () -> stamp(path), stamp);
    }
}
