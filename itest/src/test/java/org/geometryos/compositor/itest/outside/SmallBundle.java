package org.geometryos.compositor.itest.outside;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

import org.osgi.framework.BundleActivator;

/** A bundle of one class, made without any tool. */
final class SmallBundle {
    private SmallBundle() {}

    /**
     * Puts it into the folder for bundles, in one step.
     *
     * @param activator its only class
     * @return the file; the bundle goes with it
     */
    static Path deploy(DistributionProcess distribution, String name, Class<? extends BundleActivator> activator) throws IOException {
        Path beside = distribution.deploy().resolveSibling(name + ".new");
        write(beside, name, activator);
        return Files.move(beside, distribution.deploy().resolve(name + ".jar"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void write(Path jar, String name, Class<? extends BundleActivator> activator) throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Bundle-ManifestVersion", "2");
        attributes.putValue("Bundle-SymbolicName", name);
        attributes.putValue("Bundle-Version", "1.0.0");
        attributes.putValue("Bundle-Activator", activator.getName());
        attributes.putValue("Import-Package", "org.osgi.framework;version=\"[1.8,2)\",org.geometryos.compositor.api.camera;version=\"[2,3)\","
                + "org.geometryos.compositor.api.control;version=\"[1,2)\"");
        String file = activator.getName().replace('.', '/') + ".class";
        try (OutputStream out = Files.newOutputStream(jar); JarOutputStream entries = new JarOutputStream(out, manifest);
                InputStream in = activator.getClassLoader().getResourceAsStream(file)) {
            entries.putNextEntry(new JarEntry(file));
            in.transferTo(entries);
            entries.closeEntry();
        }
    }
}
