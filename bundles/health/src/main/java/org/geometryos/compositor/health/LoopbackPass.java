package org.geometryos.compositor.health;

/**
 * How a connection of the host to itself is let in without a key: who checks registers a
 * {@link java.util.function.Predicate} of the pass that it has just made, with the service property {@value #PROPERTY};
 * the connection gives the pass in the header {@value #HEADER}; who decides handshakes asks the predicate. A pass is
 * good once, for a connection that receives an empty snapshot, with role {@code view}.
 */
public final class LoopbackPass {
    public static final String PROPERTY = "org.geometryos.compositor.loopback";
    public static final String HEADER = "Compositor-Loopback";

    private LoopbackPass() {}
}
