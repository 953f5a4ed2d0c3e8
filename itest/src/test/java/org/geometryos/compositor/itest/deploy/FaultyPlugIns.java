package org.geometryos.compositor.itest.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.SourceHealth;
import org.geometryos.compositor.api.connection.ConnectionListener;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.api.journal.JournalListener;
import org.geometryos.compositor.api.metrics.Meter;
import org.geometryos.compositor.api.metrics.Readings;
import org.geometryos.compositor.api.scene.ModelSource;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.LinkListener;
import org.geometryos.compositor.transport.api.SocketRoom;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** The only class of a bundle: one plug-in of each kind, and each throws whatever it is asked. */
public final class FaultyPlugIns
        implements BundleActivator,
                CameraSource,
                JournalListener,
                ConnectionListener,
                LinkListener,
                SocketRoom,
                Meter,
                ModelSource,
                Supplier<Map<String, Object>> {
    static final String IMPORTS = "org.osgi.framework,org.geometryos.compositor.api.camera,"
            + "org.geometryos.compositor.api.connection,org.geometryos.compositor.api.journal,"
            + "org.geometryos.compositor.api.metrics,org.geometryos.compositor.api.scene,"
            + "org.geometryos.compositor.transport.api";

    @Override
    public void start(BundleContext context) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(CameraSource.ID, "faulty");
        properties.put(ModelSource.ID, "faulty");
        String[] kinds = {
            CameraSource.class.getName(),
            JournalListener.class.getName(),
            ConnectionListener.class.getName(),
            LinkListener.class.getName(),
            SocketRoom.class.getName(),
            Meter.class.getName(),
            ModelSource.class.getName()
        };
        context.registerService(kinds, this, properties);
        Dictionary<String, Object> part = new Hashtable<>();
        part.put("org.geometryos.compositor.health", "faulty part");
        context.registerService(Supplier.class, this, part);
    }

    @Override
    public void stop(BundleContext context) {
        // the services go with the bundle
    }

    private static IllegalStateException fault(String what) {
        return new IllegalStateException("fault in " + what);
    }

    @Override
    public void connected(CameraSink sink) {
        throw fault("connected");
    }

    @Override
    public void disconnected(CameraSink sink) {
        throw fault("disconnected");
    }

    @Override
    public SourceHealth health() {
        throw fault("health");
    }

    @Override
    public Map<String, Long> counters() {
        throw fault("counters");
    }

    @Override
    public void appended() {
        throw fault("appended");
    }

    @Override
    public void opened(Session session) {
        throw fault("opened session");
    }

    @Override
    public void opened(Link link) {
        throw fault("opened link");
    }

    @Override
    public boolean roomForDisplay() {
        throw fault("roomForDisplay");
    }

    @Override
    public void read(Readings readings) {
        throw fault("read");
    }

    @Override
    public Set<String> files() {
        throw fault("files");
    }

    @Override
    public InputStream open(String file) throws IOException {
        throw fault("open");
    }

    @Override
    public Map<String, Object> get() {
        throw fault("part");
    }
}
