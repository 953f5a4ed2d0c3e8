package org.geometryos.compositor.itest.outside;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DynamicTest;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** What node's test runner reports in JUnit's format. */
public final class NodeReport {
    private NodeReport() {}

    /** The test cases of a report, each with its outcome. */
    public static List<DynamicTest> cases(Path report) throws Exception {
        // messages of failures may hold colours of a terminal, which XML has no place for
        String text = Files.readString(report).replaceAll("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f]", "");
        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(text)));
        NodeList found = document.getElementsByTagName("testcase");
        List<DynamicTest> tests = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            Element test = (Element) found.item(i);
            String name = test.getAttribute("name");
            tests.add(dynamicTest(name, () -> {
                Optional<Element> failure = child(test, "failure").or(() -> child(test, "error"));
                if (failure.isPresent()) {
                    fail(name + ": " + failure.get().getAttribute("message") + "\n"
                            + failure.get().getTextContent());
                }
                Optional<Element> skipped = child(test, "skipped");
                assumeTrue(
                        skipped.isEmpty(),
                        () -> name + ": " + skipped.orElseThrow().getAttribute("message"));
            }));
        }
        return tests;
    }

    private static Optional<Element> child(Element parent, String name) {
        return Optional.ofNullable((Element) parent.getElementsByTagName(name).item(0));
    }
}
