package org.geometryos.compositor.tiles.files;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * What a {@code .dzi} file says.
 *
 * @param overlap pixels that a picture has of each of its neighbours
 */
record DziDescription(Grid grid, int overlap) {
    private static final List<String> FORMS = List.of("png", "jpg", "jpeg");

    /**
     * Where a tile lies in its picture.
     *
     * @param left what the picture has of the neighbour to the left
     * @param width of the tile, without neighbours
     * @param fullWidth of the picture
     */
    record Part(int left, int top, int width, int height, int fullWidth, int fullHeight, boolean whole) {}

    /**
     * @param pixels side of a tile that is expected
     * @throws IOException if it breaks a rule; the message says which, and the value
     */
    static DziDescription read(byte[] content, int pixels) throws IOException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try {
            // of bytes that are no UTF-8 the parser tells standard error
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
            XMLStreamReader in = factory.createXMLStreamReader(new StringReader(text));
            try {
                return read(in, pixels);
            } finally {
                in.close();
            }
        } catch (CharacterCodingException e) {
            throw new IOException("it must be UTF-8", e);
        } catch (XMLStreamException | RuntimeException e) {
            throw new IOException("it must be XML: " + e.getMessage(), e);
        }
    }

    private static DziDescription read(XMLStreamReader in, int pixels) throws XMLStreamException, IOException {
        in.nextTag();
        if (!in.getLocalName().equals("Image")) {
            throw new IOException("it must describe an Image, not " + in.getLocalName());
        }
        int side = number(in, "TileSize", 1, Grid.MOST_SIDE);
        if (side != pixels) {
            throw new IOException("its TileSize must be that of the tileset, " + pixels + " (pixels), not " + side);
        }
        int overlap = number(in, "Overlap", 0, side);
        String form = String.valueOf(in.getAttributeValue(null, "Format"));
        if (!FORMS.contains(form)) {
            throw new IOException("its Format must be png, jpg or jpeg, not " + form);
        }
        DziDescription found = null;
        // to the end, as a file that is being written has none
        while (in.next() != XMLStreamConstants.END_DOCUMENT) {
            if (in.isStartElement() && in.getLocalName().equals("Size")) {
                int width = number(in, "Width", 1, Grid.MOST_SIDE);
                int height = number(in, "Height", 1, Grid.MOST_SIDE);
                found = new DziDescription(new Grid(width, height, pixels), overlap);
            }
        }
        if (found == null) {
            throw new IOException("it must have a Size");
        }
        return found;
    }

    private static int number(XMLStreamReader in, String name, int least, int most) throws IOException {
        String value = in.getAttributeValue(null, name);
        int number;
        try {
            number = Integer.parseInt(value);
        } catch (NumberFormatException e) {
            number = least - 1;
        }
        if (number < least || number > most) {
            throw new IOException("its " + name + " must lie in [" + least + ", " + most + "], not " + value);
        }
        return number;
    }

    /** The number of its deepest level, which has its own pixels; level 0 has one. */
    int deepest() {
        return Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(grid.width(), grid.height()) - 1);
    }

    Part part(int z, int x, int y) {
        int left = x > 0 ? overlap : 0;
        int top = y > 0 ? overlap : 0;
        int width = grid.widthOf(z, x);
        int height = grid.heightOf(z, y);
        // what there is of the next one may be less than the overlap
        int right = Math.min(overlap, grid.width(z) - x * grid.pixels() - width);
        int below = Math.min(overlap, grid.height(z) - y * grid.pixels() - height);
        int fullWidth = left + width + right;
        int fullHeight = top + height + below;
        return new Part(
                left,
                top,
                width,
                height,
                fullWidth,
                fullHeight,
                fullWidth == grid.pixels()
                        && fullHeight == grid.pixels()
                        && width == fullWidth
                        && height == fullHeight);
    }
}
