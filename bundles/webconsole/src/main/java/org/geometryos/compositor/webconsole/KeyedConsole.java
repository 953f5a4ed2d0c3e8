package org.geometryos.compositor.webconsole;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.felix.webconsole.spi.SecurityProvider;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.io.http.access.Access;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.ReadGate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may use the Felix Web Console: keys of role admin, as the gate of the bridge says. Where no key is configured,
 * nobody may: the console installs software, and every user of the machine would be the one who runs the host. A
 * browser gives the key as the password of HTTP Basic, with any user name. A page of another origin may neither read
 * nor change anything, also where the gate would let it read: the console takes forms, which a page of any other
 * service of this machine could send.
 */
@Component(
        service = SecurityProvider.class,
        property = {
            SecurityProvider.PROPERTY_ID + "=" + KeyedConsole.ID,
            // before the one that the console brings, with a user and a password
            "service.ranking:Integer=1000"
        })
public final class KeyedConsole implements SecurityProvider {
    /** The framework is told that the console waits for this one. */
    static final String ID = "org.geometryos.compositor.webconsole";

    private static final String CHALLENGE = "Basic realm=\"Compositor Bridge: the key is the password\"";
    /** In place of a key's name, where none is configured; no key has this name. */
    private static final String LOCAL = "local";

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> OWN = Set.of("same-origin", "none");
    private static final Logger LOG = LoggerFactory.getLogger(KeyedConsole.class);

    private final Access access = new Access(() -> this.gate);

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile ReadGate gate;

    @Override
    public Object authenticate(HttpServletRequest request, HttpServletResponse response) {
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Referrer-Policy", "same-origin");
        Access.Caller caller = access.caller(new KeyAsPassword(request));
        Optional<Decision.Refuse> refusal = caller.refusal();
        if (refusal.isPresent()) {
            refusal.get().headers().forEach(response::setHeader);
            if (refusal.get().status() == HttpServletResponse.SC_UNAUTHORIZED) {
                response.setHeader("WWW-Authenticate", CHALLENGE);
            }
            return refuse(response, refusal.get().status(), refusal.get().reason());
        }
        if (!LinkMemory.of(caller.attributes()).role().equals(Optional.of(Role.ADMIN))) {
            return refuse(response, HttpServletResponse.SC_FORBIDDEN, "this needs a key with role admin");
        }
        if (caller.key().equals(LOCAL)) {
            return refuse(
                    response,
                    HttpServletResponse.SC_FORBIDDEN,
                    "the Web Console needs a key, also from this machine: compositor key new --role admin --name NAME");
        }
        if (foreign(request)) {
            return refuse(response, HttpServletResponse.SC_FORBIDDEN, "a page of another origin may not do this");
        }
        return caller.key();
    }

    /** Whether a page of another origin asks; for what changes nothing, a link of it may lead here. */
    private static boolean foreign(HttpServletRequest request) {
        String origin = request.getHeader("Origin");
        String site = request.getHeader("Sec-Fetch-Site");
        return origin != null
                        && !authority(origin)
                                .equals(Optional.ofNullable(request.getHeader("Host"))
                                        .map(host -> host.strip().toLowerCase(Locale.ROOT)))
                || site != null && !OWN.contains(site) && !READING.contains(request.getMethod());
    }

    /** Host and port of an origin, as a browser writes them into Host. */
    private static Optional<String> authority(String origin) {
        try {
            return Optional.ofNullable(new URI(origin.strip()).getRawAuthority())
                    .map(authority -> authority.toLowerCase(Locale.ROOT));
        } catch (URISyntaxException e) {
            return Optional.of("");
        }
    }

    private static Object refuse(HttpServletResponse response, int status, String reason) {
        byte[] text = (reason + "\n").getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setContentType("text/plain; charset=utf-8");
        response.setContentLength(text.length);
        try {
            response.getOutputStream().write(text);
        } catch (IOException e) {
            LOG.debug("a refusal did not get through", e);
        }
        return null;
    }

    /** There is one role, and whoever has it may do everything. */
    @Override
    public boolean authorize(Object user, String role) {
        return true;
    }

    /** Has a browser forget the key. */
    @Override
    public void logout(HttpServletRequest request, HttpServletResponse response) {
        response.setHeader("WWW-Authenticate", CHALLENGE);
        refuse(response, HttpServletResponse.SC_UNAUTHORIZED, "logged out");
    }
}
