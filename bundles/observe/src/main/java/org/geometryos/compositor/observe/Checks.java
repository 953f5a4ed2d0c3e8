package org.geometryos.compositor.observe;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.geometryos.compositor.health.GuardedLoop;
import org.geometryos.compositor.health.Health;

/** What takes time to look at, on a thread of its own: the disk, the certificate, a connection to the own port. */
final class Checks {
    private static final long TURN_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(4);
    private static final long STOP_MILLIS = 1_000;

    private final Supplier<Settings> settings;
    private final Disk disk;
    private final Certificate certificate;
    private final Loopback loopback;
    private final Runnable sample;
    private final GuardedLoop loop = GuardedLoop.of("compositor-health", this::turn);
    private volatile List<Health.Problem> ofDisk = List.of();
    private volatile List<Health.Problem> ofCertificate = List.of();
    // of the thread
    private long looked;

    /** @param sample asks all parts, so that those that judge by the time between two questions have the first */
    Checks(Supplier<Settings> settings, Disk disk, Certificate certificate, Loopback loopback, Runnable sample) {
        this.settings = settings;
        this.disk = disk;
        this.certificate = certificate;
        this.loopback = loopback;
        this.sample = sample;
        this.looked = System.nanoTime() - SLOW_NANOS;
    }

    void start() {
        loop.start();
    }

    void stop() {
        loop.stop(STOP_MILLIS);
    }

    private long turn() {
        Settings now = settings.get();
        if (System.nanoTime() - looked >= SLOW_NANOS) {
            looked = System.nanoTime();
            ofDisk = disk.problems(now.minFreeBytes());
            ofCertificate = certificate.problems(now.certificateDays());
            sample.run();
        }
        loopback.look(now.loopbackNanos());
        return TURN_NANOS;
    }

    Health disk() {
        return new Health("disk", ofDisk, List.of());
    }

    Health certificate() {
        return new Health("certificate", ofCertificate, List.of());
    }

    Health loopback() {
        return new Health("loopback", loopback.problems(), List.of());
    }
}
