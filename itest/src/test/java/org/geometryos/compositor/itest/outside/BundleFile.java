package org.geometryos.compositor.itest.outside;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Jars as an operator might put them into the folder for bundles. */
public final class BundleFile {
    private BundleFile() {}

    /** A copy of a bundle as another version of it. */
    public static Path versioned(Path jar, String version, Path to) throws IOException {
        return changed(jar, Map.of("Bundle-Version", version), to);
    }

    /** A copy of a bundle with other headers. */
    public static Path changed(Path jar, Map<String, String> headers, Path to) throws IOException {
        try (JarFile in = new JarFile(jar.toFile())) {
            Manifest manifest = in.getManifest();
            headers.forEach(manifest.getMainAttributes()::putValue);
            try (OutputStream file = Files.newOutputStream(to);
                    JarOutputStream out = new JarOutputStream(file, manifest)) {
                for (JarEntry entry : Collections.list(in.entries())) {
                    if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
                        out.putNextEntry(new JarEntry(entry.getName()));
                        in.getInputStream(entry).transferTo(out);
                        out.closeEntry();
                    }
                }
            }
        }
        return to;
    }

    /** A bundle of nothing but headers. */
    public static Path empty(String name, String version, Map<String, String> more, Path to) throws IOException {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue("Bundle-ManifestVersion", "2");
        headers.putValue("Bundle-SymbolicName", name);
        headers.putValue("Bundle-Version", version);
        more.forEach(headers::putValue);
        try (OutputStream file = Files.newOutputStream(to)) {
            new JarOutputStream(file, manifest).close();
        }
        return to;
    }

    /** Puts it into the folder under a name, in one step. */
    public static Path deploy(DistributionProcess distribution, Path jar, String name) throws IOException {
        return Files.move(
                jar,
                distribution.deploy().resolve(name),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }
}
