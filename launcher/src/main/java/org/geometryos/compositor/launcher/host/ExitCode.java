package org.geometryos.compositor.launcher.host;

/** What the process ends with. */
public final class ExitCode {
    public static final int OK = 0;
    public static final int FAILED = 1;
    public static final int USAGE = 2;

    private static volatile int chosen = OK;

    private ExitCode() {}

    /** Ends the process; does not return. */
    public static void exit(int code) {
        chosen = code;
        System.exit(code);
    }

    /** The code of {@link #exit}; {@link #OK} if nobody called it. */
    static int chosen() {
        return chosen;
    }
}
