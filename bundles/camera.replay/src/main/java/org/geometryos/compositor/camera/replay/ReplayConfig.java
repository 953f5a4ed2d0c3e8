package org.geometryos.compositor.camera.replay;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * What can be configured, as it stands in Config Admin. Its getters are never called: they convert and throw;
 * {@link Settings} reads the properties themselves.
 */
@ObjectClassDefinition(
        name = "Compositor Bridge: replay of camera recordings",
        description = "Plays recordings (JSON Lines of camera messages) in real time. One configuration is one "
                + "camera source.")
@interface ReplayConfig {
    String PID = "org.geometryos.compositor.camera.replay";

    @AttributeDefinition(
            name = "Files",
            required = false,
            description = "One recording or several, played side by side. A relative name is taken from the folder "
                    + "in the property compositor.recordings. Set one of file, folder and recording.")
    String[] file() default {};

    @AttributeDefinition(
            name = "Folder",
            required = false,
            description = "A folder in which every *.jsonl plays. Files that are added, changed or removed are "
                    + "noticed within 2 s. It is created if it is missing. Set one of file, folder and recording.")
    String folder() default "";

    @AttributeDefinition(
            name = "Recording",
            required = false,
            description = "A recording of the recorder, by the beginning of its name, or newest. Of a recording "
                    + "that is being written, the source plays what exists when it is configured. Set one of file, "
                    + "folder and recording.")
    String recording() default "";

    @AttributeDefinition(
            name = "From",
            required = false,
            description = "Where to begin in that recording: an instant such as 2026-11-21T14:00:00Z, or a time "
                    + "since its beginning such as 90s or 5m. Empty means its beginning.")
    String from() default "";

    @AttributeDefinition(
            name = "To",
            required = false,
            description = "Where to end in that recording. Empty means its end.")
    String to() default "";

    @AttributeDefinition(
            name = "Loop",
            description = "Whether to begin again at the end. Otherwise each recording plays once.")
    boolean loop() default true;

    @AttributeDefinition(
            name = "Speed",
            type = AttributeType.DOUBLE,
            min = "0.01",
            max = "100",
            description = "Factor of the speed; 1 is as recorded. A change takes effect at the present position.")
    double speed() default 1;

    @AttributeDefinition(
            name = "Camera",
            required = false,
            description = "Name of the camera, 1 to 64 of A-Z a-z 0-9 . _ - /; only for recordings with one camera. "
                    + "Empty means the recorded name.")
    String camera() default "";

    @AttributeDefinition(
            name = "Source",
            required = false,
            description = "Name of this source, as displays see it, 1 to 64 of A-Z a-z 0-9 . _ -. Empty means what "
                    + "follows ~ in the PID, or else the name of the first file or the folder.")
    String source() default "";

    @AttributeDefinition(
            name = "Priority",
            type = AttributeType.INTEGER,
            min = "-2147483648",
            max = "2147483647",
            description = "The source takes a camera from a holder of lower priority. Displays have 10 unless "
                    + "configured.")
    int priority() default 0;

    @AttributeDefinition(
            name = "Delay",
            type = AttributeType.DOUBLE,
            min = "-1000",
            max = "10000",
            description = "Milliseconds by which the time of each update is set back. Less than 0 means ahead. "
                    + "A change is reached slowly, without a cut.")
    double delay() default 0;
}
