package org.geometryos.compositor.launcher.command;

/** An API key. It has no way to be printed by accident. */
public final class ApiKey {
    private static final String RULE = "must be one line of visible ASCII characters";
    private final String text;

    private ApiKey(String text) {
        this.text = text;
    }

    /**
     * @param where it comes from, for the message
     * @throws FailedException if a header could not carry it; the message does not hold it
     */
    static ApiKey of(String where, String text) throws FailedException {
        if (text.isEmpty()) {
            throw new FailedException(where + ": holds no key");
        }
        if (!text.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            throw new FailedException(where + ": the key " + RULE + " without spaces");
        }
        return new ApiKey(text);
    }

    /** A key that nobody has. */
    public static ApiKey random() {
        return new ApiKey(KeyCommand.make());
    }

    /** For the header {@code Authorization}, and for nothing else. */
    public String secret() {
        return text;
    }

    @Override
    public String toString() {
        return "(key)";
    }
}
