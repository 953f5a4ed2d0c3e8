package org.ops4j.net;

/**
 * In place of Pax Exam's own class, by standing before it on the class path. That one takes the first free port of a
 * short range, and holds it only until garbage is collected: of two test classes that run side by side, the second one
 * gets a port that the first one uses.
 */
public class FreePort {
    private final int port = org.geometryos.compositor.testkit.FreePort.next();

    public FreePort(int from, int to) {}

    public int getPort() {
        return port;
    }
}
