package org.geometryos.compositor.recorder;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured, as it stands in Config Admin. */
@ObjectClassDefinition(
        name = "Compositor Bridge: recorder",
        description = "Records everything that displays receive into an SQLite database.")
@interface RecorderConfig {
    String PID = "org.geometryos.compositor.recorder";

    @AttributeDefinition(
            name = "Enabled",
            description = "Whether the bridge records. Existing recordings can be read and played in either case.")
    boolean enabled() default false;

    @AttributeDefinition(
            name = "File",
            required = false,
            description = "The database. A relative name is taken from the host's data folder. Empty means "
                    + "recorder/recordings.db there. The file and its folder are created if they are missing.")
    String file() default "";

    @AttributeDefinition(
            name = "Age",
            min = "0",
            max = "3153600000",
            description = "Seconds after which entries are deleted. 0 means that entries are kept until there is no "
                    + "room; any other value is at least 60.")
    long maxAge() default 86_400;

    @AttributeDefinition(
            name = "Size",
            min = "4194304",
            max = "4398046511104",
            description = "Bytes of the database. Beyond that the oldest entries are deleted.")
    long maxBytes() default 1L << 30;

    @AttributeDefinition(
            name = "Interval",
            min = "10",
            max = "800",
            description = "Milliseconds between two writes. A process that is killed loses at most the entries of "
                    + "this time.")
    int commitMillis() default 200;

    @AttributeDefinition(
            name = "Cameras",
            required = false,
            description = "Cameras to record, separated by commas; * for all. Presence is recorded in any case.")
    String[] cameras() default {"*"};
}
