package org.geometryos.compositor.models;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import org.geometryos.compositor.api.scene.ModelSource;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** The models that come with this bundle. */
@Component(property = {ModelSource.ID + "=shipped", "service.ranking:Integer=-1000"})
public final class ShippedModels implements ModelSource {
    private static final Set<String> FILES = Set.of("gear.glb", "display-wall.glb", "studio-camera.glb");

    @Activate
    public ShippedModels() {}

    @Override
    public Set<String> files() {
        return FILES;
    }

    @Override
    public InputStream open(String file) throws IOException {
        InputStream found = FILES.contains(file) ? ShippedModels.class.getResourceAsStream("shipped/" + file) : null;
        if (found == null) {
            throw new FileNotFoundException(file);
        }
        return found;
    }
}
