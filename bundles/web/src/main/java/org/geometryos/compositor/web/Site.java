package org.geometryos.compositor.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The files that the build put into this bundle, as its index names them. Nothing outside the index can be read,
 * whatever a path looks like.
 */
final class Site {

    private static final String ROOT = "site/";

    private final Map<String, Page> pages;
    private final Map<String, byte[]> contents = new ConcurrentHashMap<>();

    /**
     * One file.
     *
     * @param name path below the root of the site, without a leading slash
     * @param contentType its media type, with the character set
     * @param digest digest of its bytes, in hexadecimal
     */
    record Page(String name, String contentType, String digest) {

        /** The entity tag, quoted as RFC 9110 asks. */
        String etag() {
            return '"' + digest + '"';
        }
    }

    private Site(Map<String, Page> pages) {
        this.pages = pages;
    }

    /** Reads the index of this bundle. */
    static Site load() {
        try {
            return new Site(new String(read("index"), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split("\t"))
                    .map(field -> new Page(field[0], field[1], field[2]))
                    .collect(Collectors.toUnmodifiableMap(Page::name, page -> page)));
        } catch (IOException e) {
            throw new UncheckedIOException("the pages are not in this bundle", e);
        }
    }

    /** The bytes of a file, in memory from its first request on, however many are sending it. */
    byte[] content(Page page) throws IOException {
        byte[] known = contents.get(page.name());
        if (known == null) {
            known = read(page.name());
            contents.put(page.name(), known);
        }
        return known;
    }

    Optional<Page> find(String name) {
        return Optional.ofNullable(pages.get(name));
    }

    private static byte[] read(String name) throws IOException {
        try (InputStream in = Site.class.getResourceAsStream(ROOT + name)) {
            if (in == null) {
                throw new IOException("no resource " + ROOT + name);
            }
            return in.readAllBytes();
        }
    }
}
