package org.geometryos.compositor.launcher.host;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.apache.felix.utils.properties.TypedProperties;

/**
 * What a configuration file says. It is UTF-8, with or without a byte order mark, and its lines end in whichever way.
 *
 * @param foreignLine the first line that is not UTF-8, if there is one; the file was read as ISO-8859-1 then
 */
record ConfFile(Map<String, Object> properties, OptionalInt foreignLine) {
    /** A file of this size is no configuration. */
    private static final int MAX_BYTES = 1 << 20;

    private static final char MARK = '\uFEFF';

    /** Which configuration a file is of: of a PID, or NAME of a factory. */
    record Id(String pid, Optional<String> name) {

        /**
         * {@code PID~NAME}, or {@code PID-NAME} as plain FileInstall has it. Empty for files that are no configuration.
         */
        static Optional<Id> of(String file) {
            int dot = file.lastIndexOf('.');
            if (dot < 1 || file.startsWith(".") || !file.endsWith(".cfg") && !file.endsWith(".config")) {
                return Optional.empty();
            }
            String stem = file.substring(0, dot);
            int cut = stem.indexOf('~') >= 0 ? stem.indexOf('~') : stem.indexOf('-');
            return cut < 0
                    ? Optional.of(new Id(stem, Optional.empty()))
                    : cut == 0 || cut == stem.length() - 1
                            ? Optional.empty()
                            : Optional.of(new Id(stem.substring(0, cut), Optional.of(stem.substring(cut + 1))));
        }

        @Override
        public String toString() {
            return name.map(each -> pid + "~" + each).orElse(pid);
        }
    }

    /**
     * @param host what {@code ${NAME}} stands for where no key of the file has that name
     * @throws IOException with the reason, that never quotes the file
     */
    static ConfFile read(Path file, UnaryOperator<String> host) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException("it is a folder");
        }
        if (!Files.exists(file)) {
            throw new IOException(
                    Files.isSymbolicLink(file) ? "it is a link to a file that is not there" : "it is not there");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException("it must not be longer than " + MAX_BYTES + " bytes");
        }
        byte[] bytes = Files.readAllBytes(file);
        OptionalInt foreign = OptionalInt.empty();
        String text;
        if (bytes.length >= 2
                && (bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF
                        || bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE)) {
            text = decode(bytes, StandardCharsets.UTF_16);
        } else {
            foreign = foreignLine(bytes);
            text = new String(bytes, foreign.isPresent() ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
        }
        if (!text.isEmpty() && text.charAt(0) == MARK) {
            text = text.substring(1);
        }
        return new ConfFile(parse(text, host), foreign);
    }

    private static String decode(byte[] bytes, Charset charset) throws IOException {
        try {
            return charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new IOException("it begins as " + charset + " and does not go on so");
        }
    }

    /** The first line with bytes that are not UTF-8. */
    private static OptionalInt foreignLine(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CoderResult result = decoder.decode(in, CharBuffer.allocate(bytes.length + 1), true);
        if (!result.isError()) {
            return OptionalInt.empty();
        }
        String before = new String(bytes, 0, in.position(), StandardCharsets.UTF_8);
        return OptionalInt.of((int) (before + "x").lines().count());
    }

    private static Map<String, Object> parse(String text, UnaryOperator<String> host) throws IOException {
        TypedProperties parsed = new TypedProperties((file, key, variable) -> host.apply(variable));
        try {
            parsed.load(new StringReader(text));
        } catch (RuntimeException e) {
            // a message of the library may quote a value, which may be a secret
            throw new IOException("a value in it breaks the rules of the format ("
                    + e.getClass().getSimpleName() + ")");
        }
        return new LinkedHashMap<>(parsed);
    }
}
