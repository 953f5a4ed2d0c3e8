package org.geometryos.compositor.launcher.verify;

/** Why a step says nothing about the server. */
final class Skip extends Exception {
    private static final long serialVersionUID = 1L;

    Skip(String message) {
        super(message, null, false, false);
    }
}
