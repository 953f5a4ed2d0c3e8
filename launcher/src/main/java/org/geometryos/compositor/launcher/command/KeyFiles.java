package org.geometryos.compositor.launcher.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.geometryos.compositor.io.Sha256;

/**
 * The API keys in a configuration folder: a file for each, which names its role and, instead of the key, its digest.
 */
public final class KeyFiles {
    private static final String FACTORY = "org.geometryos.compositor.endpoint.key~";
    /** With a hyphen in place of ~ as hosts with plain FileInstall have it. */
    private static final Pattern FILE =
            Pattern.compile("org\\.geometryos\\.compositor\\.endpoint\\.key[~-](.+)\\.(cfg|config)");

    private static final Pattern ROLE = Pattern.compile("(?m)^\\s*role\\s*[=:]\\s*\"?(view|control|admin)\"?\\s*$");
    private static final Pattern PROOF =
            Pattern.compile("(?m)^\\s*(?:sha256\\s*[=:]\\s*\"?[0-9a-fA-F]{64}\"?|key\\s*[=:]\\s*\"?[^\\s\"]+\"?)\\s*$");
    /** A file of this size is not ours. */
    private static final int MAX_BYTES = 65_536;

    private final Path folder;

    /**
     * A key.
     *
     * @param role empty if the file names none
     * @param usable whether the file names a role and a key or its digest
     */
    public record Entry(String name, Optional<String> role, boolean usable, Path file) {}

    public KeyFiles(Path folder) {
        this.folder = folder;
    }

    public Path folder() {
        return folder;
    }

    /** Whether there is a file for a key, be it good or not, or may be one: what cannot be looked at opens nothing. */
    public boolean any() {
        return !list().isEmpty() || Files.exists(folder) && !Files.isReadable(folder);
    }

    /** Whether there is a key that somebody could come in with. */
    public boolean usable() {
        return list().stream().anyMatch(Entry::usable);
    }

    /** Sorted by name; none if the folder cannot be read. */
    public List<Entry> list() {
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                Matcher name = FILE.matcher(file.getFileName().toString());
                if (name.matches()) {
                    entries.add(entry(name.group(1), file));
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        return entries;
    }

    private static Entry entry(String name, Path file) {
        try {
            String text = Files.size(file) > MAX_BYTES
                    ? ""
                    : new String(Files.readAllBytes(file), StandardCharsets.UTF_8).replaceFirst("^\uFEFF", "");
            Matcher role = ROLE.matcher(text);
            Optional<String> word = role.find() ? Optional.of(role.group(1)) : Optional.empty();
            return new Entry(name, word, word.isPresent() && PROOF.matcher(text).find(), file);
        } catch (IOException e) {
            return new Entry(name, Optional.empty(), false, file);
        }
    }

    /**
     * Writes the file of a key in one step, readable by its owner alone. What was there of that name is replaced.
     *
     * @return the file
     */
    Path write(String name, String role, String key) throws IOException {
        List<Entry> before = named(name);
        Files.createDirectories(folder);
        boolean posix = Files.getFileStore(folder).supportsFileAttributeView("posix");
        FileAttribute<?>[] mine = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        Path file = folder.resolve(FACTORY + name + ".cfg");
        Path temporary = Files.createTempFile(folder, ".key", ".tmp", mine);
        try {
            // a role and hexadecimal digits: nothing that a .cfg file would have to escape
            Files.writeString(
                    temporary, "role = " + role + "\nsha256 = " + Sha256.hex(key) + "\n", StandardCharsets.US_ASCII);
            move(temporary, file);
        } finally {
            Files.deleteIfExists(temporary);
        }
        for (Entry old : before) {
            if (!old.file().equals(file)) {
                Files.deleteIfExists(old.file());
            }
        }
        return file;
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** The files of that name: usually one, two if somebody wrote the same in both formats. */
    List<Entry> named(String name) {
        return list().stream().filter(entry -> entry.name().equals(name)).toList();
    }

    /** @return the files that are gone now */
    List<Path> remove(String name) throws IOException {
        List<Path> gone = new ArrayList<>();
        for (Entry entry : named(name)) {
            try {
                Files.delete(entry.file());
                gone.add(entry.file());
            } catch (NoSuchFileException e) {
                // somebody was quicker
            }
        }
        return gone;
    }
}
