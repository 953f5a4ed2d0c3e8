package org.geometryos.compositor.mqtt;

/** Of MQTT. */
enum Version {
    V5("5", 5),
    V311("3.1.1", 4);

    private final String text;
    private final int level;

    Version(String text, int level) {
        this.text = text;
        this.level = level;
    }

    /** As it stands in a CONNECT. */
    int level() {
        return level;
    }

    Version other() {
        return this == V5 ? V311 : V5;
    }

    @Override
    public String toString() {
        return text;
    }
}
