package org.geometryos.compositor.launcher.deploy;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;

/**
 * What is in the framework's bundle cache. It is not written down while the cache is being changed, so that one that is
 * left behind half-way is known as such and made anew.
 */
final class Cache {
    private final Path record;

    /** @param record the file that says it */
    Cache(Path record) {
        this.record = record;
    }

    boolean isKnown() {
        return Files.exists(record);
    }

    /** By location, what identifies the content. */
    Properties read() throws IOException {
        Properties prints = new Properties();
        if (isKnown()) {
            try (Reader reader = Files.newBufferedReader(record)) {
                prints.load(reader);
            }
        }
        return prints;
    }

    /** It is about to be changed. */
    void changing() throws IOException {
        Files.deleteIfExists(record);
    }

    /** It was changed as a whole. */
    void changed(Properties prints) throws IOException {
        Path beside = record.resolveSibling(record.getFileName() + ".tmp");
        try (Writer writer = Files.newBufferedWriter(beside)) {
            prints.store(writer, null);
        }
        Files.move(beside, record, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
