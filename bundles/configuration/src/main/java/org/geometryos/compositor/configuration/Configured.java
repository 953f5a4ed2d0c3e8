package org.geometryos.compositor.configuration;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.geometryos.compositor.io.files.OwnerOnly;
import org.geometryos.compositor.io.files.StateFolder;
import org.geometryos.compositor.io.files.WholeFile;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration of a component: checked against its Metatype description, and then by the component's own rules.
 * What breaks a rule is refused as a whole, with one line that names file, key, value and rule; the previous
 * configuration stays in force, across restarts, too: what was taken last is kept in the data folder. Where none ever
 * was, the defaults are in force, and that is said. A key that is not known does not count and is said, with the one
 * that may be meant. Refused and unknown things are in the health of the host.
 *
 * <p>Calls come from the component runtime, one at a time.
 *
 * @param <S> what the component makes of it
 */
public final class Configured<S> {
    private static final Logger LOG = LoggerFactory.getLogger(Configured.class);
    private static final String FOLDER = "configuration";
    private static final String PREVIOUS = "the previous configuration stays in force";
    private static final String NOTHING = "nothing is in force, because there is no previous configuration";
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._~-]+");

    private final BundleContext context;
    private final String pid;
    private final Function<Map<String, Object>, S> settings;
    private final Description description;
    private final WholeFile last;
    private final Path lastFolder;
    private final Problems problems;
    /** Whether it is one of several configurations, and its component reads the values itself. */
    private final boolean one;

    private Map<String, List<String>> kept;
    /** Whether what is in force came of no configuration. */
    private boolean defaults;
    /** Of one of several: whether one is in force. */
    private boolean inForce;
    /** What a name is reckoned from. */
    private final Map<String, Object> identity = new LinkedHashMap<>();

    private String standing;
    private String refusal = "";

    /**
     * @param context null in tests without a framework: nothing is kept then
     * @param type that describes the configuration
     * @param settings makes the component's own of it, and checks it; an {@link IllegalArgumentException} refuses
     */
    public static <C, S> Configured<S> of(BundleContext context, String pid, Class<C> type, Function<C, S> settings) {
        return ofMap(context, pid, type, values -> settings.apply(Description.typed(type, values)));
    }

    /**
     * The same for a component that takes a map: the values have the types that are described, several are lists, and
     * none is there that was not given.
     */
    public static <S> Configured<S> ofMap(
            BundleContext context, String pid, Class<?> type, Function<Map<String, Object>, S> settings) {
        return new Configured<>(context, pid, type, settings, false);
    }

    /**
     * One of several configurations of a factory, for a component that reads the values itself: they are as they were
     * given, with what {@link InstanceName} reckons a name from. It has no defaults. Secrets are not kept: with what
     * was taken last, those count that are given now.
     */
    public static <S> Configured<S> ofOne(
            BundleContext context, String pid, Class<?> type, Function<Map<String, Object>, S> settings) {
        return new Configured<>(context, pid, type, settings, true);
    }

    private Configured(
            BundleContext context, String pid, Class<?> type, Function<Map<String, Object>, S> settings, boolean one) {
        this.context = context;
        this.pid = pid;
        this.settings = settings;
        this.one = one;
        description = Description.of(type);
        lastFolder = context == null ? null : StateFolder.root(context).resolve(FOLDER);
        last = context == null ? null : new WholeFile(lastFolder.resolve(fileName(pid)));
        problems = new Problems(context, pid, description);
    }

    /**
     * Keys that were this configuration's, and are another's. They do not count here, and are said with their new
     * place. Comes before {@link #start}.
     *
     * @param to the other's PID
     */
    public Configured<S> moved(String to, String... keys) {
        description.moved(to, List.of(keys));
        return this;
    }

    /** What else is wrong, whatever the configuration is. Comes before {@link #start} and {@link #begin}. */
    public Configured<S> also(String problem) {
        standing = problem;
        return this;
    }

    /** When the component starts: what is given, or else what was taken last, or else the defaults. */
    public S start(Map<String, ?> properties) {
        try {
            return take(properties);
        } catch (IllegalArgumentException problem) {
            Optional<S> before = before(properties);
            refused(
                    properties,
                    problem,
                    before.isPresent()
                            ? PREVIOUS
                            : "the defaults are in force, because there is no previous configuration");
            defaults = before.isEmpty();
            return before.orElseGet(() -> settings.apply(Map.of()));
        }
    }

    /**
     * When a component of {@link #ofOne} starts: what is given, or else what was taken last. @return empty if neither
     * is
     */
    public Optional<S> begin(Map<String, ?> properties) {
        try {
            return Optional.of(take(properties));
        } catch (IllegalArgumentException problem) {
            Optional<S> before = before(properties);
            inForce = before.isPresent();
            refused(properties, problem, inForce ? PREVIOUS : NOTHING);
            return before;
        }
    }

    /** When the configuration has changed. @return empty if it is refused: what is in force stays */
    public Optional<S> change(Map<String, ?> properties) {
        try {
            return Optional.of(take(properties));
        } catch (IllegalArgumentException problem) {
            refused(
                    properties,
                    problem,
                    one && !inForce ? NOTHING : defaults ? "the defaults stay in force" : PREVIOUS);
            return Optional.empty();
        }
    }

    /** Why what was given last was refused; empty if it was not. */
    public String refusal() {
        return refusal;
    }

    /** When the component ends. */
    public void close() {
        problems.close();
    }

    /**
     * When a component of {@link #ofOne} ends.
     *
     * @param deleted whether its configuration was deleted: the next one of this name has no previous one
     */
    public void close(boolean deleted) {
        if (deleted && last != null) {
            last.delete();
        }
        close();
    }

    private S take(Map<String, ?> properties) {
        Map<String, Object> known = description.known(properties);
        identify(properties);
        S taken = settings(known);
        refusal = "";
        tell(properties, List.of());
        defaults = known.isEmpty();
        inForce = true;
        keep(known);
        return taken;
    }

    private S settings(Map<String, Object> known) {
        Map<String, Object> values = one ? identified(known) : description.convert(known, this::isPlaceholder);
        try {
            return settings.apply(values);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(masked(String.valueOf(e.getMessage()), known), e);
        }
    }

    private void identify(Map<String, ?> properties) {
        for (String key : List.of(Constants.SERVICE_PID, Problems.FILE)) {
            Object value = properties.get(key);
            if (value == null) {
                identity.remove(key);
            } else {
                identity.put(key, value);
            }
        }
    }

    private Map<String, Object> identified(Map<String, Object> known) {
        Map<String, Object> values = new LinkedHashMap<>(known);
        values.putAll(identity);
        return values;
    }

    /** A message without what placeholders stand for. */
    private String masked(String message, Map<String, Object> known) {
        String masked = message;
        for (Map.Entry<String, Object> entry : known.entrySet()) {
            if (isPlaceholder(entry.getKey())) {
                for (String text : Description.texts(entry.getValue())) {
                    masked = text.isBlank() ? masked : masked.replace(text.strip(), "\u2026");
                }
            }
        }
        return masked;
    }

    private void refused(Map<String, ?> properties, IllegalArgumentException problem, String instead) {
        refusal = problem.getMessage();
        tell(properties, List.of(Problems.line(pid, properties, refusal + "; " + instead)));
    }

    private void tell(Map<String, ?> properties, List<String> wrong) {
        List<String> lines = new ArrayList<>();
        if (standing != null) {
            lines.add(Problems.line(pid, properties, standing));
        }
        lines.addAll(wrong);
        lines.addAll(problems.oddities(pid, properties));
        problems.now(lines);
    }

    // what was taken last

    /** Names of several may be anything. */
    private static String fileName(String pid) {
        String name = PLAIN.matcher(pid).matches()
                ? pid
                : URLEncoder.encode(pid, StandardCharsets.UTF_8).replace("*", "%2A");
        return name + ".accepted";
    }

    private boolean isKept(String key) {
        return !one || !description.isSecret(key);
    }

    private void keep(Map<String, Object> known) {
        Map<String, List<String>> texts = new TreeMap<>();
        known.forEach((key, value) -> {
            if (isKept(key)) {
                texts.put(key, Description.texts(value));
            }
        });
        if (last == null || texts.equals(kept)) {
            return;
        }
        Properties lines = new Properties();
        texts.forEach((key, values) -> {
            for (int i = 0; i < values.size(); i++) {
                lines.setProperty(key + " " + i, values.get(i));
            }
        });
        StringWriter text = new StringWriter();
        try {
            if (read().isPresent() && texts.equals(kept)) {
                return;
            }
            OwnerOnly.createDirectories(lastFolder);
            lines.store(text, null);
        } catch (IOException e) {
            LOG.debug("{} cannot be kept", pid, e);
        }
        if (last.save(text.toString().getBytes(StandardCharsets.UTF_8))) {
            kept = texts;
        }
    }

    /** What was taken last, with the secrets of now. */
    private Optional<S> before(Map<String, ?> properties) {
        Optional<Map<String, Object>> lines = read();
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Object> known = description.known(lines.get());
        description.known(properties).forEach((key, value) -> {
            if (!isKept(key)) {
                known.put(key, value);
            }
        });
        identify(properties);
        try {
            return Optional.of(settings(known));
        } catch (IllegalArgumentException e) {
            LOG.error("{}: the previous configuration is not valid any more: {}", pid, e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<Map<String, Object>> read() {
        if (last == null) {
            return Optional.empty();
        }
        List<Map<String, Object>> found = new ArrayList<>();
        last.read(content -> {
            Properties lines = new Properties();
            lines.load(new StringReader(new String(content, StandardCharsets.UTF_8)));
            Map<String, TreeMap<Integer, String>> values = new TreeMap<>();
            for (String name : lines.stringPropertyNames()) {
                int blank = name.lastIndexOf(' ');
                values.computeIfAbsent(name.substring(0, blank), key -> new TreeMap<>())
                        .put(Integer.parseInt(name.substring(blank + 1)), lines.getProperty(name));
            }
            Map<String, List<String>> texts = new TreeMap<>();
            values.forEach((key, each) -> texts.put(key, List.copyOf(each.values())));
            found.add(new LinkedHashMap<>(texts));
            kept = texts;
        });
        return found.stream().findFirst();
    }

    // placeholders

    /**
     * Whether a value stands for a placeholder in what was configured, and may be a secret. Config Admin's own classes
     * are not needed for it.
     */
    private boolean isPlaceholder(String key) {
        try {
            ServiceReference<?> reference =
                    context == null ? null : context.getServiceReference("org.osgi.service.cm.ConfigurationAdmin");
            Object admin = reference == null ? null : context.getService(reference);
            if (admin == null) {
                return false;
            }
            try {
                Object found = call(
                        admin,
                        "org.osgi.service.cm.ConfigurationAdmin",
                        "listConfigurations",
                        "(service.pid=" + pid + ")");
                Object raw = found == null
                        ? null
                        : call(((Object[]) found)[0], "org.osgi.service.cm.Configuration", "getProperties");
                return raw instanceof Dictionary<?, ?> properties
                        && properties.get(key) != null
                        && Description.texts(properties.get(key)).stream().anyMatch(text -> text.contains("$["));
            } finally {
                context.ungetService(reference);
            }
        } catch (ReflectiveOperationException | RuntimeException e) {
            // it may be one
            return true;
        }
    }

    private static Object call(Object target, String type, String name, Object... arguments)
            throws ReflectiveOperationException {
        for (Class<?> each : Objects.requireNonNull(target).getClass().getInterfaces()) {
            if (each.getName().equals(type)) {
                Method method = Arrays.stream(each.getMethods())
                        .filter(m -> m.getName().equals(name) && m.getParameterCount() == arguments.length)
                        .findFirst()
                        .orElseThrow();
                try {
                    return method.invoke(target, arguments);
                } catch (InvocationTargetException e) {
                    throw new IllegalStateException(e.getCause());
                }
            }
        }
        throw new NoSuchMethodException(name);
    }
}
