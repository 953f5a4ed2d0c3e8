package org.geometryos.compositor.api.wall;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.geometryos.compositor.api.coordinates.Rotations;
import org.geometryos.compositor.api.coordinates.WallScreen;
import org.geometryos.compositor.api.value.Checks;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Names;
import org.geometryos.compositor.api.value.Size;
import org.geometryos.compositor.api.value.Vector3;

/**
 * A wall as its members know it: the whole state, each time.
 *
 * @param name 1-64 of {@code A-Z a-z 0-9 . _ -}
 * @param title for people, at most 256 characters
 * @param camera the camera that spans the wall; empty: the one that a member's page is told
 * @param width of the whole wall in {@code unit}, above 0
 * @param height of the whole wall in {@code unit}, above 0
 * @param eye where the eye is with {@link View#WINDOW}, which needs it: in {@code unit} from the wall's middle, +x
 *     right, +y up, +z towards the viewer; before each member's screen
 * @param members at most {@value #MAX_MEMBERS}, no display twice
 * @param delay its changes, ascending by their beginning, at most {@value Delay#MAX_CHANGES}; empty: no delay was
 *     chosen yet
 * @param picture what it shows in place of its camera
 */
public record Wall(
        String name,
        Optional<String> title,
        Optional<String> camera,
        double width,
        double height,
        Unit unit,
        Fit fit,
        View view,
        Optional<List<Double>> eye,
        List<WallMember> members,
        List<DelayChange> delay,
        Optional<Picture> picture) {
    public static final int MAX_MEMBERS = 256;
    public static final int MAX_TITLE = 256;

    /** @throws InvalidValueException if a value breaks its rule */
    public Wall {
        checkName("wall", name);
        Checks.present("title", title);
        if (title.isPresent() && title.get().codePointCount(0, title.get().length()) > MAX_TITLE) {
            throw new InvalidValueException("title", title.get(), "must have at most " + MAX_TITLE + " characters");
        }
        Checks.present("camera", camera).ifPresent(value -> Names.check("camera", value));
        Checks.above("width", width, 0);
        Checks.above("height", height, 0);
        Checks.present("unit", unit);
        Checks.present("fit", fit);
        Checks.present("view", view);
        eye = Checks.present("eye", eye).map(value -> Checked.point("eye", value));
        members = List.copyOf(Checks.present("members", members));
        checkMembers(members);
        if (view == View.WINDOW) {
            checkEye(eye, members, new Size(width, height));
        }
        delay = List.copyOf(Checks.present("delay", delay));
        checkDelay(delay);
        Checks.present("picture", picture);
    }

    /**
     * The rule for names of walls and of displays.
     *
     * @return the name
     * @throws InvalidValueException for anything but 1-64 of {@code A-Z a-z 0-9 . _ -}
     */
    public static String checkName(String field, String name) {
        return Checked.name(field, name);
    }

    private static void checkMembers(List<WallMember> members) {
        if (members.size() > MAX_MEMBERS) {
            throw new InvalidValueException("members", members.size(), "must be at most " + MAX_MEMBERS);
        }
        Set<String> displays = new HashSet<>();
        for (int i = 0; i < members.size(); i++) {
            String display = members.get(i).display();
            if (!displays.add(display)) {
                throw new InvalidValueException("members[" + i + "].display", display, "must be there only once");
            }
        }
    }

    private static void checkEye(Optional<List<Double>> eye, List<WallMember> members, Size wall) {
        if (eye.isEmpty()) {
            throw new InvalidValueException("eye", null, "is required with view window");
        }
        List<Double> at = eye.get();
        for (WallMember member : members) {
            if (!before(at, member, wall)) {
                throw new InvalidValueException("eye", at, "must lie before the screen of " + member.display());
            }
        }
    }

    private static boolean before(List<Double> eye, WallMember member, Size wall) {
        try {
            WallScreen screen = member.screen(wall);
            Vector3 from = new Vector3(
                    eye.get(0) - screen.middle().x(),
                    eye.get(1) - screen.middle().y(),
                    eye.get(2) - screen.middle().z());
            return Rotations.rotate(Rotations.inverse(screen.orientation()), from)
                            .z()
                    > 0;
        } catch (InvalidValueException e) {
            // beyond what a number can say
            return false;
        }
    }

    private static void checkDelay(List<DelayChange> delay) {
        if (delay.size() > Delay.MAX_CHANGES) {
            throw new InvalidValueException("delay", delay.size(), "must be at most " + Delay.MAX_CHANGES + " changes");
        }
        for (int i = 1; i < delay.size(); i++) {
            if (delay.get(i).from() <= delay.get(i - 1).from()) {
                throw new InvalidValueException(
                        "delay[" + i + "].from",
                        delay.get(i).from(),
                        "must be after that of the change before it ("
                                + delay.get(i - 1).from() + ")");
            }
        }
    }

    /** The member that a display is, if it is one. */
    public Optional<WallMember> member(String display) {
        return members.stream()
                .filter(member -> member.display().equals(display))
                .findFirst();
    }

    /** The same wall with other changes of its delay. */
    public Wall withDelay(List<DelayChange> changes) {
        return new Wall(name, title, camera, width, height, unit, fit, view, eye, members, changes, picture);
    }

    /** The same wall with another picture, or with its camera again. */
    public Wall withPicture(Optional<Picture> shown) {
        return new Wall(name, title, camera, width, height, unit, fit, view, eye, members, delay, shown);
    }
}
