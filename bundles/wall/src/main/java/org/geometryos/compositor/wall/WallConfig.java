package org.geometryos.compositor.wall;

import org.geometryos.compositor.api.wall.WallDeclaration;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** A wall that an operator declares. Describes it only: {@link WallDeclaration} reads the properties itself. */
@ObjectClassDefinition(
        name = "Compositor Bridge: wall",
        factoryPid = WallDeclaration.FACTORY_PID,
        description = "A group of displays that show one picture together. Its name is what follows ~ in the PID, 1 to "
                + "64 of A-Z a-z 0-9 . _ -. A display belongs to one wall at most; all walls together have at most "
                + "1024 members.")
@interface WallConfig {
    @AttributeDefinition(
            name = "Title",
            required = false,
            description = "What people call the wall, at most 256 characters.")
    String title();

    @AttributeDefinition(
            name = "Camera",
            required = false,
            description =
                    "Camera that spans the wall. Default: the one that the page of a member names, that with the name "
                            + "of the wall, or those of the settings.")
    String camera();

    @AttributeDefinition(
            name = "Width",
            type = AttributeType.DOUBLE,
            description = "Width of the whole wall with its bezels, in millimetres or physical pixels (unit), above 0.")
    double width();

    @AttributeDefinition(
            name = "Height",
            type = AttributeType.DOUBLE,
            description =
                    "Height of the whole wall with its bezels, in millimetres or physical pixels (unit), above 0.")
    double height();

    @AttributeDefinition(
            name = "Unit",
            description = "Unit of all lengths: millimetres or physical pixels.",
            options = {@Option(label = "mm", value = "mm"), @Option(label = "px", value = "px")})
    String unit() default "mm";

    @AttributeDefinition(
            name = "Fit",
            description = "How the view of the camera is brought into the wall where their shapes differ.",
            options = {
                @Option(label = "contain", value = "contain"),
                @Option(label = "cover", value = "cover"),
                @Option(label = "same-scale", value = "same-scale")
            })
    String fit() default "contain";

    @AttributeDefinition(
            name = "View",
            description = "How the wall shows a 3D camera: camera cuts the picture of the camera into parts, window "
                    + "shows what the eye sees through the wall.",
            options = {@Option(label = "camera", value = "camera"), @Option(label = "window", value = "window")})
    String view() default "camera";

    @AttributeDefinition(
            name = "Eye",
            required = false,
            description =
                    "Where the eye is, as \"x y z\" in the unit of the wall from the middle of the wall: x to the "
                            + "right, y up, z towards the viewer. Required with view window; it must lie before each screen.")
    String eye();

    @AttributeDefinition(
            name = "Members",
            required = false,
            description = "The displays of the wall, at most 256, each as \"NAME x=0 y=0 width=1920 height=1080\": the "
                    + "rectangle that its picture covers, from the upper left corner of the wall. Further words: turn "
                    + "(0, 90, 180 or 270 degrees, clockwise), delay (of the screen itself, 0 to 1000 ms), and for a "
                    + "screen at an angle position=X,Y,Z (its middle, from the middle of the wall), yaw and pitch "
                    + "(degrees). Several in one text have semicolons between them.")
    String[] members();

    @AttributeDefinition(
            name = "Delay",
            type = AttributeType.DOUBLE,
            min = "0",
            max = "5000",
            description =
                    "How far the picture lies behind the newest one, in milliseconds. 0 means that the bridge chooses "
                            + "it.")
    double delay() default 0;

    @AttributeDefinition(
            name = "Least delay",
            type = AttributeType.DOUBLE,
            min = "0",
            max = "5000",
            description = "The least delay that the bridge chooses, in milliseconds.")
    double minDelay() default 0;

    @AttributeDefinition(
            name = "Largest delay",
            type = AttributeType.DOUBLE,
            min = "0",
            max = "5000",
            description =
                    "The largest delay that the bridge chooses, in milliseconds, not below minDelay. A member that "
                            + "needs more is left out.")
    double maxDelay() default WallDeclaration.DEFAULT_MAX_DELAY;

    @AttributeDefinition(
            name = "Alarm",
            type = AttributeType.DOUBLE,
            min = "0",
            max = "5000",
            description = "The log and the health tell when members show moments that are further apart than this, in "
                    + "milliseconds, for a second. 0 means never.")
    double alarm() default WallDeclaration.DEFAULT_ALARM;
}
