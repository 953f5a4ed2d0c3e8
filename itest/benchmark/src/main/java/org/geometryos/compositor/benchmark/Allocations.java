package org.geometryos.compositor.benchmark;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.HashMap;
import java.util.Map;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * How much the Java threads of another JVM on this machine allocate. What a thread allocated is forgotten when it ends.
 */
final class Allocations implements AutoCloseable {
    private final JMXConnector connector;
    private final ThreadMXBean threads;

    private Allocations(JMXConnector connector, ThreadMXBean threads) {
        this.connector = connector;
        this.threads = threads;
    }

    /** Starts the JVM's own management agent, on the loopback interface, and connects to it. */
    static Allocations attach(long pid) throws IOException {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            String address;
            try {
                address = machine.startLocalManagementAgent();
            } finally {
                machine.detach();
            }
            JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(address));
            return new Allocations(
                    connector,
                    ManagementFactory.newPlatformMXBeanProxy(
                            connector.getMBeanServerConnection(),
                            ManagementFactory.THREAD_MXBEAN_NAME,
                            ThreadMXBean.class));
        } catch (AttachNotSupportedException e) {
            throw new IOException("process " + pid + " cannot be asked: " + e.getMessage(), e);
        }
    }

    /**
     * Bytes since the start of each living thread, by its number, without the threads that answer this very question.
     */
    Map<Long, Long> bytes() {
        long[] ids = threads.getAllThreadIds();
        ThreadInfo[] infos = threads.getThreadInfo(ids);
        long[] allocated = threads.getThreadAllocatedBytes(ids);
        Map<Long, Long> bytes = new HashMap<>();
        for (int i = 0; i < ids.length; i++) {
            if (infos[i] != null
                    && allocated[i] >= 0
                    && !infos[i].getThreadName().startsWith("RMI ")
                    && !infos[i].getThreadName().startsWith("JMX ")) {
                bytes.put(ids[i], allocated[i]);
            }
        }
        return bytes;
    }

    /** What was allocated between two looks. */
    static long between(Map<Long, Long> before, Map<Long, Long> after) {
        return after.entrySet().stream()
                .mapToLong(thread -> thread.getValue() - before.getOrDefault(thread.getKey(), 0L))
                .sum();
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
