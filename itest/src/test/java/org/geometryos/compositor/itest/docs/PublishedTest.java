package org.geometryos.compositor.itest.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * What Maven Central demands of each POM. What is published beside a jar, the build of a release checks (profile
 * {@code release}).
 */
class PublishedTest {
    private static final int AT_LEAST = 25;

    @Test
    void whatEveryModuleInheritsSaysWhoMadeItAndUnderWhichLicence() throws Exception {
        Element root = pom(Repository.ROOT.resolve("pom.xml"));
        for (String path : List.of(
                "name",
                "description",
                "url",
                "licenses/license/name",
                "licenses/license/url",
                "developers/developer/name",
                "developers/developer/email",
                "scm/url",
                "scm/connection",
                "scm/developerConnection")) {
            assertTrue(text(root, path).isPresent(), path);
        }
        // a module has the address of the project, and not one of its own below it
        assertEquals("false", root.getAttribute("child.project.url.inherit.append.path"));
    }

    @Test
    void everyPublishedModuleHasANameAndADescription() throws Exception {
        List<String> wrong = new ArrayList<>();
        int published = 0;
        for (Path file : Repository.files("pom.xml")) {
            Element pom = pom(file);
            if (text(pom, "properties/maven.deploy.skip").filter("true"::equals).isPresent()) {
                continue;
            }
            published++;
            for (String path : List.of("name", "description")) {
                if (text(pom, path).isEmpty()) {
                    wrong.add(Repository.name(file) + " has no " + path);
                }
            }
        }
        assertTrue(published >= AT_LEAST, published + " modules are published");
        assertTrue(wrong.isEmpty(), wrong::toString);
    }

    @Test
    void theBillOfMaterialsHasEveryPublishedBundleAndNothingElse() throws Exception {
        Set<String> published = new TreeSet<>();
        try (Stream<Path> folders = Files.list(Repository.ROOT.resolve("bundles"))) {
            for (Path file : folders.map(folder -> folder.resolve("pom.xml"))
                    .filter(Files::exists)
                    .toList()) {
                Element pom = pom(file);
                if (text(pom, "packaging").isEmpty()
                        && text(pom, "properties/maven.deploy.skip").isEmpty()) {
                    published.add(text(pom, "artifactId").orElseThrow());
                }
            }
        }
        Element bom = pom(Repository.ROOT.resolve("bundles/bom/pom.xml"));
        Set<String> managed = new TreeSet<>();
        NodeList names = bom.getElementsByTagName("dependencies").item(0).getChildNodes();
        IntStream.range(0, names.getLength())
                .mapToObj(names::item)
                .filter(Element.class::isInstance)
                .forEach(each -> managed.add(text((Element) each, "artifactId").orElseThrow()));
        assertEquals(published, managed);
    }

    private static Element pom(Path file) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(file.toFile())
                .getDocumentElement();
    }

    private static Optional<String> text(Element from, String path) {
        Optional<Element> at = Optional.of(from);
        for (String name : path.split("/")) {
            at = at.flatMap(parent -> children(parent)
                    .filter(child -> child.getTagName().equals(name))
                    .findFirst());
        }
        return at.map(Element::getTextContent).map(String::strip).filter(text -> !text.isEmpty());
    }

    private static Stream<Element> children(Element parent) {
        return IntStream.range(0, parent.getChildNodes().getLength())
                .mapToObj(parent.getChildNodes()::item)
                .filter(node -> node.getNodeType() == Node.ELEMENT_NODE)
                .map(Element.class::cast);
    }
}
