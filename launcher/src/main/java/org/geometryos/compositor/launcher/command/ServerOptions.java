package org.geometryos.compositor.launcher.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import picocli.CommandLine.Option;

/**
 * What every command that connects takes. Address and key: the option counts before the environment, that before the
 * settings file, that before the default.
 */
public final class ServerOptions {
    static final String DEFAULT = "ws://localhost:8081" + Target.PATH;
    static final String URL_VARIABLE = "COMPOSITOR_URL";
    static final String KEY_VARIABLE = "COMPOSITOR_KEY";

    @Option(
            names = "--url",
            paramLabel = "URL",
            converter = OptionTypes.Text.class,
            description = "ws:// or wss:// address; http(s)://HOST:PORT is taken, too (default: COMPOSITOR_URL, or "
                    + DEFAULT + ").")
    private String url;

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            converter = OptionTypes.Folder.class,
            description = "File whose first line is the API key (default: COMPOSITOR_KEY).")
    private Path keyFile;

    @Option(
            names = "--settings",
            paramLabel = "FILE",
            converter = OptionTypes.Folder.class,
            description = "JSON file with url and apiKey, for what neither option nor environment gives.")
    private Path settings;

    @Option(
            names = "--trust",
            paramLabel = "FILE",
            converter = OptionTypes.Folder.class,
            description = "PEM certificates to trust at wss:// instead of those that Java trusts.")
    private Path trust;

    @Option(names = "--cbor", description = "Speak CBOR instead of JSON.")
    private boolean cbor;

    /** With the environment of the process; warnings go to standard error. */
    public Target target() throws FailedException, UsageException {
        return target(System.getenv(), Console::error);
    }

    Target target(Map<String, String> environment, Consumer<String> warn) throws FailedException, UsageException {
        ClientSettings file = ClientSettings.NONE;
        if (settings != null) {
            file = ClientSettings.read(settings, warn);
            if (file.apiKey().isPresent()) {
                warnIfOthersRead(settings, warn);
            }
        }
        Target target = new Target(address(environment, file), key(environment, file, warn), tls(), cbor);
        if (trust != null && !target.secure()) {
            throw new UsageException("--trust " + trust + ": is for wss:// addresses; this one is " + target.uri());
        }
        return target;
    }

    private URI address(Map<String, String> environment, ClientSettings file) throws FailedException {
        String variable = environment.getOrDefault(URL_VARIABLE, "");
        if (url != null) {
            return Target.address("--url", url);
        }
        if (!variable.isEmpty()) {
            return Target.address(URL_VARIABLE, variable);
        }
        return file.url().isPresent()
                ? Target.address("--settings " + settings + ": url", file.url().get())
                : URI.create(DEFAULT);
    }

    private Optional<ApiKey> key(Map<String, String> environment, ClientSettings file, Consumer<String> warn)
            throws FailedException {
        String variable = environment.getOrDefault(KEY_VARIABLE, "").strip();
        if (keyFile != null) {
            warnIfOthersRead(keyFile, warn);
            return Optional.of(ApiKey.of("--key-file " + keyFile, firstLine(keyFile)));
        }
        return variable.isEmpty() ? file.apiKey() : Optional.of(ApiKey.of(KEY_VARIABLE, variable));
    }

    private static String firstLine(Path file) throws FailedException {
        try {
            if (Files.size(file) > ClientSettings.MAX_BYTES) {
                throw new FailedException("--key-file " + file + ": must be at most " + ClientSettings.MAX_BYTES
                        + " bytes, not " + Files.size(file));
            }
            try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
                String line = reader.readLine();
                return line == null ? "" : line.strip();
            }
        } catch (IOException e) {
            throw new FailedException(
                    "--key-file " + file + ": cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static void warnIfOthersRead(Path file, Consumer<String> warn) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (permissions.contains(PosixFilePermission.GROUP_READ)
                    || permissions.contains(PosixFilePermission.OTHERS_READ)) {
                warn.accept("warning: " + file + " holds a key and can be read by others; chmod 600 it");
            }
        } catch (IOException | UnsupportedOperationException e) {
            // it cannot be read, which is said elsewhere, or has no such permissions
        }
    }

    private Optional<SSLContext> tls() throws FailedException {
        if (trust == null) {
            return Optional.empty();
        }
        try (InputStream pem = Files.newInputStream(trust)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(pem);
            if (certificates.isEmpty()) {
                throw new FailedException(
                        "--trust " + trust + ": holds no certificate (PEM, -----BEGIN CERTIFICATE-----)");
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate certificate : certificates) {
                store.setCertificateEntry("trusted-" + store.size(), certificate);
            }
            TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusted.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trusted.getTrustManagers(), null);
            return Optional.of(context);
        } catch (IOException e) {
            throw new FailedException(
                    "--trust " + trust + ": cannot be read (" + e.getClass().getSimpleName() + ")", e);
        } catch (GeneralSecurityException e) {
            throw new FailedException(
                    "--trust " + trust + ": holds something that is no certificate (PEM, -----BEGIN CERTIFICATE-----)",
                    e);
        }
    }
}
