package org.geometryos.compositor.operate;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.geometryos.compositor.configuration.ConfigurationCheck;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * What Metatype says of the configurations with a PID, as the bundles of the bridge bring it.
 *
 * @param pid or that of a factory
 * @param attributes as they are told
 * @param secrets the keys whose values are not told
 * @param check of values
 */
record ConfigurationType(
        String pid,
        boolean factory,
        String name,
        String description,
        List<Map<String, Object>> attributes,
        Set<String> secrets,
        ConfigurationCheck check) {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigurationType.class);
    private static final String FOLDER = "OSGI-INF/metatype/";
    private static final Pattern SECRET = Pattern.compile("(?i).*(password|secret|sha256|token).*");
    private static final int MOST_BYTES = 1 << 20;

    /** Those of all bundles of the bridge, by PID. */
    static Map<String, ConfigurationType> all(BundleContext context) {
        Map<String, ConfigurationType> types = new TreeMap<>();
        for (Bundle bundle : context.getBundles()) {
            String name = bundle.getSymbolicName();
            if (name == null || !name.startsWith(BundlesResource.PREFIX)) {
                continue;
            }
            try {
                Enumeration<String> paths = bundle.getEntryPaths(FOLDER);
                for (String path : paths == null ? List.<String>of() : Collections.list(paths)) {
                    URL entry = path.endsWith(".xml") ? bundle.getEntry(path) : null;
                    if (entry != null) {
                        read(entry, types);
                    }
                }
            } catch (IOException | SAXException | ParserConfigurationException | IllegalStateException e) {
                // it is being replaced, or is not ours after all
                LOG.debug("the configurations of {} are not described", name, e);
            }
        }
        return types;
    }

    /** Of a configuration that no bundle describes: it is told, and none of its values. */
    static ConfigurationType unknown(String pid) {
        return new ConfigurationType(pid, false, pid, "No bundle knows this configuration.", List.of(), Set.of(), null);
    }

    private static void read(URL entry, Map<String, ConfigurationType> types)
            throws IOException, SAXException, ParserConfigurationException {
        byte[] content;
        try (InputStream in = entry.openStream()) {
            content = in.readNBytes(MOST_BYTES);
        }
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        Document document = factory.newDocumentBuilder().parse(new ByteArrayInputStream(content));
        List<Element> designates = elements(document.getElementsByTagName("Designate"));
        List<Element> classes = elements(document.getElementsByTagName("OCD"));
        if (classes.size() != 1) {
            return;
        }
        ConfigurationCheck check = ConfigurationCheck.of(new ByteArrayInputStream(content), entry.getPath());
        Element type = classes.get(0);
        List<Element> attributes = elements(type.getElementsByTagName("AD"));
        for (Element each : designates) {
            boolean several = each.hasAttribute("factoryPid");
            String pid = each.getAttribute(several ? "factoryPid" : "pid");
            // of others it is not for us to change anything
            if (pid.startsWith(BundlesResource.PREFIX)) {
                types.put(
                        pid,
                        new ConfigurationType(
                                pid,
                                several,
                                type.getAttribute("name"),
                                type.getAttribute("description"),
                                attributes.stream()
                                        .map(ConfigurationType::attribute)
                                        .toList(),
                                attributes.stream()
                                        .filter(ConfigurationType::isSecret)
                                        .map(attribute -> attribute.getAttribute("id"))
                                        .collect(Collectors.toUnmodifiableSet()),
                                check));
            }
        }
    }

    private static boolean isSecret(Element attribute) {
        return attribute.getAttribute("type").equals("Password")
                || SECRET.matcher(attribute.getAttribute("id")).matches();
    }

    private static List<Element> elements(NodeList nodes) {
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    private static Map<String, Object> attribute(Element node) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", node.getAttribute("id"));
        map.put("name", node.getAttribute("name"));
        map.put("description", node.getAttribute("description"));
        map.put("type", node.getAttribute("type"));
        String cardinality = node.getAttribute("cardinality");
        map.put("cardinality", cardinality.isEmpty() ? 0 : Long.parseLong(cardinality));
        map.put("required", !node.getAttribute("required").equals("false"));
        if (node.hasAttribute("default")) {
            map.put("default", node.getAttribute("default"));
        }
        for (String limit : List.of("min", "max")) {
            if (node.hasAttribute(limit)) {
                map.put(limit, node.getAttribute(limit));
            }
        }
        List<Map<String, String>> options = elements(node.getElementsByTagName("Option")).stream()
                // the page has a choice for what is not set
                .filter(option -> !option.getAttribute("value").isEmpty())
                .map(option -> Map.of("value", option.getAttribute("value"), "label", option.getAttribute("label")))
                .toList();
        if (!options.isEmpty()) {
            map.put("options", options);
        }
        return map;
    }

    /** Whether there is a key of this name. */
    boolean has(String key) {
        return attributes.stream().anyMatch(each -> key.equals(each.get("id")));
    }
}
