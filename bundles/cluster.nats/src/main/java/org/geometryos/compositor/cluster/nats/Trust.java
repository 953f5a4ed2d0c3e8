package org.geometryos.compositor.cluster.nats;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Whom a connection with TLS trusts. */
final class Trust {
    private static final long MAX_FILE = 1 << 20;

    private Trust() {}

    /** @param file PEM, read anew with each connection; empty for what Java trusts */
    static SSLContext context(Optional<Path> file) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            if (file.isEmpty()) {
                context.init(null, null, null);
            } else {
                TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                trust.init(certificates(file.get()));
                context.init(null, trust.getTrustManagers(), null);
            }
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the trusted certificates cannot be used: " + e.getMessage(), e);
        }
    }

    private static KeyStore certificates(Path file) throws IOException, GeneralSecurityException {
        if (!Files.isRegularFile(file) || Files.size(file) > MAX_FILE) {
            throw new IOException(
                    "trust must be a file with certificates, of at most " + MAX_FILE + " bytes, not " + file);
        }
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        try (InputStream in = Files.newInputStream(file)) {
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("trusted-" + number++, each);
            }
        }
        if (number == 0) {
            throw new IOException("trust must be a file with certificates, and " + file + " has none");
        }
        return store;
    }
}
