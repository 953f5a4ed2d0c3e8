package org.geometryos.compositor.camera.tracking;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The devices that a receiver hears, and the camera that each of them drives. What becomes of samples is done by the
 * receiver's thread; what any thread may ask says so.
 *
 * @param <S> what is known of a device, immutable
 */
final class Devices<S> {
    static final int MAX_DEVICES = 64;
    /** Between two renewals of a lease: short against any that is of use. */
    private static final long RENEW_NANOS = 200_000_000;
    /** Between two lines in the log about silence. */
    private static final long TOLD_NANOS = 10_000_000_000L;
    /** Names in one line. */
    private static final int SHOWN = 5;

    private static final Logger LOG = LoggerFactory.getLogger(Devices.class);

    private final String receiver;
    private final Counters counters;
    /** By the device's key. Written by the receiver's thread alone. */
    private final Map<Object, Device<S>> devices = new ConcurrentHashMap<>();

    private final Map<String, Device<S>> drivers = new ConcurrentHashMap<>();
    private volatile CameraSink sink;
    // the receiver's thread only
    private List<String> toldSilent = List.of();
    private long told;
    private boolean everTold;

    /** Takes the answers of the bridge itself, so that an update makes nothing for its answer. */
    private static final class Device<S> implements Consumer<Outcome> {
        final Object key;
        private final Counters counters;
        volatile String camera = "";
        volatile long heard;
        /**
         * Whether its next view is no continuation of the camera's last one, for a reason that the bridge cannot see.
         */
        volatile boolean jumps;
        /** Whether one with a jump was sent, and none was taken since. */
        volatile boolean jumped;
        /** Whether its last update was taken, so that the camera may still be its own. */
        volatile boolean drives;

        // the receiver's thread only
        S state;
        long renewed;

        Device(Object key, Counters counters) {
            this.key = key;
            this.counters = counters;
        }

        CameraUpdate cut(CameraUpdate update) {
            if (!jumps) {
                return update;
            }
            jumped = true;
            jumps = false;
            return update.withCut(true);
        }

        @Override
        public void accept(Outcome outcome) {
            drives = outcome.accepted();
            if (outcome instanceof Outcome.Refused refused) {
                if (jumped || refused.reason() == Outcome.Reason.HELD) {
                    jumps = true;
                }
                counters.add(Count.REFUSED);
            } else {
                jumped = false;
                counters.add(Count.ACCEPTED);
            }
        }
    }

    Devices(String receiver, Counters counters) {
        this.receiver = receiver;
        this.counters = counters;
    }

    /** Any thread. */
    void connected(CameraSink bridge) {
        sink = bridge;
    }

    /** Any thread. */
    void disconnected(CameraSink bridge) {
        if (sink == bridge) {
            sink = null;
        }
    }

    /** What is known of a device. */
    Optional<S> state(Object key) {
        return Optional.ofNullable(devices.get(key)).map(device -> device.state);
    }

    /**
     * A device has said something good.
     *
     * @return whether there is a place for it; if not, that is counted
     */
    boolean heard(Object key, S state, long now, long staleNanos) {
        Device<S> device = devices.get(key);
        if (device == null) {
            if (devices.size() >= MAX_DEVICES && !makeRoom(now, staleNanos)) {
                counters.add(Count.TOO_MANY);
                return false;
            }
            device = new Device<>(key, counters);
        }
        device.state = state;
        device.heard = now;
        devices.put(key, device);
        return true;
    }

    /** Drives the camera of a device that has been {@link #heard}. The update's cut is set here. */
    void drive(Object key, CameraUpdate update, long now, long staleNanos) {
        Device<S> device = devices.get(key);
        if (!device.camera.equals(update.camera()) && !name(device, update.camera(), now, staleNanos)) {
            counters.add(Count.NAME_TAKEN);
            return;
        }
        counters.add(Count.SAMPLES);
        CameraSink to = sink;
        if (to == null) {
            counters.add(Count.UNCONNECTED);
            return;
        }
        device.renewed = now;
        to.push(device.cut(update)).then(device);
    }

    /** Gives a device another camera, unless that belongs to a device that is not stale. */
    private boolean name(Device<S> device, String camera, long now, long staleNanos) {
        Device<S> other = drivers.get(camera);
        if (other != null && now - other.heard <= staleNanos) {
            return false;
        }
        if (other != null) {
            devices.remove(other.key);
        }
        if (!device.camera.isEmpty()) {
            drivers.remove(device.camera);
            remove(device.camera);
        }
        device.camera = camera;
        if (other != null) {
            device.jumps = true;
        }
        drivers.put(camera, device);
        return true;
    }

    /** The device that has been silent for longest goes, with its camera, if it is stale. */
    private boolean makeRoom(long now, long staleNanos) {
        Device<S> oldest = devices.values().stream()
                .max(Comparator.comparingLong(device -> now - device.heard))
                .orElseThrow();
        if (now - oldest.heard <= staleNanos) {
            return false;
        }
        devices.remove(oldest.key);
        if (!oldest.camera.isEmpty()) {
            drivers.remove(oldest.camera);
            remove(oldest.camera);
        }
        return true;
    }

    /** The next view of each camera is not to be smoothed with the one before: what views are made of has changed. */
    void jump() {
        devices.values().forEach(device -> device.jumps = true);
    }

    /** Keeps the cameras of devices that say nothing because nothing moves. */
    private void renew(long now, long staleNanos) {
        CameraSink from = sink;
        for (Device<S> device : drivers.values()) {
            if (from != null
                    && device.drives
                    && now - device.heard <= staleNanos
                    && now - device.renewed >= RENEW_NANOS) {
                device.renewed = now;
                device.drives = from.renew(device.camera);
            }
        }
    }

    /**
     * Keeps cameras that stand still, and tells the log which have become silent or are back, in one line and not
     * often.
     */
    void tick(long now, long staleNanos) {
        renew(now, staleNanos);
        List<String> silent = silent(now, staleNanos);
        if (!silent.equals(toldSilent) && (!everTold || now - told >= TOLD_NANOS)) {
            toldSilent = silent;
            told = now;
            everTold = true;
            if (silent.isEmpty()) {
                LOG.info("{}: all cameras receive packets again", receiver);
            } else {
                LOG.warn("{}: no packets come for {}", receiver, some(silent));
            }
        }
    }

    /** The names of cameras whose devices are stale. Any thread. */
    List<String> silent(long now, long staleNanos) {
        return drivers.values().stream()
                .filter(device -> now - device.heard > staleNanos)
                .map(device -> device.camera)
                .sorted()
                .toList();
    }

    static String some(List<String> names) {
        return names.size() <= SHOWN
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, SHOWN)) + " and " + (names.size() - SHOWN) + " more";
    }

    /** Takes all cameras out of the sequence, for good. The receiver's thread, or when that has ended. */
    void removeAll() {
        drivers.keySet().forEach(this::remove);
        drivers.clear();
        devices.clear();
    }

    private void remove(String camera) {
        CameraSink from = sink;
        if (from != null) {
            from.remove(camera);
        }
    }

    /** How many cameras are driven. Any thread. */
    int cameras() {
        return drivers.size();
    }
}
