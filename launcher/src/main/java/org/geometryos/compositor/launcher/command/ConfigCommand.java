package org.geometryos.compositor.launcher.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The configuration of a host that runs. */
@Command(
        name = "config",
        sortOptions = false,
        customSynopsis = "compositor config (list | check | set) [options]",
        description = "Lists, checks and changes the configuration of a host. Needs the role admin.",
        subcommands = {ConfigCommand.ListAll.class, ConfigCommand.Check.class, ConfigCommand.Set.class})
public final class ConfigCommand implements Runnable {
    private static final String PREFIX = "org.geometryos.compositor.";
    private static final int MAX_BYTES = 256 << 10;
    private static final Pattern SECRET = Pattern.compile("(?i)key|.*(password|secret).*");

    @Spec
    private CommandSpec spec;

    @Mixin
    private Help help;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do with it: list, check or set");
    }

    /** A PID may be given without the beginning that all of the bridge's have. */
    static String pid(String given) {
        return given.startsWith("org.") ? given : PREFIX + given;
    }

    private static Optional<Map<?, ?>> find(AdminApi.Answer all, String pid) {
        return all.list("configurations").stream()
                .filter(each -> pid.equals(each.get("pid")))
                .findFirst();
    }

    /** What Metatype says of the keys of a configuration, also of one that is not there yet. */
    private static List<Map<?, ?>> attributes(AdminApi.Answer all, String pid) {
        Optional<Map<?, ?>> found = find(all, pid);
        if (found.isPresent()) {
            return JsonText.list(found.get(), "attributes");
        }
        return all.list("factories").stream()
                .filter(each -> pid.startsWith(each.get("factoryPid") + "~"))
                .findFirst()
                .map(factory -> JsonText.list(factory, "attributes"))
                .orElse(List.of());
    }

    /** {@code compositor config list}. */
    @Command(
            name = "list",
            sortOptions = false,
            customSynopsis = "compositor config list [PID] [options]",
            description =
                    "Lists the configurations with what is set in each, or the keys of one with their values, defaults "
                            + "and meanings. A secret is shown as \u2022\u2022\u2022.",
            footer = {"", "exit codes: 0 listed, 1 refused or no such configuration, 2 wrong usage"})
    static final class ListAll implements Callable<Integer> {
        private static final List<String> HEAD = List.of("PID", "SET", "FILE", "PROBLEM");
        private static final List<String> KEYS = List.of("KEY", "VALUE", "DEFAULT", "TYPE", "MEANING");

        @Parameters(
                arity = "0..1",
                paramLabel = "PID",
                converter = OptionTypes.Text.class,
                description = "One configuration, such as camera or " + PREFIX + "camera.")
        private String one;

        @Option(names = "--json", description = "Print each configuration as a line of JSON.")
        private boolean json;

        @Mixin
        private ServerOptions server;

        @Mixin
        private Help help;

        @Override
        public Integer call() throws FailedException, UsageException, InterruptedException {
            AdminApi.Answer all = new AdminApi(server.target()).get("configuration");
            if (one == null) {
                (json ? all.lines("configurations") : table(all)).forEach(Console::out);
                return 0;
            }
            String pid = pid(one);
            if (find(all, pid).isEmpty()) {
                throw new FailedException(
                        "there is no configuration " + Console.plain(pid) + "; compositor config list lists them");
            }
            (json ? List.of(raw(all, pid)) : keys(all, pid)).forEach(Console::out);
            return 0;
        }

        static List<String> table(AdminApi.Answer all) {
            return Table.lines(
                    HEAD,
                    all.list("configurations").stream()
                            .map(each -> List.of(
                                    JsonText.text(each, "pid"),
                                    each.get("properties") instanceof Map<?, ?> set && !set.isEmpty()
                                            ? String.join(
                                                    " ",
                                                    set.keySet().stream()
                                                            .map(key -> Console.plain(String.valueOf(key)))
                                                            .toList())
                                            : "-",
                                    each.get("file") == null ? "-" : JsonText.text(each, "file"),
                                    JsonText.text(each, "problem")))
                            .toList());
        }

        static List<String> keys(AdminApi.Answer all, String pid) {
            Map<?, ?> configuration = find(all, pid).orElseThrow();
            Map<?, ?> set = configuration.get("properties") instanceof Map<?, ?> map ? map : Map.of();
            List<List<String>> rows = new ArrayList<>();
            for (Map<?, ?> attribute : attributes(all, pid)) {
                String key = JsonText.text(attribute, "id");
                rows.add(List.of(
                        key,
                        set.containsKey(key) ? JsonText.text(set, key) : "-",
                        attribute.get("default") == null ? "-" : JsonText.text(attribute, "default"),
                        JsonText.text(attribute, "type"),
                        JsonText.text(attribute, "description")));
            }
            List<String> lines = new ArrayList<>();
            if (configuration.get("problem") != null) {
                lines.add("problem: " + JsonText.text(configuration, "problem"));
            }
            if (configuration.get("file") != null) {
                lines.add("file: " + JsonText.text(configuration, "file"));
            }
            lines.addAll(Table.lines(KEYS, rows));
            return lines;
        }

        private static String raw(AdminApi.Answer all, String pid) throws FailedException {
            for (String line : all.lines("configurations")) {
                try {
                    if (pid.equals(JsonText.read(line).get("pid"))) {
                        return line;
                    }
                } catch (IOException e) {
                    throw new FailedException("the list of configurations cannot be read", e);
                }
            }
            throw new FailedException("there is no configuration " + Console.plain(pid));
        }
    }

    /** A change of a configuration, as it is given on the command line. */
    static final class Change {
        @Parameters(
                index = "0",
                arity = "0..1",
                paramLabel = "PID",
                converter = OptionTypes.Text.class,
                description = "The configuration, such as camera or " + PREFIX + "camera.")
        private String one;

        @Parameters(
                index = "1..*",
                arity = "0..*",
                paramLabel = "KEY=VALUE",
                description = "What to set; a key that is given several times has several values.")
        private List<String> pairs = new ArrayList<>();

        @Option(
                names = "--unset",
                paramLabel = "KEY",
                converter = OptionTypes.Text.class,
                description = "A key that gets its default again, repeatable.")
        private List<String> unset = new ArrayList<>();

        @Option(
                names = "--from",
                paramLabel = "FILE",
                description =
                        "JSON object with keys and values, also for secrets, which are not taken from the command "
                                + "line; - is standard input.")
        private String from;

        /** Whether there is any. */
        boolean any() {
            return !pairs.isEmpty() || !unset.isEmpty() || from != null;
        }

        /** The JSON object of what changes. */
        String properties(List<Map<?, ?>> attributes) throws UsageException, FailedException {
            Map<String, List<String>> values = new LinkedHashMap<>();
            for (String pair : pairs) {
                int equals = pair.indexOf('=');
                if (equals < 1) {
                    throw new UsageException("KEY=VALUE is needed, not " + Console.plain(pair));
                }
                String key = pair.substring(0, equals);
                if (secret(attributes, key)) {
                    throw new UsageException(Console.plain(key)
                            + " is a secret, and is not taken from the command line, where every user of the machine "
                            + "can read it; give it by --from FILE");
                }
                values.computeIfAbsent(key, any -> new ArrayList<>()).add(pair.substring(equals + 1));
            }
            JsonLine line = new JsonLine();
            values.forEach((key, all) -> {
                if (all.size() > 1 || several(attributes, key)) {
                    line.with(key, all);
                } else {
                    line.with(key, all.get(0));
                }
            });
            unset.forEach(key -> line.raw(key, "null"));
            return from == null ? line.toString() : merged(line.toString());
        }

        private static Optional<Map<?, ?>> attribute(List<Map<?, ?>> attributes, String key) {
            return attributes.stream()
                    .filter(each -> key.equals(each.get("id")))
                    .findFirst();
        }

        private static boolean secret(List<Map<?, ?>> attributes, String key) {
            return SECRET.matcher(key).matches()
                    || attribute(attributes, key)
                            .filter(each -> "Password".equals(each.get("type")))
                            .isPresent();
        }

        private static boolean several(List<Map<?, ?>> attributes, String key) {
            return attribute(attributes, key)
                    .filter(each -> each.get("cardinality") instanceof Long number && number != 0)
                    .isPresent();
        }

        private String merged(String line) throws FailedException {
            String text = read();
            try {
                JsonText.read(text);
            } catch (IOException e) {
                // its own message would show the content
                throw new FailedException("--from " + from + ": must be a JSON object of keys and values");
            }
            String inner = text.strip();
            String own = inner.substring(1, inner.length() - 1).strip();
            String rest = line.substring(1, line.length() - 1);
            return "{" + own + (own.isEmpty() || rest.isEmpty() ? "" : ",") + rest + "}";
        }

        private String read() throws FailedException {
            try {
                byte[] bytes;
                if (from.equals("-")) {
                    bytes = System.in.readNBytes(MAX_BYTES + 1);
                } else {
                    try (InputStream in = Files.newInputStream(Path.of(from))) {
                        bytes = in.readNBytes(MAX_BYTES + 1);
                    }
                }
                if (bytes.length > MAX_BYTES) {
                    throw new FailedException("--from " + from + ": must be at most " + MAX_BYTES + " bytes");
                }
                return new String(bytes, StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new FailedException(
                        "--from " + from + ": cannot be read (" + e.getClass().getSimpleName() + ")");
            }
        }
    }

    private static AdminApi.Answer post(Target target, String pid, Change change, boolean check)
            throws FailedException, UsageException, InterruptedException {
        AdminApi api = new AdminApi(target);
        String properties = change.properties(attributes(api.get("configuration"), pid));
        return api.post(
                "configuration",
                new JsonLine().with("pid", pid).raw("properties", properties).raw("check", String.valueOf(check)));
    }

    /** Of a change that a file undoes. */
    static final String LATER =
            "; a file has this configuration, and is read again at the next start: change it there, too";

    /** {@code compositor config check}. */
    @Command(
            name = "check",
            sortOptions = false,
            customSynopsis = "compositor config check [PID [KEY=VALUE ...]] [options]",
            description = "Without arguments: tells which configurations are refused or have keys that nobody knows. "
                    + "With a change: tells whether it would be taken, and changes nothing.",
            footer = {"", "exit codes: 0 all is well, 1 a problem or a refusal, 2 wrong usage"})
    static final class Check implements Callable<Integer> {
        @Mixin
        private Change change;

        @Option(names = "--json", description = "Print the outcome as lines of JSON.")
        private boolean json;

        @Mixin
        private ServerOptions server;

        @Mixin
        private Help help;

        @Override
        public Integer call() throws FailedException, UsageException, InterruptedException {
            if (change.any()) {
                if (change.one == null) {
                    throw new UsageException("PID is needed");
                }
                post(server.target(), pid(change.one), change, true);
                Console.out(
                        json
                                ? JsonLine.done("check")
                                        .with("pid", pid(change.one))
                                        .toString()
                                : "configuration " + Console.plain(pid(change.one)) + ": this would be taken");
                return 0;
            }
            AdminApi.Answer all = new AdminApi(server.target()).get("configuration");
            if (change.one != null && find(all, pid(change.one)).isEmpty()) {
                throw new FailedException("there is no configuration " + Console.plain(pid(change.one))
                        + "; compositor config list lists them");
            }
            List<Map<?, ?>> wrong = all.list("configurations").stream()
                    .filter(each -> change.one == null || pid(change.one).equals(each.get("pid")))
                    .filter(each -> each.get("problem") != null)
                    .toList();
            for (Map<?, ?> each : wrong) {
                Console.out(
                        json
                                ? new JsonLine()
                                        .with("pid", String.valueOf(each.get("pid")))
                                        .with("problem", String.valueOf(each.get("problem")))
                                        .toString()
                                : JsonText.text(each, "problem"));
            }
            if (wrong.isEmpty() && !json) {
                Console.out(change.one == null ? "all configurations are in force" : "the configuration is in force");
            }
            return wrong.isEmpty() ? 0 : 1;
        }
    }

    /** {@code compositor config set}. */
    @Command(
            name = "set",
            sortOptions = false,
            customSynopsis = "compositor config set PID KEY=VALUE ... [options]",
            description = "Changes a configuration; keys that are not given stay as they are. A value that breaks a "
                    + "rule is refused, and nothing changes.",
            footer = {"", "exit codes: 0 changed, or as it was; 1 refused; 2 wrong usage"})
    static final class Set implements Callable<Integer> {
        @Mixin
        private Change change;

        @Mixin
        private OutcomeOptions outcome;

        @Override
        public Integer call() throws FailedException, UsageException, InterruptedException {
            if (change.one == null) {
                throw new UsageException("PID is needed");
            }
            if (!change.any()) {
                throw new UsageException("KEY=VALUE, --unset KEY or --from FILE is needed");
            }
            String pid = pid(change.one);
            AdminApi.Answer answer = post(outcome.target(), pid, change, false);
            outcome.print(
                    answer::json,
                    "configuration " + Console.plain(pid) + (answer.is("changed") ? " is changed" : " is as it was")
                            + (answer.is("lasts") ? "" : LATER));
            if (answer.document().get("problem") != null) {
                throw new FailedException(answer.text("problem"));
            }
            return 0;
        }
    }
}
