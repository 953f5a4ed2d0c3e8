package org.geometryos.compositor.tiles.files;

import java.io.IOException;
import java.io.InputStream;
import java.util.SortedMap;
import org.geometryos.compositor.api.tiles.TileTree;

/** Where pictures of a tileset lie. One thread lists; any thread opens. */
interface Place {

    /**
     * @param pictures with stamps in place of versions
     * @param refused why, by what: a bounded number
     */
    record Listing(TileTree pictures, SortedMap<String, String> refused) {}

    /** @throws IOException if what there is cannot be said now */
    Listing list() throws IOException;

    /** @throws IOException if there is no such picture; the message says why */
    InputStream open(int z, int x, int y) throws IOException;
}
