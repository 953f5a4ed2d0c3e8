package org.geometryos.compositor.operate;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.io.http.api.ApiException;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configurations of the bridge, with what Metatype says of them, and their change. Secrets are not told. Any
 * thread; one change at a time.
 */
final class ConfigurationResource implements Resource {
    /** Stands for a value that is not told; where it comes back, the value stays as it is. */
    static final String HIDDEN = "\u2022\u2022\u2022";

    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationResource.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final String PLACEHOLDER = "$[";
    private static final int MOST = 1_000;
    private static final int KEY = 128;
    /** What the host adds by itself. */
    private static final List<String> NOT_CONFIGURED =
            List.of("service.", "component.", "felix.", "osgi.", ".", "config.", "org.apache.karaf.", ":configurator:");

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    /** In this time a component has taken a configuration up, or refused it, when nothing else is to do. */
    private static final long TAKEN_NANOS = TimeUnit.MILLISECONDS.toNanos(600);

    private final BundleContext context;
    private final Configurations configurations;

    ConfigurationResource(BundleContext context, Configurations configurations) {
        this.context = context;
        this.configurations = configurations;
    }

    // ---- what is to see

    @Override
    public Map<String, Object> get(Map<String, String> query) throws ApiException {
        Map<String, Configuration> found = new TreeMap<>();
        configurations.find(null).forEach(each -> found.put(each.getPid(), each));
        List<String> problems = problems();
        List<Map<String, Object>> all = new ArrayList<>();
        List<Map<String, Object>> factories = new ArrayList<>();
        for (ConfigurationType type : ConfigurationType.all(context).values()) {
            if (!type.factory()) {
                all.add(tell(type, type.pid(), Optional.ofNullable(found.get(type.pid())), problems));
                continue;
            }
            Map<String, Object> factory = new LinkedHashMap<>();
            factory.put("factoryPid", type.pid());
            factory.put("name", type.name());
            factory.put("description", type.description());
            factory.put("attributes", type.attributes());
            factories.add(factory);
            found.forEach((pid, configuration) -> {
                if (type.pid().equals(factoryPid(configuration)) && all.size() < MOST) {
                    all.add(tell(type, pid, Optional.of(configuration), problems));
                }
            });
        }
        Set<Object> told = all.stream().map(each -> each.get("pid")).collect(Collectors.toSet());
        found.forEach((pid, configuration) -> {
            if (!told.contains(pid) && all.size() < MOST) {
                problem(pid, problems)
                        .ifPresent(problem -> all.add(
                                tell(ConfigurationType.unknown(pid), pid, Optional.of(configuration), problems)));
            }
        });
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("configurations", all);
        answer.put("factories", factories);
        return answer;
    }

    private static String factoryPid(Configuration configuration) {
        try {
            return configuration.getFactoryPid();
        } catch (IllegalStateException e) {
            // it was deleted meanwhile
            return null;
        }
    }

    private Map<String, Object> tell(
            ConfigurationType type, String pid, Optional<Configuration> configuration, List<String> problems) {
        Map<String, Object> properties =
                configuration.map(Configurations::properties).orElse(Map.of());
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("pid", pid);
        if (type.factory()) {
            map.put("factoryPid", type.pid());
        }
        if (properties.get(Configurations.FILE) instanceof String file) {
            map.put("file", file);
        }
        map.put("name", type.name());
        map.put("description", type.description());
        map.put("revision", configuration.map(ConfigurationResource::revision).orElse(0L));
        map.put("lasts", configurations.lasts(properties));
        map.put("properties", shown(type, properties));
        map.put("attributes", type.attributes());
        problem(pid, problems).ifPresent(problem -> map.put("problem", problem));
        return map;
    }

    private static long revision(Configuration configuration) {
        try {
            return configuration.getChangeCount();
        } catch (IllegalStateException e) {
            // it was deleted meanwhile
            return 0;
        }
    }

    private static Map<String, Object> shown(ConfigurationType type, Map<String, Object> properties) {
        Map<String, Object> shown = new TreeMap<>();
        properties.forEach((key, value) -> {
            if (NOT_CONFIGURED.stream().noneMatch(key::startsWith)) {
                // what nobody knows may be a secret in the wrong place
                boolean open = type.has(key) && !type.secrets().contains(key);
                shown.put(key, open ? plain(value) : HIDDEN);
            }
        });
        return shown;
    }

    private static Object plain(Object value) {
        if (!value.getClass().isArray()) {
            return value;
        }
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < Array.getLength(value); i++) {
            list.add(Array.get(value, i));
        }
        return list;
    }

    /** What the parts say of their configurations: lines that begin with the PID. */
    private List<String> problems() {
        return Health.all(context).stream()
                .filter(part -> part.part().startsWith("configuration of "))
                .flatMap(part -> part.problems().stream())
                .map(Health.Problem::text)
                .toList();
    }

    private static Optional<String> problem(String pid, List<String> problems) {
        return problems.stream()
                .filter(line -> line.startsWith(pid + ":") || line.startsWith(pid + " ("))
                .findFirst();
    }

    // ---- what is to do

    @Override
    public boolean writable() {
        return true;
    }

    @Override
    public synchronized Map<String, Object> post(Map<String, Object> body) throws ApiException {
        String pid = Body.text(body, "pid");
        if (!(body.get("properties") instanceof Map<?, ?> given)) {
            throw ApiException.invalid("properties", "properties must be an object");
        }
        boolean check = body.get("check") != null && Body.truth(body, "check");
        ConfigurationType type = type(pid);
        Optional<Configuration> configuration = configurations.ofPid(pid);
        if (body.get("revision") != null
                && !body.get("revision")
                        .equals(configuration
                                .map(ConfigurationResource::revision)
                                .orElse(0L))) {
            throw ApiException.conflict(
                    pid + " was changed since revision " + body.get("revision") + "; read it again");
        }
        Map<String, Object> before =
                configuration.map(Configurations::properties).orElseGet(TreeMap::new);
        Map<String, Object> next = merged(type, before, given);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("pid", pid);
        if (!check) {
            boolean changed = configuration.isEmpty() || !same(before, next);
            if (changed) {
                change(pid, configuration, next, keys(given)).ifPresent(problem -> answer.put("problem", problem));
            }
            answer.put("changed", changed);
            answer.put(
                    "revision",
                    configurations
                            .ofPid(pid)
                            .map(ConfigurationResource::revision)
                            .orElse(0L));
        }
        answer.put("lasts", configurations.lasts(next));
        return answer;
    }

    private static TreeSet<String> keys(Map<?, ?> given) {
        TreeSet<String> keys = new TreeSet<>();
        given.keySet().forEach(key -> keys.add(String.valueOf(key)));
        return keys;
    }

    /** @return why its component refuses it, if it says so */
    private Optional<String> change(
            String pid, Optional<Configuration> configuration, Map<String, Object> next, TreeSet<String> keys)
            throws ApiException {
        configurations.update(configuration.isPresent() ? configuration.get() : configurations.make(pid), next);
        LOG.info("configuration {} was changed on request of an operator: {}", pid, String.join(", ", keys));
        long end = System.nanoTime() + TAKEN_NANOS;
        Optional<String> problem = Optional.empty();
        while (problem.isEmpty() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(LOOK_NANOS);
            problem = problem(pid, problems());
        }
        return problem;
    }

    /** The type of a configuration that is there, or that may be made. */
    private ConfigurationType type(String pid) throws ApiException {
        Map<String, ConfigurationType> types = ConfigurationType.all(context);
        ConfigurationType type = types.get(pid);
        if (type != null && !type.factory()) {
            return type;
        }
        Optional<Configuration> there = configurations.ofPid(pid);
        ConfigurationType factory = there.map(ConfigurationResource::factoryPid)
                .map(types::get)
                .orElseGet(() -> pid.contains("~") ? types.get(pid.substring(0, pid.indexOf('~'))) : null);
        if (factory == null || !factory.factory()) {
            throw ApiException.notFound("pid", "no bundle of the bridge describes a configuration " + Body.shown(pid));
        }
        if (there.isEmpty()
                && !NAME.matcher(pid.substring(pid.indexOf('~') + 1)).matches()) {
            throw ApiException.invalid(
                    "pid", "what follows ~ must have 1 to 64 characters of A-Z a-z 0-9 . _ -, not " + Body.shown(pid));
        }
        return factory;
    }

    /** What is there, with what is given in its place; null takes a key away. */
    private static Map<String, Object> merged(ConfigurationType type, Map<String, Object> before, Map<?, ?> given)
            throws ApiException {
        Map<String, Object> wanted = new TreeMap<>();
        before.forEach((key, value) -> {
            if (type.has(key)) {
                wanted.put(key, value);
            }
        });
        TreeMap<String, Object> changed = new TreeMap<>();
        for (Map.Entry<?, ?> each : given.entrySet()) {
            String key = String.valueOf(each.getKey());
            Object value = each.getValue();
            name(key);
            if (value == null) {
                wanted.remove(key);
                changed.put(key, null);
            } else if (!isHidden(value)) {
                simple(key, value);
                placeholders(key, value, before.get(key));
                wanted.put(key, value);
                changed.put(key, value);
            }
        }
        Map<String, Object> checked;
        try {
            checked = type.check().check(wanted);
        } catch (IllegalArgumentException e) {
            String field = e.getMessage().split(" ", 2)[0];
            throw ApiException.invalid(type.has(field) || given.containsKey(field) ? field : null, e.getMessage());
        }
        Map<String, Object> next = new TreeMap<>(before);
        changed.forEach((key, value) -> {
            if (value == null) {
                next.remove(key);
            } else {
                next.put(key, stored(checked.get(key)));
            }
        });
        return next;
    }

    /** Only a secret is shown so, and nobody has one that looks so. */
    private static boolean isHidden(Object value) {
        return HIDDEN.equals(value)
                || value instanceof Collection<?> all
                        && !all.isEmpty()
                        && all.stream().allMatch(HIDDEN::equals);
    }

    private static void name(String key) throws ApiException {
        if (key.isEmpty() || key.length() > KEY) {
            throw ApiException.invalid("properties", "a key must have 1 to " + KEY + " characters");
        }
        if (NOT_CONFIGURED.stream().anyMatch(key::startsWith)) {
            throw ApiException.invalid(key, key + " is set by the host alone");
        }
    }

    private static void simple(String key, Object value) throws ApiException {
        Collection<?> values = value instanceof Collection<?> all ? all : List.of(value);
        if (values.size() > MOST) {
            throw ApiException.invalid(key, key + " must have at most " + MOST + " values, not " + values.size());
        }
        for (Object each : values) {
            if (!(each instanceof String || each instanceof Number || each instanceof Boolean)) {
                throw ApiException.invalid(key, key + " must be text, a number, true or false, or a list of them");
            }
        }
    }

    /** Who sets a placeholder reads what it stands for: that is for whoever owns the files. */
    private static void placeholders(String key, Object value, Object before) throws ApiException {
        Collection<?> values = value instanceof Collection<?> all ? all : List.of(value);
        for (Object each : values) {
            if (String.valueOf(each).contains(PLACEHOLDER) && !value.equals(before == null ? null : plain(before))) {
                throw ApiException.invalid(
                        key, key + " must not contain " + PLACEHOLDER + "; placeholders are set in files alone");
            }
        }
    }

    /** As Config Admin keeps it. */
    private static Object stored(Object value) {
        if (!(value instanceof List<?> list)) {
            return value;
        }
        Class<?> type = list.isEmpty() ? String.class : list.get(0).getClass();
        return list.toArray((Object[]) Array.newInstance(type, 0));
    }

    private static boolean same(Map<String, Object> a, Map<String, Object> b) {
        return a.keySet().equals(b.keySet())
                && a.entrySet().stream().allMatch(each -> Objects.deepEquals(each.getValue(), b.get(each.getKey())));
    }
}
