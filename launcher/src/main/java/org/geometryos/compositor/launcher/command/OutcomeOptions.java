package org.geometryos.compositor.launcher.command;

import java.util.function.Supplier;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a command takes that changes something on a host, and tells what came of it. */
public final class OutcomeOptions {
    @Option(names = "--json", description = "Print the outcome as a line of JSON.")
    private boolean json;

    @Mixin
    private ServerOptions server;

    @Mixin
    private Help help;

    Target target() throws FailedException, UsageException {
        return server.target();
    }

    /** Prints the one or the other. */
    void print(Supplier<?> asJson, String asText) {
        Console.out(json ? asJson.get().toString() : asText);
    }
}
