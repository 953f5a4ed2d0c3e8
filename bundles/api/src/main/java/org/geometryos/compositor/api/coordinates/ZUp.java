package org.geometryos.compositor.api.coordinates;

import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;

/**
 * Right-handed coordinates with +X to the right, +Y ahead and +Z up, in metres, whose camera looks along its own +Y
 * with +Z up; and the way between them and glTF. No rounding happens on it.
 */
public final class ZUp {
    private ZUp() {}

    public static Vector3 toGltf(Vector3 zUp) {
        return new Vector3(zUp.x(), zUp.z(), -zUp.y());
    }

    public static Vector3 fromGltf(Vector3 gltf) {
        return new Vector3(gltf.x(), -gltf.z(), gltf.y());
    }

    public static Quaternion toGltf(Quaternion zUp) {
        return new Quaternion(zUp.x(), zUp.z(), -zUp.y(), zUp.w());
    }

    public static Quaternion fromGltf(Quaternion gltf) {
        return new Quaternion(gltf.x(), -gltf.z(), gltf.y(), gltf.w());
    }
}
