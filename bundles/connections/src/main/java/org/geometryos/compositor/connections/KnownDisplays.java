package org.geometryos.compositor.connections;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.geometryos.compositor.api.connection.Display;
import org.geometryos.compositor.api.connection.DisplaySettings;

/**
 * The displays that operators declare, and those that are remembered: which settings are in force. The table's lock
 * guards what is declared.
 */
final class KnownDisplays {
    private static final String GIVEN = "display-";
    private static final Pattern GIVEN_NAME = Pattern.compile(GIVEN + "[0-9a-f]{12}");

    private final SessionTable table;
    private final DisplayStore store;
    // guarded by the table's lock
    private Map<String, DisplaySettings> declared = Map.of();

    KnownDisplays(SessionTable table, DisplayStore store) {
        this.table = table;
        this.store = store;
    }

    /**
     * Other displays are declared, or others of their settings.
     *
     * @return the names for which something else is declared
     */
    Predicate<String> declare(Map<String, DisplaySettings> next) {
        Map<String, DisplaySettings> before = declared;
        Map<String, DisplaySettings> now = Map.copyOf(next);
        declared = now;
        return name ->
                !before.getOrDefault(name, DisplaySettings.EMPTY).equals(now.getOrDefault(name, DisplaySettings.EMPTY));
    }

    DisplaySettings inForce(SessionEntry session) {
        return inForce(session.display, session.own);
    }

    private DisplaySettings inForce(String display, DisplaySettings own) {
        return declared.getOrDefault(display, DisplaySettings.EMPTY).or(own);
    }

    // ---- names and what is remembered of them

    /** A name for a display that says none, from digits that nobody else has. */
    static String given(String digits) {
        return GIVEN + digits;
    }

    /** What a display said of itself when it was last here. */
    DisplaySettings remembered(String key, String user, String display) {
        return store.settings(key, user, display).orElse(DisplaySettings.EMPTY);
    }

    /** Nobody comes back under a name that the server gave. */
    void remember(SessionEntry session) {
        if (!GIVEN_NAME.matcher(session.display).matches()) {
            store.remember(session.key, session.user, session.display, session.own, Instant.now());
        }
    }

    void most(int remembered) {
        store.most(remembered);
    }

    int remembered() {
        return store.size();
    }

    /** All, also those that are not here; with the table's lock. */
    List<Display> all() {
        List<Display> displays = new ArrayList<>();
        Set<String> unseen = new HashSet<>(declared.keySet());
        for (SessionEntry session : table.all()) {
            unseen.remove(session.display);
            displays.add(new Display(
                    session.display,
                    Optional.of(session.user),
                    Optional.of(session.id),
                    session.link != null,
                    inForce(session),
                    declared.containsKey(session.display),
                    Optional.of(Instant.now())));
        }
        for (DisplayStore.Remembered remembered : store.all()) {
            if (table.ofDisplay(remembered.display())
                    .filter(session -> isOf(session, remembered))
                    .isEmpty()) {
                unseen.remove(remembered.display());
                displays.add(new Display(
                        remembered.display(),
                        Optional.of(remembered.user()),
                        Optional.empty(),
                        false,
                        inForce(remembered.display(), remembered.settings()),
                        declared.containsKey(remembered.display()),
                        Optional.of(Instant.ofEpochMilli(remembered.seen()))));
            }
        }
        unseen.forEach(name -> displays.add(new Display(
                name, Optional.empty(), Optional.empty(), false, declared.get(name), true, Optional.empty())));
        displays.sort(Comparator.comparing(Display::name)
                .thenComparing(display -> display.user().orElse("")));
        return displays;
    }

    private static boolean isOf(SessionEntry session, DisplayStore.Remembered remembered) {
        return session.user.equals(remembered.user()) && session.key.equals(remembered.key());
    }
}
