package org.geometryos.compositor.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The file, its schema, Config Admin's properties and what displays get say the same. */
class ComposeConfigTest {
    private static final Path DOCS = Path.of(System.getProperty("compositor.docs", "../../docs"))
            .toAbsolutePath()
            .normalize();
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private static final JsonNode SCHEMA = tree(DOCS.resolve("compose_config.schema.json"));
    private static final String FLAT = "{'kind':'2d','center':[0,0],'zoom':1,'rotation':0}";
    private static final String DEEP =
            "{'kind':'3d','position':[0,1.7,4],'orientation':[0,0,0,1],'projection':{'type':'perspective','yfov':0.8,"
                    + "'znear':0.1}}";

    private static final String MEMBER = "{'display':'a','x':0,'y':-1.5,'width':10,'height':20,'turn':270,'delay':12,"
            + "'position':[1,2,-3],'yaw':15,'pitch':-4.5}";

    private static String wall(String members) {
        return "{'walls':{'main':{'width':1,'height':1," + members + "}}}";
    }

    private static JsonNode tree(Path file) {
        try {
            return JsonDocuments.MAPPER.readTree(file.toFile());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode tree(String json) {
        try {
            return JsonDocuments.MAPPER.readTree(json.replace('\'', '"'));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Set<ValidationMessage> complaints(JsonNode file) {
        return SCHEMAS.getSchema(SCHEMA).validate(file);
    }

    private static Map<String, Object> properties(String json) throws IOException {
        return ComposeConfig.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
                .properties();
    }

    private static String camera(String name, String view) {
        return "{'name':'" + name + "','view':" + view + "}";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'$schema':'http://localhost:8081/compositor/settings/schema.json'}",
                "{'window':{}}",
                "{'window':{'width':1,'height':1000000,'pixelRatio':0}}",
                "{'window':{'pixelRatio':0.1}}",
                "{'window':{'pixelRatio':16}}",
                "{'color':{'space':'display-p3','format':'rgba16f'}}",
                "{'background':'#0aF09c','grid':{'color':null}}",
                "{'background':null,'grid':{'visible':false,'spacing':0.5,'subdivisions':1,'color':'#808080'}}",
                "{'grid':{'spacing':1e9}}",
                "{'units':'ft'}",
                "{'wall':{'trouble':'both'}}",
                "{'canvas':{'tiles':'/tiles/{z}/{x}/{y}.png','tileSize':512,'maxZoom':0}}",
                "{'canvas':{'tiles':'https://tiles.example:8443/{z}/{y}/{x}@2x.webp?style=a&v=1'}}",
                "{'canvas':{'tiles':'https://[::1]/{z}-{x}-{y}'}}",
                "{'canvas':{'tiles':null}}",
                "{'cameras':[]}",
                "{'cameras':[{'name':'a/b','view':" + FLAT + "},{'name':'c','view':" + DEEP
                        + "}],'show':{'2d':'a/b','3d':'c'}}",
                "{'show':{'2d':'tour','3d':null}}",
                "{'walls':null}",
                "{'walls':{'main':{'width':4000,'height':2000.5}}}",
                "{'walls':{'main':{'title':'Hall','camera':'wall/main','width':4000,'height':2000,'unit':'px','fit':'cover',"
                        + "'view':'window','eye':[0,1,2500],'delay':0,'minDelay':20,'maxDelay':300,'alarm':8.5,'members':["
                        + MEMBER + "]}}}",
            })
    void whatIsGoodIsGoodForTheSchemaTheFileAndConfigAdmin(String json) throws Exception {
        assertThat(complaints(tree(json))).isEmpty();
        Map<String, Object> properties = properties(json);
        assertThat(Settings.ofProperties(properties)).isNotNull();
        // as a .cfg file would have it
        Map<String, Object> texts = new TreeMap<>(properties);
        texts.replaceAll((name, value) ->
                value instanceof String[] several ? "[" + String.join(",", several) + "]" : " " + value + " ");
        assertThat(Settings.ofProperties(texts)).isEqualTo(Settings.ofProperties(properties));
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                arguments("[]", "the file must hold an object"),
                arguments("{'window':5}", "window must be an object, not 5"),
                arguments("{'window':{'width':0}}", "window.width must be an integer in [1, 1000000], not 0"),
                arguments(
                        "{'window':{'width':1000001}}", "window.width must be an integer in [1, 1000000], not 1000001"),
                arguments(
                        "{'window':{'width':'1920'}}", "window.width must be an integer in [1, 1000000], not \"1920\""),
                arguments("{'window':{'width':null}}", "window.width must be an integer in [1, 1000000], not null"),
                arguments("{'window':{'height':10.5}}", "window.height must be an integer in [1, 1000000], not 10.5"),
                arguments("{'window':{'height':[1]}}", "window.height must be an integer in [1, 1000000], not [1]"),
                arguments(
                        "{'window':{'height':1e400}}",
                        "window.height must be an integer in [1, 1000000], not Infinity"),
                arguments(
                        "{'window':{'pixelRatio':0.05}}",
                        "window.pixelRatio must be 0 or a number in [0.1, 16], not 0.05"),
                arguments(
                        "{'window':{'pixelRatio':17}}", "window.pixelRatio must be 0 or a number in [0.1, 16], not 17"),
                arguments(
                        "{'window':{'pixelRatio':-1}}", "window.pixelRatio must be 0 or a number in [0.1, 16], not -1"),
                arguments("{'window':{'widht':5}}", "\"window.widht\" is not a setting (is window.width meant?)"),
                arguments("{'windows':{}}", "\"windows\" is not a setting (is window meant?)"),
                arguments("{'window.width':5}", "\"window.width\" is not a setting (is window.width meant?)"),
                arguments("{'something else':5}", "\"something else\" is not a setting"),
                arguments(
                        "{'color':{'space':'adobe'}}",
                        "color.space must be one of srgb, display-p3, rec2020, not \"adobe\""),
                arguments(
                        "{'color':{'space':' srgb'}}",
                        "color.space must be one of srgb, display-p3, rec2020, not \" srgb\""),
                arguments("{'color':{'format':8}}", "color.format must be one of rgba8, rgba16f, not 8"),
                arguments(
                        "{'background':'red'}", "background must be a colour such as #202020, or nothing, not \"red\""),
                arguments("{'background':''}", "background must be a colour such as #202020, or nothing, not \"\""),
                arguments(
                        "{'background':'#123456\\n'}",
                        "background must be a colour such as #202020, or nothing, not \"#123456?\""),
                arguments("{'background':{}}", "background must be a colour such as #202020, or nothing, not {}"),
                arguments("{'grid':{'visible':'yes'}}", "grid.visible must be true or false, not \"yes\""),
                arguments("{'grid':{'visible':'true'}}", "grid.visible must be true or false, not \"true\""),
                arguments("{'grid':{'spacing':0}}", "grid.spacing must be a number in [0.000001, 1000000000], not 0"),
                arguments("{'grid':{'subdivisions':101}}", "grid.subdivisions must be an integer in [1, 100], not 101"),
                arguments("{'units':'yd'}", "units must be one of px, mm, cm, m, in, ft, not \"yd\""),
                arguments(
                        "{'wall':{'trouble':'loud'}}",
                        "wall.trouble must be one of none, mark, frame, both, not \"loud\""),
                arguments("{'units':null}", "units must be one of px, mm, cm, m, in, ft, not null"),
                arguments("{'canvas':{'tiles':'/tiles/{z}/{x}.png'}}", "canvas.tiles must hold {z}, {x} and {y}"),
                arguments(
                        "{'canvas':{'tiles':'//evil.example/{z}/{x}/{y}'}}",
                        "canvas.tiles must hold {z}, {x} and {y} and begin with one / or https://"),
                arguments("{'canvas':{'tiles':'http://plain.example/{z}/{x}/{y}'}}", "canvas.tiles must hold"),
                arguments(
                        "{'canvas':{'tiles':'https://user:word@tiles.example/{z}/{x}/{y}'}}", "canvas.tiles must hold"),
                arguments("{'canvas':{'tiles':'javascript:/{z}/{x}/{y}'}}", "canvas.tiles must hold"),
                arguments("{'canvas':{'tiles':'tiles/{z}/{x}/{y}'}}", "canvas.tiles must hold"),
                arguments("{'canvas':{'tiles':'/{z}/{x}/{y}/{t}'}}", "canvas.tiles must hold"),
                arguments("{'canvas':{'tiles':'/{z}/{x}/{y}\\n'}}", "canvas.tiles must hold"),
                arguments("{'canvas':{'tiles':'/{z}/{x}/{y}" + "a".repeat(501) + "'}}", "canvas.tiles must hold"),
                arguments("{'canvas':{'tileSize':15}}", "canvas.tileSize must be an integer in [16, 4096], not 15"),
                arguments("{'canvas':{'maxZoom':31}}", "canvas.maxZoom must be an integer in [0, 30], not 31"),
                arguments("{'cameras':{}}", "cameras must be a list of cameras, not {}"),
                arguments("{'cameras':'" + "a" + "'}", "cameras must be a list of cameras, not \"a\""),
                arguments("{'cameras':[5]}", "cameras[0] must be an object with name and view, not 5"),
                arguments(
                        "{'cameras':[" + camera("a", FLAT) + ",{'name':'b'}]}",
                        "cameras[1].view must be a view, not null"),
                arguments("{'cameras':[{'view':" + FLAT + "}]}", "cameras[0].name must be 1-64 of"),
                arguments("{'cameras':[" + camera("a//b", FLAT) + "]}", "cameras[0].name must be 1-64 of"),
                arguments(
                        "{'cameras':[{'name':'a','view':" + FLAT + ",'cut':true}]}",
                        "cameras[0] must have name and view alone, not \"cut\""),
                arguments(
                        "{'cameras':[" + camera("a", FLAT.replace("'zoom':1", "'zoom':0")) + "]}",
                        "cameras[0].view.zoom must lie in [1e-9, 1e9], not 0"),
                arguments(
                        "{'cameras':[" + camera("a", DEEP.replace("0.8", "4")) + "]}",
                        "cameras[0].view.projection.yfov must"),
                arguments("{'cameras':[" + "0,".repeat(64) + "0]}", "cameras[0] must be an object"),
                arguments(
                        "{'cameras':["
                                + Stream.iterate(0, i -> i + 1)
                                        .limit(65)
                                        .map(i -> camera("c" + i, FLAT))
                                        .collect(Collectors.joining(","))
                                + "]}",
                        "cameras must be at most 64"),
                arguments("{'show':{'2d':'no good'}}", "show.2d must be 1-64 of"),
                arguments("{'show':{'2d':''}}", "show.2d must be 1-64 of"),
                arguments("{'show':{'4d':'a'}}", "\"show.4d\" is not a setting (is show.2d meant?)"),
                arguments("{'walls':[]}", "walls must be an object that has walls by their names, not []"),
                arguments("{'walls':{'a b':{}}}", "walls must be 1-64 of A-Z a-z 0-9 . _ -, not \"a b\""),
                arguments("{'walls':{'main':5}}", "walls.main must be an object, not 5"),
                arguments("{'walls':{'main':{'width':1}}}", "walls.main.height is required, not null"),
                arguments(wall("'width2':1"), "walls.main.width2 must be one of title, camera, width"),
                arguments(wall("'view':'window'"), "walls.main.eye is required with view window"),
                arguments(wall("'eye':[1,2]"), "walls.main.eye must be three numbers, not [1.0, 2.0]"),
                arguments(wall("'unit':'in'"), "walls.main.unit must be one of mm, px, not \"in\""),
                arguments(wall("'maxDelay':5001"), "walls.main.maxDelay must lie in [0, 5000] ms, not 5001.0"),
                arguments(wall("'members':[5]"), "walls.main.members[0] must be an object, not 5.0"),
                arguments(
                        wall("'members':[" + MEMBER + ","
                                + MEMBER.replace("'a'", "'b'").replace("270", "45") + "]"),
                        "walls.main.members[1].turn must be 0, 90, 180 or 270, not 45"),
                arguments(
                        wall("'members':[" + MEMBER.replace("'width':10,", "") + "]"),
                        "walls.main.members[0].width is required, not null"),
                arguments(
                        wall("'members':[" + MEMBER.replace("'turn'", "'trun'") + "]"),
                        "walls.main.members[0].trun must be one of display, x, y"),
                arguments(
                        wall("'members':[" + MEMBER.replace("'position':[1,2,-3],", "") + "]"),
                        "walls.main.members[0].position is required with yaw and pitch"),
                arguments("{'$schema':1}", "$schema must be the address of a schema, not 1"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatIsWrongIsWrongForTheSchemaAndRefusedWithPathValueAndRule(String json, String complaint) {
        assertThat(complaints(tree(json))).isNotEmpty();
        assertThatThrownBy(() -> properties(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(complaint);
    }

    static Stream<Arguments> beyondASchema() {
        return Stream.of(
                arguments(
                        "{'cameras':[" + camera("a", FLAT) + "," + camera("a", DEEP) + "]}",
                        "cameras[1].name must be no other camera's, not \"a\""),
                arguments(
                        wall("'members':[" + MEMBER + "," + MEMBER + "]"),
                        "walls.main.members[1].display must be there only once, not \"a\""),
                arguments(
                        "{'walls':{'a':{'width':1,'height':1,'members':[" + MEMBER
                                + "]},'b':{'width':1,'height':1,'members':[" + MEMBER + "]}}}",
                        "walls.b.members[0].display must be no member of the wall a, not \"a\""),
                arguments(wall("'minDelay':50,'maxDelay':40"), "walls.main.maxDelay must not be below minDelay (50)"),
                arguments(
                        "{'cameras':[" + camera("a", FLAT) + "],'show':{'3d':'a'}}",
                        "show.3d must be a camera of that kind, not \"a\""),
                arguments(
                        "{'cameras':[" + camera("a", DEEP) + "],'show':{'2d':'a'}}",
                        "show.2d must be a camera of that kind, not \"a\""),
                arguments(
                        "{'cameras':[" + camera("a", DEEP.replace("[0,0,0,1]", "[0,0,1,1]")) + "]}",
                        "cameras[0].view.orientation must"));
    }

    @ParameterizedTest
    @MethodSource("beyondASchema")
    void whatTheSchemaSaysThatItCannotSayIsRefusedToo(String json, String complaint) {
        assertThat(complaints(tree(json))).isEmpty();
        assertThatThrownBy(() -> properties(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(complaint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{'window':{'width':19",
                "{} {}",
                "{'units':'px','units':'mm'}",
                "{'units':NaN}",
                "// {}",
                "{'a':[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}"
            })
    void whatIsNotWholeJsonMayStillBecomeIt(String json) {
        assertThatThrownBy(() -> properties(json)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "window.width=wide",
                "window.width=$[env:WIDTH]",
                "window.pixelRatio=NaN",
                "grid.visible=yes",
                "color.space=SRGB",
                "cameras=[{]",
                "cameras={\"name\":\"a\"}",
                "show.2d=a b"
            })
    void aWrongPropertyIsNamedWithItsValue(String pair) {
        String name = pair.substring(0, pair.indexOf('='));
        assertThatThrownBy(() -> Settings.ofProperties(Map.of(name, pair.substring(name.length() + 1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(name)
                .hasMessageContaining("must be")
                .hasMessageContaining("not ");
    }

    @Test
    void wallsHaveDegreesHere() throws Exception {
        ComposeConfig.Content content = ComposeConfig.read(
                wall("'members':[" + MEMBER + "]").replace('\'', '"').getBytes(StandardCharsets.UTF_8));

        assertThat(content.properties()).isEmpty();
        assertThat((String[]) content.walls().get("main").toProperties().get("members"))
                .containsExactly("a x=0 y=-1.5 width=10 height=20 turn=270 delay=12 position=1,2,-3 yaw=15 pitch=-4.5");
    }

    @Test
    void onlyWhatTheFileSaysBecomesAProperty() throws Exception {
        assertThat(properties("{'$schema':'x','window':{'width':800,'pixelRatio':1.5},'background':null,"
                        + "'grid':{'visible':false},'show':{'2d':'a'}}"))
                .containsOnly(
                        Map.entry("window.width", 800),
                        Map.entry("window.pixelRatio", 1.5),
                        Map.entry("grid.visible", false),
                        Map.entry("show.2d", "a"));
    }

    @Test
    void displaysGetEverythingWhateverIsSaid() throws Exception {
        assertThat(Settings.ofProperties(Map.of("service.pid", SettingsConfig.PID))
                        .toJson(3, 1772450115250000L)
                        .toString())
                .isEqualTo(tree("""
                {'revision':3,'time':1772450115250000,'window':{'width':1920,'height':1080,'pixelRatio':0.0},'color':{'space':'srgb','format':'rgba8'},'background':null,
                 'grid':{'visible':true,'spacing':100.0,'subdivisions':10,'color':null},'units':'px','canvas':{'tiles':null,'tileSize':256,'maxZoom':20},
                 'cameras':{'2d':null,'3d':null},'wall':{'trouble':'none'}}""").toString());
        assertThat(Settings.ofProperties(properties(
                                "{'background':'#102030','canvas':{'tiles':'/{z}/{x}/{y}'},'show':{'3d':'stage'}}"))
                        .toJson(1, 0)
                        .toString())
                .contains(
                        "\"background\":\"#102030\"",
                        "\"tiles\":\"/{z}/{x}/{y}\"",
                        "\"cameras\":{\"2d\":null,\"3d\":\"stage\"}");
    }

    @Test
    void theDocumentedFileIsGoodAndGivesTheDocumentedAnswer() throws Exception {
        String[] blocks = Files.readString(DOCS.resolve("settings.md")).split("(?m)^```(?:json)?\n");
        assertThat(complaints(tree(blocks[1]))).isEmpty();
        assertThat(Settings.ofProperties(properties(blocks[1]))
                        .toJson(3, 1772450115250000L)
                        .toString())
                .isEqualTo(tree(blocks[3]).toString());
    }

    @Test
    void theSchemaIsOneAndNamesAllSettingsWithTheirDefaults() throws Exception {
        JsonSchema meta = SCHEMAS.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
        assertThat(meta.validate(SCHEMA)).isEmpty();

        Map<String, JsonNode> fields = new TreeMap<>();
        SCHEMA.get("properties").properties().forEach(group -> {
            if (group.getValue().has("properties")) {
                group.getValue()
                        .get("properties")
                        .properties()
                        .forEach(field -> fields.put(group.getKey() + "." + field.getKey(), field.getValue()));
            } else if (!Set.of("$schema", "walls").contains(group.getKey())) {
                fields.put(group.getKey(), group.getValue());
            }
        });
        assertThat(fields.keySet()).isEqualTo(new TreeSet<>(Settings.names()));
        JsonNode served = Settings.ofProperties(Map.of()).toJson(1, 0);
        fields.forEach((name, field) -> {
            JsonNode definition =
                    field.has("$ref") ? SCHEMA.at(field.get("$ref").textValue().substring(1)) : field;
            JsonNode inForce = served.at("/" + name.replace('.', '/').replace("show/", "cameras/"));
            if (!name.equals("cameras")) {
                assertThat(definition.get("default").asText())
                        .as(name)
                        .isEqualTo(inForce.asText().replace(".0", ""));
            }
        });
    }

    @Test
    void theMetatypeNamesAllSettingsWithTheirDefaults() {
        Map<String, Object> defaults = new TreeMap<>();
        for (Method method : SettingsConfig.class.getDeclaredMethods()) {
            defaults.put(method.getName().replace('_', '.'), method.getDefaultValue());
        }
        assertThat(defaults.keySet()).isEqualTo(new TreeSet<>(Settings.names()));
        assertThat(Settings.ofProperties(defaults)).isEqualTo(Settings.ofProperties(Map.of()));
    }

    @Test
    void viewsAreWhatTheyAreInTheProtocol() {
        JsonNode protocol =
                tree(DOCS.resolve("protocol/schemas/definitions.json")).get("$defs");
        Set<String> own = Set.of("optionalColor", "optionalCamera");
        SCHEMA.get("$defs").properties().stream()
                .filter(part -> !own.contains(part.getKey()))
                .forEach(part -> assertThat(part.getValue()).as(part.getKey()).isEqualTo(protocol.get(part.getKey())));
    }
}
