package org.geometryos.compositor.endpoint;

import java.io.IOException;
import java.util.List;

/** Where the configurations of keys come from. */
interface KeySource {

    /** From now on tells of each change, after it happened. At most one follower. */
    void follow(Runnable changed);

    /** All configurations there are. */
    List<KeyRing.Entry> read() throws IOException;

    /** Tells no more. */
    void close();
}
