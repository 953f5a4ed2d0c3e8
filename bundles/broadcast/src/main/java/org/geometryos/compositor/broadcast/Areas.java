package org.geometryos.compositor.broadcast;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.connection.Near;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.tiles.TileLayer;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.api.tiles.Tileset;

/** The areas near cameras that displays of a shard want tiles of. One thread at a time. */
final class Areas {
    private final JournalState state;
    private final LongSupplier nanos;
    private final Map<Near, Area> areas = new HashMap<>();
    private final Map<String, List<Area>> byCamera = new HashMap<>();
    private final ChangeBounds bounds = new ChangeBounds();
    /** What stood when tiles last changed. */
    private Tiles known = Tiles.NONE;

    private long versions;

    Areas(JournalState state, LongSupplier nanos) {
        this.state = state;
        this.nanos = nanos;
    }

    /** That of a subscription, or null if it wants tiles everywhere, or none. */
    Area of(Subscription subscription) {
        return subscription.near().map(this::of).orElse(null);
    }

    private Area of(Near near) {
        return areas.computeIfAbsent(near, key -> {
            Area area = new Area(key, bounds);
            begin(area);
            byCamera.computeIfAbsent(key.camera(), camera -> new ArrayList<>()).add(area);
            return area;
        });
    }

    private void begin(Area area) {
        known = state.tiles();
        Entry entry = state.views().get(area.near.camera());
        Optional<View2d> view = entry == null
                ? Optional.empty()
                : entry.change().view().map(CameraState::view).flatMap(Area::canvas);
        area.begin(view, ++versions, state.position(), nanos.getAsLong());
    }

    /** What of all tiles a subscription wants. */
    Tiles cut(Subscription subscription) {
        Area area = of(subscription);
        return area == null ? state.tiles() : area.cut(state.tiles());
    }

    /** Tells the region of a subscription from those before it; 0 without an area. */
    long version(Subscription subscription) {
        Area area = of(subscription);
        return area == null ? 0 : area.version();
    }

    /** A camera has another view. @param moved gets the groups whose area moves by that */
    void seen(CameraState camera, long seq, Set<Group> moved) {
        List<Area> near = areas.isEmpty() ? null : byCamera.get(camera.camera());
        Optional<View2d> view = near == null ? Optional.empty() : Area.canvas(camera.view());
        if (view.isEmpty()) {
            return;
        }
        for (Area area : near) {
            if (area.moves(view.get())) {
                area.move(view.get(), ++versions, seq, nanos.getAsLong());
                moved.addAll(area.groups);
            }
        }
    }

    /** Tiles have changed. @param moved gets the groups that are to get their area anew by that */
    void changed(Change.TilesChanged change, long seq, Set<Group> moved) {
        if (areas.isEmpty()) {
            return;
        }
        Tiles before = known;
        known = change.tiles();
        if (change.ops().stream().noneMatch(op -> op instanceof TileOp.Declare declare && elsewhere(before, declare))) {
            return;
        }
        for (Area area : areas.values()) {
            area.declared(++versions, seq, nanos.getAsLong());
            moved.addAll(area.groups);
        }
    }

    /** Whether the tiles of a tileset lie elsewhere on the canvas now, or were not there. */
    private static boolean elsewhere(Tiles before, TileOp.Declare declare) {
        Tileset now = declare.tileset();
        return before.layer(now.id())
                .map(TileLayer::tileset)
                .filter(was -> Region.samePlace(was, now))
                .isEmpty();
    }

    /** Time has passed. @param moved gets the groups whose area becomes smaller by that */
    void settle(Set<Group> moved) {
        long now = nanos.getAsLong();
        if (areas.values().removeIf(area -> area.groups.isEmpty())) {
            byCamera.values().removeIf(there -> there.removeIf(area -> area.groups.isEmpty()) && there.isEmpty());
        }
        for (Area area : areas.values()) {
            area.forget();
            if (area.leaves(now)) {
                area.leave(++versions, state.position() + 1, now);
                moved.addAll(area.groups);
            }
        }
    }

    /** The state is another one: so is where each area is. */
    void startAnew() {
        areas.values().forEach(this::begin);
    }

    /** After that no display is in sync any more: each gets a snapshot, or its area as a whole. */
    void begun() {
        for (Area area : areas.values()) {
            area.groups.forEach(group -> group.sent = area.version());
        }
    }
}
