package org.geometryos.compositor.tiles.files;

import java.util.Map;
import org.geometryos.compositor.api.tiles.TileService;
import org.osgi.annotation.bundle.Capability;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/** One configuration of a tileset of a large picture. */
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=org.geometryos.compositor.api.tiles.TileSource")
@Component(
        configurationPid = ImageConfig.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        service = {})
@Designate(ocd = ImageConfig.class, factory = true)
public final class ImageComponent {
    private final PlaceService service;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile TileService tiles;

    @Activate
    public ImageComponent(BundleContext context, Map<String, Object> properties) {
        service = new PlaceService(context, ImageConfig.class, properties, PlaceSettings::ofImage, () -> tiles);
    }

    @Modified
    void modified(Map<String, Object> properties) {
        service.modified(properties);
    }

    /** @param reason of the component runtime */
    @Deactivate
    void deactivate(int reason) {
        service.deactivate(reason);
    }
}
