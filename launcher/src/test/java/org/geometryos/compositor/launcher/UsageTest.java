package org.geometryos.compositor.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.geometryos.compositor.launcher.command.Arguments;
import org.geometryos.compositor.launcher.command.BundlesCommand;
import org.geometryos.compositor.launcher.command.CameraCommand;
import org.geometryos.compositor.launcher.command.CamerasCommand;
import org.geometryos.compositor.launcher.command.ConfigCommand;
import org.geometryos.compositor.launcher.command.ConnectCommand;
import org.geometryos.compositor.launcher.command.ConsoleCommand;
import org.geometryos.compositor.launcher.command.DisplaysCommand;
import org.geometryos.compositor.launcher.command.DrainCommand;
import org.geometryos.compositor.launcher.command.HealthCommand;
import org.geometryos.compositor.launcher.command.KeyCommand;
import org.geometryos.compositor.launcher.command.KickCommand;
import org.geometryos.compositor.launcher.command.LogCommand;
import org.geometryos.compositor.launcher.command.MessagesCommand;
import org.geometryos.compositor.launcher.command.NoticeCommand;
import org.geometryos.compositor.launcher.command.RecordCommand;
import org.geometryos.compositor.launcher.command.ReplayCommand;
import org.geometryos.compositor.launcher.command.SourcesCommand;
import org.geometryos.compositor.launcher.command.StatusCommand;
import org.geometryos.compositor.launcher.command.WallsCommand;
import org.geometryos.compositor.launcher.host.RunCommand;
import org.geometryos.compositor.launcher.verify.VerifyCommand;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class UsageTest {
    private static final Path HOME = Path.of("/opt/compositor");

    @Test
    void helpNamesEveryCommandAndEveryCommandDescribesItsOptions() throws Exception {
        String usage;
        try (InputStream text = Main.class.getResourceAsStream("usage.txt")) {
            usage = new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
        for (CommandLine line : List.of(
                Arguments.commandLine(new RunCommand(HOME)),
                Arguments.commandLine(new ConnectCommand()),
                Arguments.commandLine(new DisplaysCommand()),
                Arguments.commandLine(new WallsCommand()),
                Arguments.commandLine(new ReplayCommand()),
                Arguments.commandLine(new DrainCommand()),
                Arguments.commandLine(new KickCommand()),
                Arguments.commandLine(new NoticeCommand()),
                Arguments.commandLine(new CamerasCommand()),
                Arguments.commandLine(new CameraCommand()),
                Arguments.commandLine(new HealthCommand()),
                Arguments.commandLine(new SourcesCommand()),
                Arguments.commandLine(new ConfigCommand()),
                Arguments.commandLine(new LogCommand()),
                Arguments.commandLine(new MessagesCommand()),
                ConsoleCommand.commandLine(HOME),
                Arguments.commandLine(new VerifyCommand()),
                Arguments.commandLine(new StatusCommand()),
                Arguments.commandLine(new BundlesCommand()),
                KeyCommand.commandLine(HOME),
                RecordCommand.commandLine(HOME))) {
            List<CommandLine> all = new ArrayList<>(line.getSubcommands().values());
            if (line.getCommand() instanceof Callable<?>) {
                all.add(line);
            }
            for (CommandLine each : all) {
                assertThat(usage)
                        .contains("\n  " + (each == line ? "" : line.getCommandName() + " ") + each.getCommandName()
                                + " ");
                assertThat(Arguments.help(each)).contains("--help");
                assertThat(each.getCommandSpec().options())
                        .allMatch(option -> option.description().length > 0, "has a description");
            }
        }
    }
}
