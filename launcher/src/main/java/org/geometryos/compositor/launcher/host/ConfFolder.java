package org.geometryos.compositor.launcher.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.geometryos.compositor.health.GuardedLoop;
import org.geometryos.compositor.health.Health;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes Config Admin follow the configuration folder: files become configurations while Config Admin starts, before any
 * component can see one, and are looked at twice a second from then on, by a thread of their own. So is what they refer
 * to: the files of {@code $[secret:NAME]}, and key stores. Files are never written.
 */
final class ConfFolder extends ServiceTracker<ConfigurationAdmin, ConfigurationAdmin> {
    private static final String AGAIN = ".compositor.again";
    private static final Logger LOG = LoggerFactory.getLogger(ConfFolder.class);
    private static final long LOOK_NANOS = 500_000_000;
    private static final long JOIN_MILLIS = 2_000;
    private static final String PART = "configuration files";
    /** A key that is configured and cannot be read opens nothing; what is in force for anything else stays. */
    private static final String KEYS = "org.geometryos.compositor.endpoint.key";
    /** Tells a configuration whose file says the same of one before what the files that it refers to were. */
    static final String REFERRED = ".compositor.referred";
    /** What nobody but the owner should be able to read when it stands in a file itself. */
    private static final Pattern PASSWORD = Pattern.compile("(?i).*password");

    private static final Pattern SECRET = Pattern.compile("\\$\\[secret:([^;\\]]+)");
    private static final Pattern STORE_KEY = Pattern.compile(".*(keystore|truststore)");

    private final Path folder;
    private final Path secrets;
    private final Https https;
    private final GuardedLoop loop = GuardedLoop.of("compositor-conf", this::turn);
    private final Bundle framework;
    // guarded by this
    /** By name, as the first of two files for the same configuration counts. */
    private final Map<Path, Seen> seen = new TreeMap<>();
    /** What was said of a file, or of the folder itself, and holds. */
    private final Map<Path, String> problems = new LinkedHashMap<>();

    private boolean started;
    /** How often the HTTP service was told the same once more. */
    private int again;

    /**
     * @param fingerprint of the file
     * @param referred of the files that it refers to, by name
     * @param taken whether it was taken up, be it with success or not
     */
    private record Seen(
            ConfFile.Id id, FileFingerprint fingerprint, Map<Path, FileFingerprint> referred, boolean taken) {}

    /** Changes when a file does. */
    private record FileFingerprint(String state, long size, Object changed, Object key) {

        static FileFingerprint of(Path file) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                return new FileFingerprint(
                        attributes.isRegularFile() ? Files.isReadable(file) ? "file" : "unreadable" : "other",
                        attributes.size(),
                        attributes.lastModifiedTime(),
                        attributes.fileKey());
            } catch (NoSuchFileException e) {
                return new FileFingerprint("missing", 0, null, null);
            } catch (IOException e) {
                return new FileFingerprint(e.toString(), 0, null, null);
            }
        }
    }

    ConfFolder(BundleContext context, Path folder) {
        super(context, ConfigurationAdmin.class, null);
        this.folder = folder.toAbsolutePath();
        secrets = this.folder.resolve("secrets");
        https = new Https(context, secrets);
        framework = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION);
        Health.register(context, PART, this::health);
        open();
    }

    private synchronized Health health() {
        List<String> texts = new ArrayList<>(problems.values());
        https.problem().ifPresent(texts::add);
        return health(texts, started && !loop.stopped() && !loop.thread().isAlive());
    }

    /** @param ended whether the thread that looks at the files has ended */
    static Health health(List<String> texts, boolean ended) {
        List<Health.Problem> all = new ArrayList<>(Health.warnings(PART, texts).problems());
        if (ended) {
            all.add(new Health.Problem(
                    Health.Level.DOWN,
                    "the thread that looks at the files has ended, so changes have no effect; start the host again"));
        }
        return new Health(PART, all, List.of());
    }

    @Override
    public ConfigurationAdmin addingService(ServiceReference<ConfigurationAdmin> reference) {
        ConfigurationAdmin admin = super.addingService(reference);
        synchronized (this) {
            seen.clear();
            look(admin, true);
            if (!started) {
                started = true;
                loop.start();
            }
        }
        return admin;
    }

    private long turn() {
        ConfigurationAdmin admin = getService();
        if (admin != null && framework.getState() != Bundle.STOPPING) {
            synchronized (this) {
                look(admin, false);
            }
            https.look();
            if (https.freed()) {
                openAgain(admin);
            }
        }
        return LOOK_NANOS;
    }

    /** Tells the HTTP service once more, as another program had its port and has left it. */
    private synchronized void openAgain(ConfigurationAdmin admin) {
        seen.entrySet().stream()
                .filter(each -> each.getValue().taken
                        && Https.PID.equals(each.getValue().id.toString()))
                .toList()
                .forEach(each -> {
                    LOG.info("{}: the port of HTTPS is free, and is opened again", each.getKey());
                    again++;
                    take(admin, each.getKey(), each.getValue().id, each.getValue().fingerprint);
                });
    }

    /** Ends the thread, when the framework has stopped. */
    void stop() {
        loop.stop(JOIN_MILLIS);
    }

    /**
     * @param first whether files count at once; later on a file counts when two looks find the same, as it may be being
     *     written
     */
    private void look(ConfigurationAdmin admin, boolean first) {
        Map<Path, ConfFile.Id> files = new TreeMap<>();
        try (Stream<Path> list = Files.list(folder)) {
            for (Path file : list.toList()) {
                ConfFile.Id.of(file.getFileName().toString()).ifPresent(id -> files.put(file, id));
            }
            noProblem(folder);
        } catch (IOException e) {
            problem(
                    folder,
                    "it cannot be read (" + DataFolder.reason(e) + "); the previous configurations stay in force");
            return;
        }
        Map<String, Path> counting = new HashMap<>();
        files.forEach((file, id) -> counting.putIfAbsent(id.toString(), file));
        for (Path gone :
                seen.keySet().stream().filter(file -> !files.containsKey(file)).toList()) {
            Seen before = seen.remove(gone);
            noProblem(gone);
            // also one that changed a moment ago: what it was before is in force
            if (!counting.containsKey(before.id.toString())) {
                remove(admin, gone, before.id);
            }
        }
        files.forEach((file, id) -> {
            Path counts = counting.get(id.toString());
            if (counts.equals(file)) {
                look(admin, file, id, first);
            } else {
                seen.put(file, new Seen(id, null, Map.of(), false));
                problem(file, "it is ignored, because " + counts.getFileName() + " is for the same configuration");
            }
        });
    }

    private void look(ConfigurationAdmin admin, Path file, ConfFile.Id id, boolean first) {
        FileFingerprint fingerprint = FileFingerprint.of(file);
        Seen before = seen.get(file);
        boolean known = before != null && fingerprint.equals(before.fingerprint);
        if (known && before.taken) {
            Map<Path, FileFingerprint> referred = prints(before.referred.keySet());
            if (!referred.equals(before.referred)) {
                LOG.info("{}: a file that it refers to has changed", file);
                take(admin, file, id, fingerprint);
            }
        } else if (known || first) {
            take(admin, file, id, fingerprint);
        } else {
            seen.put(file, new Seen(id, fingerprint, Map.of(), false));
        }
    }

    private static Map<Path, FileFingerprint> prints(Set<Path> files) {
        Map<Path, FileFingerprint> prints = new HashMap<>();
        files.forEach(file -> prints.put(file, FileFingerprint.of(file)));
        return prints;
    }

    /** The files that a configuration refers to: secrets, and key stores. */
    private Set<Path> referred(Map<String, Object> properties) {
        Set<Path> files = new HashSet<>();
        properties.forEach((key, value) -> {
            if (value instanceof String text) {
                for (Matcher secret = SECRET.matcher(text); secret.find(); ) {
                    files.add(secrets.resolve(secret.group(1).strip()));
                }
                if (STORE_KEY.matcher(key.toLowerCase(Locale.ROOT)).matches()) {
                    https.path(text).ifPresent(files::add);
                }
            }
        });
        return files;
    }

    private void take(ConfigurationAdmin admin, Path file, ConfFile.Id id, FileFingerprint fingerprint) {
        Map<Path, FileFingerprint> referred = Map.of();
        try {
            ConfFile read = ConfFile.read(file, context::getProperty);
            Map<String, Object> properties = new LinkedHashMap<>(read.properties());
            referred = prints(referred(properties));
            String note = note(file, id, read);
            Optional<String> refused = Https.PID.equals(id.toString()) ? https.check(properties) : Optional.empty();
            boolean stays = refused.isPresent() && isOffered(admin, id);
            if (refused.isPresent()) {
                properties.put(Https.ENABLE, "false");
                properties.put(Https.REFUSED, refused.get());
                note = refused.get() + (stays ? "; the previous one stays in force" : "; HTTPS is not offered");
            }
            if (!referred.isEmpty()) {
                properties.put(REFERRED, Integer.toHexString(referred.hashCode()));
            }
            if (again > 0 && Https.PID.equals(id.toString())) {
                properties.put(AGAIN, again);
            }
            if (!stays) {
                update(admin, file, id, properties);
            }
            if (Https.PID.equals(id.toString()) && !stays) {
                https.told(properties);
            }
            if (note.isEmpty()) {
                noProblem(file);
            } else {
                problem(file, note);
            }
        } catch (IOException e) {
            unreadable(
                    admin,
                    file,
                    id,
                    e.getMessage() == null || e.getClass() != IOException.class
                            ? e.getClass().getSimpleName()
                            : e.getMessage());
        } catch (IllegalArgumentException e) {
            problem(file, "Config Admin refuses it: " + e.getMessage());
        }
        seen.put(file, new Seen(id, fingerprint, referred, true));
    }

    /** Whether HTTPS is offered by a configuration that was found good since this start. */
    private boolean isOffered(ConfigurationAdmin admin, ConfFile.Id id) throws IOException {
        Dictionary<String, Object> properties = configuration(admin, id).getProperties();
        return https.isGood() && properties != null && properties.get(Https.REFUSED) == null;
    }

    private static String note(Path file, ConfFile.Id id, ConfFile read) {
        List<String> notes = new ArrayList<>();
        read.foreignLine()
                .ifPresent(line -> notes.add(
                        "line " + line + " is not UTF-8, as configuration files are; it is read as ISO-8859-1"));
        if (id.name().isPresent() && !file.getFileName().toString().contains("~")) {
            LOG.warn(
                    "{}: it is read as the configuration {}; its usual name is {}",
                    file,
                    id,
                    file.getFileName().toString().replaceFirst("-", "~"));
        }
        boolean secret = read.properties().entrySet().stream()
                .anyMatch(entry -> (id.pid().equals(KEYS) && entry.getKey().equals("key")
                                || PASSWORD.matcher(entry.getKey()).matches())
                        && entry.getValue() instanceof String value
                        && !value.contains("$["));
        if (secret && openToOthers(file)) {
            notes.add("it holds a secret and can be read by others; chmod 600 it");
        }
        return String.join("; ", notes);
    }

    private static boolean openToOthers(Path file) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            return permissions.contains(PosixFilePermission.GROUP_READ)
                    || permissions.contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** A file that is there counts as configured, whether it can be read or not. */
    private void unreadable(ConfigurationAdmin admin, Path file, ConfFile.Id id, String reason) {
        boolean key = id.pid().equals(KEYS);
        problem(
                file,
                "it cannot be read (" + reason + "); "
                        + (key ? "the key admits nobody" : "the previous configuration stays in force"));
        try {
            if (key) {
                update(admin, file, id, Map.of());
            }
        } catch (IOException e) {
            problem(file, "it cannot be read (" + reason + "), and the key cannot be taken away: " + e.getMessage());
        }
    }

    private void update(ConfigurationAdmin admin, Path file, ConfFile.Id id, Map<String, Object> properties)
            throws IOException {
        Dictionary<String, Object> next = new Hashtable<>(properties);
        next.remove("service.pid");
        next.remove("service.factoryPid");
        next.put(Defaults.FROM_FILE, source(file));
        removeOthers(admin, file, id);
        Configuration configuration = configuration(admin, id);
        if (!same(configuration.getProperties(), next)) {
            configuration.update(next);
        }
    }

    /** The form of FileInstall, which other hosts and earlier versions have. */
    private static String source(Path file) {
        return file.toFile().toURI().toString();
    }

    private static Configuration configuration(ConfigurationAdmin admin, ConfFile.Id id) throws IOException {
        return id.name().isPresent()
                ? admin.getFactoryConfiguration(id.pid(), id.name().get(), "?")
                : admin.getConfiguration(id.pid(), "?");
    }

    private static boolean same(Dictionary<String, Object> stored, Dictionary<String, Object> next) {
        if (stored == null) {
            return false;
        }
        Map<String, Object> before = new HashMap<>();
        for (String key : Collections.list(stored.keys())) {
            if (!key.equals("service.pid") && !key.equals("service.factoryPid")) {
                before.put(key, stored.get(key));
            }
        }
        return before.size() == next.size()
                && before.entrySet().stream()
                        .allMatch(entry -> Objects.deepEquals(entry.getValue(), next.get(entry.getKey())));
    }

    /** Configurations of this file under another name, which earlier versions gave it. */
    private static void removeOthers(ConfigurationAdmin admin, Path file, ConfFile.Id id) throws IOException {
        try {
            Configuration[] all = admin.listConfigurations(null);
            for (Configuration each : all == null ? new Configuration[0] : all) {
                Dictionary<String, Object> properties = each.getProperties();
                if (properties != null
                        && source(file).equals(properties.get(Defaults.FROM_FILE))
                        && !each.getPid().equals(id.toString())) {
                    each.delete();
                }
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private void remove(ConfigurationAdmin admin, Path file, ConfFile.Id id) {
        try {
            Configuration configuration = configuration(admin, id);
            Dictionary<String, Object> properties = configuration.getProperties();
            if (properties == null || source(file).equals(properties.get(Defaults.FROM_FILE))) {
                configuration.delete();
            }
            if (Https.PID.equals(id.toString())) {
                https.told(Map.of());
            }
        } catch (IOException e) {
            problem(file, "its configuration cannot be deleted: " + e.getMessage());
        }
    }

    /** Says what is wrong, once. */
    private void problem(Path file, String text) {
        String line = file + ": " + text;
        if (!line.equals(problems.put(file, line))) {
            LOG.warn("{}", line);
        }
    }

    private void noProblem(Path file) {
        problems.remove(file);
    }
}
