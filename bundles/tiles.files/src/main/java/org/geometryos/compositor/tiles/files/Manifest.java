package org.geometryos.compositor.tiles.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.io.files.PlainFolder;
import org.geometryos.compositor.io.json.JsonReader;

/**
 * A manifest of Geometry OS: {@code {"x,y":{"brick":"NAME","timestamp":NUMBER}}}, and the pictures beside it. Its
 * writer rewrites it as a whole, and may be interrupted at any byte: what does not parse to its end says nothing, and
 * what was known stays until it does.
 */
final class Manifest implements Place {
    /** All tiles are of this level: cell 0,0 is the tile in the middle of it, so that cells may be negative. */
    static final int ZOOM = 20;

    static final int MIDDLE = 1 << ZOOM - 1;
    private static final long MOST_BYTES = 64L << 20;
    private static final int MOST_REFUSED = 100;
    private static final double MILLIS = 1000;
    /** Seconds since the Unix epoch are below, milliseconds above; both until the year 5000 or so. */
    private static final double SECONDS = 1e11;

    private static final Pattern CELL = Pattern.compile("(-?\\d{1,7}),(-?\\d{1,7})");

    private final Path file;
    private final Path folder;
    /** Names of pictures by cell. */
    private volatile Map<Long, String> bricks = new ConcurrentHashMap<>();

    /** @param folder where the pictures are */
    Manifest(Path file, Path folder) {
        this.file = file;
        this.folder = folder;
    }

    @Override
    public Listing list() throws IOException {
        Map<String, Object> cells = JsonReader.object(content());
        Path root = folder.toRealPath();
        Map<Long, String> names = new ConcurrentHashMap<>();
        SortedMap<String, String> refused = new TreeMap<>();
        TileTree pictures = TileTree.EMPTY;
        for (Map.Entry<String, Object> cell : cells.entrySet()) {
            try {
                long place = place(cell.getKey());
                String brick = brick(cell.getValue());
                long stamp = stamp(cell.getValue(), root, brick);
                names.put(place, brick);
                pictures = pictures.plus(TileTree.tile(ZOOM, (int) (place >> 32), (int) place, stamp));
            } catch (IllegalArgumentException e) {
                if (refused.size() < MOST_REFUSED) {
                    refused.put(cell.getKey(), e.getMessage());
                }
            }
        }
        bricks = names;
        return new Listing(pictures, refused);
    }

    /** Twice the same stamp with the same bytes between: it was not written meanwhile. */
    private byte[] content() throws IOException {
        BasicFileAttributes before = Files.readAttributes(file, BasicFileAttributes.class);
        if (before.size() > MOST_BYTES) {
            throw new IOException("it has more than " + MOST_BYTES + " bytes");
        }
        byte[] content = Files.readAllBytes(file);
        BasicFileAttributes after = Files.readAttributes(file, BasicFileAttributes.class);
        if (content.length != after.size() || !before.lastModifiedTime().equals(after.lastModifiedTime())) {
            throw new IOException("it is being written");
        }
        return content;
    }

    private static long place(String cell) {
        Matcher numbers = CELL.matcher(cell);
        if (!numbers.matches()) {
            throw new IllegalArgumentException("a cell must be two whole numbers, such as \"3,-2\"");
        }
        int x = Integer.parseInt(numbers.group(1)) + MIDDLE;
        int y = Integer.parseInt(numbers.group(2)) + MIDDLE;
        if (x < 0 || y < 0 || x >= 2 * MIDDLE || y >= 2 * MIDDLE) {
            throw new IllegalArgumentException("a cell must lie in [" + -MIDDLE + ", " + (MIDDLE - 1) + "]");
        }
        return (long) x << 32 | y;
    }

    private static String brick(Object value) {
        if (value instanceof Map<?, ?> fields && fields.get("brick") instanceof String brick) {
            if (PlainFolder.plain(brick)) {
                return brick;
            }
            throw new IllegalArgumentException("brick must be the name of a file in the folder of pictures");
        }
        throw new IllegalArgumentException("brick must be a text");
    }

    /** The later of what the manifest says and when the picture was written. */
    private static long stamp(Object value, Path root, String brick) {
        double said = ((Map<?, ?>) value).get("timestamp") instanceof Number number ? number.doubleValue() : 0;
        double millis = said < SECONDS ? said * MILLIS : said;
        long stamp = millis > 0 && millis < TileTree.MAX_VERSION ? (long) millis : 0;
        try {
            return Math.max(
                    stamp,
                    Files.getLastModifiedTime(root.resolve(brick)).toMillis());
        } catch (IOException e) {
            throw new IllegalArgumentException("there is no file " + brick);
        }
    }

    @Override
    public InputStream open(int z, int x, int y) throws IOException {
        String brick = z == ZOOM ? bricks.get((long) x << 32 | y) : null;
        if (brick == null) {
            throw new IOException("there is no such picture");
        }
        return PlainFolder.open(folder.toRealPath(), brick);
    }
}
