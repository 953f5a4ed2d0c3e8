package org.geometryos.compositor.itest.framework;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Copies of a bundle under another symbolic name, so that both can be there at once, or as another version. */
public final class Copies {
    private Copies() {}

    public static InputStream renamed(URL jar, String name) throws IOException {
        return changed(jar, "Bundle-SymbolicName", Host.PREFIX + name);
    }

    public static InputStream versioned(URL jar, String version) throws IOException {
        return changed(jar, "Bundle-Version", version);
    }

    private static InputStream changed(URL jar, String header, String value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarInputStream in = new JarInputStream(jar.openStream())) {
            Manifest manifest = in.getManifest();
            manifest.getMainAttributes().putValue(header, value);
            try (JarOutputStream out = new JarOutputStream(bytes, manifest)) {
                for (JarEntry entry; (entry = in.getNextJarEntry()) != null; ) {
                    out.putNextEntry(new JarEntry(entry.getName()));
                    in.transferTo(out);
                    out.closeEntry();
                }
            }
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }
}
