package org.geometryos.compositor.wall;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.wall.DelayChange;
import org.geometryos.compositor.api.wall.MemberFigures;
import org.geometryos.compositor.api.wall.MemberReport;
import org.geometryos.compositor.api.wall.Picture;
import org.geometryos.compositor.api.wall.Wall;
import org.geometryos.compositor.api.wall.WallDeclaration;
import org.geometryos.compositor.api.wall.WallFigures;
import org.geometryos.compositor.io.http.api.ApiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What can be seen and changed of walls, in values of the JDK. Any thread. */
final class WallRequests {
    private static final Logger LOG = LoggerFactory.getLogger(WallRequests.class);
    private static final double MILLI = 1_000;
    private static final String PICTURE = "picture";
    private static final List<String> CONFIGURED = List.of("delay", "minDelay", "maxDelay", "alarm");

    private final WallKeeper keeper;
    private final Stored stored;

    WallRequests(WallKeeper keeper, Stored stored) {
        this.keeper = keeper;
        this.stored = stored;
    }

    /** All walls. */
    Map<String, Object> all() {
        Map<String, Declared> inForce = keeper.inForce();
        List<Map<String, Object>> walls = new ArrayList<>();
        keeper.walls()
                .forEach(wall -> walls.add(map(wall, inForce.get(wall.wall().name()))));
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("walls", walls);
        return all;
    }

    Map<String, Object> one(String name) throws ApiException {
        return keeper.wall(name)
                .map(wall -> map(wall, keeper.inForce().get(name)))
                .orElseThrow(() -> missing(name));
    }

    private static ApiException missing(String name) {
        return ApiException.notFound(null, "there is no wall \"" + shown(name) + "\"");
    }

    private static String shown(String name) {
        return name.length() <= Wall.MAX_TITLE ? name : name.substring(0, Wall.MAX_TITLE);
    }

    /** A new wall. */
    synchronized Map<String, Object> put(String name, Map<String, Object> body) throws ApiException {
        checkName(name);
        if (keeper.inForce().containsKey(name)) {
            throw ApiException.conflict("there is a wall \"" + name + "\" already; POST changes it");
        }
        String pid = WallDeclaration.FACTORY_PID + "~" + name;
        if (stored.properties(pid) != null) {
            throw ApiException.conflict(
                    pid + " declares a wall that is not in force, as it breaks a rule; delete it before");
        }
        Optional<Picture> picture = picture(body);
        WallDeclaration declaration = checked(name, declared(body));
        Map<String, Object> properties = declaration.toProperties();
        stored.write(pid, properties);
        LOG.info("wall {} is declared on request over HTTP", name);
        keeper.show(name, picture);
        return answer(declaration, stored.lasts(properties));
    }

    /** Another declaration, another picture, or both. */
    synchronized Map<String, Object> post(String name, Map<String, Object> body) throws ApiException {
        Declared before = Optional.ofNullable(keeper.inForce().get(name)).orElseThrow(() -> missing(name));
        Optional<Picture> picture = picture(body);
        Map<String, Object> changes = declared(body);
        Map<String, Object> properties = new TreeMap<>();
        WallDeclaration declaration = before.declaration();
        if (!changes.isEmpty()) {
            Map<String, Object> values = declaration.toMap();
            changes.forEach((key, value) -> {
                if (value == null) {
                    values.remove(key);
                } else {
                    values.put(key, value);
                }
            });
            declaration = checked(name, values);
            String pid = before.pid().orElseThrow(() -> unread());
            Map<String, Object> stands = stored.properties(pid);
            if (stands == null) {
                throw missing(name);
            }
            properties.putAll(stands);
            properties.keySet().removeAll(WallDeclaration.KEYS);
            properties.putAll(declaration.toProperties());
            stored.write(pid, properties);
            LOG.info("wall {} is changed on request over HTTP", name);
        }
        if (body.containsKey(PICTURE) && !keeper.show(name, picture)) {
            throw missing(name);
        }
        return answer(declaration, changes.isEmpty() ? before.lasts() : stored.lasts(properties));
    }

    private static ApiException unread() {
        return ApiException.unavailable("the configurations of walls have not been read yet");
    }

    /** Ends it; also one that is not in force, as it breaks a rule. */
    synchronized Map<String, Object> delete(String name) throws ApiException {
        Declared before = keeper.inForce().get(name);
        String pid = before == null
                ? WallDeclaration.FACTORY_PID + "~" + name
                : before.pid().orElseThrow(() -> unread());
        Map<String, Object> stands = stored.properties(pid);
        if (stands == null) {
            throw missing(name);
        }
        stored.delete(pid);
        LOG.info("wall {} is removed on request over HTTP", name);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("wall", name);
        answer.put("lasts", stored.lasts(stands));
        return answer;
    }

    private static void checkName(String name) throws ApiException {
        try {
            Wall.checkName("the name of a wall", name);
        } catch (InvalidValueException e) {
            throw ApiException.invalid(e.field(), e.getMessage());
        }
    }

    private static Optional<Picture> picture(Map<String, Object> body) throws ApiException {
        try {
            return Optional.ofNullable(body.get(PICTURE)).map(value -> Picture.of(PICTURE, String.valueOf(value)));
        } catch (InvalidValueException e) {
            throw ApiException.invalid(e.field(), e.getMessage());
        }
    }

    private static Map<String, Object> declared(Map<String, Object> body) {
        Map<String, Object> declared = new LinkedHashMap<>(body);
        declared.remove(PICTURE);
        return declared;
    }

    private WallDeclaration checked(String name, Map<String, Object> values) throws ApiException {
        try {
            WallDeclaration declaration = WallDeclaration.ofRadians(name, values);
            Optional<String> title = declaration.wall().title();
            if (title.isPresent()) {
                checkTitle(title.get());
            }
            Candidates.check(declaration, keeper.inForce());
            return declaration;
        } catch (InvalidValueException e) {
            throw ApiException.invalid(e.field(), e.getMessage());
        }
    }

    private static void checkTitle(String title) {
        if (title.codePoints().anyMatch(Character::isISOControl)) {
            throw new InvalidValueException("title", title, "must have no control characters");
        }
        if (title.contains("$[")) {
            throw new InvalidValueException("title", title, "must not contain $[, which stands for a placeholder");
        }
    }

    private static Map<String, Object> answer(WallDeclaration declaration, boolean lasts) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("wall", declaration.wall().name());
        answer.put("declared", declaration.toMap());
        answer.put("lasts", lasts);
        return answer;
    }

    /** @param declared null if it is gone by now */
    private static Map<String, Object> map(WallFigures figures, Declared declared) {
        Wall wall = figures.wall();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("wall", wall.name());
        map.putAll(WallDeclaration.of(wall).toMap());
        map.keySet().removeAll(CONFIGURED);
        if (!wall.delay().isEmpty()) {
            map.put("delay", wall.delay().stream().map(WallRequests::change).toList());
        }
        wall.picture().ifPresent(picture -> map.put(PICTURE, picture.word()));
        map.put("figures", figures(figures));
        if (declared != null) {
            Map<String, Object> configured = declared.declaration().toMap();
            configured.keySet().retainAll(CONFIGURED);
            map.put("configured", configured);
        }
        map.put("configuration", figures.configuration().orElse(null));
        map.put("lasts", figures.lasts());
        return map;
    }

    private static Map<String, Object> change(DelayChange change) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("from", change.from());
        map.put("value", change.value());
        map.put("until", change.until());
        map.put("to", change.to());
        return map;
    }

    private static Map<String, Object> figures(WallFigures figures) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("skew", millis(figures.skew()));
        map.put("late", figures.late());
        map.put("slowest", figures.slowest().orElse(null));
        map.put("delay", millis(figures.delay()));
        map.put("fixed", figures.fixed());
        map.put("alarm", figures.alarm());
        Map<String, Object> members = new LinkedHashMap<>();
        figures.members().forEach(member -> members.put(member.display(), member(member)));
        map.put("members", members);
        return map;
    }

    private static Map<String, Object> member(MemberFigures member) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("connected", member.connected());
        Optional<MemberReport> report = member.report();
        map.put("age50", report.map(last -> last.ageP50() / MILLI).orElse(null));
        map.put("age99", report.map(last -> last.ageP99() / MILLI).orElse(null));
        map.put("needs", millis(member.needs()));
        map.put("late", member.late());
        map.put("clock", report.map(last -> last.clock() / MILLI).orElse(null));
        map.put("apart", millis(member.apart()));
        map.put("counted", member.counted());
        map.put("reason", member.reason().orElse(null));
        map.put("reported", member.reported().isPresent() ? member.reported().getAsDouble() * MILLI : null);
        return map;
    }

    private static Double millis(OptionalDouble micros) {
        return micros.isPresent() ? micros.getAsDouble() / MILLI : null;
    }
}
