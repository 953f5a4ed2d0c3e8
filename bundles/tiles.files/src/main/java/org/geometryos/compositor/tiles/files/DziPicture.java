package org.geometryos.compositor.tiles.files;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tileset;

/**
 * A picture in the form of Deep Zoom: its description, and the folder of its tiles beside it. Its tiles overlap, and
 * those at its right and lower edge are smaller; what is served is cut to the tile and filled up to it, with nothing to
 * be seen. Levels on which it is smaller than one tile are left out.
 */
final class DziPicture implements Place {
    private static final int MOST_DESCRIPTION = 65_536;
    private static final int MOST_PICTURE = 16 << 20;

    private final Path file;
    private final Path folder;
    private final Tileset tileset;
    private final int most;
    private volatile Known known;

    private record Known(DziDescription description, PicturesFolder pictures) {}

    /**
     * @param file the description
     * @param most files and folders that are looked at
     */
    DziPicture(Path file, Path folder, Tileset tileset, int most) {
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
        Known now = known;
        return now == null ? Map.of() : now.pictures.refused();
    }

    @Override
    public TileTree pictures() throws IOException {
        DziDescription description = DziDescription.read(content(), tileset.pixels());
        long tiles = description.grid().tiles();
        if (tiles > most) {
            throw new IOException("it has " + tiles + " tiles; it may have at most " + most + " (maxFiles)");
        }
        Known now = known;
        if (now == null || !now.description.equals(description)) {
            PicturesFolder.Layout layout = PicturesFolder.Layout.of("_", Grid.ZOOM - description.deepest());
            now = new Known(description, new PicturesFolder(folder, layout, tileset, most));
        }
        TileTree there = now.pictures.pictures().within(description.grid().tree(0));
        known = now;
        return there;
    }

    private byte[] content() throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("it is no file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MOST_DESCRIPTION + 1);
            if (content.length > MOST_DESCRIPTION) {
                throw new IOException("it has more than " + MOST_DESCRIPTION + " bytes");
            }
            return content;
        }
    }

    @Override
    public InputStream open(int z, int x, int y, long stamp) throws IOException {
        Known now = known;
        if (now == null) {
            throw new IOException("the description is not read");
        }
        InputStream in = now.pictures.open(z, x, y, stamp);
        DziDescription.Part part = now.description.part(z, x, y);
        return part.whole() ? in : new ByteArrayInputStream(fitted(in, part));
    }

    /** One at a time, as a decoded picture takes some memory. */
    private synchronized byte[] fitted(InputStream from, DziDescription.Part part) throws IOException {
        try (from) {
            Picture picture = Picture.read(
                    from,
                    new Picture.Limits(MOST_PICTURE, Math.max(part.fullWidth(), part.fullHeight())),
                    new Room(() -> MOST_PICTURE));
            if (picture.type().equals("image/webp")) {
                throw new Picture.RefusedPictureException("it must be PNG or JPEG, not WebP");
            }
            BufferedImage image = Pixels.decoded(picture);
            if (image.getWidth() != part.fullWidth() || image.getHeight() != part.fullHeight()) {
                throw new Picture.RefusedPictureException("it must have " + part.fullWidth() + " x "
                        + part.fullHeight() + " pixels by its description, not " + image.getWidth() + " x "
                        + image.getHeight());
            }
            Pixels pixels = new Pixels(tileset.pixels());
            pixels.put(image, part.left(), part.top(), part.width(), part.height());
            return pixels.picture(picture.type().equals("image/jpeg"));
        } catch (Picture.RefusedPictureException e) {
            throw new UnusablePictureException(e.getMessage());
        }
    }
}
