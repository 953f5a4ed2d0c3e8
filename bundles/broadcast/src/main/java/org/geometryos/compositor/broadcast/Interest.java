package org.geometryos.compositor.broadcast;

import java.util.Set;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.journal.Change;

/** What a change is to those who have a subscription: whether it goes to them, how much of it, and how. */
enum Interest {
    /** It does not go to them. */
    NONE(false, Extent.WHOLE),
    /** One view of a camera among others, which a newer one supersedes. */
    VIEW(true, Extent.WHOLE),
    /** The same, out of a transaction. */
    VIEW_OF_TRANSACTION(true, Extent.VIEW),
    /** One of those that all go out, each by itself. */
    ORDERED(false, Extent.WHOLE),
    /** The same, of a transaction without its view. */
    ORDERED_SCENE(false, Extent.SCENE),
    /** Of a transaction on tiles, what it does to the scene and a camera. */
    ORDERED_SCENE_VIEW(false, Extent.SCENE_VIEW),
    /** Of a transaction on tiles, the tiles alone. */
    ORDERED_TILES(false, Extent.TILES),
    /** Of a transaction on tiles, all but the view. */
    ORDERED_TILES_SCENE(false, Extent.TILES_SCENE),
    /** Of a transaction on tiles, all but the scene. */
    ORDERED_TILES_VIEW(false, Extent.TILES_VIEW);

    final boolean view;
    final Extent extent;

    Interest(boolean view, Extent extent) {
        this.view = view;
        this.extent = extent;
    }

    boolean wanted() {
        return this != NONE;
    }

    /** The interest that a subscription stands for, whoever caused the change. */
    static final class Of implements Change.Visitor<Interest> {
        // looked up once, as it is asked for each entry
        private final boolean all;
        private final Set<String> cameras;
        private final boolean scene;
        private final boolean presence;
        private final boolean tiles;
        private final boolean allWalls;
        private final Set<String> walls;

        /** @param tiles whether tiles are wanted */
        Of(Subscription subscription, boolean tiles) {
            all = subscription.all();
            cameras = subscription.cameras();
            scene = subscription.scene();
            presence = subscription.presence();
            this.tiles = tiles;
            allWalls = subscription.allWalls();
            walls = subscription.walls();
        }

        private boolean wants(String camera) {
            return all || cameras.contains(camera);
        }

        @Override
        public Interest cameraChanged(Change.CameraChanged change) {
            return wants(change.state().camera()) ? VIEW : NONE;
        }

        @Override
        public Interest cameraRemoved(Change.CameraRemoved change) {
            return ordered(wants(change.camera()));
        }

        @Override
        public Interest controlChanged(Change.ControlChanged change) {
            return ordered(wants(change.state().camera()));
        }

        @Override
        public Interest presenceChanged(Change.PresenceChanged change) {
            return ordered(presence);
        }

        @Override
        public Interest sceneChanged(Change.SceneChanged change) {
            if (change.camera().isEmpty()) {
                return ordered(scene);
            }
            boolean view = wants(change.camera().get().camera());
            if (scene) {
                return view ? ORDERED : ORDERED_SCENE;
            }
            return view ? VIEW_OF_TRANSACTION : NONE;
        }

        @Override
        public Interest tilesChanged(Change.TilesChanged change) {
            boolean wantsScene = scene && change.scene().isPresent();
            boolean view =
                    change.view().isPresent() && wants(change.view().get().camera());
            if (tiles) {
                boolean sceneToo = scene || change.scene().isEmpty();
                boolean viewToo = view || change.view().isEmpty();
                return sceneToo ? viewToo ? ORDERED : ORDERED_TILES_SCENE : view ? ORDERED_TILES_VIEW : ORDERED_TILES;
            }
            if (wantsScene) {
                return view ? ORDERED_SCENE_VIEW : ORDERED_SCENE;
            }
            return view ? VIEW_OF_TRANSACTION : NONE;
        }

        @Override
        public Interest wallChanged(Change.WallChanged change) {
            return ordered(wantsWall(change.state().name()));
        }

        @Override
        public Interest wallRemoved(Change.WallRemoved change) {
            return ordered(wantsWall(change.wall()));
        }

        private boolean wantsWall(String wall) {
            return allWalls || walls.contains(wall);
        }

        private static Interest ordered(boolean wanted) {
            return wanted ? ORDERED : NONE;
        }
    }
}
