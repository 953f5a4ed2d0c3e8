package org.geometryos.compositor.itest.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * What one bundle says of one of its configurations, as the build wrote it into the bundle.
 *
 * @param pid the PID, or the factory PID
 */
record Metatype(String pid, boolean factory, String description, List<Key> keys) {

    /** One key; what is not said is empty. */
    record Key(
            String id,
            String type,
            boolean several,
            String initial,
            String min,
            String max,
            List<String> options,
            String description) {}

    /** Of all bundles that are built. */
    static List<Metatype> ofBundles(Path bundles) throws IOException {
        try (Stream<Path> folders = Files.list(bundles)) {
            return folders.map(folder -> folder.resolve("target/classes/OSGI-INF/metatype"))
                    .filter(Files::isDirectory)
                    .flatMap(Metatype::inFolder)
                    .toList();
        }
    }

    private static Stream<Metatype> inFolder(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".xml")).map(Metatype::read).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Metatype read(Path file) {
        try {
            Element root = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(file.toFile())
                    .getDocumentElement();
            Element described = elements(root, "OCD").get(0);
            Element designated = elements(root, "Designate").get(0);
            boolean factory = designated.hasAttribute("factoryPid");
            return new Metatype(
                    designated.getAttribute(factory ? "factoryPid" : "pid"),
                    factory,
                    described.getAttribute("description"),
                    elements(described, "AD").stream().map(Metatype::key).toList());
        } catch (IOException | SAXException | ParserConfigurationException e) {
            throw new IllegalStateException(file + ": " + e.getMessage(), e);
        }
    }

    private static Key key(Element key) {
        String cardinality = key.getAttribute("cardinality");
        return new Key(
                key.getAttribute("id"),
                key.getAttribute("type"),
                !cardinality.isEmpty() && !cardinality.equals("0"),
                key.getAttribute("default"),
                key.getAttribute("min"),
                key.getAttribute("max"),
                elements(key, "Option").stream()
                        .map(option -> option.getAttribute("value"))
                        .filter(value -> !value.isEmpty())
                        .toList(),
                key.getAttribute("description"));
    }

    private static List<Element> elements(Element parent, String name) {
        NodeList found = parent.getElementsByTagName(name);
        return IntStream.range(0, found.getLength())
                .mapToObj(i -> (Element) found.item(i))
                .collect(ArrayList::new, ArrayList::add, ArrayList::addAll);
    }
}
