package org.geometryos.compositor.observe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;
import org.geometryos.compositor.health.Health;

/** Whether the data folder can be written, and how much room it has. One thread. */
final class Disk {
    private static final String TRIAL = ".health";
    private static final byte[] CONTENT = {'\n'};

    private final Path folder;
    private final LongSupplier free;

    /** @param free how many bytes can be written there */
    Disk(Path folder, LongSupplier free) {
        this.folder = folder;
        this.free = free;
    }

    static Disk of(Path folder) {
        return new Disk(folder, () -> folder.toFile().getUsableSpace());
    }

    /** @param minFree bytes; 0: no bound */
    List<Health.Problem> problems(long minFree) {
        if (!Files.isDirectory(folder)) {
            return List.of(new Health.Problem(Health.Level.WARNING, "the data folder " + folder + " is not there"));
        }
        try {
            Path trial = folder.resolve(TRIAL);
            Files.write(trial, CONTENT);
            Files.delete(trial);
        } catch (IOException e) {
            return List.of(new Health.Problem(
                    Health.Level.DOWN, "nothing can be written to the data folder " + folder + ": " + e.getMessage()));
        }
        long bytes = free.getAsLong();
        return bytes >= minFree
                ? List.of()
                : List.of(new Health.Problem(
                        Health.Level.WARNING,
                        "the data folder " + folder + " has " + (bytes >> 20) + " MiB left, less than minFreeMiB ("
                                + (minFree >> 20) + ")"));
    }
}
