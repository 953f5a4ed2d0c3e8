package org.geometryos.compositor.tiles.files;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tileset;
import org.geometryos.compositor.io.files.PlainFolder;

/**
 * A manifest of Geometry OS: {@code {"x,y":{"brick":"NAME","timestamp":NUMBER}}}, and the pictures beside it. Its
 * writer rewrites it as a whole, and may be interrupted at any byte: what does not parse to its end says nothing, and
 * what was known stays until it does. A cell whose picture is missing stays as it was.
 */
final class Manifest implements Place {
    /** All tiles are of this level: cell 0,0 is the tile in the middle of it, so that cells may be negative. */
    static final int ZOOM = 20;

    static final int MIDDLE = 1 << ZOOM - 1;
    static final int MOST_BYTES = 32 << 20;

    private static final int DEPTH = 8;
    private static final int LONGEST = 1024;
    private static final double MILLIS = 1000;
    /** Seconds since the Unix epoch are below, milliseconds above; both until the year 5000 or so. */
    private static final double SECONDS = 1e11;

    private static final Pattern CELL = Pattern.compile("(-?\\d{1,7}),(-?\\d{1,7})");
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH)
                    .maxNumberLength(LONGEST)
                    .maxNameLength(LONGEST)
                    .maxStringLength(LONGEST)
                    .build())
            // a table of names that come once is of no use, and whoever writes them could fill it
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Path file;
    private final Path folder;
    private final Tileset tileset;
    private final int most;
    /** By place. */
    private volatile Map<Long, Cell> cells = Map.of();

    private volatile Map<String, String> refused = Map.of();

    /**
     * What the manifest says of a cell.
     *
     * @param said milliseconds since the Unix epoch; 0 if it says nothing
     * @param problem empty if there is none
     */
    private record Cell(String brick, long said, String problem) {}

    /**
     * @param folder where the pictures are
     * @param most cells
     */
    Manifest(Path file, Path folder, Tileset tileset, int most) {
        this.file = file;
        this.folder = folder;
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
        Reasons wrong = new Reasons();
        Map<Long, Cell> said = read(content(), wrong);
        Path root = folder.toRealPath();
        TileTree pictures = TileTree.EMPTY;
        for (Map.Entry<Long, Cell> each : said.entrySet()) {
            long place = each.getKey();
            pictures =
                    pictures.plus(TileTree.tile(ZOOM, (int) (place >> 32), (int) place, listed(root, each.getValue())));
        }
        cells = said;
        refused = wrong.all();
        return pictures;
    }

    /** The same time before and after: it was not written meanwhile. */
    private byte[] content() throws IOException {
        BasicFileAttributes before = Files.readAttributes(file, BasicFileAttributes.class);
        if (!before.isRegularFile()) {
            throw new IOException("it is no file");
        }
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(MOST_BYTES + 1);
        }
        if (content.length > MOST_BYTES) {
            throw new IOException("it has more than " + MOST_BYTES + " bytes");
        }
        BasicFileAttributes after = Files.readAttributes(file, BasicFileAttributes.class);
        if (content.length != after.size() || !before.lastModifiedTime().equals(after.lastModifiedTime())) {
            throw new IOException("it is being written");
        }
        return content;
    }

    private Map<Long, Cell> read(byte[] content, Reasons wrong) throws IOException {
        Map<Long, Cell> found = new HashMap<>();
        try (JsonParser in = JSON.createParser(content)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("it must be a JSON object");
            }
            while (in.nextToken() != JsonToken.END_OBJECT) {
                String name = in.currentName();
                Cell cell = cell(in);
                try {
                    found.put(place(name), cell);
                } catch (IllegalArgumentException e) {
                    wrong.put(name, e.getMessage());
                }
                if (found.size() > most) {
                    throw new IOException("it has more than " + most + " cells (maxFiles)");
                }
            }
            if (in.nextToken() != null) {
                throw new IOException("it must have nothing behind its JSON object");
            }
            return found;
        } catch (JacksonException e) {
            throw new IOException("it must be whole, well-formed JSON, without a name that comes twice");
        }
    }

    private static Cell cell(JsonParser in) throws IOException {
        String brick = "";
        long said = 0;
        if (in.nextToken() != JsonToken.START_OBJECT) {
            in.skipChildren();
            return new Cell("", 0, "a cell must be an object with brick and timestamp");
        }
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            JsonToken value = in.nextToken();
            if (name.equals("brick") && value == JsonToken.VALUE_STRING) {
                brick = in.getText();
            } else if (name.equals("timestamp") && value.isNumeric()) {
                said = millis(in.getDoubleValue());
            } else {
                in.skipChildren();
            }
        }
        return new Cell(
                brick,
                said,
                PlainFolder.plain(brick) ? "" : "brick must be the name of a file in the folder of pictures");
    }

    private static long millis(double said) {
        double millis = said < SECONDS ? said * MILLIS : said;
        return millis > 0 && millis < TileTree.MAX_VERSION ? (long) millis : 0;
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

    /** Of a picture that cannot be had, what is said of it: whoever opens it learns why. */
    private static long listed(Path root, Cell cell) {
        try {
            return cell.problem.isEmpty() ? stamp(root, cell) : cell.said;
        } catch (IOException e) {
            return cell.said;
        }
    }

    /** The later of what the manifest says and when the picture was written. */
    private static long stamp(Path root, Cell cell) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(
                    root.resolve(cell.brick), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return Math.max(cell.said, UnchangedFile.stamp(attributes));
        } catch (NoSuchFileException e) {
            throw new IOException("there is no file " + Reasons.shown(cell.brick));
        }
    }

    @Override
    public InputStream open(int z, int x, int y, long stamp) throws IOException {
        Cell cell = z == ZOOM ? cells.get((long) x << 32 | y) : null;
        if (cell == null) {
            throw new IOException("there is no such picture");
        }
        if (!cell.problem.isEmpty()) {
            throw new IOException(cell.problem);
        }
        Path root = folder.toRealPath();
        UnchangedFile.Stamp now = () -> stamp(root, cell);
        now.now();
        return UnchangedFile.of(PlainFolder.open(root, cell.brick), now, stamp);
    }
}
