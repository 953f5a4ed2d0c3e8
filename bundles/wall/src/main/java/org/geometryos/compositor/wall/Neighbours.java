package org.geometryos.compositor.wall;

import java.util.Optional;

/** What the keeper of walls needs of the parts around it, each of which may be away. Any thread. */
interface Neighbours {
    /** Empty while there is no journal. */
    Optional<Sequence> sequence();

    /** Whether this copy of the bundle is the one that writes: while it is replaced there may be two. */
    boolean writes();

    /** A display that is there belongs to another wall, or to none. */
    void assigned(String display, Optional<String> wall);

    /** Whether a display has a session with a socket. */
    boolean connected(String display);

    /** The server's time, microseconds. */
    long micros();
}
