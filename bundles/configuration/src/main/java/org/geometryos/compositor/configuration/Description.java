package org.geometryos.compositor.configuration;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * What Metatype says of the configurations of one type: its keys, and what each may be. The build writes it from the
 * type's annotations.
 */
final class Description {
    private static final char MARK = '\uFEFF';
    /** The same mark, read as ISO-8859-1. */
    private static final String MARK_AS_LATIN = "\u00EF\u00BB\u00BF";
    /**
     * What a configuration holds that nobody configured: the runtime, FileInstall, Karaf and the Configurator add it.
     */
    private static final List<String> NOT_CONFIGURED = List.of(
            "service.",
            "component.",
            "felix.",
            "osgi.",
            ".",
            "objectClass",
            "config.",
            "org.apache.karaf.features.",
            ":configurator:");

    /** What the component runtime knows of a component's references. */
    private static final List<String> OF_REFERENCES = List.of(".target", ".cardinality.minimum");

    private final Map<String, Attribute> attributes = new LinkedHashMap<>();
    /** The keys that belong to another configuration, and to which. */
    private final Map<String, String> moved = new LinkedHashMap<>();

    /** Of so many characters is the shortest key of the endpoint. */
    private static final int LONG = 16;

    /**
     * One key.
     *
     * @param leftOut whether it may be, and nothing stands in its place; a form writes such a one as an empty text
     */
    private record Attribute(
            String id,
            String type,
            boolean several,
            boolean secret,
            Optional<BigDecimal> min,
            Optional<BigDecimal> max,
            Set<String> options,
            boolean leftOut) {

        boolean whole() {
            return Set.of("Integer", "Long", "Short", "Byte").contains(type);
        }

        /** @throws IllegalArgumentException with the rule, but not the key nor the value */
        Object convert(String text) {
            if (whole() || type.equals("Double") || type.equals("Float")) {
                return number(text);
            }
            if (type.equals("Boolean")) {
                if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
                    throw new IllegalArgumentException("must be true or false");
                }
                return Boolean.valueOf(text);
            }
            if (!options.isEmpty() && !options.contains(text)) {
                throw new IllegalArgumentException("must be one of " + String.join(", ", options));
            }
            return text;
        }

        private Object number(String text) {
            String rule = "must be " + (whole() ? "a whole number" : "a number") + range();
            BigDecimal number;
            try {
                number = whole() ? new BigDecimal(new BigInteger(text)) : new BigDecimal(text);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(rule);
            }
            if (min.isPresent() && number.compareTo(min.get()) < 0
                    || max.isPresent() && number.compareTo(max.get()) > 0) {
                throw new IllegalArgumentException(rule);
            }
            try {
                return switch (type) {
                    case "Integer" -> number.intValueExact();
                    case "Long" -> number.longValueExact();
                    case "Short" -> number.shortValueExact();
                    case "Byte" -> number.byteValueExact();
                    case "Float" -> number.floatValue();
                    default -> number.doubleValue();
                };
            } catch (ArithmeticException e) {
                throw new IllegalArgumentException(rule);
            }
        }

        private String range() {
            return min.isPresent() && max.isPresent()
                    ? " from " + min.get().toPlainString() + " to " + max.get().toPlainString()
                    : min.map(least -> " of at least " + least.toPlainString())
                            .or(() -> max.map(most -> " of at most " + most.toPlainString()))
                            .orElse("");
        }
    }

    /** @param type whose Metatype resource the build has put beside it */
    static Description of(Class<?> type) {
        String resource = "/OSGI-INF/metatype/" + type.getName() + ".xml";
        try (InputStream in = type.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is missing");
            }
            return of(in, resource);
        } catch (IOException e) {
            throw new IllegalStateException(resource + " cannot be read", e);
        }
    }

    /** @param resource the name of what is read */
    static Description of(InputStream in, String resource) {
        Description description = new Description();
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            NodeList nodes = factory.newDocumentBuilder().parse(in).getElementsByTagName("AD");
            for (int i = 0; i < nodes.getLength(); i++) {
                Attribute attribute = attribute((Element) nodes.item(i));
                description.attributes.put(attribute.id, attribute);
            }
        } catch (IOException | SAXException | ParserConfigurationException e) {
            throw new IllegalStateException(resource + " cannot be read", e);
        }
        return description;
    }

    /** @param to the PID of the configuration that has the keys */
    void moved(String to, List<String> keys) {
        keys.forEach(key -> moved.put(key, to));
    }

    private static Attribute attribute(Element node) {
        Set<String> options = new LinkedHashSet<>();
        NodeList values = node.getElementsByTagName("Option");
        for (int i = 0; i < values.getLength(); i++) {
            String option = ((Element) values.item(i)).getAttribute("value");
            if (!option.isEmpty()) {
                options.add(option);
            }
        }
        String type = node.getAttribute("type");
        return new Attribute(
                node.getAttribute("id"),
                type,
                !Set.of("", "0", "1").contains(node.getAttribute("cardinality")),
                type.equals("Password"),
                limit(node, "min"),
                limit(node, "max"),
                options,
                node.getAttribute("required").equals("false") && !node.hasAttribute("default"));
    }

    private static Optional<BigDecimal> limit(Element node, String name) {
        try {
            return Optional.of(new BigDecimal(node.getAttribute(name)));
        } catch (NumberFormatException none) {
            return Optional.empty();
        }
    }

    /** What is known of a configuration, with keys as they are meant. */
    Map<String, Object> known(Map<String, ?> properties) {
        Map<String, Object> known = new LinkedHashMap<>();
        properties.forEach((key, value) -> {
            Attribute attribute = attributes.get(unmarked(key));
            boolean empty = value == null
                    || attribute != null && attribute.leftOut && value instanceof String text && text.isBlank();
            if (attribute != null && !empty) {
                known.put(unmarked(key), value);
            }
        });
        return known;
    }

    boolean has(String key) {
        return attributes.containsKey(key);
    }

    boolean isSecret(String key) {
        return attributes.containsKey(key) && attributes.get(key).secret;
    }

    private static String unmarked(String key) {
        return key.indexOf(MARK) == 0
                ? key.substring(1)
                : key.startsWith(MARK_AS_LATIN) ? key.substring(MARK_AS_LATIN.length()) : key;
    }

    /** A sentence for each key that is not known, or begins with the mark of a file's encoding. */
    List<String> oddities(Map<String, ?> properties) {
        List<String> lines = new ArrayList<>();
        for (String key : properties.keySet()) {
            String meant = unmarked(key);
            if (!meant.equals(key)) {
                lines.add(meant
                        + " follows a byte order mark, which the host reads as a part of the key; save the "
                        + "file without the mark");
            }
            if (moved.containsKey(meant)) {
                lines.add(meant + " is a key of " + moved.get(meant) + " now, and is ignored here");
            } else if (!attributes.containsKey(meant)
                    && NOT_CONFIGURED.stream().noneMatch(meant::startsWith)
                    && OF_REFERENCES.stream().noneMatch(meant::endsWith)) {
                lines.add(shown(meant) + " is not known and is ignored" + instead(meant));
            }
        }
        return lines;
    }

    /** Where secrets are expected, a long name may be one that stands in the wrong place. */
    private String shown(String name) {
        return name.length() >= LONG && attributes.values().stream().anyMatch(Attribute::secret)
                ? "a key of " + name.length() + " characters"
                : name;
    }

    /** What is wrong with a key that is not known. */
    String unknown(String key) {
        return shown(key) + " is not known" + instead(key);
    }

    private String instead(String key) {
        return nearest(key).map(near -> "; " + near + " is").orElse("");
    }

    private Optional<String> nearest(String key) {
        String nearest = null;
        int best = Math.max(2, key.length() / 3) + 1;
        for (String id : attributes.keySet()) {
            int distance = distance(key.toLowerCase(Locale.ROOT), id.toLowerCase(Locale.ROOT));
            if (distance < best) {
                best = distance;
                nearest = id;
            }
        }
        return Optional.ofNullable(nearest);
    }

    /** How many letters have to be added, taken away, exchanged with another or swapped with their neighbour. */
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }

    /**
     * The values as their types have them.
     *
     * @param known as {@link #known} gives it
     * @param secret whether the value of a key must not be shown
     * @throws IllegalArgumentException that names key, value and rule
     */
    Map<String, Object> convert(Map<String, Object> known, Predicate<String> secret) {
        Map<String, Object> converted = new LinkedHashMap<>();
        known.forEach((key, value) -> {
            Attribute attribute = attributes.get(key);
            List<String> texts = texts(value);
            if (!attribute.several && texts.size() != 1) {
                throw new IllegalArgumentException(key + " must be one value, not " + texts.size());
            }
            List<Object> values = new ArrayList<>();
            for (String text : texts) {
                try {
                    values.add(attribute.convert(
                            attribute.type.equals("String") && attribute.options.isEmpty() ? text : text.strip()));
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException(
                            key + " " + e.getMessage() + ", not "
                                    + (attribute.secret || secret.test(key)
                                            ? "what it is"
                                            : "\"" + shortened(text) + "\""),
                            e);
                }
            }
            converted.put(key, attribute.several ? values : values.get(0));
        });
        return converted;
    }

    private static String shortened(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "\u2026";
    }

    /** The values of a property, each as text. */
    static List<String> texts(Object value) {
        List<String> texts = new ArrayList<>();
        if (value instanceof Collection<?> all) {
            all.forEach(each -> texts.add(String.valueOf(each)));
        } else if (value.getClass().isArray()) {
            for (int i = 0; i < Array.getLength(value); i++) {
                texts.add(String.valueOf(Array.get(value, i)));
            }
        } else {
            texts.add(String.valueOf(value));
        }
        return texts;
    }

    /** A configuration of a type, in which each key that is not given has its default. */
    static <C> C typed(Class<C> type, Map<String, Object> converted) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> switch (method.getName()) {
                    case "toString" -> type.getSimpleName() + converted.keySet();
                    case "hashCode" -> System.identityHashCode(self);
                    case "equals" -> self == arguments[0];
                    case "annotationType" -> type;
                    default -> value(method, converted.get(id(method.getName())));
                }));
    }

    private static Object value(Method method, Object converted) {
        if (converted == null) {
            return method.getDefaultValue();
        }
        Class<?> type = method.getReturnType();
        if (type.isArray()) {
            List<?> values = converted instanceof List<?> list ? list : List.of(converted);
            Object array = Array.newInstance(type.getComponentType(), values.size());
            for (int i = 0; i < values.size(); i++) {
                Array.set(array, i, values.get(i));
            }
            return array;
        }
        return type == String.class ? String.valueOf(converted) : converted;
    }

    /** The key that a method stands for (OSGi Compendium, 112.8.2.1). */
    private static String id(String method) {
        return method.replace("$_$", "-")
                .replace("$$", "\0")
                .replace("$", "")
                .replace("__", "\1")
                .replace('_', '.')
                .replace('\1', '_')
                .replace('\0', '$');
    }
}
