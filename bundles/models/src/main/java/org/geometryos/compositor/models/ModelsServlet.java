package org.geometryos.compositor.models;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.function.Supplier;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.io.http.EntityTags;
import org.geometryos.compositor.io.http.access.Access;
import org.geometryos.compositor.io.http.read.ReadServlet;
import org.geometryos.compositor.io.http.send.Delivery;
import org.geometryos.compositor.io.http.send.Slots;
import org.geometryos.compositor.transport.api.Decision;

/**
 * Serves the catalogue at {@code /models/}, and the files in it below; takes models in by {@code PUT}. What is served
 * is looked up in the catalogue and nowhere else. No thread waits for a client that is slow to take.
 */
final class ModelsServlet extends ReadServlet {
    private static final long serialVersionUID = 1L;
    static final String PATTERN = "/models/*";
    private static final String ROOT = "/models/";
    /** Files that are being sent at a time; each takes a file descriptor and a block of memory. */
    static final int MAX_TRANSFERS = 512;

    private final transient Supplier<Optional<Catalogue>> catalogue;
    private final transient ContentStore store;
    private final transient Access access;
    private final transient Uploads uploads;
    private final transient Slots slots = new Slots(MAX_TRANSFERS);

    ModelsServlet(Supplier<Optional<Catalogue>> catalogue, ContentStore store, Access access, Uploads uploads) {
        super(access, "models", "range, if-range, if-none-match", "ETag, Content-Range, Accept-Ranges, Retry-After");
        this.uploads = uploads;
        this.catalogue = catalogue;
        this.store = store;
        this.access = access;
    }

    @Override
    protected void other(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getMethod().equals("PUT")) {
            put(request, response);
        } else {
            response.setHeader("Allow", "GET, HEAD, PUT, OPTIONS");
            text(response, 405, request.getMethod() + " is not taken here, only GET, HEAD and PUT");
        }
    }

    /**
     * Takes a model in. A page of another origin cannot ask for it: the answer to its question before ({@code OPTIONS})
     * does not name the method.
     */
    private void put(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Access.Caller caller = access.caller(request);
        Optional<Decision.Refuse> refusal = caller.refusal();
        if (refusal.isPresent()) {
            refusal.get().headers().forEach(response::setHeader);
            refused(request, response, refusal.get().status(), refusal.get().reason(), false);
        } else if (LinkMemory.of(caller.attributes())
                .role()
                .filter(role -> role.includes(Role.CONTROL))
                .isEmpty()) {
            refused(request, response, 403, "this needs a key with role control", false);
        } else {
            String path = request.getRequestURI();
            Optional<String> name =
                    path.startsWith(ROOT) ? ModelNames.decode(path.substring(ROOT.length())) : Optional.empty();
            if (name.isEmpty()) {
                refused(request, response, 400, ModelNames.RULE, true);
                return;
            }
            try {
                Uploads.Taken taken = uploads.take(
                        name.get(),
                        request.getInputStream(),
                        request.getContentLengthLong(),
                        "*".equals(request.getHeader("If-Match")));
                byte[] said = Catalogue.described(taken.name(), taken.model());
                response.setStatus(taken.model().isEmpty() ? 202 : taken.made() ? 201 : 200);
                response.setContentType("application/json");
                response.setContentLength(said.length);
                response.getOutputStream().write(said);
            } catch (Uploads.RefusedUploadException e) {
                if (e.status() == 503) {
                    response.setHeader("Retry-After", "1");
                }
                refused(request, response, e.status(), e.getMessage(), true);
            }
        }
    }

    /**
     * Says why a body is not taken. A browser that cannot send its body to the end does not tell the page the answer,
     * so the rest is read and let go, for a moment, of who may be here.
     */
    private void refused(
            HttpServletRequest request, HttpServletResponse response, int status, String reason, boolean known)
            throws IOException {
        if (!known || !uploads.letGo(request.getInputStream())) {
            response.setHeader("Connection", "close");
        }
        text(response, status, reason);
    }

    @Override
    protected void read(HttpServletRequest request, HttpServletResponse response, String key) throws IOException {
        String path = request.getRequestURI();
        Optional<Catalogue> now = catalogue.get();
        if (now.isEmpty()) {
            response.setHeader("Retry-After", "1");
            text(response, 503, "not ready: the models have not been looked through yet");
        } else if (path.equals(ROOT)) {
            index(request, response, now.get(), key);
        } else {
            // the path as it came: nothing below was decoded, or made shorter, on the way
            Optional<Catalogue.Served> file = path.startsWith(ROOT)
                    ? ModelNames.decode(path.substring(ROOT.length()))
                            .map(now.get().files()::get)
                    : Optional.empty();
            if (file.isEmpty()) {
                text(response, 404, "there is no such model");
            } else {
                file(request, response, file.get(), key);
            }
        }
    }

    private void index(HttpServletRequest request, HttpServletResponse response, Catalogue now, String key)
            throws IOException {
        response.setHeader("ETag", now.indexEtag());
        if (EntityTags.among(request.getHeader("If-None-Match"), now.indexEtag())) {
            response.setStatus(304);
            return;
        }
        response.setContentType("application/json");
        if (request.getMethod().equals("GET")) {
            Delivery.send(request, response, now.index(), slots, key);
        } else {
            response.setContentLength(now.index().length);
        }
    }

    private void file(HttpServletRequest request, HttpServletResponse response, Catalogue.Served file, String key)
            throws IOException {
        response.setHeader("ETag", file.etag());
        response.setHeader("Accept-Ranges", "bytes");
        if (EntityTags.among(request.getHeader("If-None-Match"), file.etag())) {
            response.setStatus(304);
            return;
        }
        long length = file.item().bytes();
        boolean get = request.getMethod().equals("GET");
        Ranges range =
                Ranges.of(get ? request.getHeader("Range") : null, request.getHeader("If-Range"), file.etag(), length);
        if (!range.satisfiable()) {
            response.setHeader("Content-Range", "bytes */" + length);
            text(response, 416, "the range lies behind the end: there are " + length + " bytes");
            return;
        }
        if (range.partial()) {
            response.setHeader("Content-Range", "bytes " + range.from() + "-" + (range.to() - 1) + "/" + length);
        }
        if (get) {
            send(request, response, file, range, key);
        } else {
            describe(response, file, range);
        }
    }

    private static void describe(HttpServletResponse response, Catalogue.Served file, Ranges range) {
        response.setStatus(range.partial() ? 206 : 200);
        response.setContentType(file.contentType());
        response.setContentLengthLong(range.to() - range.from());
    }

    private void send(
            HttpServletRequest request, HttpServletResponse response, Catalogue.Served file, Ranges range, String key)
            throws IOException {
        try {
            Delivery.send(
                    request,
                    response,
                    store.open(file.item()),
                    range.from(),
                    range.to(),
                    slots,
                    key,
                    () -> describe(response, file, range));
        } catch (NoSuchFileException e) {
            // the catalogue was replaced since it was looked into
            response.setHeader("Retry-After", "1");
            text(response, 503, "the model has just changed");
        }
    }
}
