package org.geometryos.compositor.api.tiles;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.OptionalDouble;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A bundle that brings along the pictures of a tileset: register it as an OSGi service (whiteboard). The host declares
 * the tileset, puts and removes its tiles as pictures come and go, and serves the pictures below {@code /tiles/}, with
 * the same keys as everything else. Of several services with one tileset that with the highest ranking counts.
 *
 * <p>It is looked at about twice a second, or less often if a look takes long. A picture is taken when two looks find
 * the same stamp; a tile whose picture is refused stays as it was. While the service is away, its tiles stay, and their
 * pictures are answered with 503.
 */
@ConsumerType
public interface TileSource {

    /** The address of a tileset's pictures on this host. */
    static String address(String tileset) {
        return "/tiles/" + tileset + "/{v}/{z}/{x}/{y}";
    }

    /** The tileset, always the same; its address is {@link #address(String)}. */
    Tileset tileset();

    /**
     * What pictures there are. In place of a version each tile has a stamp: another one if the picture is another, and
     * at best the time when it was made, milliseconds since the Unix epoch. After a restart a picture with a stamp
     * before the time at which the host last put its tile is taken to be the one that was put then. One thread asks.
     *
     * @throws IOException if that cannot be said now; what is known stays
     */
    TileTree pictures() throws IOException;

    /**
     * The bytes of a picture: PNG, JPEG or WebP. Any thread; it should not block for long.
     *
     * @param stamp of the picture that is meant
     * @throws IOException if there is none, or if it has another stamp; the message says why. Reading may throw it, too
     */
    InputStream open(int z, int x, int y, long stamp) throws IOException;

    /**
     * Whether a picture is made when somebody asks for it. None is read before that, so there may be millions. The
     * stamp of a picture is then the version of its tile: no other picture may ever have it.
     */
    default boolean onRequest() {
        return false;
    }

    /** What was found at the last look and is no picture of a tile, with the reason; for operators, at most 100. */
    default Map<String, String> refused() {
        return Map.of();
    }

    /**
     * How much is done of work that is under way before there are pictures, 0 to 1; empty: there is none. For
     * operators.
     */
    default OptionalDouble progress() {
        return OptionalDouble.empty();
    }
}
