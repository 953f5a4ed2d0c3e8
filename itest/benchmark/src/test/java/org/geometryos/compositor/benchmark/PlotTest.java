package org.geometryos.compositor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class PlotTest {

    @Test
    void aBarIsAsHighAsItsValue() throws Exception {
        Document svg = parse(Plot.bars(
                "title",
                List.of("a"),
                List.of(new Plot.Series("one", List.of(1.0)), new Plot.Series("two", List.of(2.0))),
                false,
                OptionalDouble.empty()));
        List<Double> heights = numbers(svg, "rect", "bar c", "height").subList(0, 2);
        assertThat(heights.get(1) / heights.get(0)).isBetween(1.99, 2.01);
    }

    @Test
    void onALogarithmicScaleEqualRatiosAreEqualSteps() throws Exception {
        Document svg = parse(Plot.bars(
                "title",
                List.of("a"),
                List.of(
                        new Plot.Series("s", List.of(2.0)),
                        new Plot.Series("t", List.of(20.0)),
                        new Plot.Series("u", List.of(200.0))),
                true,
                OptionalDouble.of(1)));
        List<Double> tops = numbers(svg, "rect", "bar c", "y");
        assertThat(tops.get(0) - tops.get(1))
                .isBetween(tops.get(1) - tops.get(2) - 0.3, tops.get(1) - tops.get(2) + 0.3);
        assertThat(numbers(svg, "line", "mark", "y1")).hasSize(1);
    }

    @Test
    void whatWasNotMeasuredIsAGap() throws Exception {
        Document svg = parse(Plot.bars(
                "title",
                List.of("a", "b"),
                List.of(new Plot.Series("s", List.of(Double.NaN, 3.0))),
                false,
                OptionalDouble.empty()));
        assertThat(numbers(svg, "rect", "bar c", "x"))
                .as("one bar and its legend")
                .hasSize(2);
        assertThat(svg.getDocumentElement().getTextContent()).doesNotContain("NaN");
    }

    @Test
    void namesAreText() throws Exception {
        Document svg = parse(Plot.bars(
                "a < b & c: 100 %",
                List.of("<g>"), List.of(new Plot.Series("x & y", List.of(1.0))), false, OptionalDouble.empty()));
        assertThat(svg.getDocumentElement().getTextContent()).contains("a < b & c: 100 %", "<g>", "x & y");
    }

    @Test
    void curvesGoThroughTheirPoints() throws Exception {
        Document svg = parse(Plot.lines(
                "title",
                "displays",
                List.of(new Plot.Line(
                        "one",
                        List.of(new Plot.Point(10, 1), new Plot.Point(1000, 100)),
                        List.of(new Plot.Point(10, 2), new Plot.Point(1000, 50))))));
        List<Double> xs = numbers(svg, "circle", "dot", "cx");
        assertThat(xs).hasSize(2);
        assertThat(xs.get(0)).isLessThan(xs.get(1));
        NodeList curves = svg.getElementsByTagName("polyline");
        assertThat(curves.getLength()).isEqualTo(2);
        assertThat(((Element) curves.item(0)).getAttribute("points")).startsWith(xs.get(0) + ",");
        assertThat(((Element) curves.item(1)).getAttribute("stroke-dasharray")).isNotEmpty();
    }

    @Test
    void darkGroundHasColoursOfItsOwn() {
        assertThat(Plot.lines("t", "x", List.of(new Plot.Line("l", List.of(new Plot.Point(1, 1)), List.of()))))
                .contains("prefers-color-scheme:dark");
    }

    @Test
    void zeroHasNoPlaceOnALogarithmicScale() {
        List<Plot.Series> zero = List.of(new Plot.Series("s", List.of(0.0)));
        assertThatThrownBy(() -> Plot.bars("t", List.of("a"), zero, true, OptionalDouble.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0.0 has no place");
    }

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    private static List<Double> numbers(Document svg, String element, String type, String attribute) {
        List<Double> numbers = new ArrayList<>();
        NodeList nodes = svg.getElementsByTagName(element);
        for (int i = 0; i < nodes.getLength(); i++) {
            Element node = (Element) nodes.item(i);
            if (node.getAttribute("class").startsWith(type)) {
                numbers.add(Double.parseDouble(node.getAttribute(attribute)));
            }
        }
        return numbers;
    }
}
