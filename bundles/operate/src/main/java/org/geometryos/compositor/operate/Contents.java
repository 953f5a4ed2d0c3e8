package org.geometryos.compositor.operate;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Optional;
import java.util.function.Function;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.geometryos.compositor.io.files.Origin;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** What bundles were installed from, and what is installed, as files. Any thread. */
final class Contents {
    /**
     * The service property of a {@link Function} that gives an {@link InputStream} of what the bundle with a location
     * was installed from, or null; whoever installs bundles under locations of his own registers one.
     */
    static final String PROPERTY = "org.geometryos.compositor.contents";

    private static final long MOST_BYTES = 64L << 20;
    private static final int MILLIS = 10_000;
    private static final String MANIFEST = "META-INF/MANIFEST.MF";

    private final BundleContext context;

    Contents(BundleContext context) {
        this.context = context;
    }

    /** Copies what a bundle was installed or last updated from into a file. */
    void copy(Bundle bundle, Path file) throws IOException {
        Optional<InputStream> known = known(bundle.getLocation());
        try (InputStream in = known.isPresent() ? known.get() : open(Origin.of(bundle))) {
            copy(in, file);
        } catch (NoSuchFileException e) {
            throw new IOException(e.getMessage() + " is not there", e);
        }
    }

    private static void copy(InputStream in, Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            transfer(in, out, MOST_BYTES);
        }
    }

    /** @return what may come behind it */
    private static long transfer(InputStream in, OutputStream out, long most) throws IOException {
        byte[] block = new byte[1 << 15];
        long left = most;
        for (int n = in.read(block); n >= 0; n = in.read(block)) {
            left -= n;
            if (left < 0) {
                throw new IOException("it has more than " + MOST_BYTES + " bytes");
            }
            out.write(block, 0, n);
        }
        return left;
    }

    private Optional<InputStream> known(String location) throws IOException {
        try {
            for (ServiceReference<?> reference : context.getServiceReferences(Function.class, "(" + PROPERTY + "=*)")) {
                if (context.getService(reference) instanceof Function<?, ?> contents) {
                    try {
                        @SuppressWarnings("unchecked")
                        Object found = ((Function<String, ?>) contents).apply(location);
                        if (found instanceof InputStream in) {
                            return Optional.of(in);
                        }
                    } catch (UncheckedIOException e) {
                        throw e.getCause();
                    } finally {
                        context.ungetService(reference);
                    }
                }
            }
            return Optional.empty();
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What stands before a location says how the framework keeps the content, and not where it is. */
    private static InputStream open(String location) throws IOException {
        String address = location.replaceFirst("^initial@", "").replaceFirst("^reference:", "");
        try {
            URL url = URI.create(address).toURL();
            URLConnection connection = url.openConnection();
            connection.setConnectTimeout(MILLIS);
            connection.setReadTimeout(MILLIS);
            connection.setUseCaches(false);
            return connection.getInputStream();
        } catch (IllegalArgumentException e) {
            throw new IOException("its location " + location + " is no address", e);
        }
    }

    /** The symbolic name of the bundle in a file. */
    static String name(Path file) throws IOException {
        return header(file, Constants.BUNDLE_SYMBOLICNAME).split(";", 2)[0].strip();
    }

    private static String header(Path file, String name) throws IOException {
        try (JarFile jar = new JarFile(file.toFile())) {
            Manifest manifest = jar.getManifest();
            Attributes attributes = manifest == null ? new Attributes() : manifest.getMainAttributes();
            String value = attributes.getValue(name);
            return value == null ? "" : value;
        }
    }

    /** Writes what is installed into a file, so that it can be installed once more. */
    static void keep(Bundle bundle, Path file) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            // first, as readers of streams look for it there
            long left = entry(bundle, MANIFEST, out, MOST_BYTES);
            keep(bundle, "/", out, left);
        }
    }

    private static long keep(Bundle bundle, String folder, ZipOutputStream out, long most) throws IOException {
        Enumeration<String> paths = bundle.getEntryPaths(folder);
        long left = most;
        while (paths != null && paths.hasMoreElements()) {
            String path = paths.nextElement();
            if (path.endsWith("/")) {
                left = keep(bundle, path, out, left);
            } else if (!path.equals(MANIFEST)) {
                left = entry(bundle, path, out, left);
            }
        }
        return left;
    }

    private static long entry(Bundle bundle, String path, ZipOutputStream out, long most) throws IOException {
        URL entry = bundle.getEntry(path);
        if (entry == null) {
            throw new IOException(path + " is not in " + bundle.getSymbolicName());
        }
        out.putNextEntry(new ZipEntry(path));
        try (InputStream in = entry.openStream()) {
            return transfer(in, out, most);
        } finally {
            out.closeEntry();
        }
    }
}
