package org.geometryos.compositor.models;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import org.geometryos.compositor.api.scene.ModelSource;

/**
 * A service that offers models, as it is since its properties changed last.
 *
 * @param generation no two are the same
 */
record SourcePlace(String name, int ranking, long generation, ModelSource source) implements Place {

    @Override
    public Listing list(int most) {
        Listing listing = new Listing(new TreeMap<>(), new TreeMap<>());
        for (String file : Set.copyOf(source.files())) {
            if (!ModelNames.valid(file) || ModelNames.contentType(file).isEmpty()) {
                listing.refused().put(file, ModelNames.valid(file) ? "it is neither a glTF model nor a file that one may refer to" : ModelNames.RULE);
            } else if (listing.files().size() == most) {
                listing.refused().put("", "it holds more than " + most + " files; not all are looked at");
            } else {
                listing.files().put(file, stamp());
            }
        }
        return listing;
    }

    private Stamp stamp() {
        return new Stamp(0, 0, generation);
    }

    @Override
    public Optional<Stamp> stamp(String file) {
        return Optional.of(stamp());
    }

    @Override
    public InputStream open(String file) throws IOException {
        return source.open(file);
    }
}
