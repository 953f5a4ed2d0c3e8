package org.geometryos.compositor.launcher.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.io.Sha256;

/**
 * Looks at {@code deploy/}. A file is taken once it is a whole jar that did not change between two looks, or was
 * complete before it came, as one that was moved in is. It is refused when it has been the same for some seconds and is
 * none: somebody may still be writing it. What is taken is a copy, so that what was checked is what is installed.
 *
 * <p>For one thread.
 */
final class DeployFolder {
    /** How long a file that is no bundle may rest before that is said. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);
    /** After which time a file that could not be read is tried again. */
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** A file that was last written so long ago is not being written. */
    private static final long REST_MILLIS = 2_000;

    private final Path folder;
    private final Path copies;
    private final Map<Path, Seen> seen = new TreeMap<>();
    private String trouble = "";

    private record Stamp(long size, long modified, Object key, boolean regular) {}

    /** What is known of a file. */
    private static final class Seen {
        private Stamp stamp;
        private long since;
        private long tried;
        private Upload upload;
        private RefusedFileException refusal;
        private Upload taken;
        private String digest = "";
        private boolean unreadable;
    }

    /**
     * @param folder it may be missing for the time being
     * @param copies for the copies of what is taken; whatever else is in there goes
     */
    DeployFolder(Path folder, Path copies) throws IOException {
        this.folder = folder;
        this.copies = copies;
        Files.createDirectories(copies);
        keep(Set.of());
    }

    /** Why the folder cannot be read at present; empty: it can. */
    String trouble() {
        return trouble;
    }

    /**
     * What there is: whole bundles, and what is refused. What somebody may still be writing is there as what it was
     * before, if it was taken.
     *
     * @return empty while the folder cannot be read, as that tells nothing about what is in it
     */
    Optional<List<Upload>> look() {
        List<Path> files;
        try {
            files = list();
            trouble = "";
        } catch (IOException e) {
            trouble = "cannot be read (" + reason(e) + "); the deployed bundles stay";
            return Optional.empty();
        }
        seen.keySet().retainAll(Set.copyOf(files));
        List<Upload> uploads = new ArrayList<>();
        for (Path file : files) {
            Seen known = seen.computeIfAbsent(file, f -> new Seen());
            look(file, known);
            if (known.upload != null) {
                uploads.add(known.upload);
            }
        }
        return Optional.of(uploads);
    }

    private List<Path> list() throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                String lower = name.toLowerCase(Locale.ROOT);
                // configurations are somebody else's; a dot in front and the usual endings mark what is still being
                // uploaded
                if (!name.startsWith(".")
                        && !lower.endsWith(".cfg")
                        && !lower.endsWith(".config")
                        && !lower.matches(".*(\\.(tmp|part|filepart|partial|new|swp)|~)")) {
                    files.add(entry);
                }
            }
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        files.sort(null);
        return files;
    }

    private void look(Path file, Seen known) {
        Stamp stamp;
        try {
            stamp = stamp(file);
        } catch (IOException e) {
            // gone since it was listed, or a link to nowhere
            stamp = new Stamp(-1, 0, null, false);
        }
        long now = System.nanoTime();
        if (!stamp.equals(known.stamp)) {
            known.stamp = stamp;
            known.since = now;
            known.tried = 0;
            known.refusal = null;
            if (!settled(stamp)) {
                return;
            }
        }
        if (known.tried != 0 && known.refusal == null && known.upload == known.taken) {
            return;
        }
        if (known.tried == 0 || known.unreadable && now - known.tried > AGAIN_NANOS) {
            take(file, known, now);
        }
        if (known.refusal != null && (now - known.since >= PATIENCE_NANOS || settled(stamp))) {
            known.upload = Upload.refused(
                    shown(file),
                    known.stamp.toString(),
                    known.refusal.getMessage(),
                    known.taken == null ? "" : known.taken.bundle());
        }
    }

    private static boolean settled(Stamp stamp) {
        return stamp.regular && Math.abs(System.currentTimeMillis() - stamp.modified) > REST_MILLIS;
    }

    private void take(Path file, Seen known, long now) {
        known.tried = now == 0 ? 1 : now;
        known.unreadable = false;
        try {
            if (!Upload.isJar(file.getFileName().toString())) {
                throw new RefusedFileException("is ignored: the name of a bundle ends in .jar");
            }
            if (!known.stamp.regular) {
                throw new RefusedFileException(
                        Files.isDirectory(file) ? "is a folder and no jar" : "is no file that can be read");
            }
            if (known.stamp.size > BundleJar.MAX_BYTES) {
                throw new RefusedFileException(
                        "is too long: at most " + BundleJar.MAX_BYTES + " bytes, not " + known.stamp.size);
            }
            Copy copy = copy(file);
            if (!stamp(file).equals(known.stamp)) {
                known.tried = 0;
                return;
            }
            Upload before = known.taken;
            boolean touched = before != null && copy.digest.equals(known.digest) && sameKey(before, known.stamp);
            known.taken = touched
                    ? before
                    : Upload.bundle(
                            shown(file),
                            copy.digest + " " + known.stamp.key,
                            known.stamp.modified,
                            BundleJar.whole(copy.file));
            known.digest = copy.digest;
            known.upload = known.taken;
            known.refusal = null;
        } catch (RefusedFileException e) {
            known.refusal = e;
        } catch (IOException e) {
            known.unreadable = true;
            known.refusal = new RefusedFileException("cannot be read (" + reason(e) + ")", e);
        }
    }

    /**
     * The same content in the same file is the same upload. The same content in another file is there once more, on
     * purpose.
     */
    private static boolean sameKey(Upload before, Stamp stamp) {
        return before.stamp().endsWith(" " + stamp.key);
    }

    private record Copy(Path file, String digest) {}

    private Copy copy(Path file) throws IOException {
        Path beside = copies.resolve("copy");
        MessageDigest digest = Sha256.begin();
        try (InputStream in = Files.newInputStream(file);
                OutputStream out = new DigestOutputStream(Files.newOutputStream(beside), digest)) {
            in.transferTo(out);
        }
        String hex = HexFormat.of().formatHex(digest.digest());
        return new Copy(
                Files.move(
                        beside,
                        copies.resolve(hex + ".jar"),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING),
                hex);
    }

    /** Deletes all copies but those that are in this folder's uploads, and these. */
    void keep(Collection<Path> used) {
        Set<Path> kept = new HashSet<>(used);
        seen.values().forEach(each -> {
            if (each.taken != null) {
                each.taken.jar().ifPresent(jar -> kept.add(jar.file()));
            }
        });
        try (DirectoryStream<Path> all = Files.newDirectoryStream(copies)) {
            for (Path each : all) {
                if (!kept.contains(each)) {
                    Files.deleteIfExists(each);
                }
            }
        } catch (IOException e) {
            // they go the next time
        }
    }

    private static Stamp stamp(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(
                attributes.size(),
                attributes.lastModifiedTime().toMillis(),
                attributes.fileKey(),
                attributes.isRegularFile());
    }

    private static String shown(Path file) {
        return file.getFileName().toString().replaceAll("\\p{Cntrl}", "?");
    }

    static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        return e instanceof NoSuchFileException
                ? "it is not there"
                : e.getClass() == IOException.class
                        ? e.getMessage()
                        : e.getClass().getSimpleName() + ": " + e.getMessage();
    }
}
