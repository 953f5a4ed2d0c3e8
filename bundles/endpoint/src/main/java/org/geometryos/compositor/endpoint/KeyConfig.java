package org.geometryos.compositor.endpoint;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * What can be configured of one key. Describes it only: all keys are read at once ({@link ConfiguredKeys}) and checked by
 * {@link KeyRing}, so no component is made of it and its getters are never called.
 */
@ObjectClassDefinition(factoryPid = KeyConfig.PID, name = "Compositor Bridge: API key",
        description = "A key and what whoever has it may do. As soon as there is one configuration, nobody connects without a key.")
@interface KeyConfig {
    String PID = "org.geometryos.compositor.endpoint.key";

    @AttributeDefinition(name = "Role", description = "view (receive), control (also drive cameras and the scene) or admin. Raised, "
            + "it counts at once for open connections; lowered, they are closed with 4403.",
            options = {@Option(label = "view", value = "view"), @Option(label = "control", value = "control"), @Option(label = "admin", value = "admin")})
    String role();

    @AttributeDefinition(name = "SHA-256", required = false, description = "SHA-256 of the key's UTF-8 text, 64 hex digits. Exactly "
            + "one of this and the key itself.")
    String sha256();

    @AttributeDefinition(name = "Key", required = false, type = AttributeType.PASSWORD, description = "The key itself, at least 16 "
            + "characters; blanks around it do not count. Meant for $[env:NAME] and $[secret:NAME], not to be written down here.")
    String key();

    @AttributeDefinition(name = "Name", required = false, description = "Under which the key is known, 1-64 of A-Z a-z 0-9 . _ -, not "
            + "local, no other key's; whoever gives no user in hello has it as user. Default: what follows ~ in the PID.")
    String name();
}
