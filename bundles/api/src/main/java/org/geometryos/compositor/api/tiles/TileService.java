package org.geometryos.compositor.api.tiles;

import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.api.value.Answer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The tiles of the canvas: takes transactions of clients and of other bundles, one after the other, and appends them to
 * the journal. Any thread may call; calls do not block beyond a short lock and do no I/O.
 */
@ProviderType
public interface TileService {

    /**
     * Changes tiles, and if wanted the scene and a camera, as one transaction: everything happens under one number, or
     * nothing does.
     *
     * @param driver the asking driver; its session, if it has one, is the origin that displays receive
     * @param ops applied in order; none at all is accepted and changes nothing
     * @param scene what belongs to the transaction of the scene; empty: nothing
     * @param camera a view that belongs to the transaction, as with
     *     {@link org.geometryos.compositor.api.scene.SceneService#change}
     * @return on a single host it is known at once
     */
    Answer<SceneOutcome> change(Driver driver, List<TileOp> ops, List<SceneOp> scene, Optional<CameraUpdate> camera);

    /** All tilesets as they stand. */
    Tiles tiles();
}
