package org.geometryos.compositor.observe;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** Where the HTTP service of this host listens, and sockets to it. Any thread. */
final class OwnPorts {
    private static final String RUNTIME = "org.osgi.service.servlet.runtime.HttpServiceRuntime";
    private static final String ENDPOINTS = "osgi.http.endpoint";
    private static final int MILLIS = 2_000;
    /** The kind of a DNS name among the names of a certificate. */
    private static final int DNS = 2;

    private final BundleContext context;

    OwnPorts(BundleContext context) {
        this.context = context;
    }

    /** The first address with a scheme; empty if there is none. */
    Optional<URI> first(String scheme) {
        ServiceReference<?> runtime = context.getServiceReference(RUNTIME);
        return addresses(runtime == null ? null : runtime.getProperty(ENDPOINTS)).stream()
                .filter(address -> scheme.equals(address.getScheme()) && address.getPort() > 0)
                .findFirst();
    }

    /** @param property a text, several or none */
    static List<URI> addresses(Object property) {
        Collection<?> texts = property instanceof Object[] several
                ? List.of(several)
                : property instanceof Collection<?> several
                        ? several
                        : property == null ? List.of() : List.of(property);
        List<URI> addresses = new ArrayList<>();
        for (Object text : texts) {
            try {
                URI address = URI.create(text.toString());
                if (address.getHost() != null && address.getScheme() != null) {
                    addresses.add(address);
                }
            } catch (IllegalArgumentException e) {
                // the address of something else
            }
        }
        return addresses;
    }

    /** A socket to it, connected; what the peer's certificate says of itself is not judged. */
    static Socket open(URI address) throws IOException {
        Socket socket = address.getScheme().equals("https") ? secure() : new Socket();
        try {
            socket.setSoTimeout(MILLIS);
            socket.setTcpNoDelay(true);
            socket.connect(
                    new InetSocketAddress(address.getHost().replaceAll("^\\[|\\]$", ""), address.getPort()), MILLIS);
            if (socket instanceof SSLSocket tls) {
                tls.startHandshake();
            }
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** What stands in Host: over TLS a name that the certificate has, as the HTTP service takes no other. */
    static String name(URI address, Socket socket) throws IOException {
        if (!(socket instanceof SSLSocket tls)) {
            return address.getAuthority();
        }
        X509Certificate own = (X509Certificate) tls.getSession().getPeerCertificates()[0];
        try {
            Collection<List<?>> names = own.getSubjectAlternativeNames();
            return names == null
                    ? address.getAuthority()
                    : names.stream()
                            .filter(name -> Integer.valueOf(DNS).equals(name.get(0)))
                            .map(name -> name.get(1).toString().replaceFirst("^\\*", "health"))
                            .findFirst()
                            .orElse(address.getAuthority());
        } catch (CertificateParsingException e) {
            return address.getAuthority();
        }
    }

    private static Socket secure() throws IOException {
        try {
            SSLContext any = SSLContext.getInstance("TLS");
            any.init(null, new TrustManager[] {new AnyCertificate()}, new SecureRandom());
            return any.getSocketFactory().createSocket();
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** It is this host's own, over loopback or an address of it: how long it is good is looked at, no more. */
    private static final class AnyCertificate extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
