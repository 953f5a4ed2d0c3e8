package org.geometryos.compositor.operate;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.geometryos.compositor.api.recording.Recorder;
import org.geometryos.compositor.api.recording.RecorderStatus;
import org.geometryos.compositor.io.http.api.ApiException;
import org.osgi.service.cm.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Switches recording on and off, by the recorder's configuration: so it stays. Any thread. */
final class RecorderResource implements Resource {
    private static final Logger LOG = LoggerFactory.getLogger(RecorderResource.class);
    private static final String PID = "org.geometryos.compositor.recorder";
    private static final String ENABLED = "enabled";
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Part<Recorder> recorder;
    private final Configurations configurations;

    RecorderResource(Part<Recorder> recorder, Configurations configurations) {
        this.recorder = recorder;
        this.configurations = configurations;
    }

    @Override
    public boolean readable() {
        return false;
    }

    @Override
    public boolean writable() {
        return true;
    }

    @Override
    public Map<String, Object> get(Map<String, String> query) {
        return Map.of();
    }

    @Override
    public synchronized Map<String, Object> post(Map<String, Object> body) throws ApiException {
        boolean enabled = Body.truth(body, ENABLED);
        recorder.need();
        Configuration configuration = configurations.make(PID);
        Map<String, Object> properties = Configurations.properties(configuration);
        properties.put(ENABLED, enabled);
        configurations.update(configuration, properties);
        LOG.info("recording is switched {} on request of an operator", enabled ? "on" : "off");
        long end = System.nanoTime() + LIMIT_NANOS;
        RecorderStatus status = recorder.see(Recorder::status);
        while ((status == null || status.enabled() != enabled) && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(LOOK_NANOS);
            status = recorder.see(Recorder::status);
        }
        if (status == null || status.enabled() != enabled) {
            throw ApiException.conflict(
                    "the recorder did not take its configuration up; the health of the host says why");
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put(ENABLED, enabled);
        answer.put("lasts", configurations.lasts(properties));
        status.problem().ifPresent(problem -> answer.put("problem", problem));
        return answer;
    }
}
