package org.geometryos.compositor.broadcast;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;

/**
 * Displays of one shard that want the same in the same form: what goes to them is laid out once per pass. More than
 * {@link #SIZE} of them are several groups, so that a pass over thousands takes in what is new between one group and
 * the next. A display that limits its rate or leaves out its own echo has a group to itself.
 */
final class Group {
    /** Members at most: at 5 to 8 µs for each, a turn of a group takes less than 1 ms. */
    static final int SIZE = 128;

    /** @param session empty unless the group is for one session alone */
    record Key(String codec, Subscription subscription, String session) {

        static Key of(String codec, Subscription subscription, String session) {
            boolean alone = subscription.rate().isPresent() || !subscription.echo();
            return new Key(codec, subscription, alone ? session : "");
        }
    }

    private static final Superseded SUPERSEDED = new Superseded();

    final Key key;
    final Subscription subscription;
    /** Whether they want the scene. */
    final boolean scene;
    /** Whether they want tiles. */
    final boolean tiles;
    /** Members that have everything up to the shard's position, but for what is pending. */
    final List<Subscriber> inSync = new ArrayList<>();

    final Set<Subscriber> members = new LinkedHashSet<>();
    /** Entries that the members want and those in sync have not got yet. */
    final List<Entry> pending = new ArrayList<>();
    /** Where they want tiles; null if everywhere, or none. */
    final Area area;
    /** The version of the area's region that those in sync have. */
    long sent;
    /** Entries that the members wanted since the group began, without those pending. */
    long count;

    private final Change.Visitor<Interest> interests;
    /** The same for what is not in the area. */
    private final Change.Visitor<Interest> elsewhere;

    /** @param area see {@link #area} */
    Group(Key key, Area area) {
        this.key = key;
        this.subscription = key.subscription();
        this.scene = subscription.scene();
        this.tiles = subscription.tiles();
        this.area = area;
        this.sent = area == null ? 0 : area.version();
        this.interests = new Interest.Of(subscription, tiles);
        this.elsewhere = new Interest.Of(subscription, false);
    }

    /** What an entry is to the members. */
    Interest interest(Entry entry) {
        Change change = entry.change();
        if (!subscription.echo() && change.origin().orElse("").equals(key.session())) {
            return Interest.NONE;
        }
        boolean here = area == null
                || !(change instanceof Change.TilesChanged tilesChanged)
                || area.touches(tilesChanged, entry.seq());
        return change.accept(here ? interests : elsewhere);
    }

    /** What of an entry goes to the members. */
    byte[] encode(CodecRef codec, Entry entry, Extent extent) {
        return area == null ? codec.encode(entry, extent) : area.encode(codec, entry, extent);
    }

    /** Whether the area has moved since those in sync were told. */
    boolean moved() {
        return area != null && sent != area.version();
    }

    /** What of the pending entries is sent: all, or of each camera's views the newest. */
    List<Entry> outgoing() {
        return subscription.every() || pending.size() == 1 ? pending : newest(pending);
    }

    /** Leaves out each view of a camera that a later entry of the list supersedes. */
    private List<Entry> newest(List<Entry> entries) {
        Set<String> seen = new HashSet<>();
        List<Entry> kept = new ArrayList<>(entries.size());
        for (int i = entries.size() - 1; i >= 0; i--) {
            Entry entry = entries.get(i);
            Interest interest = interest(entry);
            String camera = interest.extent.view ? entry.change().accept(SUPERSEDED) : null;
            if (camera == null || seen.add(camera) || !interest.view) {
                kept.add(entry);
            }
        }
        Collections.reverse(kept);
        return kept;
    }

    /** The camera whose earlier views a change supersedes, or null. */
    private static final class Superseded implements Change.Visitor<String> {
        @Override
        public String cameraChanged(Change.CameraChanged change) {
            return change.state().camera();
        }

        @Override
        public String cameraRemoved(Change.CameraRemoved change) {
            return change.camera();
        }

        @Override
        public String controlChanged(Change.ControlChanged change) {
            return null;
        }

        @Override
        public String presenceChanged(Change.PresenceChanged change) {
            return null;
        }

        @Override
        public String sceneChanged(Change.SceneChanged change) {
            return change.camera().map(CameraState::camera).orElse(null);
        }

        @Override
        public String tilesChanged(Change.TilesChanged change) {
            return change.view().map(CameraState::camera).orElse(null);
        }

        @Override
        public String wallChanged(Change.WallChanged change) {
            return null;
        }

        @Override
        public String wallRemoved(Change.WallRemoved change) {
            return null;
        }
    }

    void enter(Subscriber subscriber) {
        subscriber.index = inSync.size();
        inSync.add(subscriber);
    }

    void leave(Subscriber subscriber) {
        if (subscriber.index >= 0) {
            subscriber.area = sent;
            Subscriber last = inSync.remove(inSync.size() - 1);
            if (last != subscriber) {
                inSync.set(subscriber.index, last);
                last.index = subscriber.index;
            }
            subscriber.index = -1;
        }
    }
}
