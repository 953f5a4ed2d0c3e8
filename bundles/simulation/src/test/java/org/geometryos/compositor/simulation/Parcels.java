package org.geometryos.compositor.simulation;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.geometryos.compositor.transport.api.Batch;

/** Messages as the broadcaster laid them out: the same array is the same parcel. */
final class Parcels implements Batch {
    private static final int KNOWN = 4096;
    private static final int PING_BYTES = 10;

    private final Map<byte[], Parcel> known;
    final List<Parcel> parcels = new ArrayList<>();
    boolean ping;
    private int size;

    Parcels(Map<byte[], Parcel> known) {
        this.known = known;
    }

    static Map<byte[], Parcel> known() {
        return new IdentityHashMap<>();
    }

    static Parcel parcel(Map<byte[], Parcel> known, byte[] payload, boolean text) {
        Parcel parcel = known.get(payload);
        if (parcel == null) {
            if (known.size() >= KNOWN) {
                known.clear();
            }
            parcel = new Parcel(payload, text);
            known.put(payload, parcel);
        }
        return parcel;
    }

    @Override
    public Batch clear() {
        parcels.clear();
        ping = false;
        size = 0;
        return this;
    }

    @Override
    public Batch add(byte[] payload, boolean text) {
        parcels.add(parcel(known, payload, text));
        size += payload.length + (payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10);
        return this;
    }

    @Override
    public Batch ping() {
        if (ping) {
            throw new IllegalStateException("a batch holds at most one ping");
        }
        ping = true;
        size += PING_BYTES;
        return this;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int messages() {
        return parcels.size();
    }
}
