package org.geometryos.compositor.launcher.command;

import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** How all commands read their arguments, and what they say of wrong ones. */
public final class Arguments {
    private static final int WIDTH = 100;
    private static final Pattern KEY = Pattern.compile("cb_[A-Za-z0-9]+_[A-Za-z0-9]+");

    private Arguments() {}

    /** @param command annotated for picocli; its subcommands are added by the caller */
    public static CommandLine commandLine(Object command) {
        return new CommandLine(command);
    }

    /**
     * @param line with all its subcommands
     * @return what was read, the subcommands' too
     * @throws UsageException with a sentence that never holds a key
     */
    public static CommandLine.ParseResult parse(CommandLine line, List<String> arguments) throws UsageException {
        line.setExpandAtFiles(false)
                .setOverwrittenOptionsAllowed(true)
                .setUnmatchedOptionsAllowedAsOptionParameters(true)
                .setUsageHelpWidth(WIDTH);
        if (arguments.stream().anyMatch(argument -> argument.equals("--key") || argument.startsWith("--key="))) {
            throw new UsageException(
                    "a key is not taken from the command line, where every user of the machine can read it: "
                            + "put it into a file (--key-file FILE), into COMPOSITOR_KEY, or into apiKey of "
                            + "--settings FILE");
        }
        try {
            return line.parseArgs(arguments.toArray(String[]::new));
        } catch (ParameterException e) {
            throw new UsageException(KEY.matcher(sentence(e, arguments)).replaceAll("cb_(hidden)"));
        }
    }

    /** The help of a command. */
    public static String help(CommandLine command) {
        return command.getUsageMessage(Ansi.OFF).stripTrailing();
    }

    private static String sentence(ParameterException e, List<String> arguments) {
        ArgSpec spec = e.getArgSpec();
        String name = spec instanceof OptionSpec option ? option.longestName() : spec == null ? "" : spec.paramLabel();
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            String first = unmatched.getUnmatched().get(0);
            return first.startsWith("-") ? "unknown option " + first.split("=", 2)[0] : "unknown argument " + first;
        }
        if (e instanceof MissingParameterException missing
                && spec == null
                && !missing.getMissing().isEmpty()) {
            ArgSpec first = missing.getMissing().get(0);
            boolean given = first instanceof OptionSpec option
                    && arguments.stream().anyMatch(List.of(option.names())::contains);
            return (first instanceof OptionSpec option ? option.longestName() : first.paramLabel())
                    + (given ? " needs a value" : " is needed");
        }
        if (spec != null && spec.isOption() && spec.arity().max() == 0) {
            return name + " takes no value";
        }
        if (e instanceof MissingParameterException) {
            return name + (spec != null && spec.isOption() ? " needs a value" : " is needed");
        }
        if (spec != null
                && (e.getValue() == null
                        || e.getValue().isEmpty()
                        || e.getValue().startsWith("--"))) {
            return name + " needs a value";
        }
        if (spec != null && e.getCause() instanceof TypeConversionException wrong) {
            return name + " " + e.getValue() + ": " + wrong.getMessage();
        }
        return e.getMessage();
    }
}
