package org.geometryos.compositor.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.Map;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts {@code compose_config.json} into Config Admin, and never the other way round:
 *
 * <ul>
 *   <li>when the file appears or has changed, also while the host was down, and when there is no configuration;
 *   <li>a configuration that comes from a file in {@code conf/} stays, and what was set through Config Admin stays
 *       until the file changes;
 *   <li>when the file is gone, its configuration is deleted;
 *   <li>a file with anything wrong in it changes nothing;
 *   <li>the walls in it are configurations of their own, by the same rules.
 * </ul>
 *
 * One thread; it does I/O.
 */
final class ComposeFile {
    private static final Logger LOG = LoggerFactory.getLogger(ComposeFile.class);
    private static final int MAX_BYTES = 262_144;
    /** In a configuration that comes from the file: a fingerprint of the file. */
    static final String MARK = ".compose_config";

    private static final String FROM_CONF = "felix.fileinstall.filename";
    private static final String MISSING = "";

    private final Path path;
    private final ConfigurationAdmin admin;
    private final ComposeWalls walls;
    /**
     * Prints of what was taken last and found at the last look; null before the first. {@link #MISSING} is one, too.
     */
    private String taken;

    private String found;
    /** What was said last of the file, with its fingerprint; null: that it is in force, or nothing. */
    private String told;

    ComposeFile(Path path, ConfigurationAdmin admin) {
        this.path = path;
        this.admin = admin;
        walls = new ComposeWalls(path, admin);
    }

    /**
     * Looks once; to be called time and again. A file that is gone, or is not whole JSON, is so when two looks find it:
     * it may be being written.
     */
    void look() {
        try {
            byte[] content = read();
            String fingerprint = content == null ? MISSING : Document.fingerprint(content);
            boolean settled = fingerprint.equals(found);
            found = fingerprint;
            if (content == null) {
                if (settled) {
                    gone();
                }
            } else {
                take(content, fingerprint, settled);
            }
        } catch (IOException e) {
            complain(e.toString());
        } catch (IllegalStateException e) {
            LOG.debug("the configuration was deleted at this moment; the next look sees it", e);
        }
    }

    /** @return null if there is no file */
    private byte[] read() throws IOException {
        if (!Files.exists(path)) {
            return null;
        }
        if (!Files.isRegularFile(path)) {
            throw new IOException("it is not a file");
        }
        try (InputStream in = Files.newInputStream(path)) {
            return in.readNBytes(MAX_BYTES + 1);
        }
    }

    private void take(byte[] content, String fingerprint, boolean settled) throws IOException {
        Configuration now = configuration();
        Object origin = now == null ? null : now.getProperties().get(FROM_CONF);
        boolean current = now != null
                && (fingerprint.equals(taken)
                        || fingerprint.equals(now.getProperties().get(MARK)));
        if (origin == null && current) {
            told = null;
            taken = fingerprint;
            if (walls.unknown()) {
                walls.standing(ComposeConfig.read(content).walls());
            }
            walls.again();
            return;
        }
        ComposeConfig.Content read;
        try {
            if (content.length > MAX_BYTES) {
                throw new IllegalArgumentException("it must have at most " + MAX_BYTES + " bytes");
            }
            read = ComposeConfig.read(content);
        } catch (IOException e) {
            if (settled) {
                complain("it is not whole JSON (" + reason(e) + ")");
            }
            return;
        } catch (IllegalArgumentException e) {
            complain(e.getMessage());
            return;
        }
        if (origin != null) {
            note("is ignored while " + origin + " exists");
        } else if (now != null && taken == null && now.getProperties().get(MARK) == null) {
            note("is ignored until it changes: Config Admin was given other settings");
            taken = fingerprint;
        } else {
            walls.take(read.walls(), fingerprint);
            Map<String, Object> properties = new HashMap<>(read.properties());
            properties.put(MARK, fingerprint);
            admin.getConfiguration(SettingsConfig.PID, "?").update(new Hashtable<>(properties));
            LOG.info("{} is in force", path);
            told = null;
            taken = fingerprint;
        }
    }

    private void gone() throws IOException {
        Configuration now = configuration();
        if (now != null && now.getProperties().get(MARK) != null) {
            now.delete();
            LOG.info("{} is gone: the defaults are in force", path);
        }
        walls.take(Map.of(), MISSING);
        told = null;
        taken = MISSING;
    }

    /** @return null if there is none */
    private Configuration configuration() throws IOException {
        try {
            Configuration[] there = admin.listConfigurations("(service.pid=" + SettingsConfig.PID + ")");
            return there == null ? null : there[0];
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private void complain(String problem) {
        if (isNew(problem)) {
            LOG.error("{}: {}; the previous settings stay in force", path, problem);
        }
    }

    private void note(String why) {
        if (isNew(why)) {
            LOG.info("{} {}", path, why);
        }
    }

    /** Whether this was not said of the same content before. */
    private boolean isNew(String words) {
        String before = told;
        told = found + words;
        return !told.equals(before);
    }

    private static String reason(IOException e) {
        return e instanceof JsonProcessingException json && json.getLocation() != null
                ? json.getOriginalMessage() + ", line " + json.getLocation().getLineNr()
                : e.getMessage();
    }
}
