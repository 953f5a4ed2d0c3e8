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
 * The configuration of a folder, a manifest or an archive, checked.
 *
 * @param file the manifest or the archive, or the folder itself
 * @param folder of the pictures, or of the archive
 */
record PlaceSettings(Kind kind, Path file, Path folder, Tileset tileset, int maxFiles) {

    /** What the pictures lie in. */
    enum Kind {
        FOLDER {
            @Override
            TileSource source(PlaceSettings s) {
                return new PicturesFolder(s.folder, s.tileset, s.maxFiles);
            }
        },
        MANIFEST {
            @Override
            TileSource source(PlaceSettings s) {
                return new Manifest(s.file, s.folder, s.tileset, s.maxFiles);
            }
        },
        PMTILES {
            @Override
            TileSource source(PlaceSettings s) {
                return new PmtilesArchive(s.file, s.tileset, s.maxFiles);
            }
        };

        abstract TileSource source(PlaceSettings s);
    }

    static final int PIXELS = 256;
    static final int MAX_ZOOM = 20;
    static final int MAX_FILES = 1_000_000;

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
        return new PlaceSettings(Kind.FOLDER, folder, folder, tileset, files(values));
    }

    /** The same of a PMTiles archive. */
    static PlaceSettings ofPmtiles(Map<String, Object> properties, Path data) {
        Values values = new Values(properties);
        Path archive = required(values, "archive", data);
        Tileset tileset = levels(values, InstanceName.plain(PmtilesConfig.PID, properties));
        return new PlaceSettings(Kind.PMTILES, archive, archive.getParent(), tileset, files(values));
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
                files(values));
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

    TileSource source() {
        return kind.source(this);
    }
}
