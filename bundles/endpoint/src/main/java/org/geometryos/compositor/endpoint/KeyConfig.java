package org.geometryos.compositor.endpoint;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * What can be configured of one key. Describes it only: all keys are read at once ({@link ConfiguredKeys}) and checked
 * by {@link KeyRing}, so no component is made of it and its getters are never called.
 */
@ObjectClassDefinition(
        factoryPid = KeyConfig.PID,
        name = "Compositor Bridge: API key",
        description = "An API key and its role. With the first configuration of a key, every connection needs a "
                + "key. A configuration that breaks a rule admits nobody and still counts as a key. A change takes "
                + "effect at once: a key that was removed or replaced closes its connections with 4401.")
@interface KeyConfig {
    String PID = "org.geometryos.compositor.endpoint.key";

    @AttributeDefinition(
            name = "Role",
            description = "view (receive), control (also drive cameras and the scene) or admin. A raised role "
                    + "applies to open connections at once; a lowered role closes them with 4403.",
            options = {
                @Option(label = "view", value = "view"),
                @Option(label = "control", value = "control"),
                @Option(label = "admin", value = "admin")
            })
    String role();

    @AttributeDefinition(
            name = "SHA-256",
            required = false,
            description = "SHA-256 of the key's UTF-8 text, 64 hex digits. Set either this or key.")
    String sha256();

    @AttributeDefinition(
            name = "Key",
            required = false,
            type = AttributeType.PASSWORD,
            description = "The key itself, at least 16 characters; blanks around it do not count. Use a "
                    + "placeholder, $[env:NAME] or $[secret:NAME], instead of the text of the key.")
    String key();

    @AttributeDefinition(
            name = "Name",
            required = false,
            description = "The key's name, 1 to 64 of A-Z a-z 0-9 . _ -; not local, and unique. It is the user of "
                    + "sessions that name none in hello. Default: what follows ~ in the PID.")
    String name();
}
