package org.geometryos.compositor.launcher.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.protocol.ServerMessage;

/** The cameras and who holds them, as the first snapshot tells. */
final class CameraRoll extends Listing {
    /** All cameras, seldom: the snapshot is what counts. */
    static final Subscription ALL = Subscription.toAllCameras().withRate(0.1);

    private final Map<String, CameraState> states = new TreeMap<>();
    private final Map<String, ControlState> holders = new TreeMap<>();
    private boolean read;

    /**
     * One camera.
     *
     * @param state empty if it was never driven
     * @param control empty if nobody holds it
     */
    record Row(String camera, Optional<CameraState> state, Optional<ControlState> control) {}

    @Override
    boolean read(ServerMessage message) {
        if (!read && message instanceof ServerMessage.Snapshot snapshot) {
            read = true;
            snapshot.cameras().forEach(camera -> states.put(camera.state().camera(), camera.state()));
            snapshot.control().forEach(control -> holders.put(control.state().camera(), control.state()));
            return true;
        }
        return false;
    }

    @Override
    void clear() {
        states.clear();
        holders.clear();
        read = false;
    }

    /** Sorted by name. */
    synchronized List<Row> rows() {
        Set<String> names = new TreeSet<>(states.keySet());
        names.addAll(holders.keySet());
        List<Row> rows = new ArrayList<>();
        for (String name : names) {
            rows.add(new Row(name, Optional.ofNullable(states.get(name)), Optional.ofNullable(holders.get(name))));
        }
        return rows;
    }
}
