package org.geometryos.compositor.cluster;

import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.tiles.TileOp;

/**
 * What hosts write into the log. Whether a record counts is decided by its readers, each by itself and all in the same
 * way ({@link Roll}, {@link Fence}).
 */
sealed interface LogRecord {

    <R> R accept(Visitor<R> visitor);

    /** The host that wrote it. */
    String host();

    /**
     * Who wrote a record.
     *
     * @param start the number of the record by which the host joined: this run of it
     * @param number of the record among those of this run, from 1
     */
    record Author(String host, long start, long number) {}

    /** A change, but for transactions. */
    record Changed(Author by, Fence fence, Change change) implements LogRecord {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.changed(this);
        }

        @Override
        public String host() {
            return by.host();
        }
    }

    /**
     * A transaction on the scene, without the scene that it leads to: all readers work it out from the one that the
     * fence names.
     */
    record Transacted(Author by, Fence fence, InScene scene, Optional<String> origin, long time) implements LogRecord {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.transacted(this);
        }

        @Override
        public String host() {
            return by.host();
        }
    }

    /**
     * A transaction on tiles, without what it leads to.
     *
     * @param scene what belongs to it of the scene and a camera
     * @param revision of the tiles that it leads to
     */
    record Tiled(
            Author by,
            Fence fence,
            List<TileOp> ops,
            Optional<String> origin,
            Optional<InScene> scene,
            long revision,
            long time)
            implements LogRecord {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.tiled(this);
        }

        @Override
        public String host() {
            return by.host();
        }
    }

    /** @param revision of the scene that it leads to */
    record InScene(List<SceneOp> ops, Optional<CameraState> camera, long revision) {}

    /**
     * Something that hosts share and displays never see.
     *
     * @param replaces as in {@link Fence#replaces()}
     * @param value empty: it is gone
     */
    record Kept(Author by, long replaces, String key, Optional<byte[]> value) implements LogRecord {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.kept(this);
        }

        @Override
        public String host() {
            return by.host();
        }
    }

    /**
     * A host begins.
     *
     * @param nonce by which it knows its own
     * @param replaces the record by which it joined, or was found to be gone, before; 0 if it never was there
     */
    record Joined(String host, long nonce, long replaces) implements LogRecord {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.joined(this);
        }
    }

    /**
     * A host is alive.
     *
     * @param mark a number of the log, and
     * @param digest of this host's state there; 0 and 0 if it knows none
     */
    record Beat(String host, long start, long mark, long digest) implements LogRecord {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.beat(this);
        }
    }

    /**
     * A host is gone: others heard nothing of it.
     *
     * @param start the run that is over
     */
    record Gone(String host, String gone, long start) implements LogRecord {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.gone(this);
        }
    }

    interface Visitor<R> {
        R changed(Changed changed);

        R transacted(Transacted transacted);

        R tiled(Tiled tiled);

        R kept(Kept kept);

        R joined(Joined joined);

        R beat(Beat beat);

        R gone(Gone gone);
    }
}
