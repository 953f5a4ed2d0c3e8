package org.geometryos.compositor.observe;

import java.io.IOException;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import org.geometryos.compositor.health.Health;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How long the certificate is good that the HTTPS port shows. One thread. */
final class Certificate {
    private static final Logger LOG = LoggerFactory.getLogger(Certificate.class);
    private static final int MAX_SUBJECT = 200;

    private final OwnPorts ports;
    private X509Certificate shown;

    Certificate(OwnPorts ports) {
        this.ports = ports;
    }

    /** @param days before its end from which on it is worth a warning */
    List<Health.Problem> problems(int days) {
        Optional<URI> address = ports.first("https");
        if (address.isEmpty()) {
            return List.of();
        }
        try (SSLSocket socket = (SSLSocket) OwnPorts.open(address.get())) {
            // the first is the host's own; those that signed it have certificates of their own
            X509Certificate own = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            tell(address.get(), own);
            return judge(own.getNotBefore().toInstant(), own.getNotAfter().toInstant(), Instant.now(), days);
        } catch (IOException e) {
            return List.of(new Health.Problem(
                    Health.Level.WARNING, address.get() + " shows no certificate: " + e.getMessage()));
        }
    }

    /** Says so when it is another one than before. */
    private void tell(URI address, X509Certificate own) {
        if (!own.equals(shown)) {
            shown = own;
            String subject = own.getSubjectX500Principal().getName();
            LOG.info(
                    "HTTPS at {} shows the certificate of {}, good until {}",
                    address,
                    subject.length() <= MAX_SUBJECT ? subject : subject.substring(0, MAX_SUBJECT) + "...",
                    own.getNotAfter().toInstant());
        }
    }

    static List<Health.Problem> judge(Instant from, Instant until, Instant now, int days) {
        long left = Duration.between(now, until).toDays();
        if (now.isAfter(until)) {
            return List.of(new Health.Problem(
                    Health.Level.DOWN, "the certificate of HTTPS has expired: it was good until " + until));
        }
        if (now.isBefore(from)) {
            return List.of(new Health.Problem(
                    Health.Level.DOWN, "the certificate of HTTPS is not good yet: it is from " + from + " on"));
        }
        return left >= days
                ? List.of()
                : List.of(new Health.Problem(
                        Health.Level.WARNING,
                        "the certificate of HTTPS ends in " + left + (left == 1 ? " day" : " days") + ", at " + until));
    }
}
