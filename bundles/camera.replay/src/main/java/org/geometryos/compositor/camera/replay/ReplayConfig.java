package org.geometryos.compositor.camera.replay;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * What can be configured, as it stands in Config Admin. Its getters are never called: they convert and throw;
 * {@link Settings} reads the properties themselves.
 */
@ObjectClassDefinition(name = "Compositor Bridge: replay of camera recordings",
        description = "Plays recordings (JSON Lines of camera messages) in real time. One configuration is one camera source.")
@interface ReplayConfig {
    String PID = "org.geometryos.compositor.camera.replay";

    @AttributeDefinition(name = "Files", required = false, description = "One recording or several, played side by side. "
            + "Relative names are looked up in the folder given by the property compositor.recordings. Either this or a folder.")
    String[] file() default {};

    @AttributeDefinition(name = "Folder", required = false, description = "A folder in which every *.jsonl plays; what is "
            + "added, changed or removed there is noticed within 2 s. Created if it is missing. Either this or files.")
    String folder() default "";

    @AttributeDefinition(name = "Recording", required = false, description = "A recording of the recorder, by the beginning of its name, or "
            + "\"newest\"; of one that is being written what there is when this is configured. Instead of files or a folder.")
    String recording() default "";

    @AttributeDefinition(name = "From", required = false, description = "Where in that recording to begin: an instant such as "
            + "2026-11-21T14:00:00Z, or a time since its beginning such as 90s or 5m. Empty: at its beginning.")
    String from() default "";

    @AttributeDefinition(name = "To", required = false, description = "Where in that recording to end. Empty: at its end.")
    String to() default "";

    @AttributeDefinition(name = "Loop", description = "Whether to begin again at the end; otherwise each recording plays once.")
    boolean loop() default true;

    @AttributeDefinition(name = "Speed", type = AttributeType.DOUBLE, min = "0.01", max = "100",
            description = "How fast, as a factor (0.01 to 100); 1 is as recorded. Takes effect at the present position.")
    double speed() default 1;

    @AttributeDefinition(name = "Camera", required = false, description = "The name under which the camera is driven, 1-64 of "
            + "A-Z a-z 0-9 . _ - /; only for recordings with one camera. Empty: as recorded.")
    String camera() default "";

    @AttributeDefinition(name = "Source", required = false, description = "The name of this source, as displays see it, 1-64 of "
            + "A-Z a-z 0-9 . _ -. Empty: what follows ~ in the PID, or else the name of the first file or the folder.")
    String source() default "";

    @AttributeDefinition(name = "Priority", type = AttributeType.INTEGER, description = "Against a holder of lower priority "
            + "the source wins a camera; displays have 10 unless configured.")
    int priority() default 0;
}
