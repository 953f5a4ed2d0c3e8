package org.geometryos.compositor.tracking.out;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A timecode. */
record FrameCode(int hours, int minutes, int seconds, int frames) {
    private static final Pattern TEXT = Pattern.compile("(\\d\\d):(\\d\\d):(\\d\\d)[:;.](\\d{2,3})");
    private static final long DAY = 86_400_000_000L;
    private static final long MICROS = 1_000_000;
    private static final int SIXTY = 60;
    private static final int MAX_FRAME = 119;

    /** Nothing if it is none, as what a source says is passed on unchecked. */
    static Optional<FrameCode> parse(String text) {
        Matcher found = TEXT.matcher(text);
        if (!found.matches()) {
            return Optional.empty();
        }
        FrameCode code = new FrameCode(number(found, 1), number(found, 2), number(found, 3), number(found, 4));
        return code.hours < 24 && code.minutes < SIXTY && code.seconds < SIXTY && code.frames <= MAX_FRAME
                ? Optional.of(code)
                : Optional.empty();
    }

    private static int number(Matcher found, int group) {
        return Integer.parseInt(found.group(group));
    }

    /**
     * The time of day in UTC: the frame within its second.
     *
     * @param micros since the Unix epoch
     */
    static FrameCode at(long micros, Rate rate) {
        long ofDay = Math.floorMod(micros, DAY);
        int second = (int) (ofDay / MICROS);
        int frames = (int) (ofDay % MICROS * rate.num() / (MICROS * rate.denom()));
        return new FrameCode(second / 3_600, second / SIXTY % SIXTY, second % SIXTY, Math.min(MAX_FRAME, frames));
    }
}
