package org.geometryos.compositor.io.files;

import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;

/** Where the content of a bundle comes from. */
public final class Origin {
    private Origin() {}

    /**
     * Its location says where it was first installed from, however often it was updated. Who updates it from elsewhere
     * says so in its manifest, as {@code bundle:update} of Karaf does.
     */
    public static String of(Bundle bundle) {
        String update = bundle.getHeaders("").get(Constants.BUNDLE_UPDATELOCATION);
        return update == null || update.isBlank() ? bundle.getLocation() : update.strip();
    }
}
