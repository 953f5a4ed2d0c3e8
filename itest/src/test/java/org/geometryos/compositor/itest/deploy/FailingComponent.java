package org.geometryos.compositor.itest.deploy;

/** The only class of a bundle whose component cannot be activated. */
public final class FailingComponent {
    public FailingComponent() {
        throw new IllegalStateException("no film in the camera");
    }
}
