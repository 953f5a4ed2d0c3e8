package org.geometryos.compositor.launcher.command;

import picocli.CommandLine.Option;

/** The option that every command has. */
public final class Help {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this.")
    boolean asked;
}
