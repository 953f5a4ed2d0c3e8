package org.geometryos.compositor.launcher;

import java.io.PrintStream;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What the command says: the ready line on standard output, all else on standard error. */
final class Console {

    private static final PrintStream OUT = System.out;
    /** Held, as the logging of the platform forgets the level of a logger nobody holds. */
    private static final Logger PLATFORM = Logger.getLogger("");

    private Console() {
    }

    /**
     * From now on what others print on standard output goes to standard error: standard output has the ready line only.
     * The few that use the logging of the platform have to say what is at least a warning.
     */
    static void reserveStandardOutput() {
        System.setOut(System.err);
        PLATFORM.setLevel(Level.WARNING);
    }

    static void out(String line) {
        OUT.println(line);
        OUT.flush();
    }

    static void error(String line) {
        System.err.println("compositor: " + line);
    }
}
