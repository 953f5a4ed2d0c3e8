package org.geometryos.compositor.mqtt;

import java.net.URI;
import java.net.URISyntaxException;
import org.geometryos.compositor.api.value.InvalidValueException;

/** Where the broker is. */
record BrokerAddress(String host, int port, boolean tls) {
    private static final int PLAIN = 1883;
    private static final int SECURE = 8883;

    /** @throws InvalidValueException that names key and rule, and the value if it holds no password */
    static BrokerAddress parse(String key, String text) {
        String rule = "must be mqtt://HOST:PORT or mqtts://HOST:PORT, without user and path";
        try {
            URI uri = new URI(text);
            boolean tls = "mqtts".equalsIgnoreCase(uri.getScheme());
            String path = uri.getRawPath() == null ? "" : uri.getRawPath();
            if (uri.getRawUserInfo() != null) {
                throw new InvalidValueException(key, "one with a user", rule);
            }
            if ((tls || "mqtt".equalsIgnoreCase(uri.getScheme()))
                    && uri.getHost() != null
                    && (path.isEmpty() || path.equals("/"))
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && uri.getPort() != 0
                    && uri.getPort() < 65_536) {
                String host = uri.getHost();
                return new BrokerAddress(
                        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                        uri.getPort() < 0 ? tls ? SECURE : PLAIN : uri.getPort(),
                        tls);
            }
        } catch (URISyntaxException e) {
            // told below
        }
        throw new InvalidValueException(key, text.indexOf('@') >= 0 ? "what it is" : text, rule);
    }

    @Override
    public String toString() {
        return (tls ? "mqtts://" : "mqtt://") + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
