package org.geometryos.compositor.itest.outside;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.BundleActivator;

/** A bundle of one class, made without any tool. */
public final class SmallBundle {
    private static final String COMPONENT = "OSGI-INF/component.xml";

    private SmallBundle() {}

    /**
     * Puts it into the folder for bundles, in one step.
     *
     * @param activator its only class
     * @return the file; the bundle goes with it
     */
    public static Path deploy(DistributionProcess distribution, String name, Class<? extends BundleActivator> activator)
            throws IOException {
        return deploy(distribution, name, activator, Map.of("Bundle-Activator", activator.getName()), Map.of());
    }

    /**
     * The same, with imports of its own.
     *
     * @param imports the value of {@code Import-Package}
     */
    public static Path deploy(
            DistributionProcess distribution, String name, Class<? extends BundleActivator> activator, String imports)
            throws IOException {
        return deploy(
                distribution,
                name,
                activator,
                Map.of("Bundle-Activator", activator.getName(), "Import-Package", imports),
                Map.of());
    }

    /** The same, with an immediate component as its only class. */
    public static Path deployComponent(DistributionProcess distribution, String name, Class<?> component)
            throws IOException {
        return deploy(
                distribution,
                name,
                component,
                Map.of("Service-Component", COMPONENT),
                Map.of(
                        COMPONENT,
                        "<scr:component xmlns:scr=\"http://www.osgi.org/xmlns/scr/v1.3.0\" name=\"" + name
                                + "\" immediate=\"true\"><implementation class=\"" + component.getName()
                                + "\"/></scr:component>"));
    }

    private static Path deploy(
            DistributionProcess distribution,
            String name,
            Class<?> content,
            Map<String, String> headers,
            Map<String, String> files)
            throws IOException {
        Path beside = distribution.deploy().resolveSibling(name + ".new");
        write(beside, name, content, headers, files);
        return Files.move(beside, distribution.deploy().resolve(name + ".jar"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void write(
            Path jar, String name, Class<?> content, Map<String, String> headers, Map<String, String> files)
            throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Bundle-ManifestVersion", "2");
        attributes.putValue("Bundle-SymbolicName", name);
        attributes.putValue("Bundle-Version", "1.0.0");
        attributes.putValue(
                "Import-Package",
                // what is compiled with the packages of this build takes any version of them
                "org.osgi.framework,org.geometryos.compositor.api.camera,org.geometryos.compositor.api.control");
        headers.forEach(attributes::putValue);
        String file = content.getName().replace('.', '/') + ".class";
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out, manifest);
                InputStream in = content.getClassLoader().getResourceAsStream(file)) {
            entries.putNextEntry(new JarEntry(file));
            in.transferTo(entries);
            entries.closeEntry();
            for (Map.Entry<String, String> each : files.entrySet()) {
                entries.putNextEntry(new JarEntry(each.getKey()));
                entries.write(each.getValue().getBytes(StandardCharsets.UTF_8));
                entries.closeEntry();
            }
        }
    }
}
