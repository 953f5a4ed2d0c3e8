package org.geometryos.compositor.io.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Files of a folder that others write into: no link in it is followed, so that nothing outside it can be read. */
public final class PlainFolder {
    /** Segments that hold no separator of any system, and begin with no dot. */
    private static final Pattern PLAIN = Pattern.compile("[^./\\\\:*?\"<>|\\p{Cntrl}][^/\\\\:*?\"<>|\\p{Cntrl}]*"
            + "(?:/[^./\\\\:*?\"<>|\\p{Cntrl}][^/\\\\:*?\"<>|\\p{Cntrl}]*)*");

    private static final int MOST = 256;

    private PlainFolder() {}

    /** Whether this names a file in a folder or below, and nothing else. */
    public static boolean plain(String name) {
        return name.length() <= MOST && PLAIN.matcher(name).matches();
    }

    /** The name of a file in a folder, with {@code /} between its segments. */
    public static String name(Path root, Path path) {
        return StreamSupport.stream(root.relativize(path).spliterator(), false)
                .map(Path::toString)
                .collect(Collectors.joining("/"));
    }

    /**
     * Opens a file. A link that took the place of the file, or of a folder on the way to it, since it was listed is not
     * followed either.
     *
     * @param root the folder, as {@link Path#toRealPath} gives it
     * @throws IOException whose message says what it is instead
     */
    public static InputStream open(Path root, String name) throws IOException {
        Path path = root.resolve(name);
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("it is no file any more");
        }
        SeekableByteChannel channel =
                Files.newByteChannel(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        if (!path.toRealPath().equals(path)) {
            channel.close();
            throw new IOException("it lies behind a link");
        }
        return Channels.newInputStream(channel);
    }
}
