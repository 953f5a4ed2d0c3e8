package org.geometryos.compositor.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the protocol refuses, in JSON. Single quotes stand for double ones. */
class BadJsonTest {
    private static final String VIEW_2D = "{'kind':'2d','center':[0,0],'zoom':1,'rotation':0}";

    @ParameterizedTest(name = "{index} {0}")
    @MethodSource({"syntax", "numbers", "structure"})
    void whatCannotBeReadIsMalformed(String json, String part) {
        BadMessages.refused(Codecs.json(), bytes(json), ErrorCode.MALFORMED, "", part);
    }

    static Stream<Arguments> syntax() {
        return Stream.of(
                arguments("", "not an object"),
                arguments(" \n ", "not an object"),
                arguments("{", "not valid JSON"),
                arguments("{'type':'bye'", "not valid JSON"),
                arguments("{'type':'bye',}", "not valid JSON"),
                arguments("{'type' 'bye'}", "not valid JSON"),
                arguments("{type:'bye'}", "not valid JSON"),
                arguments("{1:2,'type':'bye'}", "not valid JSON"),
                arguments("{'type':'bye','a':[1,]}", "not valid JSON"),
                arguments("{'type':'bye','a':[1 2]}", "not valid JSON"),
                arguments("{'type':'bye','a':[1}", "not valid JSON"),
                arguments("{'type':'bye','a':tru}", "not valid JSON"),
                arguments("{'type':'bye','a':undefined}", "not valid JSON"),
                arguments("{'type':'bye'/* why */}", "not valid JSON"),
                arguments("{'type':'bye'} // end", "not valid JSON"),
                arguments("{'type':'by\\x65'}", "not valid JSON"),
                arguments("{'type':'bye','a':'\\u12'}", "not valid JSON"),
                arguments("{'type':'bye','a':'line\nbreak'}", "not valid JSON"),
                arguments("{'type':'bye','a':'\u0000'}", "not valid JSON"),
                arguments("\uFEFF{'type':'bye'}", "not valid JSON"),
                arguments("\u001e{'type':'bye'}", "not valid JSON"),
                arguments("{'type':'bye','a':'\\ud800'}", "surrogate"),
                arguments("{'type':'bye','a':'\\udc00\\ud800'}", "surrogate"),
                arguments("{'type':'bye','\\ud800':1}", "surrogate"));
    }

    static Stream<Arguments> numbers() {
        return Stream.of(
                arguments("{'type':'ping','t0':NaN}", "not valid JSON"),
                arguments("{'type':'bye','a':NaN}", "not valid JSON"),
                arguments("{'type':'bye','a':[Infinity]}", "not valid JSON"),
                arguments("{'type':'bye','a':-Infinity}", "not valid JSON"),
                arguments("{'type':'bye','a':+1}", "not valid JSON"),
                arguments("{'type':'bye','a':01}", "not valid JSON"),
                arguments("{'type':'bye','a':.5}", "not valid JSON"),
                arguments("{'type':'bye','a':5.}", "not valid JSON"),
                arguments("{'type':'bye','a':1e}", "not valid JSON"),
                arguments("{'type':'bye','a':0x10}", "not valid JSON"),
                arguments("{'type':'bye','a':1_000}", "not valid JSON"),
                arguments("{'type':'bye','a':--1}", "not valid JSON"),
                arguments("{'type':'bye','a':" + "9".repeat(5000) + "}", "not valid JSON"));
    }

    static Stream<Arguments> structure() {
        return Stream.of(
                arguments("[]", "not an object"),
                arguments("[{'type':'bye'}]", "not an object"),
                arguments("'bye'", "not an object"),
                arguments("17", "not an object"),
                arguments("null", "not an object"),
                arguments("{'type':'bye'}{'type':'bye'}", "follows"),
                arguments("{'type':'bye'}]", "not valid JSON"),
                arguments("{'type':'bye'} x", "not valid JSON"),
                arguments("{'type':'bye'}\u0000", "not valid JSON"),
                arguments("{'type':'bye','type':'bye'}", "\"type\" occurs twice"),
                arguments("{'type':'bye','typ\\u0065':'bye'}", "\"type\" occurs twice"),
                arguments("{'type':'bye','a':1,'a':1}", "\"a\" occurs twice"),
                arguments("{'type':'bye','a':null,'a':null}", "\"a\" occurs twice"),
                arguments("{'type':'bye','x':{'y':[{'a':1,'a':2}]}}", "\"a\" occurs twice"),
                arguments("{'type':'bye'," + numbered(20) + ",'k3':0}", "\"k3\" occurs twice"),
                arguments("{'type':'bye'," + numbered(20) + ",'k19':0}", "\"k19\" occurs twice"),
                arguments(
                        "{'type':'bye','\\u0007" + "x".repeat(500) + "':1,'\\u0007" + "x".repeat(500) + "':1}",
                        "occurs twice"),
                arguments("{'type':'bye','a':" + "[".repeat(16) + "]".repeat(16) + "}", "16 levels"),
                arguments("{'type':'bye','a':" + "{'a':".repeat(16) + "1" + "}".repeat(16) + "}", "16 levels"),
                arguments("{'a':" + "[".repeat(60_000), "16 levels"));
    }

    @ParameterizedTest
    @MethodSource("without")
    void aMessageWithoutTypeIsMalformed(String json) {
        BadMessages.refused(Codecs.json(), bytes(json), ErrorCode.MALFORMED, "type", "type is required");
    }

    static Stream<String> without() {
        return Stream.of("{}", "{'id':5}", "{'type':null}", "{'Type':'bye'}", "{'a':{'type':'bye'}}");
    }

    @ParameterizedTest(name = "{index} {0}")
    @MethodSource({"common", "hello", "subscribe", "camera", "views", "requests", "scene"})
    void whatIsReadButWrongIsInvalid(String json, String field, String part) {
        BadMessages.refused(Codecs.json(), bytes(json), ErrorCode.INVALID, field, part);
    }

    static Stream<Arguments> common() {
        return Stream.of(
                arguments("{'type':5}", "type", "must be a string, not 5"),
                arguments("{'type':['bye']}", "type", "must be a string, not a list of 1"),
                arguments("{'type':'bye','id':1.0}", "id", "must be an integer below 2^53 or a string"),
                arguments("{'type':'bye','id':9007199254740992}", "id", "not 9007199254740992"),
                arguments("{'type':'bye','id':-9007199254740992}", "id", "not -9007199254740992"),
                arguments("{'type':'bye','id':12345678901234567890123}", "id", "not 1.2345678901234568E22"),
                arguments("{'type':'bye','id':'" + "x".repeat(65) + "'}", "id", "64 characters"),
                arguments("{'type':'bye','id':true}", "id", "not true"),
                arguments("{'type':'bye','id':{}}", "id", "not an object"),
                arguments("{'type':'bye','id':[]}", "id", "not a list"));
    }

    static Stream<Arguments> hello() {
        return Stream.of(
                arguments("{'type':'hello','display':''}", "display", "must be 1-64 of A-Z"),
                arguments("{'type':'hello','display':'a b'}", "display", "not \"a b\""),
                arguments("{'type':'hello','display':'a/b'}", "display", "must be 1-64 of A-Z"),
                arguments("{'type':'hello','display':'\u00e4'}", "display", "must be 1-64 of A-Z"),
                arguments("{'type':'hello','display':'" + "d".repeat(65) + "'}", "display", "must be 1-64 of A-Z"),
                arguments("{'type':'hello','display':7}", "display", "must be a string, not 7"),
                arguments("{'type':'hello','user':'a\\u0000b'}", "user", "not \"a?b\""),
                arguments("{'type':'hello','connection':'twice'}", "connection", "keep-open, once, not \"twice\""),
                arguments("{'type':'hello','settings':[]}", "settings", "must be an object, not a list of 0"),
                arguments(
                        "{'type':'hello','settings':{'width':0}}",
                        "settings.width",
                        "must be an integer in [1, 1000000], not 0"),
                arguments("{'type':'hello','settings':{'height':1000001}}", "settings.height", "not 1000001"),
                arguments("{'type':'hello','settings':{'width':1920.0}}", "settings.width", "must be an integer"),
                arguments("{'type':'hello','settings':{'width':1e3}}", "settings.width", "must be an integer"),
                arguments("{'type':'hello','settings':{'pixelRatio':0}}", "settings.pixelRatio", "must be above 0"),
                arguments(
                        "{'type':'hello','settings':{'refreshRate':-60}}",
                        "settings.refreshRate",
                        "must be above 0, not -60.0"),
                arguments(
                        "{'type':'hello','settings':{'colorSpace':'SRGB'}}",
                        "settings.colorSpace",
                        "srgb, display-p3, rec2020, not \"SRGB\""),
                arguments("{'type':'hello','settings':{'fit':'fill'}}", "settings.fit", "contain, cover, same-scale"),
                arguments(
                        "{'type':'hello','settings':{'title':'" + "t".repeat(257) + "'}}",
                        "settings.title",
                        "256 characters"),
                arguments("{'type':'hello','resume':'x'}", "resume", "must be an object, not \"x\""),
                arguments("{'type':'hello','resume':{}}", "resume.token", "is required"),
                arguments(
                        "{'type':'hello','resume':{'token':'t','epoch':null,'seq':1}}", "resume.epoch", "is required"),
                arguments(
                        "{'type':'hello','resume':{'token':'t','epoch':'e','seq':-1}}",
                        "resume.seq",
                        "must be an integer in [0, 2^53 - 1], not -1"),
                arguments(
                        "{'type':'hello','resume':{'token':'t','epoch':'e','seq':9007199254740992}}",
                        "resume.seq",
                        "2^53 - 1"),
                arguments("{'type':'settings'}", "settings", "is required"),
                arguments("{'type':'settings','settings':null}", "settings", "is required"),
                arguments("{'type':'settings','settings':{'width':'1920'}}", "settings.width", "not \"1920\""));
    }

    static Stream<Arguments> subscribe() {
        return Stream.of(
                arguments("{'type':'subscribe','cameras':'*'}", "cameras", "must be a list, not \"*\""),
                arguments("{'type':'subscribe','cameras':['*','a']}", "cameras", "alone"),
                arguments("{'type':'subscribe','cameras':['a','b',null]}", "cameras[2]", "must be a string, not null"),
                arguments("{'type':'subscribe','cameras':['a','b','c','d e']}", "cameras[3]", "not \"d e\""),
                arguments("{'type':'subscribe','cameras':['a//b']}", "cameras[0]", "segment"),
                arguments("{'type':'subscribe','cameras':['../b']}", "cameras[0]", "segment"),
                arguments("{'type':'subscribe','cameras':['a*']}", "cameras[0]", "A-Z"),
                arguments("{'type':'subscribe','cameras':[1]}", "cameras[0]", "must be a string, not 1"),
                arguments(
                        "{'type':'subscribe','cameras':['a'" + ",'a'".repeat(10_000) + "]}",
                        "cameras",
                        "at most 10000 names, not 10001"),
                arguments("{'type':'subscribe','walls':'*'}", "walls", "must be a list, not \"*\""),
                arguments("{'type':'subscribe','walls':['*','a']}", "walls", "alone"),
                arguments("{'type':'subscribe','walls':['a','b/c']}", "walls[1]", "A-Z a-z 0-9 . _ -, not \"b/c\""),
                arguments("{'type':'subscribe','walls':['']}", "walls[0]", "1-64"),
                arguments("{'type':'subscribe','walls':[null]}", "walls[0]", "must be a string, not null"),
                arguments(
                        "{'type':'subscribe','walls':['a'" + ",'a'".repeat(1_024) + "]}",
                        "walls",
                        "at most 1024 names, not 1025"),
                arguments("{'type':'subscribe','scene':1}", "scene", "must be true or false, not 1"),
                arguments("{'type':'subscribe','presence':'yes'}", "presence", "not \"yes\""),
                arguments("{'type':'subscribe','echo':[]}", "echo", "must be true or false"),
                arguments("{'type':'subscribe','delivery':'all'}", "delivery", "latest, every, not \"all\""),
                arguments("{'type':'subscribe','rate':0}", "rate", "must be above 0 and at most 1000, not 0.0"),
                arguments("{'type':'subscribe','rate':1000.1}", "rate", "not 1000.1"),
                arguments("{'type':'subscribe','rate':'60'}", "rate", "must be a number"),
                arguments("{'type':'subscribe','rate':1e999}", "rate", "must be a finite number"),
                arguments("{'type':'subscribe','delivery':'every','rate':60}", "rate", "every"));
    }

    static Stream<Arguments> camera() {
        return Stream.of(
                arguments("{'type':'camera','view':" + VIEW_2D + "}", "camera", "is required"),
                arguments("{'type':'camera','camera':'c'}", "view", "is required"),
                arguments("{'type':'camera','camera':'','view':" + VIEW_2D + "}", "camera", "1-64"),
                arguments("{'type':'camera','camera':'/c','view':" + VIEW_2D + "}", "camera", "not \"/c\""),
                arguments("{'type':'camera','camera':'c','view':" + VIEW_2D + ",'time':-1}", "time", "not -1"),
                arguments("{'type':'camera','camera':'c','view':" + VIEW_2D + ",'time':1.5}", "time", "not 1.5"),
                arguments(
                        "{'type':'camera','camera':'c','view':" + VIEW_2D + ",'sample':9007199254740992}",
                        "sample",
                        "2^53 - 1"),
                arguments(
                        "{'type':'camera','camera':'c','view':" + VIEW_2D + ",'cut':'true'}",
                        "cut",
                        "must be true or false"),
                arguments(
                        "{'type':'camera','camera':'c','view':" + VIEW_2D + ",'timecode':12}",
                        "timecode",
                        "must be a string"),
                arguments(
                        "{'type':'camera','camera':'c','view':" + VIEW_2D + ",'timecode':'" + "0".repeat(33) + "'}",
                        "timecode",
                        "32"),
                arguments("{'type':'camera','camera':'c','view':[]}", "view", "must be an object"));
    }

    static Stream<Arguments> views() {
        return Stream.of(
                view("{}", "view.kind", "is required"),
                view("{'kind':'4d'}", "view.kind", "2d, 3d, not \"4d\""),
                view("{'kind':'2d','zoom':1,'rotation':0}", "view.center", "is required"),
                view(
                        "{'kind':'2d','center':[1],'zoom':1,'rotation':0}",
                        "view.center",
                        "must be a list of 2 numbers, not a list of 1"),
                view("{'kind':'2d','center':[1,2,3],'zoom':1,'rotation':0}", "view.center", "not a list of 3"),
                view("{'kind':'2d','center':{'x':1},'zoom':1,'rotation':0}", "view.center", "not an object"),
                view(
                        "{'kind':'2d','center':[1,'2'],'zoom':1,'rotation':0}",
                        "view.center[1]",
                        "must be a number, not \"2\""),
                view("{'kind':'2d','center':[null,2],'zoom':1,'rotation':0}", "view.center[0]", "not null"),
                view(
                        "{'kind':'2d','center':[1,-1e400],'zoom':1,'rotation':0}",
                        "view.center[1]",
                        "must be a finite number, not -Infinity"),
                view("{'kind':'2d','center':[0,0],'zoom':" + "9".repeat(400) + ",'rotation':0}", "view.zoom", "finite"),
                view("{'kind':'2d','center':[0,0],'rotation':0}", "view.zoom", "is required"),
                view("{'kind':'2d','center':[0,0],'zoom':0,'rotation':0}", "view.zoom", "[1e-9, 1e9], not 0.0"),
                view("{'kind':'2d','center':[0,0],'zoom':1000000001,'rotation':0}", "view.zoom", "[1e-9, 1e9]"),
                view("{'kind':'2d','center':[0,0],'zoom':1}", "view.rotation", "is required"),
                view("{'kind':'2d','center':[0,0],'zoom':1,'rotation':0,'size':[0,1]}", "view.size", "must be above 0"),
                view(
                        "{'kind':'2d','center':[0,0],'zoom':1,'rotation':0,'size':7}",
                        "view.size",
                        "must be a list of 2 numbers, not 7"),
                view3d("'position':[0,0]", "view.position", "must be a list of 3 numbers"),
                view3d("'orientation':[0,0,0,2]", "view.orientation", "must be a unit quaternion"),
                view3d("'orientation':[0,0,0,0]", "view.orientation", "norm 0.0"),
                view3d("'orientation':[0,0,0,1.0011]", "view.orientation", "within 0.001 of 1"),
                view3d("'projection':null", "view.projection", "is required"),
                view3d("'projection':{}", "view.projection.type", "is required"),
                view3d(
                        "'projection':{'type':'fisheye'}",
                        "view.projection.type",
                        "perspective, orthographic, frustum, not \"fisheye\""),
                view3d(
                        "'projection':{'type':'perspective','yfov':3.2,'znear':1}",
                        "view.projection.yfov",
                        "must be below pi, not 3.2"),
                view3d(
                        "'projection':{'type':'perspective','yfov':0,'znear':1}",
                        "view.projection.yfov",
                        "must be above 0"),
                view3d("'projection':{'type':'perspective','yfov':1}", "view.projection.znear", "is required"),
                view3d(
                        "'projection':{'type':'perspective','yfov':1,'znear':0}",
                        "view.projection.znear",
                        "must be above 0"),
                view3d(
                        "'projection':{'type':'perspective','yfov':1,'znear':1,'zfar':1}",
                        "view.projection.zfar",
                        "must be above znear"),
                view3d(
                        "'projection':{'type':'perspective','yfov':1,'znear':1,'aspectRatio':0}",
                        "view.projection.aspectRatio",
                        "must be above 0"),
                view3d(
                        "'projection':{'type':'orthographic','xmag':0,'ymag':1,'znear':0,'zfar':1}",
                        "view.projection.xmag",
                        "must be above 0"),
                view3d(
                        "'projection':{'type':'orthographic','xmag':1,'ymag':1,'znear':-1,'zfar':1}",
                        "view.projection.znear",
                        "0 or above"),
                view3d(
                        "'projection':{'type':'orthographic','xmag':1,'ymag':1,'znear':0}",
                        "view.projection.zfar",
                        "is required"),
                view3d(
                        "'projection':{'type':'frustum','left':1,'right':1,'bottom':0,'top':1,'znear':1,'zfar':2}",
                        "view.projection.right",
                        "must be above left"),
                view3d(
                        "'projection':{'type':'frustum','left':0,'right':1,'bottom':2,'top':1,'znear':1,'zfar':2}",
                        "view.projection.top",
                        "must be above bottom"),
                view3d("'focusDistance':0", "view.focusDistance", "must be above 0"),
                view3d("'lens':5", "view.lens", "must be an object"),
                view3d("'lens':{'focalLength':-1}", "view.lens.focalLength", "must be above 0"),
                view3d("'lens':{'sensor':[36,0]}", "view.lens.sensor", "must be above 0"),
                view3d("'lens':{'distortion':[0,'x']}", "view.lens.distortion[1]", "must be a number"),
                view3d(
                        "'lens':{'distortion':[0" + ",0".repeat(32) + "]}",
                        "view.lens.distortion",
                        "at most 32 numbers"));
    }

    private static Arguments view(String view, String field, String part) {
        return arguments("{'type':'camera','camera':'c','view':" + view + "}", field, part);
    }

    /** A good 3D view, but for one field. */
    private static Arguments view3d(String wrong, String field, String part) {
        StringBuilder view = new StringBuilder("{'kind':'3d'," + wrong);
        for (String good : new String[] {
            "'position':[0,0,0]", "'orientation':[0,0,0,1]", "'projection':{'type':'perspective','yfov':1,'znear':1}"
        }) {
            if (!good.startsWith(wrong.substring(0, wrong.indexOf(':')))) {
                view.append(',').append(good);
            }
        }
        return view(view + "}", field, part);
    }

    /** What a report says but for its wall. */
    private static final String REPORT =
            "'clock':1,'age':{'p50':-1,'p99':2},'interval':3,'frames':4,'late':0,'at':5,'shown':6";

    static Stream<Arguments> requests() {
        return Stream.of(
                arguments("{'type':'ping'}", "t0", "is required"),
                arguments("{'type':'ping','t0':null}", "t0", "is required"),
                arguments("{'type':'ping','t0':1.0}", "t0", "must be an integer in [1 - 2^53, 2^53 - 1], not 1.0"),
                arguments("{'type':'ping','t0':1e3}", "t0", "must be an integer"),
                arguments("{'type':'ping','t0':9007199254740992}", "t0", "not 9007199254740992"),
                arguments("{'type':'ping','t0':" + "9".repeat(999) + "}", "t0", "must be an integer"),
                arguments("{'type':'ping','t0':'1'}", "t0", "not \"1\""),
                arguments("{'type':'ping','t0':1,'report':[]}", "report", "must be an object"),
                arguments("{'type':'ping','t0':1,'report':{}}", "report.wall", "is required"),
                arguments(
                        "{'type':'ping','t0':1,'report':{'wall':'a/b',%s}}".formatted(REPORT),
                        "report.wall",
                        "not \"a/b\""),
                arguments(
                        "{'type':'ping','t0':1,'report':{'wall':'a',%s}}"
                                .formatted(REPORT.replace("'clock':1", "'clock':-1")),
                        "report.clock",
                        "must be an integer in [0, 2^53 - 1], not -1"),
                arguments(
                        "{'type':'ping','t0':1,'report':{'wall':'a',%s}}".formatted(REPORT.replace("-1", "1.5")),
                        "report.age.p50",
                        "must be an integer in [1 - 2^53, 2^53 - 1], not 1.5"),
                arguments(
                        "{'type':'ping','t0':1,'report':{'wall':'a',%s}}".formatted(REPORT.replace("'p99':2", "'q':2")),
                        "report.age.p99",
                        "is required"),
                arguments(
                        "{'type':'ping','t0':1,'report':{'wall':'a',%s}}"
                                .formatted(REPORT.replace("'late':0", "'late':5")),
                        "report.late",
                        "must not be above frames (4), not 5"),
                arguments("{'type':'control','action':'take'}", "camera", "is required"),
                arguments("{'type':'control','camera':'c'}", "action", "is required"),
                arguments(
                        "{'type':'control','camera':'c','action':'Take'}",
                        "action",
                        "take, release, ask, not \"Take\""),
                arguments("{'type':'control','camera':'c','action':'take','force':1}", "force", "true or false"),
                arguments(
                        "{'type':'control','camera':'c','action':'release','force':true}",
                        "force",
                        "absent with action \"release\""),
                arguments(
                        "{'type':'control','camera':'c','action':'ask','force':true}",
                        "force",
                        "absent with action \"ask\""),
                arguments("{'type':'control','camera':'.','action':'take'}", "camera", "segment"),
                arguments("{'type':'replay'}", "action", "is required"),
                arguments(
                        "{'type':'replay','playback':'p','action':'stop'}",
                        "action",
                        "play, pause, seek, step, loop, speed, list, not \"stop\""),
                arguments("{'type':'replay','action':'play'}", "playback", "is required"),
                arguments("{'type':'replay','playback':'a/b','action':'play'}", "playback", "not \"a/b\""),
                arguments("{'type':'replay','playback':'','action':'list'}", "playback", "must be 1-64 of A-Z"),
                arguments("{'type':'replay','playback':'p','action':'seek'}", "position", "is required"),
                arguments("{'type':'replay','playback':'p','action':'seek','position':-1}", "position", "not -1"),
                arguments("{'type':'replay','playback':'p','action':'step','entries':0}", "entries", "not be 0, not 0"),
                arguments(
                        "{'type':'replay','playback':'p','action':'step','entries':1001}",
                        "entries",
                        "must be an integer in [-1000, 1000], not 1001"),
                arguments("{'type':'replay','playback':'p','action':'step','camera':'a b'}", "camera", "not \"a b\""),
                arguments("{'type':'replay','playback':'p','action':'loop'}", "on", "is required"),
                arguments("{'type':'replay','playback':'p','action':'loop','from':5}", "to", "is required"),
                arguments("{'type':'replay','playback':'p','action':'loop','to':5,'on':true}", "from", "is required"),
                arguments(
                        "{'type':'replay','playback':'p','action':'loop','from':5,'to':5}",
                        "to",
                        "must be more than from (5), not 5"),
                arguments("{'type':'replay','playback':'p','action':'speed'}", "speed", "is required"),
                arguments(
                        "{'type':'replay','playback':'p','action':'speed','speed':0}",
                        "speed",
                        "must lie in [0.01, 100], not 0.0"),
                arguments("{'type':'admin'}", "action", "is required"),
                arguments(
                        "{'type':'admin','action':'reboot'}", "action", "drain, undrain, close, notice, remove-camera"),
                arguments("{'type':'admin','action':'drain','over':-5}", "over", "not -5"),
                arguments(
                        "{'type':'admin','action':'drain','reconnectAfter':0.5}",
                        "reconnectAfter",
                        "must be an integer"),
                arguments("{'type':'admin','action':'close'}", "display", "is required"),
                arguments("{'type':'admin','action':'close','display':'d','reason':5}", "reason", "must be a string"),
                arguments("{'type':'admin','action':'notice','text':'x'}", "level", "is required"),
                arguments(
                        "{'type':'admin','action':'notice','level':'fatal','text':'x'}",
                        "level",
                        "info, warning, error"),
                arguments("{'type':'admin','action':'notice','level':'info'}", "text", "is required"),
                arguments("{'type':'admin','action':'remove-camera'}", "camera", "is required"));
    }

    static Stream<Arguments> scene() {
        return Stream.of(
                arguments("{'type':'scene'}", "ops", "is required"),
                arguments("{'type':'scene','ops':{}}", "ops", "must be a list, not an object"),
                arguments("{'type':'scene','ops':[5]}", "ops[0]", "must be an object, not 5"),
                arguments("{'type':'scene','ops':[{'op':'clear'},{}]}", "ops[1].op", "is required"),
                arguments("{'type':'scene','ops':[{'op':'move'}]}", "ops[0].op", "put, patch, remove, select, clear"),
                op("'op':'put'", "model", "is required"),
                op("'op':'put','model':{'uri':'a.glb'}", "model.id", "is required"),
                op("'op':'put','model':{'id':'a'}", "model.uri", "is required"),
                op("'op':'put','model':{'id':'a b','uri':'a.glb'}", "model.id", "not \"a b\""),
                op("'op':'put','model':{'id':'a','uri':''}", "model.uri", "relative URI"),
                op("'op':'put','model':{'id':'a','uri':'https://x.y/a.glb'}", "model.uri", "relative URI"),
                op("'op':'put','model':{'id':'a','uri':'//x.y/a.glb'}", "model.uri", "relative URI"),
                op("'op':'put','model':{'id':'a','uri':'/a.glb'}", "model.uri", "relative URI"),
                op("'op':'put','model':{'id':'a','uri':'data:,x'}", "model.uri", "relative URI"),
                op("'op':'put','model':{'id':'a','uri':'a/../../b.glb'}", "model.uri", "without .. segments"),
                op("'op':'put','model':{'id':'a','uri':'a/%2e%2E/b.glb'}", "model.uri", "without .. segments"),
                op("'op':'put','model':{'id':'a','uri':'a b.glb'}", "model.uri", "relative URI"),
                op("'op':'put','model':{'id':'a','uri':'" + "a".repeat(257) + "'}", "model.uri", "256 characters"),
                op("'op':'put','model':{'id':'a','uri':'a.glb','position':[0,0]}", "model.position", "3 numbers"),
                op(
                        "'op':'put','model':{'id':'a','uri':'a.glb','orientation':[1,1,0,0]}",
                        "model.orientation",
                        "unit quaternion"),
                op("'op':'put','model':{'id':'a','uri':'a.glb','scale':[1,1,1e999]}", "model.scale[2]", "finite"),
                op("'op':'put','model':{'id':'a','uri':'a.glb','visible':0}", "model.visible", "true or false"),
                op(
                        "'op':'put','model':{'id':'a','uri':'a.glb','label':'" + "l".repeat(257) + "'}",
                        "model.label",
                        "256"),
                op("'op':'patch'", "id", "is required"),
                op("'op':'patch','id':null", "id", "is required"),
                op("'op':'patch','id':'a','uri':null", "uri", "relative URI"),
                op("'op':'patch','id':'a','position':'x'", "position", "must be a list of 3 numbers"),
                op("'op':'patch','id':'a','layer':'" + "l".repeat(257) + "'", "layer", "256"),
                op("'op':'remove'", "id", "is required"),
                op("'op':'select'", "ids", "is required"),
                op("'op':'select','ids':['a',2]", "ids[1]", "must be a string"),
                op("'op':'select','ids':['a','']", "ids[1]", "1-64"),
                arguments("{'type':'scene','ops':[],'camera':'c'}", "camera", "must be an object"),
                arguments("{'type':'scene','ops':[],'camera':{'camera':'c'}}", "camera.view", "is required"),
                arguments(
                        "{'type':'scene','ops':[],'camera':{'view':" + VIEW_2D + "}}", "camera.camera", "is required"),
                arguments(
                        "{'type':'scene','ops':[],'camera':{'camera':'c','view':{'kind':'2d'}}}",
                        "camera.view.center",
                        "is required"));
    }

    private static Arguments op(String op, String field, String part) {
        return arguments(
                "{'type':'scene','ops':[{'op':'clear'},{'op':'clear'},{" + op + "}]}", "ops[2]." + field, part);
    }

    @Test
    void anUnknownTypeIsNamed() {
        BadMessages.refused(
                Codecs.json(),
                bytes("{'type':'teleport'}"),
                ErrorCode.UNKNOWN_TYPE,
                "type",
                "hello",
                "bye",
                "not \"teleport\"");
        BadMessages.refused(Codecs.json(), bytes("{'type':''}"), ErrorCode.UNKNOWN_TYPE, "type", "not \"\"");
        BadMessages.refused(
                Codecs.json(), bytes("{'type':'welcome'}"), ErrorCode.UNKNOWN_TYPE, "type", "not \"welcome\"");
        BadMessages.refused(
                Codecs.json(),
                bytes("{'type':'\\u0000" + "x".repeat(5000) + "'}"),
                ErrorCode.UNKNOWN_TYPE,
                "type",
                "?xxx");
    }

    @Test
    void theIdIsGivenBackWhereverItStands() {
        Optional<RequestId> seven = Optional.of(new RequestId.Number(7));
        assertThat(BadMessages.refusal(Codecs.json(), bytes("{'id':7,'type':'ping'}"))
                        .id())
                .isEqualTo(seven);
        assertThat(BadMessages.refusal(Codecs.json(), bytes("{'type':'ping','t0':'x','id':7}"))
                        .id())
                .isEqualTo(seven);
        assertThat(BadMessages.refusal(Codecs.json(), bytes("{'type':'teleport','id':7}"))
                        .id())
                .isEqualTo(seven);
        assertThat(BadMessages.refusal(Codecs.json(), bytes("{'id':7}")).id()).isEqualTo(seven);
        assertThat(BadMessages.refusal(Codecs.json(), bytes("{'type':5,'id':7}"))
                        .id())
                .isEqualTo(seven);
        assertThat(BadMessages.refusal(Codecs.json(), bytes("{'type':'ping','id':'\u00e4\\u0000'}"))
                        .id())
                .contains(new RequestId.Text("\u00e4\u0000"));
        assertThat(BadMessages.refusal(Codecs.json(), bytes("{'type':'ping','id':7.5}"))
                        .id())
                .isEmpty();
        assertThat(BadMessages.refusal(Codecs.json(), bytes("{'type':'ping','id':null}"))
                        .id())
                .isEmpty();
        assertThat(BadMessages.refusal(Codecs.json(), bytes("{'type':'ping','id':7"))
                        .id())
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("brokenUtf8")
    void brokenUtf8IsMalformed(String hex) {
        byte[] message = TestCbor.join(bytes("{'type':'bye','a':'"), TestCbor.hex(hex), bytes("'}"));
        BadMessages.refused(Codecs.json(), message, ErrorCode.MALFORMED, "", "UTF-8");
    }

    static Stream<String> brokenUtf8() {
        return Stream.of(
                "80",
                "c3",
                "c328",
                "c080",
                "c1bf",
                "e08080",
                "eda080",
                "edb080",
                "eda080edb080",
                "f0808080",
                "f4908080",
                "f8888080",
                "fe",
                "ff",
                "e282",
                "f09f98",
                "efbfbdff");
    }

    @Test
    void utf16IsMalformed() {
        BadMessages.refused(
                Codecs.json(),
                "{\"type\":\"bye\"}".getBytes(StandardCharsets.UTF_16LE),
                ErrorCode.MALFORMED,
                "",
                "not valid JSON");
        BadMessages.refused(
                Codecs.json(),
                "{\"type\":\"bye\"}".getBytes(StandardCharsets.UTF_16BE),
                ErrorCode.MALFORMED,
                "",
                "not valid JSON");
    }

    @Test
    void whatIsJustAllowedIsTaken() throws DecodeException {
        for (String json : new String[] {
            "{'type':'bye','a':" + "[".repeat(15) + "]".repeat(15) + "}",
            "{'type':'bye','a':'\ud83d\ude00\\ud83d\\ude00\uFFFD'}",
            "\r\n\t {'type':'bye'} \n",
            "{'type':'bye','id':'" + "\ud83d\ude00".repeat(64) + "'}",
            "{'type':'bye','id':-9007199254740991}",
            "{'type':'bye','id':''}",
            "{'type':'bye','" + "k".repeat(60_000) + "':" + "9".repeat(1000) + "}",
            "{'type':'subscribe','cameras':['*','*']}",
            "{'type':'subscribe','rate':1000}"
        }) {
            assertThat(Codecs.json().decodeClient(ByteBuffer.wrap(bytes(json)))).isNotNull();
        }
    }

    /** The longest message a client may send, of whatever is dearest to read. */
    @Test
    @Timeout(20)
    void noMessageOf64KibTakesLong() {
        String[] dear = {
            "{'type':'bye'," + numbered(6500) + "}",
            "{'type':'bye','a':[" + ("1." + "7".repeat(990) + "e-300,").repeat(60) + "0]}",
            "{'type':'bye','a':[" + ("9".repeat(1000) + ",").repeat(60) + "0]}",
            "{'type':'bye','a':1e" + "9".repeat(60_000) + "}",
            "{'type':'bye','a':" + "9".repeat(60_000) + "}",
            "{'type':'bye','a':[" + "[],".repeat(20_000) + "0]}"
        };
        for (String json : dear) {
            // the quickest counts: the machine may have other things to do meanwhile
            long quickest = Long.MAX_VALUE;
            for (int i = 0; i < 50; i++) {
                long start = System.nanoTime();
                try {
                    Codecs.json().decodeClient(ByteBuffer.wrap(bytes(json)));
                } catch (DecodeException e) {
                    BadMessages.fitToBeShown(e);
                }
                quickest = Math.min(quickest, System.nanoTime() - start);
            }
            assertThat(Duration.ofNanos(quickest)).as(json.substring(0, 40)).isLessThan(Duration.ofMillis(20));
        }
    }

    private static String numbered(int count) {
        StringBuilder fields = new StringBuilder("'k0':0");
        for (int i = 1; i < count; i++) {
            fields.append(",'k").append(i).append("':0");
        }
        return fields.toString();
    }

    private static byte[] bytes(String json) {
        return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }
}
