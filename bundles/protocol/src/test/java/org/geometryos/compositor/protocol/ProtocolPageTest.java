package org.geometryos.compositor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.junit.jupiter.api.Test;

/** The page for people: its messages are messages, its links lead somewhere, its tables are complete. */
class ProtocolPageTest {
    private static final String PAGE = Documents.read(Documents.FOLDER.resolve("README.md"));
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)[^)]*\\)");

    /** A line of a session. @param client whether the client sent it */
    private record Line(boolean client, String json) {
        String side() {
            return client ? "client" : "server";
        }
    }

    private static List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        boolean code = false;
        for (String line : PAGE.lines().toList()) {
            if (line.startsWith("```")) {
                code = !code;
            } else if (code && (line.startsWith("> ") || line.startsWith("< "))) {
                lines.add(new Line(line.startsWith(">"), line.substring(2)));
            }
        }
        return lines;
    }

    @Test
    void everyMessageIsOneOrIsRefusedAsThePageSays() throws DecodeException {
        List<Line> lines = lines();
        int refused = 0;
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            if (line.client()
                    && i + 1 < lines.size()
                    && refusal(lines.get(i + 1)) instanceof ServerMessage.Error error) {
                DecodeException refusal =
                        BadMessages.refusal(Codecs.json(), line.json().getBytes(StandardCharsets.UTF_8));
                assertThat(new ServerMessage.Error(refusal.id(), refusal.code(), refusal.getMessage(), refusal.field()))
                        .as(line.json())
                        .isEqualTo(error);
                refused++;
            } else {
                JsonNode message = Documents.tree(line.json());
                assertThat(Documents.complaints(Documents.schema(line.side()), message))
                        .as(line.json())
                        .isEmpty();
                assertThat(Documents.decode(line.side(), Codecs.json(), message))
                        .isNotNull();
            }
        }
        assertThat(refused).isGreaterThanOrEqualTo(3);
        assertThat(lines).hasSizeGreaterThan(20);
    }

    /** The error of the codec that a line shows, or null. */
    private static ServerMessage refusal(Line line) throws DecodeException {
        if (line.client()) {
            return null;
        }
        ServerMessage message =
                Codecs.json().decodeServer(ByteBuffer.wrap(line.json().getBytes(StandardCharsets.UTF_8)));
        return message instanceof ServerMessage.Error error
                        && Set.of(ErrorCode.MALFORMED, ErrorCode.UNKNOWN_TYPE, ErrorCode.INVALID)
                                .contains(error.code())
                ? error
                : null;
    }

    @Test
    void everyLinkLeadsToAFileAndEverySchemaOfAMessageIsLinked() {
        Set<String> linked = new TreeSet<>();
        Matcher link = LINK.matcher(PAGE);
        while (link.find()) {
            if (!link.group(1).startsWith("https:")) {
                assertThat(Documents.FOLDER.resolve(link.group(1))).exists();
                linked.add(link.group(1));
            }
        }
        for (String name : Documents.messages().keySet()) {
            assertThat(linked).contains("schemas/" + name + ".json");
        }
        assertThat(linked).contains("asyncapi.yaml", "schemas/client.json", "schemas/server.json");
    }

    @Test
    void itsCodesAndStatusesAreThoseOfTheAsyncApiDocument() {
        assertThat(rows("Close codes")).isEqualTo(AsyncApiTest.codes("x-close-codes"));
        assertThat(rows("Statuses")).isEqualTo(AsyncApiTest.codes("x-http-statuses"));
        Set<String> words = new TreeSet<>();
        for (ErrorCode code : ErrorCode.values()) {
            words.add(code.word());
        }
        assertThat(rows("Errors")).isEqualTo(words);
    }

    /** What stands in the first column of the table below a heading. */
    private static Set<String> rows(String heading) {
        Matcher section =
                Pattern.compile("(?ms)^#+ " + heading + "$(.*?)(?=^#|\\z)").matcher(PAGE);
        assertThat(section.find()).as("a section " + heading).isTrue();
        Set<String> rows = new TreeSet<>();
        section.group(1)
                .lines()
                .filter(line -> line.startsWith("| `") || line.matches("\\| \\d.*"))
                .forEach(line -> rows.addAll(
                        List.of(line.split("\\|")[1].replace("`", "").trim().split(", "))));
        return rows;
    }
}
