package org.geometryos.compositor.models;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.geometryos.compositor.io.Sha256;
import org.geometryos.compositor.models.gltf.Content;
import org.geometryos.compositor.models.gltf.ModelCheck;
import org.geometryos.compositor.models.gltf.RefusedModelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes models that clients send into the folder: one GLB file each, which holds all that it needs. A file is received
 * beside the models, checked there, and renamed; one that is not taken leaves nothing. The calling thread does the
 * work, a few at a time; {@link #close} ends what is under way.
 */
final class Uploads implements AutoCloseable {
    /** How many are received at a time. */
    static final int MAX_AT_A_TIME = 4;
    /** Bytes that stay free on the disk. */
    static final long SPARE = 64L << 20;
    /** Bytes per second, over {@link #SLOW}; whoever sends slower is cut off. */
    static final long LEAST_RATE = 16_384;

    static final long SLOW = TimeUnit.SECONDS.toNanos(10);
    /** For how long a refused body is read. */
    private static final long LET_GO = TimeUnit.SECONDS.toNanos(5);

    private static final String COMING = ".upload-";
    private static final int BLOCK = 1 << 16;
    /** What the geometry may take in a display, as a multiple of the bytes of the file. */
    private static final int UNPACKED = 4;
    /** How long the catalogue may take to show it, in nanoseconds. */
    private static final long SHOWN = TimeUnit.SECONDS.toNanos(15);

    private static final long LOOK_MILLIS = 20;
    private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);

    private final Supplier<Settings> settings;
    private final Supplier<Optional<Catalogue>> catalogue;
    private final Runnable look;
    private final LongSupplier free;
    private final Semaphore places = new Semaphore(MAX_AT_A_TIME);
    private final Set<Thread> working = ConcurrentHashMap.newKeySet();
    // guarded by this
    private long coming;
    private int numbers;
    private volatile boolean closed;

    /**
     * What became of a file that was taken.
     *
     * @param model as the catalogue has it; empty if that is not yet so
     * @param made false if exactly this model was there already
     */
    record Taken(String name, Optional<Catalogue.Model> model, boolean made) {}

    /** A file is not taken. The message names value and rule. */
    static final class RefusedUploadException extends Exception {
        private static final long serialVersionUID = 1L;
        private final int status;

        RefusedUploadException(int status, String reason) {
            super(reason, null, false, false);
            this.status = status;
        }

        /** The HTTP status that says it. */
        int status() {
            return status;
        }
    }

    /**
     * @param look has the folder looked at soon
     * @param free bytes that can be written where the folder is; less than 0: not known
     */
    Uploads(Supplier<Settings> settings, Supplier<Optional<Catalogue>> catalogue, Runnable look, LongSupplier free) {
        this.settings = settings;
        this.catalogue = catalogue;
        this.look = look;
        this.free = free;
    }

    /** Bytes that can be written where a folder is; -1 if the system does not tell. */
    static long free(Path folder) {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (IOException e) {
            return -1;
        }
    }

    /** Deletes what an earlier run did not finish. */
    void tidy() {
        try (DirectoryStream<Path> left =
                Files.newDirectoryStream(settings.get().folder(), COMING + "*")) {
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            LOG.debug("nothing to tidy up", e);
        }
    }

    /**
     * Takes a file.
     *
     * @param name as {@link ModelNames} allows it
     * @param length bytes of the body; less than 0: not known
     * @param replace whether it may take the place of a model of that name
     * @throws RefusedUploadException if it is not taken; nothing is left of it then
     * @throws IOException if the sender is gone
     */
    Taken take(String name, InputStream body, long length, boolean replace) throws RefusedUploadException, IOException {
        Settings now = settings.get();
        checkName(name, now);
        if (length < 0) {
            throw new RefusedUploadException(411, "the length of a model must be known before it is sent");
        }
        if (length > now.maxModelBytes()) {
            throw new RefusedUploadException(
                    413, "a model must have at most maxModelBytes (" + now.maxModelBytes() + ") bytes, not " + length);
        }
        if (!places.tryAcquire()) {
            throw new RefusedUploadException(
                    503, "there are " + MAX_AT_A_TIME + " models on their way already; try again in a moment");
        }
        working.add(Thread.currentThread());
        try {
            return received(name, body, length, replace, now);
        } finally {
            finished();
        }
    }

    /**
     * Reads what is left of a body that is not taken.
     *
     * @return whether its end was reached: not where it takes too long, or too many others are at work
     */
    boolean letGo(InputStream body) throws IOException {
        if (!places.tryAcquire()) {
            return false;
        }
        working.add(Thread.currentThread());
        try {
            byte[] block = new byte[BLOCK];
            long end = System.nanoTime() + LET_GO;
            while (System.nanoTime() - end < 0 && !closed) {
                if (body.read(block) < 0) {
                    return true;
                }
            }
            return false;
        } finally {
            finished();
        }
    }

    private void finished() {
        working.remove(Thread.currentThread());
        places.release();
        if (closed) {
            // it was meant for this work alone, and the thread is another's
            Thread.interrupted();
        }
    }

    private static void checkName(String name, Settings now) throws RefusedUploadException {
        if (!now.uploads()) {
            throw new RefusedUploadException(403, "this host takes no models over HTTP (uploads = false)");
        }
        if (!name.toLowerCase(Locale.ROOT).endsWith(".glb")) {
            throw new RefusedUploadException(
                    415,
                    "only .glb files are taken, not \"" + RefusedModelException.shown(name)
                            + "\"; a .gltf and its files go into the models folder");
        }
        if (name.indexOf('/') >= 0) {
            throw new RefusedUploadException(
                    400, "a model is taken into the models folder itself, not below it: its name must have no /");
        }
    }

    private Taken received(String name, InputStream body, long length, boolean replace, Settings now)
            throws RefusedUploadException, IOException {
        Path folder = now.folder();
        Path beside;
        synchronized (this) {
            room(name, length, now);
            coming += length;
            beside = folder.resolve(COMING + ++numbers);
        }
        try {
            String digest = write(beside, body, length);
            Optional<Taken> same = there(name, digest);
            if (same.isPresent()) {
                return same.get();
            }
            check(beside, now);
            synchronized (this) {
                Path file = folder.resolve(name);
                if (!replace
                        && (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                                || served(name).isPresent())) {
                    throw new RefusedUploadException(
                            409, "there is another model " + RefusedModelException.shown(name) + " already");
                }
                if (closed) {
                    throw new RefusedUploadException(503, "the bundle is being replaced");
                }
                // old enough to be read at once: nobody writes it any more
                Files.setLastModifiedTime(
                        beside, FileTime.fromMillis(System.currentTimeMillis() - 2 * ModelLibrary.SETTLED));
                Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            LOG.info("model {} was uploaded, {} bytes", name, length);
            return shown(name, digest, folder.resolve(name));
        } finally {
            synchronized (this) {
                coming -= length;
            }
            Files.deleteIfExists(beside);
        }
    }

    /** Whether there is room for so many bytes more. */
    private void room(String name, long length, Settings now) throws RefusedUploadException, IOException {
        Place.Listing listing = new FolderPlace(now.folder()).list(now.maxFiles());
        long held = listing.files().entrySet().stream()
                .filter(file -> !file.getKey().equals(name))
                .mapToLong(file -> file.getValue().size())
                .sum();
        if (held + coming + length > now.maxTotalBytes()) {
            throw new RefusedUploadException(
                    413,
                    "all models together must have at most maxTotalBytes (" + now.maxTotalBytes()
                            + ") bytes; there are " + (held + coming) + ", and this one has " + length);
        }
        if (!listing.files().containsKey(name) && listing.files().size() >= now.maxFiles()) {
            throw new RefusedUploadException(
                    413, "the models folder must have at most maxFiles (" + now.maxFiles() + ") files");
        }
        long left = free.getAsLong();
        // the checked copy takes the same again
        if (left >= 0 && left < 2 * length + SPARE) {
            throw new RefusedUploadException(
                    507,
                    "the disk is nearly full: " + left + " bytes are free, and " + (2 * length + SPARE)
                            + " are needed for this model, its copy and what must stay free");
        }
    }

    /** @return the digest of what was written */
    private String write(Path file, InputStream body, long length) throws RefusedUploadException, IOException {
        MessageDigest digest = Sha256.begin();
        Files.deleteIfExists(file);
        try (FileChannel to = opened(file)) {
            byte[] block = new byte[BLOCK];
            long bytes = 0;
            long windowAt = System.nanoTime();
            long windowBytes = 0;
            for (int n; bytes < length && (n = body.read(block, 0, (int) Math.min(BLOCK, length - bytes))) >= 0; ) {
                bytes += n;
                digest.update(block, 0, n);
                write(to, ByteBuffer.wrap(block, 0, n));
                if (closed) {
                    throw new RefusedUploadException(503, "the bundle is being replaced");
                }
                long passed = System.nanoTime() - windowAt;
                if (passed >= SLOW) {
                    if ((bytes - windowBytes) * 1e9 < (double) LEAST_RATE * passed) {
                        throw new RefusedUploadException(
                                408, "a model must come with at least " + LEAST_RATE + " bytes a second");
                    }
                    windowAt += passed;
                    windowBytes = bytes;
                }
            }
            if (bytes < length) {
                throw new RefusedUploadException(400, "the model ends after " + bytes + " of " + length + " bytes");
            }
            to.force(true);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static FileChannel opened(Path file) throws RefusedUploadException {
        try {
            return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw unwritten(e);
        }
    }

    private static void write(FileChannel to, ByteBuffer block) throws RefusedUploadException {
        try {
            while (block.hasRemaining()) {
                to.write(block);
            }
        } catch (IOException e) {
            throw unwritten(e);
        }
    }

    private static RefusedUploadException unwritten(IOException problem) {
        LOG.warn("an uploaded model cannot be written: {}", problem.toString());
        return new RefusedUploadException(
                507, "the model cannot be written on the host: " + RefusedModelException.shown(problem.getMessage()));
    }

    private static void check(Path file, Settings now) throws RefusedUploadException, IOException {
        try (FileChannel content = FileChannel.open(file, StandardOpenOption.READ)) {
            ModelCheck.check(
                    Content.of(content),
                    true,
                    uri -> {
                        throw new RefusedModelException(
                                "an uploaded model must hold all that it needs; it refers to the file \""
                                        + RefusedModelException.shown(uri) + "\"");
                    },
                    UNPACKED * now.maxModelBytes());
        } catch (RefusedModelException e) {
            throw new RefusedUploadException(422, e.getMessage());
        }
    }

    private Optional<Catalogue.Model> served(String name) {
        return catalogue.get().stream()
                .flatMap(now -> now.models().stream())
                .filter(model -> model.name().equals(name))
                .findFirst();
    }

    private Optional<Catalogue.Model> served(String name, String digest) {
        return served(name).filter(model -> model.files().get(name).digest().equals(digest));
    }

    private Optional<Taken> there(String name, String digest) {
        return served(name, digest).map(model -> new Taken(name, Optional.of(model), false));
    }

    /** Waits until the catalogue shows it; what it refuses nevertheless does not stay. */
    private Taken shown(String name, String digest, Path file) throws RefusedUploadException, IOException {
        look.run();
        long end = System.nanoTime() + SHOWN;
        while (System.nanoTime() - end < 0 && !closed) {
            Optional<Catalogue.Model> model = served(name, digest);
            if (model.isPresent()) {
                return new Taken(name, model, true);
            }
            Optional<String> refused = catalogue.get().stream()
                    .flatMap(now -> now.refused().stream())
                    .filter(each -> each.source().equals(FolderPlace.NAME)
                            && each.name().equals(name))
                    .map(Catalogue.Refused::reason)
                    .findFirst();
            if (refused.isPresent() && served(name).isEmpty()) {
                Files.deleteIfExists(file);
                throw new RefusedUploadException(422, refused.get());
            }
            try {
                Thread.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                break;
            }
        }
        return new Taken(name, Optional.empty(), true);
    }

    /** Ends what is under way. */
    @Override
    public void close() {
        closed = true;
        working.forEach(Thread::interrupt);
    }
}
