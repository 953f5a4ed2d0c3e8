package org.geometryos.compositor.web;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What browsers are told to let the pages do, and who may embed them. Any thread. */
@Component(service = PagePolicy.class, configurationPid = WebConfig.PID)
@Designate(ocd = WebConfig.class)
public final class PagePolicy {
    private static final Logger LOG = LoggerFactory.getLogger(PagePolicy.class);

    /**
     * Scripts and styles are the page's own only. It may open sockets to any host and load tiles of the canvas from any
     * that has TLS; what a model carries within itself is loaded from {@code data:} and {@code blob:}.
     */
    private static final String PAGES =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
                    + "connect-src 'self' https: ws: wss: data: blob:; base-uri 'none'; form-action 'self'; "
                    + "frame-ancestors ";

    private static final String OWN = "'self'";
    /** Of a page whose buttons nobody may be led to press: whoever may embed the displays may not embed it. */
    static final String NEVER_EMBEDDED = PAGES + "'none'";
    /** Of a page that shows pages of walls. */
    static final String EMBEDDING = "frame-src 'self'; " + NEVER_EMBEDDED;

    private static final String ANY = "*";
    /** A host source of CSP: nothing in it can end the directive or begin another. */
    private static final Pattern ORIGIN =
            Pattern.compile("https?://(?:(?:\\*\\.)?[a-z0-9_-]+(?:\\.[a-z0-9_-]+)*|\\[[0-9a-f:.]+])(?::\\d{1,5})?");
    /** Of pages of apps and files, whose origin has a host that CSP does not know, or none. */
    private static final Pattern SCHEME =
            Pattern.compile("(?!(?:https?|wss?|data|blob|javascript):)([a-z][a-z0-9+.-]*:)(?://[a-z0-9._-]*)?");

    private volatile String header;
    private volatile boolean demo;

    @Activate
    public PagePolicy(WebConfig config) {
        demo = config.demo();
        try {
            header = header(config.frameAncestors());
        } catch (IllegalArgumentException e) {
            LOG.error("{}: {}; no other page may embed the displays", WebConfig.PID, e.getMessage());
            header = header(new String[0]);
        }
    }

    @Modified
    void modified(WebConfig config) {
        demo = config.demo();
        try {
            header = header(config.frameAncestors());
        } catch (IllegalArgumentException e) {
            LOG.error("{}: {}; the previous configuration stays in force", WebConfig.PID, e.getMessage());
        }
    }

    /** Whether the pages show the demo. */
    boolean demo() {
        return demo;
    }

    /** The value of {@code Content-Security-Policy}. */
    String header() {
        return header;
    }

    /**
     * @param configured each one source, or several with commas between
     * @throws IllegalArgumentException that names value and rule
     */
    static String header(String[] configured) {
        Set<String> ancestors = new TreeSet<>();
        for (String entry : configured) {
            for (String source : entry.split(",")) {
                String plain = source.strip().toLowerCase(Locale.ROOT);
                if (!plain.isEmpty()) {
                    ancestors.add(source(plain, source.strip()));
                }
            }
        }
        return PAGES
                + (ancestors.contains(ANY)
                        ? ANY
                        : String.join(" ", OWN, String.join(" ", ancestors)).strip());
    }

    private static String source(String plain, String given) {
        if (plain.equals(ANY) || ORIGIN.matcher(plain).matches()) {
            return plain;
        }
        var app = SCHEME.matcher(plain);
        if (app.matches()) {
            return app.group(1);
        }
        throw new IllegalArgumentException(
                "frameAncestors must be origins such as https://portal.example:8443 or https://*.portal.example (no "
                        + "path, no / at the "
                        + "end), schemes such as file: or app:, or *, not \"" + given + "\"");
    }
}
