package org.geometryos.compositor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The AsyncAPI document says what the schemas and the codec say. */
class AsyncApiTest {
    static final Path FILE = Documents.FOLDER.resolve("asyncapi.yaml");
    private static final JsonNode DOCUMENT = read();
    private static final JsonNode CHANNEL = DOCUMENT.at("/channels/compositor");

    static JsonNode read() {
        try {
            return new YAMLMapper().readTree(FILE.toFile());
        } catch (IOException e) {
            throw new AssertionError("not readable: " + FILE, e);
        }
    }

    @Test
    void itListsTheMessagesThatThereAre() {
        assertThat(names(CHANNEL.path("messages")))
                .isEqualTo(Documents.messages().keySet());
        for (Map.Entry<String, JsonNode> message : CHANNEL.path("messages").properties()) {
            String name = message.getKey();
            assertThat(message.getValue().path("name").asText()).isEqualTo(name.substring(name.indexOf('-') + 1));
            assertThat(message.getValue().at("/payload/$ref").asText()).isEqualTo("schemas/" + name + ".json");
            assertThat(message.getValue().path("summary").asText())
                    .as("summary of " + name)
                    .isNotEmpty();
            assertThat(message.getValue().path("examples"))
                    .as("examples of " + name)
                    .isNotEmpty();
        }
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        List<String> references = references(DOCUMENT).toList();
        assertThat(references).isNotEmpty();
        for (String reference : references) {
            int hash = reference.indexOf('#');
            String file = hash < 0 ? reference : reference.substring(0, hash);
            JsonNode target =
                    file.isEmpty() ? DOCUMENT : Documents.tree(Documents.read(Documents.FOLDER.resolve(file)));
            assertThat(target.at(hash < 0 ? "" : reference.substring(hash + 1)).isMissingNode())
                    .as(reference)
                    .isFalse();
        }
    }

    private static Stream<String> references(JsonNode node) {
        Stream<String> inside = StreamSupport.stream(node.spliterator(), false).flatMap(AsyncApiTest::references);
        return node.path("$ref").isTextual()
                ? Stream.concat(Stream.of(node.path("$ref").asText()), inside)
                : inside;
    }

    @ParameterizedTest
    @MethodSource("org.geometryos.compositor.protocol.RoundTripTest#codecs")
    void itsExamplesAreMessages(Codec codec) throws DecodeException {
        Map<String, JsonSchema> schemas = Documents.messages();
        for (Map.Entry<String, JsonNode> message : CHANNEL.path("messages").properties()) {
            for (JsonNode example : message.getValue().path("examples")) {
                JsonNode payload = example.path("payload");
                assertThat(Documents.complaints(schemas.get(message.getKey()), payload))
                        .as(payload.toString())
                        .isEmpty();
                String side = message.getKey().substring(0, message.getKey().indexOf('-'));
                assertThat(Documents.decode(side, codec, payload)).isNotNull();
            }
        }
    }

    @Test
    void whatClientsSendIsReceivedAndWhatTheServerSendsIsSent() {
        Map<String, Set<String>> found = new TreeMap<>(Map.of("receive", new TreeSet<>(), "send", new TreeSet<>()));
        for (JsonNode operation : DOCUMENT.path("operations")) {
            Set<String> messages = targets(operation.path("messages"));
            found.get(operation.path("action").asText()).addAll(messages);
            found.get("send").addAll(targets(operation.at("/reply/messages")));
        }
        for (Map.Entry<String, String> side :
                Map.of("receive", "client-", "send", "server-").entrySet()) {
            Set<String> expected = new TreeSet<>(Documents.messages().keySet());
            expected.removeIf(name -> !name.startsWith(side.getValue()));
            assertThat(found.get(side.getKey())).isEqualTo(expected);
        }
    }

    private static Set<String> targets(JsonNode references) {
        Set<String> names = new HashSet<>();
        references.forEach(
                reference -> names.add(reference.path("$ref").asText().replaceAll(".*/", "")));
        return names;
    }

    @Test
    void onlyWhatIsAnsweredByIdIsCorrelated() {
        for (Map.Entry<String, JsonNode> message : CHANNEL.path("messages").properties()) {
            boolean id = Documents.schema(message.getKey())
                    .getSchemaNode()
                    .at("/properties/id")
                    .isObject();
            boolean answered = id && !message.getKey().equals("client-bye");
            assertThat(message.getValue().has("correlationId"))
                    .as(message.getKey())
                    .isEqualTo(answered);
        }
    }

    @Test
    void theSubprotocolsAreThoseOfTheCodecs() {
        for (JsonNode subprotocol : CHANNEL.path("x-subprotocols")) {
            boolean text = subprotocol.path("frames").asText().equals("text");
            Codec codec = text ? Codecs.json() : Codecs.cbor();
            assertThat(subprotocol.path("name").asText()).isEqualTo(codec.subprotocol());
            assertThat(codec.text()).isEqualTo(text);
        }
        assertThat(CHANNEL.path("x-subprotocols")).hasSize(2);
    }

    /** The close codes and HTTP statuses it lists. */
    static Set<String> codes(String extension) {
        return names(CHANNEL.path(extension));
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
