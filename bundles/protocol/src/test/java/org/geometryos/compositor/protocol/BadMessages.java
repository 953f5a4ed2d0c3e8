package org.geometryos.compositor.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.regex.Pattern;

/** How a test looks at the refusal of a message. */
final class BadMessages {
    private static final Pattern FIELD = Pattern.compile("[A-Za-z0-9]+(\\[\\d+])*(\\.[A-Za-z0-9]+(\\[\\d+])*)*");

    private BadMessages() {}

    static DecodeException refusal(Codec codec, byte[] message) {
        DecodeException refusal =
                catchThrowableOfType(DecodeException.class, () -> codec.decodeClient(ByteBuffer.wrap(message)));
        assertThat(refusal).as("refused").isNotNull();
        fitToBeShown(refusal);
        return refusal;
    }

    /** @param field empty for none */
    static void refused(Codec codec, byte[] message, ErrorCode code, String field, String... parts) {
        DecodeException refusal = refusal(codec, message);
        assertThat(refusal.code()).as(refusal.getMessage()).isEqualTo(code);
        assertThat(refusal.field()).isEqualTo(field.isEmpty() ? Optional.empty() : Optional.of(field));
        assertThat(refusal.getMessage()).contains(parts);
        if (code == ErrorCode.INVALID) {
            assertThat(refusal.getMessage()).startsWith(field);
        }
    }

    /** Called for each of many thousand messages, so without the comfort of AssertJ unless it fails. */
    static void fitToBeShown(DecodeException refusal) {
        if (refusal.getMessage().length() > 300 || refusal.getMessage().chars().anyMatch(BadMessages::unfit)) {
            throw new AssertionError("not fit to be shown: " + refusal.getMessage());
        }
        String field = refusal.field().orElse("x");
        if (field.length() > 100 || !FIELD.matcher(field).matches()) {
            throw new AssertionError("not a path: " + field);
        }
    }

    private static boolean unfit(int c) {
        return Character.isISOControl(c) || Character.isSurrogate((char) c);
    }
}
