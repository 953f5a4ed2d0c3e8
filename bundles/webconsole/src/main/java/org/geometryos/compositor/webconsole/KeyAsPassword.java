package org.geometryos.compositor.webconsole;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;

/** A request whose password of HTTP Basic is a key. Header values come with a byte in each character. */
final class KeyAsPassword extends HttpServletRequestWrapper {
    private static final String AUTHORIZATION = "authorization";
    private static final String BASIC = "basic";

    KeyAsPassword(HttpServletRequest request) {
        super(request);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        if (!name.toLowerCase(Locale.ROOT).equals(AUTHORIZATION)) {
            return super.getHeaders(name);
        }
        List<String> values = Collections.list(super.getHeaders(name)).stream()
                .map(KeyAsPassword::bearer)
                .toList();
        return Collections.enumeration(values);
    }

    /** A password that cannot be read is a key that nobody has. */
    private static String bearer(String value) {
        String[] parts = value.strip().split("\\s+", 2);
        if (!parts[0].toLowerCase(Locale.ROOT).equals(BASIC)) {
            return value;
        }
        try {
            String both = new String(
                    Base64.getDecoder().decode(parts.length == 2 ? parts[1].strip() : ""), StandardCharsets.ISO_8859_1);
            return "Bearer " + both.substring(both.indexOf(':') + 1);
        } catch (IllegalArgumentException e) {
            return "Bearer";
        }
    }
}
