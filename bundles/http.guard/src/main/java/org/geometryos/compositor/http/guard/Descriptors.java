package org.geometryos.compositor.http.guard;

import java.lang.management.ManagementFactory;
import java.util.OptionalLong;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * The file descriptors of the process: how many are open and how many may be. Counting those that are open takes longer
 * the more there are.
 */
record Descriptors(long open, long most) {
    private static final String OPEN = "OpenFileDescriptorCount";
    private static final String MOST = "MaxFileDescriptorCount";

    /** As it is now; without bound where the platform does not tell. */
    static Descriptors look() {
        OptionalLong open = read(OPEN);
        OptionalLong most = read(MOST);
        return open.isPresent() && most.isPresent()
                ? new Descriptors(open.getAsLong(), most.getAsLong())
                : new Descriptors(0, Long.MAX_VALUE);
    }

    private static OptionalLong read(String attribute) {
        try {
            MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            return server.getAttribute(new ObjectName("java.lang:type=OperatingSystem"), attribute)
                            instanceof Long value
                    ? OptionalLong.of(value)
                    : OptionalLong.empty();
        } catch (JMException e) {
            return OptionalLong.empty();
        }
    }
}
