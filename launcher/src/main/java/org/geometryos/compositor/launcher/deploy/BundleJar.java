package org.geometryos.compositor.launcher.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;

/**
 * A jar that is a bundle.
 *
 * @param file the jar
 * @param name the symbolic name
 * @param host the symbolic name of the bundle it is a fragment of
 * @param headers the manifest's main attributes
 */
public record BundleJar(Path file, String name, Version version, Optional<String> host, Attributes headers) {
    /** The longest file that is taken, bytes. */
    static final long MAX_BYTES = 256L << 20;
    /** The most that the entries of a jar may unpack to, bytes. */
    static final long MAX_UNPACKED = 2L << 30;

    private static final String FRAMEWORK = "org.apache.felix.framework";
    private static final byte[] ZIP = {'P', 'K'};
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,255}");

    /** Reads all of a jar, so that one that is damaged is found before it takes another one's place. */
    static BundleJar whole(Path file) throws RefusedFileException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(ZIP.length);
            if (head.length == 0) {
                throw new RefusedFileException("is empty");
            }
            if (!Arrays.equals(head, ZIP)) {
                throw new RefusedFileException("is no jar: it does not begin as a zip file does");
            }
        } catch (IOException e) {
            throw new RefusedFileException("cannot be read (" + reason(e) + ")", e);
        }
        try (JarFile jar = new JarFile(file.toFile(), false)) {
            check(jar);
            BundleJar bundle = of(file, jar);
            if (bundle.name.equals(Constants.SYSTEM_BUNDLE_SYMBOLICNAME) || bundle.name.equals(FRAMEWORK)) {
                throw new RefusedFileException(
                        "(" + bundle.title() + ") is the framework, which comes with the distribution alone");
            }
            return bundle;
        } catch (IOException e) {
            throw new RefusedFileException("is only a part of a jar, or damaged (" + reason(e) + ")", e);
        }
    }

    /** Reads the headers alone, of a jar that is known to be whole. */
    public static BundleJar headers(Path file) throws IOException {
        try (JarFile jar = new JarFile(file.toFile(), false)) {
            return of(file, jar);
        } catch (RefusedFileException e) {
            throw new IOException(file + " " + e.getMessage(), e);
        }
    }

    private static void check(JarFile jar) throws IOException, RefusedFileException {
        byte[] buffer = new byte[64 << 10];
        long unpacked = 0;
        for (JarEntry entry : Collections.list(jar.entries())) {
            CRC32 crc = new CRC32();
            try (InputStream in = jar.getInputStream(entry)) {
                for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                    crc.update(buffer, 0, n);
                    unpacked += n;
                    if (unpacked > MAX_UNPACKED) {
                        throw new RefusedFileException("unpacks to more than " + MAX_UNPACKED + " bytes");
                    }
                }
            }
            if (entry.getCrc() != -1 && entry.getCrc() != crc.getValue()) {
                throw new IOException("the check sum of " + entry.getName() + " is wrong");
            }
        }
    }

    private static BundleJar of(Path file, JarFile jar) throws IOException, RefusedFileException {
        Manifest manifest;
        try {
            manifest = jar.getManifest();
        } catch (IOException e) {
            throw new RefusedFileException("has a manifest that cannot be read (" + reason(e) + ")", e);
        }
        if (manifest == null) {
            throw new RefusedFileException("is a jar and no bundle: it has no META-INF/MANIFEST.MF");
        }
        Attributes headers = manifest.getMainAttributes();
        String named = headers.getValue(Constants.BUNDLE_SYMBOLICNAME);
        if (named == null) {
            throw new RefusedFileException(
                    "is a jar and no bundle: its manifest has no " + Constants.BUNDLE_SYMBOLICNAME);
        }
        String name = beforeParameters(named);
        if (!NAME.matcher(name).matches()) {
            throw new RefusedFileException("has a " + Constants.BUNDLE_SYMBOLICNAME
                    + " that is none: it must be 1 to 255 of A-Z a-z 0-9 _ . -");
        }
        String manifestVersion = headers.getValue(Constants.BUNDLE_MANIFESTVERSION);
        if (manifestVersion == null || !manifestVersion.strip().equals("2")) {
            throw new RefusedFileException("(" + name + ") has " + (manifestVersion == null ? "no " : "a wrong ")
                    + Constants.BUNDLE_MANIFESTVERSION + ": it must be 2"
                    + (manifestVersion == null ? "" : ", not " + shortened(manifestVersion)));
        }
        String host = headers.getValue(Constants.FRAGMENT_HOST);
        return new BundleJar(
                file,
                name,
                version(name, headers.getValue(Constants.BUNDLE_VERSION)),
                Optional.ofNullable(host).map(BundleJar::beforeParameters),
                headers);
    }

    private static Version version(String name, String text) throws RefusedFileException {
        try {
            return text == null ? Version.emptyVersion : Version.parseVersion(text.strip());
        } catch (IllegalArgumentException e) {
            throw new RefusedFileException(
                    "(" + name + ") has a wrong " + Constants.BUNDLE_VERSION
                            + ": it must be MAJOR.MINOR.MICRO.QUALIFIER, not " + shortened(text),
                    e);
        }
    }

    private static String beforeParameters(String header) {
        int end = header.indexOf(';');
        return (end < 0 ? header : header.substring(0, end)).strip();
    }

    private static String shortened(String text) {
        String plain = text.strip().replaceAll("\\p{Cntrl}", "?");
        return plain.length() <= 80 ? plain : plain.substring(0, 80) + "...";
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : shortened(e.getMessage());
    }

    /** Whether it becomes a part of the framework itself, which only the framework's next start can undo. */
    boolean extendsFramework() {
        return host.isPresent()
                && (host.get().equals(Constants.SYSTEM_BUNDLE_SYMBOLICNAME)
                        || host.get().equals(FRAMEWORK));
    }

    /** Its name and version. */
    String title() {
        return name + " " + version;
    }
}
