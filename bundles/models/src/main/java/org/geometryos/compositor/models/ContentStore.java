package org.geometryos.compositor.models;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Collectors;
import org.geometryos.compositor.io.Sha256;
import org.geometryos.compositor.models.gltf.RefusedModelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies of files, named after what they hold, so that none ever changes: what was checked is what is served, whatever
 * becomes of the file it was copied from. One thread writes; any thread opens.
 */
final class ContentStore {
    private static final Logger LOG = LoggerFactory.getLogger(ContentStore.class);
    private static final int BLOCK = 1 << 16;
    private static final String COMING = "coming";

    private final Path folder;

    /**
     * A copy.
     *
     * @param digest of its bytes, SHA-256 in hexadecimal
     */
    record Item(String digest, long bytes) {}

    /** Begins empty: nothing that is there was checked by this run. */
    ContentStore(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder);
        keep(Set.of());
    }

    /**
     * Takes a file in.
     *
     * @param most bytes that it may have
     */
    Item put(InputStream from, long most) throws IOException, RefusedModelException {
        Path coming = folder.resolve(COMING);
        MessageDigest digest = Sha256.begin();
        long bytes = 0;
        try (FileChannel to = FileChannel.open(
                coming, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            byte[] block = new byte[BLOCK];
            for (int n; (n = from.read(block)) >= 0; ) {
                bytes += n;
                if (bytes > most) {
                    throw new RefusedModelException(
                            "with the files that it refers to it has more bytes than maxModelBytes and maxTotalBytes "
                                    + "leave for it ("
                                    + most + " for the last one)");
                }
                digest.update(block, 0, n);
                for (ByteBuffer rest = ByteBuffer.wrap(block, 0, n); rest.hasRemaining(); ) {
                    to.write(rest);
                }
            }
        }
        Item item = new Item(HexFormat.of().formatHex(digest.digest()), bytes);
        if (!Files.exists(path(item))) {
            Files.move(coming, path(item), StandardCopyOption.ATOMIC_MOVE);
        }
        return item;
    }

    FileChannel open(Item item) throws IOException {
        return FileChannel.open(path(item), StandardOpenOption.READ);
    }

    /**
     * Deletes all others. An open one can still be read; where the system refuses to delete it, the next call tries
     * again.
     */
    void keep(Set<Item> items) {
        Set<String> names = items.stream().map(Item::digest).collect(Collectors.toSet());
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path file : all) {
                if (!names.contains(file.getFileName().toString())) {
                    delete(file);
                }
            }
        } catch (IOException e) {
            LOG.warn("{} cannot be tidied up: {}", folder, e.toString());
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            LOG.debug("{} is still in use", file, e);
        }
    }

    private Path path(Item item) {
        return folder.resolve(item.digest);
    }
}
