package org.geometryos.compositor.launcher.command;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * An interface of a host over HTTP with answers in JSON: the operator's, {@code /compositor/admin/}, for what the
 * protocol has no request for, the one for walls, and the one for recordings.
 */
final class AdminApi {
    private static final Duration READ = Duration.ofSeconds(20);
    /** A bundle may take long to stop, and its services to be back. */
    private static final Duration WRITE = Duration.ofSeconds(90);

    private final Target target;
    private final Function<String, URI> addresses;
    private final String bundle;
    private final String role;

    AdminApi(Target target) {
        this(target, target::admin, "operate", "admin");
    }

    /**
     * @param addresses of paths
     * @param bundle that serves it
     * @param role that it wants
     */
    private AdminApi(Target target, Function<String, URI> addresses, String bundle, String role) {
        this.target = target;
        this.addresses = addresses;
        this.bundle = bundle;
        this.role = role;
    }

    /** The interface for walls; its paths are names of walls, or empty. */
    static AdminApi ofWalls(Target target) {
        return new AdminApi(target, target::walls, "wall", "view");
    }

    /** The interface for recordings; its paths are names of playbacks, or empty. */
    static AdminApi ofRecordings(Target target) {
        return new AdminApi(target, target::recordings, "operate", "control");
    }

    /**
     * @param json as it came
     * @param document its members
     */
    record Answer(String json, Map<String, Object> document) {
        /** The objects of a list. */
        List<Map<?, ?>> list(String name) {
            return JsonText.list(document, name);
        }

        /** The same, each as it came. */
        List<String> lines(String name) {
            return JsonText.elements(JsonText.member(json, name));
        }

        boolean is(String name) {
            return Boolean.TRUE.equals(document.get(name));
        }

        String text(String name) {
            return JsonText.text(document, name);
        }
    }

    /** @param path behind the interface's own */
    Answer get(String path) throws FailedException, InterruptedException {
        return ask(path, Optional.empty(), READ);
    }

    Answer post(String path, JsonLine body) throws FailedException, InterruptedException {
        return ask(path, Optional.of(body.toString()), WRITE);
    }

    private Answer ask(String path, Optional<String> body, Duration limit)
            throws FailedException, InterruptedException {
        URI address = addresses.apply(path);
        HttpAnswer answer = HttpAnswer.of(target, address, body, limit);
        Map<String, Object> document;
        try {
            document = JsonText.read(answer.body());
        } catch (IOException e) {
            throw new FailedException(
                    address + " answers HTTP " + answer.status() + hint(answer.status())
                            + (answer.status() == 200 ? " without a document" : ""),
                    e);
        }
        if (answer.status() == 200) {
            return new Answer(answer.body(), document);
        }
        throw new FailedException(address + " refused it: " + JsonText.text(document, "code") + ": "
                + JsonText.text(document, "message") + (answer.status() == 401 ? hint(401) : ""));
    }

    private String hint(int status) {
        return switch (status) {
            case 401 ->
                target.key().isPresent()
                        ? " (the key is not known to it)"
                        : " (it wants a key of role " + role + ": --key-file or COMPOSITOR_KEY)";
            case 403 -> " (not allowed from here)";
            case 404 -> ": the bundle " + bundle + " does not run there";
            case 503 -> ": the bundle " + bundle + " is away for a moment";
            default -> "";
        };
    }
}
