package org.geometryos.compositor.operate;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.management.JMException;
import javax.management.ObjectName;

/** The process, as far as the platform tells. Any thread. */
final class HostFigures {
    private static final double MILLIS = 1e3;
    private static final Path KERNEL_NAME = Path.of("/proc/sys/kernel/hostname");

    private final String version;
    private final String name = name();

    /** @param version of the bridge */
    HostFigures(String version) {
        this.version = version;
    }

    /** Without a look-up in the network, which may take long. */
    private static String name() {
        try {
            return Files.readString(KERNEL_NAME).strip();
        } catch (IOException | RuntimeException e) {
            String windows = System.getenv("COMPUTERNAME");
            return windows == null ? "" : windows;
        }
    }

    Map<String, Object> now() {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        Map<String, Object> memory = new LinkedHashMap<>();
        memory.put("used", heap.getUsed());
        memory.put("max", heap.getMax());
        Map<String, Object> host = new LinkedHashMap<>();
        host.put("name", name);
        host.put("version", version);
        host.put("uptime", ManagementFactory.getRuntimeMXBean().getUptime() / MILLIS);
        host.put("java", Runtime.version().toString());
        host.put("heap", memory);
        host.put("cpu", cpu());
        return host;
    }

    /** 0 to 1 of all cores; null where the platform does not tell. */
    private static Double cpu() {
        try {
            ObjectName system = new ObjectName(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME);
            return ManagementFactory.getPlatformMBeanServer().getAttribute(system, "ProcessCpuLoad")
                                    instanceof Double load
                            && load >= 0
                    ? load
                    : null;
        } catch (JMException e) {
            return null;
        }
    }
}
