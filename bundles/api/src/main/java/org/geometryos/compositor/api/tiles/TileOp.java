package org.geometryos.compositor.api.tiles;

import org.geometryos.compositor.api.value.Checks;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * One step of a transaction on tiles. An instance is valid; whether the tileset in it exists is for {@link Tiles} to
 * say.
 *
 * <p>Whoever takes operations apart implements {@link Visitor}: a kind that a later version adds does not compile until
 * there is an answer to it.
 */
public sealed interface TileOp {

    /** Calls the method of the visitor that belongs to this kind of operation, once, on the caller's thread. */
    <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X;

    /** A tileset is there, or is another than before; one that was there keeps its tiles. */
    record Declare(Tileset tileset) implements TileOp {
        public Declare {
            Checks.present("tileset", tileset);
        }

        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.declare(this);
        }
    }

    /** A tileset is gone, with all its tiles. */
    record Drop(String tileset) implements TileOp {
        public Drop {
            Tileset.checkId("tileset", tileset);
        }

        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.drop(this);
        }
    }

    /** Tiles are there, or have another version. */
    record Put(String tileset, TileTree tiles) implements TileOp {
        public Put {
            Tileset.checkId("tileset", tileset);
            Checks.present("tiles", tiles);
        }

        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.put(this);
        }
    }

    /** Tiles are gone; their versions here mean nothing. What is not there stays away. */
    record Remove(String tileset, TileTree tiles) implements TileOp {
        public Remove {
            Tileset.checkId("tileset", tileset);
            Checks.present("tiles", tiles);
        }

        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.remove(this);
        }
    }

    /**
     * An answer to each kind of operation. A later version of this package may add a kind and with it a method.
     *
     * @param <R> what the answers are; {@link Void} if they are none
     * @param <X> what they throw; {@link RuntimeException} if nothing checked
     */
    @ConsumerType
    interface Visitor<R, X extends Exception> {
        R declare(Declare op) throws X;

        R drop(Drop op) throws X;

        R put(Put op) throws X;

        R remove(Remove op) throws X;
    }
}
