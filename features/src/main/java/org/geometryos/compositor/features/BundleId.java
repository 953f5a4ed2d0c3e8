package org.geometryos.compositor.features;

/** An artifact's id, {@code group:artifact[:type[:classifier]]:version}; an empty classifier means none. */
record BundleId(String group, String artifact, String type, String classifier, String version) {

    static BundleId parse(String id) {
        String[] parts = id.split(":", -1);
        return switch (parts.length) {
            case 3 -> new BundleId(parts[0], parts[1], "jar", "", parts[2]);
            case 4 -> new BundleId(parts[0], parts[1], parts[2], "", parts[3]);
            case 5 -> new BundleId(parts[0], parts[1], parts[2], parts[3], parts[4]);
            default ->
                throw new IllegalArgumentException("\"" + id + "\" is not group:artifact[:type[:classifier]]:version");
        };
    }

    /** Its name in the distribution; the launcher derives the same name from the same id. */
    String fileName() {
        return artifact + "-" + version + (classifier.isEmpty() ? "" : "-" + classifier) + "." + type;
    }

    /** Its place in a Maven repository. */
    String path() {
        return group.replace('.', '/') + "/" + artifact + "/" + version + "/" + fileName();
    }
}
