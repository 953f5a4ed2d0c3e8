package org.geometryos.compositor.settings;

import jakarta.servlet.Servlet;
import java.nio.charset.StandardCharsets;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.geometryos.compositor.configuration.Configured;
import org.geometryos.compositor.health.GuardedLoop;
import org.geometryos.compositor.io.files.StateFolder;
import org.geometryos.compositor.io.http.access.Access;
import org.geometryos.compositor.transport.api.ReadGate;
import org.osgi.annotation.bundle.Requirement;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.servlet.whiteboard.annotations.RequireHttpWhiteboard;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the settings in force and serves them; owns the thread that looks at the file and after the initial cameras.
 */
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.api.journal.Journal)",
        effective = "active")
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.api.control.CameraBridge)",
        effective = "active")
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.transport.api.ReadGate)",
        effective = "active")
@Component(
        service = {},
        immediate = true,
        configurationPid = SettingsConfig.PID)
@Designate(ocd = SettingsConfig.class)
@RequireHttpWhiteboard
public final class SettingsComponent {
    private static final Logger LOG = LoggerFactory.getLogger(SettingsComponent.class);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long JOIN_MILLIS = 3_000;
    /** All displays know a change by then: they ask every two seconds. */
    private static final long AHEAD_MICROS = 3_000_000;

    private final Configured<Settings> configured;
    private final ComposeFile file;
    private final InitialCameras initial = new InitialCameras();
    private final ServiceRegistration<Servlet> servlet;
    private final GuardedLoop loop = GuardedLoop.of("compositor-settings", this::look);

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile ReadGate gate;

    private volatile CameraBridge cameras;
    private volatile Journal journal;
    private volatile InForce inForce;
    /** When the file is to be looked at, of the loop alone. */
    private long due = System.nanoTime();

    /** @param document what is served of it */
    private record InForce(long revision, Settings settings, Document document) {

        static InForce of(long revision, Settings settings) {
            return new InForce(
                    revision,
                    settings,
                    new Document(
                            settings.toJson(revision, TimeOfDay.micros() + AHEAD_MICROS)
                                    .toString()
                                    .getBytes(StandardCharsets.UTF_8),
                            "application/json"));
        }
    }

    @Activate
    public SettingsComponent(
            BundleContext context, Map<String, Object> properties, @Reference ConfigurationAdmin admin) {
        file = new ComposeFile(StateFolder.inRoot(context, "compose_config.json"), admin);
        configured = Configured.ofMap(context, SettingsConfig.PID, SettingsConfig.class, Settings::ofProperties);
        inForce = InForce.of(1, configured.start(properties));
        // registered by hand: a changed configuration must not register it anew, as it would with a component's service
        servlet = context.registerService(
                Servlet.class,
                new SettingsServlet(() -> inForce.document, new Access(() -> gate)),
                new Hashtable<>(Map.of(
                        "osgi.http.whiteboard.servlet.name",
                        "compositor-settings",
                        "osgi.http.whiteboard.servlet.pattern",
                        new String[] {SettingsServlet.PATH, SettingsServlet.SCHEMA},
                        "osgi.http.whiteboard.servlet.asyncSupported",
                        true)));
        loop.start();
    }

    @Modified
    void modified(Map<String, Object> properties) {
        InForce before = inForce;
        configured
                .change(properties)
                .filter(next -> !next.equals(before.settings))
                .ifPresent(next -> {
                    inForce = InForce.of(before.revision + 1, next);
                    loop.wake();
                });
    }

    private long look() {
        // a second apart, also if something wakes this thread: what two looks find the same, nobody is writing
        if (System.nanoTime() - due >= 0) {
            due = System.nanoTime() + LOOK_NANOS;
            file.look();
        }
        CameraBridge bridge = cameras;
        Journal sequence = journal;
        if (bridge != null && sequence != null) {
            initial.look(inForce.settings.cameras(), bridge, sequence);
        }
        return due - System.nanoTime();
    }

    @Deactivate
    void deactivate() {
        servlet.unregister();
        configured.close();
        if (!loop.stop(JOIN_MILLIS)) {
            LOG.warn("the thread of the settings did not end within {} ms", JOIN_MILLIS);
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setCameras(CameraBridge next) {
        cameras = next;
        loop.wake();
    }

    void unsetCameras(CameraBridge old) {
        if (cameras == old) {
            cameras = null;
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setJournal(Journal next) {
        journal = next;
        loop.wake();
    }

    void unsetJournal(Journal old) {
        if (journal == old) {
            journal = null;
        }
    }
}
