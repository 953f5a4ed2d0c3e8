package org.geometryos.compositor.camera.tracking;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.configuration.values.Values;
import org.geometryos.compositor.tracking.IpAddress;

/**
 * Where datagrams are taken.
 *
 * @param bind the address of this host; that of the group takes its multicasts alone
 * @param port 1 to 65535
 * @param group joined if there is one
 * @param network the interface on which it is joined: a name or an address of it; otherwise on all that can multicast
 */
record Listen(InetAddress bind, int port, Optional<InetAddress> group, Optional<String> network) {
    /** @throws InvalidValueException that names key, value and rule */
    static Listen of(Values values, int port) {
        Optional<InetAddress> group = values.text("group").map(text -> IpAddress.of("group", text));
        if (group.isPresent() && !group.get().isMulticastAddress()) {
            throw new InvalidValueException(
                    "group", values.text("group").get(), "must be a multicast address, as 239.135.1.1");
        }
        InetAddress bind = values.text("bind")
                .map(text -> IpAddress.of("bind", text))
                .orElseGet(() -> group.orElseGet(() -> IpAddress.of("bind", "127.0.0.1")));
        boolean hears = group.isEmpty()
                || bind.equals(group.get())
                || bind.isAnyLocalAddress() && bind instanceof Inet4Address == group.get() instanceof Inet4Address;
        if (!hears) {
            throw new InvalidValueException(
                    "bind",
                    values.text("bind").get(),
                    "must be empty, the group, or 0.0.0.0 (:: for IPv6) when there is a group");
        }
        Optional<String> network = values.text("interface");
        if (network.isPresent() && group.isEmpty()) {
            throw new InvalidValueException("interface", network.get(), "must be empty when there is no group");
        }
        return new Listen(bind, values.integer("port", port, 1, 65_535), group, network);
    }

    /** Whether others than this machine can send here. */
    boolean open() {
        return !bind.isLoopbackAddress();
    }

    @Override
    public String toString() {
        return "udp " + bind.getHostAddress() + " port " + port
                + group.filter(joined -> !joined.equals(bind))
                        .map(joined -> " group " + joined.getHostAddress())
                        .orElse("")
                + network.map(name -> " on " + name).orElse("");
    }
}
