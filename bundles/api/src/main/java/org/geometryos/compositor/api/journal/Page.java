package org.geometryos.compositor.api.journal;

import java.util.List;

/**
 * What a read found.
 *
 * @param entries in ascending order
 * @param to the position behind this page: everything after the asked position up to here is in {@code entries}, or
 *     gone
 * @param gone the highest number of an entry asked for that the journal no longer holds; 0 if nothing is missing
 */
public record Page(List<Entry> entries, long to, long gone) {
    public Page {
        entries = List.copyOf(entries);
    }
}
