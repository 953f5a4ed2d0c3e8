package org.geometryos.compositor.launcher;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/**
 * What {@code compositor run} was told.
 *
 * @param port 0 takes a free port
 * @param host a loopback name or address, in the form a socket is bound to
 * @param demo whether the recordings that come with the distribution are played
 */
record Options(int port, String host, Path data, Path conf, boolean demo) {

    /** The command line is wrong; the message says how. */
    static final class UsageException extends Exception {
        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }

    /** @param home the distribution, whose folders are the defaults */
    static Options parse(List<String> arguments, Path home) throws UsageException, StartException {
        int port = 8081;
        String host = "127.0.0.1";
        Path data = home.resolve("data");
        Path conf = home.resolve("conf");
        boolean demo = true;
        for (Iterator<String> rest = arguments.iterator(); rest.hasNext();) {
            String argument = rest.next();
            int equals = argument.indexOf('=');
            String name = argument.startsWith("--") && equals > 0 ? argument.substring(0, equals) : argument;
            Iterator<String> value = name.equals(argument) ? rest : List.of(argument.substring(equals + 1)).iterator();
            switch (name) {
                case "--port" -> port = port(value(name, value));
                case "--host" -> host = Address.loopback(value(name, value));
                case "--data" -> data = folder(name, value(name, value));
                case "--conf" -> conf = folder(name, value(name, value));
                case "--no-demo" -> {
                    if (!name.equals(argument)) {
                        throw new UsageException("--no-demo takes no value");
                    }
                    demo = false;
                }
                default -> throw new UsageException("unknown "
                        + (name.startsWith("-") ? "option " : "argument ") + argument);
            }
        }
        return new Options(port, host, data, conf, demo);
    }

    private static String value(String name, Iterator<String> rest) throws UsageException {
        String value = rest.hasNext() ? rest.next() : "";
        if (value.isEmpty() || value.startsWith("--")) {
            throw new UsageException(name + " needs a value");
        }
        return value;
    }

    private static int port(String value) throws UsageException {
        try {
            int port = Integer.parseInt(value);
            if (port >= 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new UsageException("--port " + value + ": must be a whole number from 0 to 65535");
    }

    private static Path folder(String name, String value) throws UsageException {
        try {
            return Path.of(value).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new UsageException(name + " " + value + ": is not a path");
        }
    }
}
