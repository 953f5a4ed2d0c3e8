package org.geometryos.compositor.features;

import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Our features in the form that Apache Karaf reads: one for each feature file, one for the configurations of the demo,
 * and one for all.
 *
 * <p>Bundles of others are there only for what nobody in the container offers yet. What Karaf is made of itself is left
 * out, as a higher version of it would otherwise run beside Karaf's own.
 */
final class KarafFeatures {

    private static final String NAMESPACE = "http://karaf.apache.org/xmlns/features/v1.6.0";
    private static final String ALL = "compositor";
    private static final String DEMO = ALL + "-demo";
    private static final String CORE = "core";
    /** Of Karaf's levels up to 100: above those of Karaf's own features, below what its folder deploy/ begins with. */
    private static final int LEVEL = 40;

    private static final String HTTP = "org.apache.felix.http";
    /** Without the port, which an operator may have named as a property of the framework. */
    private static final List<String> HTTP_KEYS = List.of("org.apache.felix.http.", "org.apache.felix.jetty.");

    private final String group;
    private final String version;
    private final List<String> provided;
    private final Function<BundleId, String> location;
    private final Map<String, String> recordings;

    /**
     * @param group of our bundles
     * @param provided artifacts that Karaf has
     * @param location the URL of an artifact
     * @param recordings URLs of the recordings of the demo, by file name
     */
    KarafFeatures(
            String group,
            String version,
            List<String> provided,
            Function<BundleId, String> location,
            Map<String, String> recordings) {
        this.group = group;
        this.version = version;
        this.provided = List.copyOf(provided);
        this.location = location;
        this.recordings = new TreeMap<>(recordings);
    }

    /** Whether Karaf is to have this artifact from us. */
    boolean wants(BundleId id) {
        return !provided.contains(id.artifact());
    }

    String xml(List<FeatureFile> files) {
        StringWriter text = new StringWriter();
        text.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        try {
            XMLStreamWriter out = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            out.setDefaultNamespace(NAMESPACE);
            out.writeStartElement(NAMESPACE, "features");
            out.writeDefaultNamespace(NAMESPACE);
            out.writeAttribute("name", ALL + "-" + version);
            for (FeatureFile file : files) {
                feature(out, file);
            }
            demo(out, files);
            all(out, files);
            out.writeCharacters("\n");
            out.writeEndElement();
            out.writeCharacters("\n");
            out.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("cannot write features.xml: " + e.getMessage(), e);
        }
        return text.toString();
    }

    private void feature(XMLStreamWriter out, FeatureFile file) throws XMLStreamException {
        start(out, name(file), file.description());
        if (!file.shortName().equals(CORE)) {
            element(out, "feature", ALL + "-" + CORE);
        }
        Map<String, String> http = new TreeMap<>(file.launchingProperties());
        http.keySet().removeIf(key -> HTTP_KEYS.stream().noneMatch(key::startsWith));
        if (!http.isEmpty()) {
            config(out, HTTP, http);
        }
        for (FeatureFile.Entry entry : file.entries()) {
            if (wants(entry.id())) {
                bundle(out, entry);
            }
        }
        end(out);
    }

    private void bundle(XMLStreamWriter out, FeatureFile.Entry entry) throws XMLStreamException {
        out.writeCharacters("\n    ");
        out.writeStartElement("bundle");
        out.writeAttribute("start-level", String.valueOf(LEVEL + entry.startOrder()));
        if (!entry.id().group().equals(group)) {
            out.writeAttribute("dependency", "true");
        }
        out.writeCharacters(location.apply(entry.id()));
        out.writeEndElement();
    }

    private void demo(XMLStreamWriter out, List<FeatureFile> files) throws XMLStreamException {
        start(out, DEMO, "The cameras of the demo: recordings and the configurations that play them.");
        for (FeatureFile file : files) {
            if (!file.configurations().isEmpty()) {
                element(out, "feature", name(file));
            }
            for (Map.Entry<String, Map<String, String>> each :
                    file.configurations().entrySet()) {
                // FileInstall takes "-" for what separates factory and name
                config(out, each.getKey().replace('~', '-'), withoutTypes(each.getValue()));
            }
        }
        for (Map.Entry<String, String> recording : recordings.entrySet()) {
            out.writeCharacters("\n    ");
            out.writeStartElement("configfile");
            out.writeAttribute("finalname", "${karaf.data}/compositor/recordings/" + recording.getKey());
            out.writeCharacters(recording.getValue());
            out.writeEndElement();
        }
        end(out);
    }

    private void all(XMLStreamWriter out, List<FeatureFile> files) throws XMLStreamException {
        start(out, ALL, "The Compositor Bridge: all of its features, as its own distribution has them.");
        for (FeatureFile file : files) {
            element(out, "feature", name(file));
        }
        element(out, "feature", DEMO);
        end(out);
    }

    /** The file that Karaf makes of it can be edited; later installations leave it as it is. */
    private static void config(XMLStreamWriter out, String pid, Map<String, String> values) throws XMLStreamException {
        out.writeCharacters("\n    ");
        out.writeStartElement("config");
        out.writeAttribute("name", pid);
        out.writeCharacters(values.entrySet().stream()
                .map(each -> "\n" + each.getKey() + " = " + each.getValue())
                .collect(Collectors.joining("", "", "\n    ")));
        out.writeEndElement();
    }

    /** The texts convert to the type of the configuration's attribute. */
    private static Map<String, String> withoutTypes(Map<String, String> values) {
        return values.entrySet().stream()
                .collect(Collectors.toMap(
                        each -> each.getKey().replaceFirst(":.*", ""), Map.Entry::getValue, (a, b) -> a, TreeMap::new));
    }

    private static String name(FeatureFile file) {
        return ALL + "-" + file.shortName();
    }

    private void start(XMLStreamWriter out, String name, String description) throws XMLStreamException {
        out.writeCharacters("\n  ");
        out.writeStartElement("feature");
        out.writeAttribute("name", name);
        out.writeAttribute("version", version);
        out.writeAttribute("description", description);
    }

    private static void element(XMLStreamWriter out, String name, String text) throws XMLStreamException {
        out.writeCharacters("\n    ");
        out.writeStartElement(name);
        out.writeCharacters(text);
        out.writeEndElement();
    }

    private static void end(XMLStreamWriter out) throws XMLStreamException {
        out.writeCharacters("\n  ");
        out.writeEndElement();
    }
}
