package org.geometryos.compositor.tracking;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.geometryos.compositor.api.value.InvalidValueException;

/** Addresses as they stand in configurations. No name is ever looked up. */
public final class IpAddress {
    private static final Pattern IPV4 =
            Pattern.compile("(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}");

    private IpAddress() {}

    /**
     * Of a literal, or of {@code localhost}.
     *
     * @throws InvalidValueException that names key, value and rule
     */
    public static InetAddress of(String key, String text) {
        if (text.equals("localhost")) {
            return InetAddress.getLoopbackAddress();
        }
        if (isLiteral(text)) {
            try {
                return InetAddress.getByName(text);
            } catch (UnknownHostException e) {
                // told below
            }
        }
        throw new InvalidValueException(key, text, "must be an IP address");
    }

    /** Whether it is an address and no name. */
    public static boolean isLiteral(String text) {
        return IPV4.matcher(text).matches() || text.contains(":");
    }
}
