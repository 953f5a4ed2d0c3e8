package org.geometryos.compositor.tracking.out;

import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/** One configuration of a target of FreeD. */
@Component(
        configurationPid = FreeDConfig.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        service = {})
@Designate(ocd = FreeDConfig.class, factory = true)
public final class FreeDTargetComponent {
    private final TargetService service;

    @Activate
    public FreeDTargetComponent(BundleContext context, @Reference Targets targets, Map<String, Object> properties) {
        service = new TargetService(
                context,
                targets,
                FreeDConfig.class,
                FreeDConfig.PID,
                properties,
                Settings::freeD,
                sequence -> new FreeDPackets());
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
