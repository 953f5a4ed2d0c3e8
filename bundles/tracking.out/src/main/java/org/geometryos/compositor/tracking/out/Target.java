package org.geometryos.compositor.tracking.out;

import java.net.InetAddress;
import java.util.Optional;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.configuration.values.Values;
import org.geometryos.compositor.tracking.IpAddress;

/**
 * Where datagrams go.
 *
 * @param network the interface by which a group is reached: a name or an address of it; otherwise the system chooses
 * @param hops how many networks a datagram to a group may pass
 */
record Target(InetAddress address, int port, Optional<String> network, int hops) {
    private static final int MAX_HOPS = 255;

    /** @throws InvalidValueException that names key, value and rule */
    static Target of(Values values, int port) {
        String text = values.text("address").orElse("");
        if (text.isEmpty()) {
            throw new InvalidValueException("address", text, "is required: the IP address of a receiver or a group");
        }
        InetAddress address = IpAddress.of("address", text);
        if (address.isAnyLocalAddress() || text.equals("255.255.255.255")) {
            throw new InvalidValueException("address", text, "must be the address of one receiver or of a group");
        }
        Optional<String> network = values.text("interface");
        if (network.isPresent() && !address.isMulticastAddress()) {
            throw new InvalidValueException(
                    "interface", network.get(), "must be empty when the address is not that of a multicast group");
        }
        return new Target(
                address, values.integer("port", port, 1, 65_535), network, values.integer("ttl", 1, 0, MAX_HOPS));
    }

    @Override
    public String toString() {
        return "udp " + address.getHostAddress() + " port " + port
                + network.map(name -> " on " + name).orElse("");
    }
}
