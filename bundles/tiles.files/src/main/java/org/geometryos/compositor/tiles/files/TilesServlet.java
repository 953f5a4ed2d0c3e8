package org.geometryos.compositor.tiles.files;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.geometryos.compositor.io.http.EntityTags;
import org.geometryos.compositor.io.http.access.Access;
import org.geometryos.compositor.io.http.read.ReadServlet;
import org.geometryos.compositor.io.http.send.Delivery;
import org.geometryos.compositor.io.http.send.Slots;
import org.geometryos.compositor.io.json.JsonWriter;

/**
 * Serves pictures at {@code /tiles/TILESET/V/Z/X/Y}, and what there is of them at {@code /tiles/}. A picture never
 * changes under its address, so whoever has it may keep it. No thread waits for a client that is slow to take.
 */
final class TilesServlet extends ReadServlet {
    private static final long serialVersionUID = 1L;
    static final String PATTERN = "/tiles/*";
    private static final String ROOT = "/tiles/";
    /** Pictures that are being sent at a time. */
    private static final int MAX_TRANSFERS = 512;

    private static final Pattern PATH =
            Pattern.compile("/tiles/([A-Za-z0-9._-]{1,64})/(\\d{1,16})/(\\d{1,2})/(\\d{1,10})/(\\d{1,10})");
    private static final String FOR_EVER = "private, max-age=31536000, immutable";

    private final transient Shelves shelves;
    private final transient Room room;
    private final transient Slots slots = new Slots(MAX_TRANSFERS);

    /** @param room that pictures take while they are sent */
    TilesServlet(Shelves shelves, Room room, Access access) {
        super(access, "tiles", "if-none-match", "ETag, Retry-After");
        this.shelves = shelves;
        this.room = room;
    }

    @Override
    protected void read(HttpServletRequest request, HttpServletResponse response, String key) throws IOException {
        String uri = request.getRequestURI();
        Matcher path = PATH.matcher(uri);
        if (uri.equals(ROOT)) {
            index(request, response, key);
        } else if (path.matches()) {
            picture(request, response, key, path);
        } else {
            text(response, 404, "pictures are at /tiles/TILESET/V/Z/X/Y");
        }
    }

    private void index(HttpServletRequest request, HttpServletResponse response, String key) throws IOException {
        ByteArrayOutputStream index = new ByteArrayOutputStream();
        JsonWriter.write(index, shelves.index());
        response.setContentType("application/json");
        if (request.getMethod().equals("GET")) {
            Delivery.send(request, response, index.toByteArray(), slots, key);
        } else {
            response.setContentLength(index.size());
        }
    }

    private void picture(HttpServletRequest request, HttpServletResponse response, String key, Matcher path)
            throws IOException {
        String tag = '"' + path.group(2) + '"';
        long version = Long.parseLong(path.group(2));
        int z = Integer.parseInt(path.group(3));
        Optional<Shelf> shelf = shelves.of(path.group(1));
        if (shelf.isEmpty()) {
            response.setHeader("Retry-After", "1");
            text(response, 503, "not ready: nobody has the pictures of " + path.group(1) + " at the moment");
            return;
        }
        try {
            int x = Integer.parseInt(path.group(4));
            int y = Integer.parseInt(path.group(5));
            if (EntityTags.among(request.getHeader("If-None-Match"), tag)
                    && shelf.get().has(z, x, y, version)) {
                forEver(response, tag);
                response.setStatus(304);
                return;
            }
            send(request, response, shelf.get().picture(z, x, y, version), tag, key);
        } catch (NumberFormatException | Shelf.NoPictureException e) {
            text(response, 404, "there is no such picture: " + e.getMessage());
        } catch (Shelf.UnreadableException e) {
            response.setHeader("Retry-After", "1");
            text(response, 503, "the picture cannot be had at the moment: " + e.getMessage());
        }
    }

    private void send(HttpServletRequest request, HttpServletResponse response, Picture picture, String tag, String key)
            throws IOException {
        int bytes = picture.bytes().length;
        Runnable describe = () -> {
            forEver(response, tag);
            response.setContentType(picture.type());
        };
        if (request.getMethod().equals("GET")) {
            Delivery.send(request, response, picture.bytes(), slots, key, describe, () -> room.giveBack(bytes));
        } else {
            room.giveBack(bytes);
            describe.run();
            response.setContentLength(bytes);
        }
    }

    private static void forEver(HttpServletResponse response, String tag) {
        response.setHeader("ETag", tag);
        response.setHeader("Cache-Control", FOR_EVER);
    }
}
