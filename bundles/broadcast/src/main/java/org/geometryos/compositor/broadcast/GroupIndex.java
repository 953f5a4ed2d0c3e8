package org.geometryos.compositor.broadcast;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;

/**
 * The groups of a shard: by what they want, so that an entry costs those that want it, and those whose entries have not
 * gone out. One thread at a time.
 */
final class GroupIndex {
    private static final Roster NOBODY = new Roster();

    private final Map<Group.Key, List<Group>> groups = new HashMap<>();
    private final Map<String, Roster> byCamera = new HashMap<>();
    private final Roster forAll = new Roster();
    private final Roster forPresence = new Roster();
    private final Roster forScene = new Roster();
    private final Roster forTiles = new Roster();
    private final Map<String, Roster> byWall = new HashMap<>();
    private final Roster forAllWalls = new Roster();
    /** Groups with entries that have not gone out, the one that waits longest first. */
    private final Set<Group> dirty = new LinkedHashSet<>();

    private final Offering offering = new Offering();
    private final Areas areas;
    private int latestGroups;

    GroupIndex(Areas areas) {
        this.areas = areas;
    }

    /** Whether any group wants the newest rather than everything. */
    boolean wantsNewest() {
        return latestGroups > 0;
    }

    int dirty() {
        return dirty.size();
    }

    boolean isDirty(Group group) {
        return dirty.contains(group);
    }

    /** The group whose entries wait longest, or null. */
    Group firstDirty() {
        return dirty.isEmpty() ? null : dirty.iterator().next();
    }

    /** The entries of a group go out now. @return whether there are any */
    boolean takeDirty(Group group) {
        return dirty.remove(group);
    }

    /** A group of those who want this, with room for one more. */
    Group withRoom(Group.Key key) {
        List<Group> alike = groups.computeIfAbsent(key, k -> new ArrayList<>());
        return alike.stream()
                .filter(group -> group.members.size() < Group.SIZE)
                .findFirst()
                .orElseGet(() -> newGroup(key, alike));
    }

    private Group newGroup(Group.Key key, List<Group> alike) {
        Area area = areas.of(key.subscription());
        Group group = new Group(key, area);
        if (area != null) {
            area.groups.add(group);
        }
        alike.add(group);
        latestGroups += group.subscription.every() ? 0 : 1;
        if (group.subscription.all()) {
            forAll.add(group);
        } else {
            add(group, group.subscription.cameras(), byCamera);
        }
        if (group.subscription.allWalls()) {
            forAllWalls.add(group);
        } else {
            add(group, group.subscription.walls(), byWall);
        }
        if (group.subscription.presence()) {
            forPresence.add(group);
        }
        if (group.scene) {
            forScene.add(group);
        }
        if (group.tiles) {
            forTiles.add(group);
        }
        return group;
    }

    private static void add(Group group, Set<String> names, Map<String, Roster> to) {
        names.forEach(name -> to.computeIfAbsent(name, n -> new Roster()).add(group));
    }

    /** Forgets a group that has no members. */
    void remove(Group group) {
        groups.computeIfPresent(group.key, (key, alike) -> alike.remove(group) && alike.isEmpty() ? null : alike);
        dirty.remove(group);
        if (group.area != null) {
            group.area.groups.remove(group);
        }
        latestGroups -= group.subscription.every() ? 0 : 1;
        forPresence.remove(group);
        forScene.remove(group);
        forTiles.remove(group);
        if (group.subscription.all()) {
            forAll.remove(group);
        } else {
            remove(group, group.subscription.cameras(), byCamera);
        }
        if (group.subscription.allWalls()) {
            forAllWalls.remove(group);
        } else {
            remove(group, group.subscription.walls(), byWall);
        }
    }

    private static void remove(Group group, Set<String> names, Map<String, Roster> from) {
        for (String name : names) {
            Roster there = from.get(name);
            there.remove(group);
            if (there.isEmpty()) {
                from.remove(name);
            }
        }
    }

    /** What displays have left is theirs no longer. */
    void settleAreas() {
        areas.settle(dirty);
    }

    /** Puts an entry to those groups that want it. */
    void offer(Entry entry) {
        offering.entry = entry;
        entry.change().accept(offering);
    }

    /** Looks at the groups that may want an entry, and at no other. One instance, so that none is allocated. */
    private final class Offering implements Change.Visitor<Void> {
        private Entry entry;

        @Override
        public Void cameraChanged(Change.CameraChanged change) {
            areas.seen(change.state(), entry.seq(), dirty);
            return offer(change.state().camera());
        }

        @Override
        public Void cameraRemoved(Change.CameraRemoved change) {
            return offer(change.camera());
        }

        @Override
        public Void controlChanged(Change.ControlChanged change) {
            return offer(change.state().camera());
        }

        @Override
        public Void presenceChanged(Change.PresenceChanged change) {
            return offer(forPresence);
        }

        @Override
        public Void sceneChanged(Change.SceneChanged change) {
            change.camera().ifPresent(camera -> areas.seen(camera, entry.seq(), dirty));
            offer(forScene);
            if (change.camera().isPresent()) {
                withoutScene(forAll);
                withoutScene(byCamera.getOrDefault(change.camera().get().camera(), NOBODY));
            }
            return null;
        }

        @Override
        public Void tilesChanged(Change.TilesChanged change) {
            change.view().ifPresent(camera -> areas.seen(camera, entry.seq(), dirty));
            areas.changed(change, entry.seq(), dirty);
            offer(forTiles);
            if (change.scene().isPresent()) {
                withoutTiles(forScene);
                if (change.view().isPresent()) {
                    withoutBoth(forAll);
                    withoutBoth(byCamera.getOrDefault(change.view().get().camera(), NOBODY));
                }
            }
            return null;
        }

        @Override
        public Void wallChanged(Change.WallChanged change) {
            return offerWall(change.state().name());
        }

        @Override
        public Void wallRemoved(Change.WallRemoved change) {
            return offerWall(change.wall());
        }

        private Void offerWall(String wall) {
            offer(forAllWalls);
            return offer(byWall.getOrDefault(wall, NOBODY));
        }

        private Void offer(String camera) {
            offer(forAll);
            return offer(byCamera.getOrDefault(camera, NOBODY));
        }

        private Void offer(Roster roster) {
            // by index: an iterator for each update would be an allocation
            List<Group> there = roster.groups();
            for (int i = 0; i < there.size(); i++) {
                offer(there.get(i));
            }
            return null;
        }

        private void withoutScene(Roster roster) {
            for (Group group : roster.groups()) {
                if (!group.scene) {
                    offer(group);
                }
            }
        }

        private void withoutTiles(Roster roster) {
            for (Group group : roster.groups()) {
                if (!group.tiles) {
                    offer(group);
                }
            }
        }

        private void withoutBoth(Roster roster) {
            for (Group group : roster.groups()) {
                if (!group.tiles && !group.scene) {
                    offer(group);
                }
            }
        }

        private void offer(Group group) {
            if (group.interest(entry).wanted()) {
                group.pending.add(entry);
                dirty.add(group);
            }
        }
    }
}
