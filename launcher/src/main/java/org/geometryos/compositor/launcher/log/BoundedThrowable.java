package org.geometryos.compositor.launcher.log;

import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import java.util.Arrays;

/** A problem as it is logged: its first frames and causes, and messages of bounded length. */
record BoundedThrowable(
        String message,
        String className,
        StackTraceElementProxy[] frames,
        IThrowableProxy cause,
        IThrowableProxy[] suppressed,
        boolean cyclic)
        implements IThrowableProxy {
    /** How many causes, one of the other. */
    static final int DEPTH = 4;

    private static final int TEXT = 1_000;
    private static final int FRAMES = 40;
    private static final int SUPPRESSED = 2;

    static IThrowableProxy of(IThrowableProxy whole, int depth) {
        if (whole == null || depth == 0) {
            return null;
        }
        StackTraceElementProxy[] frames = whole.getStackTraceElementProxyArray();
        StackTraceElementProxy[] kept =
                Arrays.copyOf(frames, Math.max(0, Math.min(FRAMES, frames.length - whole.getCommonFrames())));
        IThrowableProxy[] others = whole.getSuppressed() == null ? new IThrowableProxy[0] : whole.getSuppressed();
        IThrowableProxy[] some = depth == 1
                ? new IThrowableProxy[0]
                : Arrays.stream(others)
                        .limit(SUPPRESSED)
                        .map(each -> of(each, 1))
                        .toArray(IThrowableProxy[]::new);
        return new BoundedThrowable(
                whole.getMessage() == null ? null : LogText.shown(whole.getMessage(), TEXT),
                whole.getClassName(),
                kept,
                of(whole.getCause(), depth - 1),
                some,
                whole.isCyclic());
    }

    @Override
    public String getMessage() {
        return message;
    }

    @Override
    public String getClassName() {
        return className;
    }

    @Override
    public StackTraceElementProxy[] getStackTraceElementProxyArray() {
        return frames;
    }

    @Override
    public int getCommonFrames() {
        return 0;
    }

    @Override
    public IThrowableProxy getCause() {
        return cause;
    }

    @Override
    public IThrowableProxy[] getSuppressed() {
        return suppressed;
    }

    @Override
    public boolean isCyclic() {
        return cyclic;
    }
}
