package org.geometryos.compositor.launcher.command;

import java.io.PrintStream;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What the command says: results on standard output, all else on standard error. */
public final class Console {

    private static final PrintStream OUT = System.out;
    /** Held, as the logging of the platform forgets the level of a logger nobody holds. */
    private static final Logger PLATFORM = Logger.getLogger("");

    private Console() {}

    /**
     * From now on what others print on standard output goes to standard error: standard output has results only. The
     * few that use the logging of the platform have to say what is at least a warning.
     */
    public static void reserveStandardOutput() {
        System.setOut(System.err);
        PLATFORM.setLevel(Level.WARNING);
    }

    public static void out(String line) {
        OUT.println(line);
        OUT.flush();
    }

    /** Writes as it stands, without an end of line. */
    static void raw(String text) {
        OUT.print(text);
        OUT.flush();
    }

    /** Writes bytes as they are. */
    static void raw(byte[] bytes, int length) {
        OUT.write(bytes, 0, length);
        OUT.flush();
    }

    /** Whether somebody types on standard input; the script that starts the command knows. */
    static boolean interactive() {
        return Boolean.getBoolean("compositor.interactive");
    }

    /** Whether nobody takes what is printed any more. */
    static boolean broken() {
        return OUT.checkError();
    }

    /** Whether somebody looks at standard output; the script that starts the command knows. */
    static boolean terminal() {
        return Boolean.getBoolean("compositor.terminal");
    }

    /** What others wrote, without the characters that would steer a terminal. */
    static String plain(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    public static void error(String line) {
        System.err.println("compositor: " + line);
    }
}
