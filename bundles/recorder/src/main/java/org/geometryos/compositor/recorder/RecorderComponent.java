package org.geometryos.compositor.recorder;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.recording.RecordedEntry;
import org.geometryos.compositor.api.recording.Recorder;
import org.geometryos.compositor.api.recording.RecorderStatus;
import org.geometryos.compositor.api.recording.Recording;
import org.geometryos.compositor.api.recording.RecordingException;
import org.geometryos.compositor.api.recording.Selection;
import org.geometryos.compositor.files.StateFolder;
import org.geometryos.compositor.health.GuardedLoop;
import org.geometryos.compositor.protocol.Codec;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
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
@Component(service = Recorder.class, immediate = true, configurationPid = RecorderConfig.PID)
@Designate(ocd = RecorderConfig.class)
public final class RecorderComponent implements Recorder {
    private static final Logger LOG = LoggerFactory.getLogger(RecorderComponent.class);
    /** Where SQLite's driver puts its native library; read once per process. */
    private static final String NATIVE_FOLDER = "org.sqlite.tmpdir";
    private static final long JOIN_MILLIS = 3_000;

    private final Path data;
    private final Follower follower;
    private final GuardedLoop loop = GuardedLoop.withLastTurn("compositor-recorder", this::record);
    private volatile Settings settings;

    @Activate
    public RecorderComponent(BundleContext context, RecorderConfig config,
            @Reference(target = "(" + Codec.SUBPROTOCOL + "=compositor.v1.json)") Map.Entry<Map<String, Object>, Codec> codec) {
        StateFolder.inRoot(context, "recorder");
        data = StateFolder.root(context);
        nativeFolder(context.getDataFile("native").toPath());
        settings = orDefaults(config);
        follower = new Follower(codec.getValue(), (Long) codec.getKey().get(Constants.SERVICE_ID), settings, System::nanoTime, RecorderComponent::micros);
        loop.start();
        LOG.info(settings.enabled() ? "recording into {}" : "not recording", settings.file());
    }

    /** Not the folder for temporary files of all programs, where what a killed process leaves would pile up. */
    private static void nativeFolder(Path folder) {
        if (System.getProperty(NATIVE_FOLDER) != null) {
            return;
        }
        try {
            Files.createDirectories(folder);
            try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(folder)) {
                for (Path leftover : leftovers) {
                    Files.delete(leftover);
                }
            }
            System.setProperty(NATIVE_FOLDER, folder.toString());
        } catch (IOException e) {
            LOG.warn("{} cannot be prepared for SQLite's native library; it goes to the folder for temporary files: {}", folder, e.toString());
        }
    }

    private static long micros() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }

    /** The configuration, or the defaults in place of one that breaks a rule: a slip in a file must not keep the host from starting. */
    private Settings orDefaults(RecorderConfig config) {
        try {
            return Settings.of(config, data);
        } catch (RuntimeException e) {
            LOG.error("{}: {}; the defaults are in force: nothing is recorded", RecorderConfig.PID, e.getMessage());
            return Settings.of((RecorderConfig) Proxy.newProxyInstance(RecorderConfig.class.getClassLoader(), new Class<?>[] {RecorderConfig.class},
                    (proxy, method, arguments) -> method.getDefaultValue()), data);
        }
    }

    @Modified
    void modified(RecorderConfig config) {
        try {
            Settings changed = Settings.of(config, data);
            if (changed.enabled() != settings.enabled()) {
                LOG.info(changed.enabled() ? "recording into {}" : "not recording", changed.file());
            }
            settings = changed;
            follower.settings(changed);
        } catch (RuntimeException e) {
            LOG.error("{}: {}; the configuration before it stays in force", RecorderConfig.PID, e.getMessage());
        }
    }

    @Deactivate
    void deactivate() {
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

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    void setJournal(Journal next) {
        follower.journal(next);
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
}
