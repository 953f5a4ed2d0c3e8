package org.geometryos.compositor.tiles.files;

import java.io.IOException;

/** A picture is there, and will not be one of a tile until it changes; the message says why. */
final class UnusablePictureException extends IOException {
    private static final long serialVersionUID = 1L;

    UnusablePictureException(String reason) {
        super(reason);
    }
}
