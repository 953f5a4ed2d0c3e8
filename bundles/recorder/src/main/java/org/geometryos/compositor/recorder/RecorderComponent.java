package org.geometryos.compositor.recorder;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.recording.RecordedEntry;
import org.geometryos.compositor.api.recording.Recorder;
import org.geometryos.compositor.api.recording.RecorderStatus;
import org.geometryos.compositor.api.recording.Recording;
import org.geometryos.compositor.api.recording.RecordingException;
import org.geometryos.compositor.api.recording.Selection;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.geometryos.compositor.configuration.Configured;
import org.geometryos.compositor.health.GuardedLoop;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.io.files.StateFolder;
import org.geometryos.compositor.protocol.Codec;
import org.osgi.annotation.bundle.Requirement;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The recorder as a service, and the owner of its thread. */
@Requirement(
        namespace = "osgi.service",
        filter = "(objectClass=org.geometryos.compositor.api.journal.Journal)",
        effective = "active")
@Component(service = Recorder.class, immediate = true, configurationPid = RecorderConfig.PID)
@Designate(ocd = RecorderConfig.class)
public final class RecorderComponent implements Recorder {
    private static final Logger LOG = LoggerFactory.getLogger(RecorderComponent.class);
    private static final long JOIN_MILLIS = 3_000;

    private final Configured<Settings> configured;
    private final Follower follower;
    private final GuardedLoop loop = GuardedLoop.withLastTurn("compositor-recorder", this::record);
    private final RecordingProblems problems = new RecordingProblems();
    private final ServiceRegistration<?> health;
    private volatile Settings settings;

    @Activate
    public RecorderComponent(
            BundleContext context,
            Map<String, Object> configuration,
            @Reference(target = "(" + Codec.SUBPROTOCOL + "=compositor.v1.json)")
                    Map.Entry<Map<String, Object>, Codec> codec) {
        NativeLibrary.unpackIn(StateFolder.inRoot(context, "recorder").resolve("native"), true);
        Path data = StateFolder.root(context);
        configured =
                Configured.of(context, RecorderConfig.PID, RecorderConfig.class, config -> Settings.of(config, data));
        settings = configured.start(configuration);
        follower = new Follower(
                codec.getValue(),
                (Long) codec.getKey().get(Constants.SERVICE_ID),
                settings,
                System::nanoTime,
                TimeOfDay::micros);
        loop.start();
        health = Health.register(context, RecordingProblems.PART, () -> problems.of(status(), System.nanoTime()));
        LOG.info(settings.enabled() ? "recording into {}" : "not recording", settings.file());
    }

    @Modified
    void modified(Map<String, Object> properties) {
        configured.change(properties).ifPresent(changed -> {
            if (changed.enabled() != settings.enabled()) {
                LOG.info(changed.enabled() ? "recording into {}" : "not recording", changed.file());
            }
            settings = changed;
            follower.configure(changed);
        });
    }

    @Deactivate
    void deactivate() {
        health.unregister();
        configured.close();
        if (!loop.stop(JOIN_MILLIS)) {
            LOG.warn("the recorder's thread did not end within {} ms", JOIN_MILLIS);
        }
    }

    private long record() {
        long wait = follower.turn();
        if (loop.stopped()) {
            // the last turn, or one that is followed by it
            follower.close();
        }
        return wait;
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setJournal(Journal next) {
        follower.setJournal(next);
    }

    void unsetJournal(Journal old) {
        follower.gone(old);
    }

    @Override
    public RecorderStatus status() {
        return follower.status();
    }

    @Override
    public List<Recording> recordings() throws RecordingException {
        return new Archive(settings.file()).recordings();
    }

    @Override
    public List<RecordedEntry> read(Selection what, long after, int max) throws RecordingException {
        return new Archive(settings.file()).read(what, after, max);
    }

    @Override
    public List<RecordedEntry> newest(Selection what, long before) throws RecordingException {
        return new Archive(settings.file()).newest(what, before);
    }
}
