package org.geometryos.compositor.launcher.verify;

/** What is wrong with the server: the message names what came and the rule. */
final class StepFault extends Exception {
    private static final long serialVersionUID = 1L;

    StepFault(String message) {
        super(message, null, false, false);
    }
}
