package org.geometryos.compositor.tiles.files;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.api.tiles.TileSource;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tileset;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.configuration.InstanceName;
import org.geometryos.compositor.configuration.values.Values;

/**
 * The configuration of what a tileset is made of, checked.
 *
 * @param file the manifest, the archive, the description or the picture, or the folder itself
 * @param folder of the pictures, or of the archive
 * @param workBytes memory for cutting a large picture
 */
record PlaceSettings(Kind kind, Path file, Path folder, Tileset tileset, int maxFiles, int workBytes) {

    /** What the pictures lie in. */
    enum Kind {
        FOLDER {
            @Override
            Place place(PlaceSettings s) {
                return new PicturesFolder(s.folder, s.tileset, s.maxFiles);
            }
        },
        MANIFEST {
            @Override
            Place place(PlaceSettings s) {
                return new Manifest(s.file, s.folder, s.tileset, s.maxFiles);
            }
        },
        PMTILES {
            @Override
            Place place(PlaceSettings s) {
                return new PmtilesArchive(s.file, s.tileset, s.maxFiles);
            }
        },
        DZI {
            @Override
            Place place(PlaceSettings s) {
                return new DziPicture(s.file, s.folder, s.tileset, s.maxFiles);
            }
        },
        IMAGE {
            @Override
            Place place(PlaceSettings s) {
                return new LargePicture(s.file, s.folder, s.tileset, s.maxFiles, s.workBytes);
            }
        };

        abstract Place place(PlaceSettings s);
    }

    static final int PIXELS = 256;
    static final int MAX_ZOOM = 20;
    static final int MAX_FILES = 1_000_000;
    static final int MAX_TILES = 100_000;
    static final int WORK_BYTES = 64 << 20;
    static final int LEAST_WORK = 16 << 20;
    static final int MOST_WORK = 1 << 30;

    private static final int MOST_FILES = 4_000_000;
    private static final double LEAST_SIZE = 1e-6;
    private static final double MOST_SIZE = 1e9;

    /**
     * @param data what a relative folder is relative to
     * @throws InvalidValueException that names key, value and rule
     */
    static PlaceSettings ofFolder(Map<String, Object> properties, Path data) {
        Values values = new Values(properties);
        Path folder = required(values, "folder", data);
        Tileset tileset = levels(values, InstanceName.plain(FolderConfig.PID, properties));
        return new PlaceSettings(Kind.FOLDER, folder, folder, tileset, files(values), 0);
    }

    /** The same of a PMTiles archive. */
    static PlaceSettings ofPmtiles(Map<String, Object> properties, Path data) {
        Values values = new Values(properties);
        Path archive = required(values, "archive", data);
        Tileset tileset = levels(values, InstanceName.plain(PmtilesConfig.PID, properties));
        return new PlaceSettings(Kind.PMTILES, archive, archive.getParent(), tileset, files(values), 0);
    }

    /** Of tiles of several levels. */
    private static Tileset levels(Values values, String name) {
        int minZoom = values.integer("minZoom", 0, 0, TileTree.MAX_ZOOM);
        int maxZoom = values.integer("maxZoom", MAX_ZOOM, minZoom, TileTree.MAX_ZOOM);
        double[] origin = values.numbers("origin", 0, 0);
        return tileset(values, name, origin[0], origin[1], size(values), minZoom, maxZoom);
    }

    /** The same of a manifest. */
    static PlaceSettings ofManifest(Map<String, Object> properties, Path data) {
        Values values = new Values(properties);
        Path manifest = required(values, "manifest", data);
        double[] origin = values.numbers("origin", 0, 0);
        double size = size(values);
        return new PlaceSettings(
                Kind.MANIFEST,
                manifest,
                path(values, "folder", data).orElse(manifest.getParent()),
                tileset(
                        values,
                        InstanceName.plain(ManifestConfig.PID, properties),
                        origin[0] - Manifest.MIDDLE * size,
                        origin[1] - Manifest.MIDDLE * size,
                        size,
                        Manifest.ZOOM,
                        Manifest.ZOOM),
                files(values),
                0);
    }

    /** The same of a picture in the form of Deep Zoom. */
    static PlaceSettings ofDzi(Map<String, Object> properties, Path data) {
        Values values = new Values(properties);
        Path description = required(values, "description", data);
        String name = description.getFileName().toString();
        String stem = name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : name;
        return new PlaceSettings(
                Kind.DZI,
                description,
                description.resolveSibling(stem + "_files"),
                picture(values, InstanceName.plain(DziConfig.PID, properties)),
                files(values),
                0);
    }

    /** The same of a large picture. */
    static PlaceSettings ofImage(Map<String, Object> properties, Path data) {
        Values values = new Values(properties);
        Path image = required(values, "image", data);
        Tileset tileset = picture(values, InstanceName.plain(ImageConfig.PID, properties));
        if (tileset.pixels() % 2 > 0) {
            throw new InvalidValueException("pixels", tileset.pixels(), "must be even");
        }
        return new PlaceSettings(
                Kind.IMAGE,
                image,
                data.resolve("tiles.files").resolve(tileset.id()),
                tileset,
                values.integer("maxTiles", MAX_TILES, 1, MOST_FILES),
                values.integer("workBytes", WORK_BYTES, LEAST_WORK, MOST_WORK));
    }

    /** Of one picture, whose own pixels are the deepest level. */
    private static Tileset picture(Values values, String name) {
        int pixels = values.integer("pixels", PIXELS, Grid.LEAST_PIXELS, Grid.MOST_PIXELS);
        double[] origin = values.numbers("origin", 0, 0);
        double size = values.decimal("size", pixels, LEAST_SIZE, MOST_SIZE);
        return tileset(values, name, origin[0], origin[1], size, 0, Grid.ZOOM);
    }

    private static Path required(Values values, String key, Path data) {
        return path(values, key, data).orElseThrow(() -> new InvalidValueException(key, "", "is required"));
    }

    private static Optional<Path> path(Values values, String key, Path data) {
        return values.text(key).map(name -> {
            try {
                return data.resolve(name).toAbsolutePath().normalize();
            } catch (InvalidPathException e) {
                throw new InvalidValueException(key, name, "must be the name of a file or folder");
            }
        });
    }

    private static int pixels(Values values) {
        return values.integer("pixels", PIXELS, 1, Tileset.MAX_PIXELS);
    }

    private static double size(Values values) {
        return values.decimal("size", pixels(values), LEAST_SIZE, MOST_SIZE);
    }

    private static int files(Values values) {
        return values.integer("maxFiles", MAX_FILES, 1, MOST_FILES);
    }

    private static Tileset tileset(
            Values values, String name, double x, double y, double size, int minZoom, int maxZoom) {
        String id = Tileset.checkId("tileset", values.text("tileset").orElse(name));
        return new Tileset(
                id,
                x,
                y,
                size,
                pixels(values),
                minZoom,
                maxZoom,
                Optional.empty(),
                TileSource.address(id),
                values.integer("order", 0, -Tileset.MAX_ORDER, Tileset.MAX_ORDER),
                values.decimal("opacity", 1, 0, 1));
    }

    Place place() {
        return kind.place(this);
    }
}
