package org.geometryos.compositor.models;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.SortedMap;

/** Where files for models come from. Of one thread. */
interface Place {

    /** No two places have the same. */
    String id();

    /** For operators. */
    String name();

    /** The same with what an operator needs to know when it fails. */
    default String title() {
        return name();
    }

    /** @param most files that are looked at */
    Listing list(int most) throws IOException;

    /** The stamp that a file has now; empty if it is not there any more. */
    Optional<Stamp> stamp(String file) throws IOException;

    /** @param file one of the last listing */
    InputStream open(String file) throws IOException;

    /**
     * What is there at one moment.
     *
     * @param files those that models may consist of
     * @param refused why something that is there is not among them; under an empty name, something about the place
     */
    record Listing(SortedMap<String, Stamp> files, SortedMap<String, String> refused) {}

    /**
     * How a file looks from outside: another stamp, another file.
     *
     * @param modified milliseconds since the Unix epoch
     * @param key tells files apart that were put in one another's place; may be null
     */
    record Stamp(long modified, long size, Object key) {}
}
