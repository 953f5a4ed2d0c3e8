package org.geometryos.compositor.models;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.geometryos.compositor.api.scene.ModelSource;
import org.geometryos.compositor.health.PlugIns;

/**
 * A service that offers models, as it is since its properties changed last.
 *
 * @param service its number
 * @param generation no two are the same
 */
record SourcePlace(String name, long service, int ranking, long generation, ModelSource source) implements Place {

    @Override
    public String id() {
        return "service " + service;
    }

    @Override
    public String title() {
        return PlugIns.title(name, source);
    }

    @Override
    public Listing list(int most) {
        Listing listing = new Listing(new TreeMap<>(), new TreeMap<>());
        for (String file : Set.copyOf(source.files())) {
            if (listing.files().size() + listing.refused().size() >= most) {
                listing.refused().put("", "it holds more than " + most + " files; not all are looked at");
                break;
            }
            if (!ModelNames.valid(file) || ModelNames.contentType(file).isEmpty()) {
                listing.refused()
                        .put(
                                file,
                                ModelNames.valid(file)
                                        ? "it is neither a glTF model nor a file that one may refer to"
                                        : ModelNames.RULE);
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
