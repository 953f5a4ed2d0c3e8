package org.geometryos.compositor.recorder;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured, as it stands in Config Admin. */
@ObjectClassDefinition(name = "Compositor Bridge: recorder", description = "Records everything that displays get into an SQLite database.")
@interface RecorderConfig {
    String PID = "org.geometryos.compositor.recorder";

    @AttributeDefinition(name = "Enabled", description = "Whether it records. What was recorded can be read and played either way.")
    boolean enabled() default false;

    @AttributeDefinition(name = "File", required = false,
            description = "The database; relative to the host's data folder. Empty: recorder/recordings.db in it. Created with its folder if it is missing.")
    String file() default "";

    @AttributeDefinition(name = "Age", min = "0", max = "3153600000",
            description = "Seconds after which entries are deleted (60 to 3,153,600,000; 0: kept until there is no room).")
    long maxAge() default 86_400;

    @AttributeDefinition(name = "Size", min = "4194304", max = "4398046511104",
            description = "Bytes that the database may have; beyond it the oldest entries are deleted (4,194,304 to 4,398,046,511,104).")
    long maxBytes() default 1L << 30;

    @AttributeDefinition(name = "Interval", min = "10", max = "800",
            description = "Milliseconds between two writes (10 to 800): so much at most is lost when the process is killed.")
    int commitMillis() default 200;

    @AttributeDefinition(name = "Cameras", required = false,
            description = "The cameras to record, * for all. In a .cfg file separated by commas. Presence is recorded either way.")
    String[] cameras() default {"*"};
}
