package org.geometryos.compositor.launcher.command;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes, lists and removes the API keys of a distribution. */
@Command(
        name = "key",
        sortOptions = false,
        description = "Makes, lists and removes the API keys that displays and tools connect with.",
        synopsisSubcommandLabel = "(new | list | remove)")
public final class KeyCommand {
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int ID_LETTERS = 8;
    /** 5.95 bits each: 190.5 bits. */
    private static final int SECRET_LETTERS = 32;
    /** The name of everybody while no key is configured. */
    private static final String RESERVED = "local";

    private static final SecureRandom RANDOM = new SecureRandom();

    @Mixin
    private Help help;

    private KeyCommand() {}

    /** @param conf where keys are unless {@code --conf} says otherwise */
    public static CommandLine commandLine(Path conf) {
        return Arguments.commandLine(new KeyCommand())
                .addSubcommand(new New(conf))
                .addSubcommand(new ListAll(conf))
                .addSubcommand(new Remove(conf));
    }

    /** A new key. */
    static String make() {
        return "cb_" + letters(ID_LETTERS) + "_" + letters(SECRET_LETTERS);
    }

    private static String letters(int count) {
        StringBuilder text = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            text.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
        }
        return text.toString();
    }

    /** Where the keys are. */
    private static class Conf {
        @Option(
                names = "--conf",
                paramLabel = "DIR",
                converter = OptionTypes.Folder.class,
                description = "Configuration folder of the bridge (default: conf/ in the distribution).")
        private Path conf;

        Conf(Path conf) {
            this.conf = conf;
        }

        KeyFiles files() {
            return new KeyFiles(conf);
        }
    }

    @Command(
            name = "new",
            sortOptions = false,
            customSynopsis = "compositor key new --role ROLE --name NAME [options]",
            description = "Makes an API key and prints it on standard output, this once. "
                    + "The bridge keeps its digest only; it takes the key within a second, running or not.")
    private static final class New implements Callable<Integer> {
        @Option(
                names = "--role",
                required = true,
                paramLabel = "ROLE",
                converter = OptionTypes.RoleWord.class,
                description = "view (receive), control (also drive cameras and the scene) or admin.")
        private String role;

        @Option(
                names = "--name",
                required = true,
                paramLabel = "NAME",
                converter = OptionTypes.Name.class,
                description = "Whom the key is for, 1-64 of A-Z a-z 0-9 . _ -")
        private String name;

        @Option(names = "--replace", description = "Put it in the place of a key of that name, which is revoked.")
        private boolean replace;

        @Mixin
        private final Conf conf;

        @Mixin
        private Help help;

        New(Path conf) {
            this.conf = new Conf(conf);
        }

        @Override
        public Integer call() throws FailedException, UsageException {
            if (name.equals(RESERVED)) {
                throw new UsageException(
                        "--name " + RESERVED + ": is the name of everybody while no key is configured; take another");
            }
            KeyFiles files = conf.files();
            List<KeyFiles.Entry> before = files.named(name);
            if (!before.isEmpty() && !replace) {
                throw new FailedException("there is a key of the name " + name + " already ("
                        + before.get(0).file() + "); --replace puts a new one in its place");
            }
            String key = make();
            Path file;
            try {
                file = files.write(name, role, key);
            } catch (IOException e) {
                throw new FailedException(
                        "the key could not be stored in " + files.folder() + " (" + reason(e) + "); no key was made",
                        e);
            }
            Console.out(key);
            Console.error("key " + name + " with role " + role + " is in " + file + " as its digest.\n"
                    + "  It is shown this once: keep it where only its user can read it. A client of the bridge "
                    + "takes it from a file\n"
                    + "  (compositor connect --key-file FILE), from COMPOSITOR_KEY, or sends it as \"Authorization: "
                    + "Bearer KEY\".\n"
                    + "  With the first key, nobody connects without one.");
            return 0;
        }
    }

    @Command(
            name = "list",
            sortOptions = false,
            customSynopsis = "compositor key list [options]",
            description = "Lists the API keys: name, role, file.")
    private static final class ListAll implements Callable<Integer> {
        @Option(names = "--json", description = "Print each key as a line of JSON: name, role and file.")
        private boolean json;

        @Mixin
        private final Conf conf;

        @Mixin
        private Help help;

        ListAll(Path conf) {
            this.conf = new Conf(conf);
        }

        @Override
        public Integer call() {
            List<List<String>> rows = new ArrayList<>();
            for (KeyFiles.Entry entry : conf.files().list()) {
                rows.add(List.of(
                        Console.plain(entry.name()),
                        entry.role().orElse("-"),
                        entry.file().toString()));
                if (!entry.usable()) {
                    Console.error(entry.file()
                            + " lacks a role (view, control, admin) or a digest (sha256, 64 hexadecimal "
                            + "digits): it admits nobody");
                }
            }
            (json ? rows.stream().map(ListAll::line).toList() : Table.lines(List.of("NAME", "ROLE", "FILE"), rows))
                    .forEach(Console::out);
            return 0;
        }

        private static String line(List<String> row) {
            return new JsonLine()
                    .with("name", row.get(0))
                    .with("role", Optional.of(row.get(1)).filter(role -> !role.equals("-")))
                    .with("file", row.get(2))
                    .toString();
        }
    }

    @Command(
            name = "remove",
            sortOptions = false,
            customSynopsis = "compositor key remove NAME [options]",
            description = "Removes an API key and closes its connections.")
    private static final class Remove implements Callable<Integer> {
        @Parameters(paramLabel = "NAME", converter = OptionTypes.Text.class, description = "The key's name.")
        private String name;

        @Mixin
        private final Conf conf;

        @Mixin
        private Help help;

        Remove(Path conf) {
            this.conf = new Conf(conf);
        }

        @Override
        public Integer call() throws FailedException {
            KeyFiles files = conf.files();
            try {
                List<Path> gone = files.remove(name);
                if (gone.isEmpty()) {
                    throw new FailedException("there is no key of the name " + name + " in " + files.folder());
                }
                gone.forEach(file -> Console.error("removed " + file));
                return 0;
            } catch (IOException e) {
                throw new FailedException("the key " + name + " could not be removed (" + reason(e) + ")", e);
            }
        }
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
}
