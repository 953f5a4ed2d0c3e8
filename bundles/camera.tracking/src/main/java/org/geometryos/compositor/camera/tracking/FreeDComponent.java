package org.geometryos.compositor.camera.tracking;

import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;

/** One configuration of a receiver of FreeD. */
@Component(
        configurationPid = FreeDConfig.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        service = {},
        // an operator stops it by the condition that components of this version have
        xmlns = "http://www.osgi.org/xmlns/scr/v1.5.0")
@Designate(ocd = FreeDConfig.class, factory = true)
public final class FreeDComponent {
    private final SourceService<FreeDOptions> service;

    @Activate
    public FreeDComponent(BundleContext context, Map<String, Object> properties) {
        service = new SourceService<>(context, FreeDConfig.class, properties, FreeDOptions.FORMAT, FreeDTracker::new);
    }

    @Modified
    void modified(Map<String, Object> properties) {
        service.modified(properties);
    }

    @Deactivate
    void deactivate(int reason) {
        service.deactivate(reason);
    }
}
