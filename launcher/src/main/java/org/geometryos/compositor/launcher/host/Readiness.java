package org.geometryos.compositor.launcher.host;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;

/** Whether it can be used: the services are there, and it answers over HTTP that it is well. */
public final class Readiness {

    private static final Pattern OK = Pattern.compile("\"status\"\\s*:\\s*\"ok\"");
    /** We have no key. That it asks for one shows that it is well. */
    private static final Pattern ASKS_FOR_KEY = Pattern.compile("\\{\\s*\"status\"\\s*:");

    private static final int PROBE_MILLIS = 2_000;

    private final BundleContext context;
    private final List<String> services;
    private final URI status;

    Readiness(BundleContext context, List<String> services, URI status) {
        this.context = context;
        this.services = services;
        this.status = status;
    }

    /** What is missing; nothing means ready. */
    List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (String service : services) {
            if (!there(service)) {
                missing.add("service " + service);
            }
        }
        if (missing.isEmpty()) {
            probe(status).ifPresent(missing::add);
        }
        return missing;
    }

    /** The commands bring classes of the same name as some services' types; whose class it is does not matter here. */
    private boolean there(String service) {
        try {
            return context.getAllServiceReferences(service, null) != null;
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("no filter was given", e);
        }
    }

    /** @return what is wrong, if anything is */
    public static Optional<String> probe(URI status) {
        try {
            HttpURLConnection connection = (HttpURLConnection) status.toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(PROBE_MILLIS);
            connection.setReadTimeout(PROBE_MILLIS);
            connection.setUseCaches(false);
            try {
                int code = connection.getResponseCode();
                if (code != 200 && code != 401 && code != 503) {
                    return Optional.of(status + " answers " + code);
                }
                try (InputStream body = code == 200 ? connection.getInputStream() : connection.getErrorStream()) {
                    String text = body == null ? "" : new String(body.readNBytes(4096), StandardCharsets.UTF_8);
                    boolean well = (code == 200 && OK.matcher(text).find())
                            || (code == 401 && ASKS_FOR_KEY.matcher(text).find());
                    return well
                            ? Optional.empty()
                            : Optional.of(status + " answers " + code + " and says " + text.strip());
                }
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            return Optional.of(status + " does not answer: " + e.getMessage());
        }
    }
}
