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

/** One configuration of a target of OpenTrackIO. */
@Component(
        configurationPid = OpenTrackIoConfig.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        service = {})
@Designate(ocd = OpenTrackIoConfig.class, factory = true)
public final class OpenTrackIoTargetComponent {
    private final TargetService service;

    @Activate
    public OpenTrackIoTargetComponent(
            BundleContext context, @Reference Targets targets, Map<String, Object> properties) {
        service = new TargetService(
                context,
                targets,
                OpenTrackIoConfig.class,
                OpenTrackIoConfig.PID,
                properties,
                Settings::openTrackIo,
                OpenTrackIoPackets::new);
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
