package org.geometryos.compositor.metrics;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import javax.management.JMException;
import javax.management.ObjectName;
import org.geometryos.compositor.api.metrics.Meter;
import org.geometryos.compositor.api.metrics.Readings;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** The process: memory, garbage collection, threads, CPU and files. What a platform does not tell is left out. */
@Component
public final class JvmMeter implements Meter {
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;

    private final String version;

    @Activate
    public JvmMeter(BundleContext context) {
        this(context.getBundle().getVersion().toString());
    }

    JvmMeter(String version) {
        this.version = version;
    }

    @Override
    public void read(Readings readings) {
        readings.gauge(
                "compositor_info", "Always 1; the label is the version of the bundle metrics.", 1, "version", version);
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        memory(readings, "heap", memory.getHeapMemoryUsage());
        memory(readings, "nonheap", memory.getNonHeapMemoryUsage());
        ManagementFactory.getGarbageCollectorMXBeans().forEach(collector -> {
            readings.counter(
                    "jvm_gc_collections_total",
                    "Runs of a garbage collector.",
                    Math.max(0, collector.getCollectionCount()),
                    "collector",
                    collector.getName());
            readings.counter(
                    "jvm_gc_seconds_total",
                    "Time that a garbage collector took.",
                    Math.max(0, collector.getCollectionTime()) / MILLIS,
                    "collector",
                    collector.getName());
        });
        readings.gauge(
                "jvm_threads",
                "Live threads.",
                ManagementFactory.getThreadMXBean().getThreadCount());
        readings.gauge(
                "process_start_time_seconds",
                "When the process began, seconds since the Unix epoch.",
                ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS);
        long cpu = system("ProcessCpuTime");
        if (cpu >= 0) {
            readings.counter("process_cpu_seconds_total", "CPU time of the process.", cpu / NANOS);
        }
        files(readings, "process_open_fds", "Open file descriptors.", system("OpenFileDescriptorCount"));
        files(readings, "process_max_fds", "How many file descriptors may be open.", system("MaxFileDescriptorCount"));
    }

    private static void files(Readings readings, String name, String help, long count) {
        if (count >= 0) {
            readings.gauge(name, help, count);
        }
    }

    private static void memory(Readings readings, String area, MemoryUsage usage) {
        readings.gauge("jvm_memory_used_bytes", "Memory in use.", usage.getUsed(), "area", area);
        readings.gauge(
                "jvm_memory_committed_bytes", "Memory that the system has given.", usage.getCommitted(), "area", area);
        readings.gauge(
                "jvm_memory_max_bytes", "Memory that may be used; -1 without a limit.", usage.getMax(), "area", area);
    }

    /** @return -1 if the platform does not tell */
    private static long system(String attribute) {
        try {
            ObjectName name = new ObjectName(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME);
            return ManagementFactory.getPlatformMBeanServer().getAttribute(name, attribute) instanceof Long value
                    ? value
                    : -1;
        } catch (JMException e) {
            return -1;
        }
    }
}
