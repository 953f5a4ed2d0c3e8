package org.geometryos.compositor.camera.tracking;

import java.util.Map;
import org.osgi.annotation.bundle.Capability;
import org.osgi.annotation.bundle.Requirement;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;

/** One configuration of a receiver of OpenTrackIO. */
@Capability(
        namespace = "osgi.service",
        attribute = "objectClass:List<String>=org.geometryos.compositor.api.camera.CameraSource")
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.api.control.CameraBridge)",
        effective = "active")
@Component(
        configurationPid = OpenTrackIoConfig.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        service = {},
        // an operator stops it by the condition that components of this version have
        xmlns = "http://www.osgi.org/xmlns/scr/v1.5.0")
@Designate(ocd = OpenTrackIoConfig.class, factory = true)
public final class OpenTrackIoComponent {
    private final SourceService<OpenTrackIoOptions> service;

    @Activate
    public OpenTrackIoComponent(BundleContext context, Map<String, Object> properties) {
        service = new SourceService<>(
                context, OpenTrackIoConfig.class, properties, OpenTrackIoOptions.FORMAT, OpenTrackIoTracker::new);
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
