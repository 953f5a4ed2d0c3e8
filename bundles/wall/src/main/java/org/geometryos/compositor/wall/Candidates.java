package org.geometryos.compositor.wall;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.wall.WallDeclaration;
import org.geometryos.compositor.api.wall.WallMember;

/** Decides which of the walls that are declared are in force. One thread. */
final class Candidates {
    /** Walls that may be. */
    static final int MAX_WALLS = 64;
    /** Members that all walls may have together. */
    static final int MAX_MEMBERS = 1024;

    private final Map<String, Declared> before;
    private final List<Candidate> all = new ArrayList<>();

    /**
     * One that is declared.
     *
     * @param declared empty if it breaks a rule
     * @param wrong is told what is wrong with it, without its name
     */
    private record Candidate(String pid, String name, Optional<Declared> declared, Consumer<String> wrong) {}

    /** @param before the walls in force, by name */
    Candidates(Map<String, Declared> before) {
        this.before = before;
    }

    void add(String pid, WallDeclaration declaration, boolean lasts, Consumer<String> wrong) {
        all.add(new Candidate(
                pid,
                declaration.wall().name(),
                Optional.of(new Declared(Optional.of(pid), declaration, lasts)),
                wrong));
    }

    /** One that breaks a rule: what was in force of it stays. */
    void addBroken(String pid, String name, String problem, Consumer<String> wrong) {
        wrong.accept(problem + (before.containsKey(name) ? "; the wall stays as it was" : "; there is no such wall"));
        all.add(new Candidate(pid, name, Optional.empty(), wrong));
    }

    /** Those in force, by name. What stays as it is comes first, so that nobody loses a display to a newcomer. */
    Map<String, Declared> inForce() {
        all.sort(Comparator.comparing((Candidate each) -> !same(each))
                .thenComparing(Candidate::name)
                .thenComparing(Candidate::pid));
        Map<String, Declared> taken = new TreeMap<>();
        Map<String, String> displays = new HashMap<>();
        Set<String> names = new HashSet<>();
        List<Candidate> refused = new ArrayList<>();
        for (Candidate each : all) {
            if (each.declared().isEmpty()) {
                refused.add(each);
            } else if (!names.add(each.name())) {
                each.wrong()
                        .accept("the wall " + each.name() + " is declared twice; "
                                + taken.get(each.name()).pid().orElse("the other one") + " is in force");
            } else {
                Optional<String> problem = problem(each.declared().get(), taken, displays);
                if (problem.isEmpty()) {
                    take(each.declared().get(), taken, displays);
                } else {
                    each.wrong().accept(problem.get());
                    names.remove(each.name());
                    refused.add(each);
                }
            }
        }
        for (Candidate each : refused) {
            Declared last = before.get(each.name());
            if (last != null
                    && !taken.containsKey(each.name())
                    && problem(last, taken, displays).isEmpty()) {
                take(new Declared(Optional.of(each.pid()), last.declaration(), last.lasts()), taken, displays);
            }
        }
        return taken;
    }

    /** In the framework that comes back nothing but the state is known of what is in force. */
    private boolean same(Candidate each) {
        Declared last = before.get(each.name());
        return last != null
                && each.declared().isPresent()
                && last.declaration()
                        .wall()
                        .members()
                        .equals(each.declared().get().declaration().wall().members());
    }

    private static void take(Declared wall, Map<String, Declared> taken, Map<String, String> displays) {
        taken.put(wall.name(), wall);
        wall.declaration().wall().members().forEach(member -> displays.put(member.display(), wall.name()));
    }

    private static Optional<String> problem(Declared wall, Map<String, Declared> taken, Map<String, String> displays) {
        try {
            check(wall.declaration(), taken, displays);
            return Optional.empty();
        } catch (InvalidValueException e) {
            return Optional.of(e.getMessage());
        }
    }

    /**
     * Whether a declaration gets on with the other walls.
     *
     * @param inForce all walls in force; one of the same name does not count
     * @throws InvalidValueException if not
     */
    static void check(WallDeclaration declaration, Map<String, Declared> inForce) {
        Map<String, Declared> others = new TreeMap<>(inForce);
        others.remove(declaration.wall().name());
        Map<String, String> displays = new HashMap<>();
        others.values().forEach(other -> take(other, new HashMap<>(), displays));
        check(declaration, others, displays);
    }

    private static void check(WallDeclaration declaration, Map<String, Declared> others, Map<String, String> displays) {
        List<WallMember> members = declaration.wall().members();
        for (int i = 0; i < members.size(); i++) {
            String display = members.get(i).display();
            if (displays.containsKey(display)) {
                throw new InvalidValueException(
                        "members[" + i + "].display",
                        display,
                        "must be no member of the wall " + displays.get(display));
            }
        }
        if (displays.size() + members.size() > MAX_MEMBERS) {
            throw new InvalidValueException(
                    "members",
                    members.size(),
                    "must be at most " + MAX_MEMBERS + " in all walls together (the others have " + displays.size()
                            + ")");
        }
        if (others.size() >= MAX_WALLS) {
            throw new InvalidValueException(
                    "wall", declaration.wall().name(), "must be one of at most " + MAX_WALLS + " walls");
        }
    }
}
