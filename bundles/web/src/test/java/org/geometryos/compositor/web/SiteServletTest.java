package org.geometryos.compositor.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SiteServletTest {

    private final PagePolicy policy = new PagePolicy(config());
    private final SiteServlet pages = new DisplayPages(policy);

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/2d", "/3d"})
    void eachDisplayIsServedAtItsPath(String path) throws Exception {
        Answer answer = get(path);
        assertThat(answer.status).isEqualTo(200);
        assertThat(answer.headers).containsEntry("Content-Type", "text/html; charset=utf-8");
        assertThat(answer.text()).startsWith("<!doctype html>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/wall/left", "/wall/Stage_2.a-b"})
    void aWallIsServedUnderTheNameOfItsDisplay(String path) throws Exception {
        assertThat(get(path).text()).startsWith("<!doctype html>").contains("assets/wall.js");
    }

    @Test
    void theOperatorHasAPageOfItsOwn() throws Exception {
        assertThat(get("/admin").text()).startsWith("<!doctype html>").contains("assets/admin.js");
        assertThat(get("/recordings").text()).startsWith("<!doctype html>").contains("\"assets/recordings.js\"");
        assertThat(get("/walls").text()).startsWith("<!doctype html>").contains("\"assets/walls.js\"");
        assertThat(get("/walls/main").text()).startsWith("<!doctype html>").contains("\"../assets/wallview.js\"");
    }

    @ParameterizedTest
    @CsvSource({
        "/assets/app.js, text/javascript; charset=utf-8",
        "/assets/display2d.js, text/javascript; charset=utf-8",
        "/assets/display3d.js, text/javascript; charset=utf-8",
        "/assets/wall.js, text/javascript; charset=utf-8",
        "/assets/admin.js, text/javascript; charset=utf-8",
        "/assets/walls.js, text/javascript; charset=utf-8",
        "/assets/wallview.css, text/css; charset=utf-8",
        "/assets/admin.css, text/css; charset=utf-8",
        "/assets/first.js, text/javascript; charset=utf-8",
        "/assets/app.css, text/css; charset=utf-8",
        "/assets/wall.css, text/css; charset=utf-8",
        "/assets/licenses.txt, text/plain; charset=utf-8",
        "/assets/demo.json, application/json",
        "/compositor-client.js, text/javascript; charset=utf-8",
        "/compositor-timers.js, text/javascript; charset=utf-8",
    })
    void eachFileHasItsContentType(String path, String type) throws Exception {
        Answer answer = get(path);
        assertThat(answer.status).isEqualTo(200);
        assertThat(answer.headers).containsEntry("Content-Type", type);
        assertThat(answer.headers).containsEntry("Content-Length", String.valueOf(answer.body.size()));
        assertThat(answer.body.size()).isPositive();
    }

    @Test
    void everyAnswerForbidsSniffingAndForeignScripts() throws Exception {
        for (String path : new String[] {"/", "/assets/app.js", "/assets/none.js"}) {
            Answer answer = get(path);
            assertThat(answer.headers)
                    .containsEntry("X-Content-Type-Options", "nosniff")
                    .containsEntry("Cache-Control", "no-cache");
            assertThat(answer.headers.get("Content-Security-Policy"))
                    .contains(
                            "default-src 'none'",
                            "script-src 'self'",
                            "connect-src 'self' https: ws: wss: data: blob:;")
                    .doesNotContain("unsafe");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/2d/, ../2d",
        "/3d/, ../3d",
        "/2d//, ../../2d",
        "//2d, ../2d",
        "/2D, 2d",
        "/3D/, ../3d",
        "/%32d, 2d",
        "/2d;session=1, 2d",
        "/index.html, ./",
        "/2d/index.html, ../2d",
        "/3d/INDEX.html, ../3d",
        "//, ../",
        "/wall/left/, ../../wall/left",
        "/wall//left, ../../wall/left",
        "/Wall/Left, ../wall/Left",
        "/WALL/left, ../wall/left",
        "/wall/%6Ceft, ../wall/left",
        "/admin/, ../admin",
        "/Admin, admin",
        "/walls/, ../walls",
        "/Walls, walls",
        "/recordings/, ../recordings",
        "/Recordings, recordings",
        "/walls/left/, ../../walls/left",
        "/walls//left, ../../walls/left",
    })
    void anotherSpellingOfAPageLeadsToIt(String path, String target) throws Exception {
        for (String method : new String[] {"GET", "HEAD"}) {
            Answer answer = ask(method, path, Map.of());
            assertThat(answer.status).isEqualTo(308);
            assertThat(answer.headers).containsEntry("Location", target).containsEntry("Content-Length", "0");
            // also where a proxy has the pages below a path of its own, and always to a page that leads nowhere else
            if (path.contains("//")) {
                // which URI resolves unlike browsers
                continue;
            }
            URI there = URI.create("http://proxy.example/bridge" + path).resolve(target);
            assertThat(there.getPath()).startsWith("/bridge/");
            assertThat(get(there.getPath().substring("/bridge".length())).status)
                    .isEqualTo(200);
        }
    }

    @Test
    void theQueryGoesAlong() throws Exception {
        assertThat(get("/2d/?camera2d=tour&fit=cover").headers)
                .containsEntry("Location", "../2d?camera2d=tour&fit=cover");
        assertThat(get("/wall/left/?camera=a%2Fb").headers).containsEntry("Location", "../../wall/left?camera=a%2Fb");
        assertThat(get("/2d?camera2d=tour").status).isEqualTo(200);
    }

    @Test
    void noOtherPageMayShowTheDisplaysWithinItselfUnlessItIsConfigured() throws Exception {
        assertThat(get("/").headers.get("Content-Security-Policy")).endsWith("; frame-ancestors 'self'");
        PagePolicy policy = new PagePolicy(config("https://Portal.example:8443, https://*.portal.example", "file://"));
        assertThat(policy.header())
                .endsWith("; frame-ancestors 'self' file: https://*.portal.example https://portal.example:8443");
        policy.modified(config("*"));
        assertThat(policy.header()).endsWith("; frame-ancestors *");
        policy.modified(config("not an origin"));
        assertThat(policy.header()).as("what was before stays").endsWith("; frame-ancestors *");
        policy.modified(config());
        assertThat(policy.header()).endsWith("; frame-ancestors 'self'");
        assertThat(new PagePolicy(config("https://a;script-src *")).header()).endsWith("; frame-ancestors 'self'");
    }

    @Test
    void noPageAtAllMayShowTheOperatorsPageWithinItself() throws Exception {
        policy.modified(config("*"));
        assertThat(get("/2d").headers.get("Content-Security-Policy")).endsWith("; frame-ancestors *");
        for (String path : new String[] {"/admin", "/walls", "/walls/main", "/recordings"}) {
            assertThat(get(path).headers.get("Content-Security-Policy")).endsWith("; frame-ancestors 'none'");
        }
        assertThat(get("/walls/main").headers.get("Content-Security-Policy")).contains("frame-src 'self';");
        assertThat(get("/walls").headers.get("Content-Security-Policy")).doesNotContain("frame-src");
    }

    @ParameterizedTest
    @ValueSource(strings = {"app:", "app://.", "capacitor://localhost", "vscode-webview://1k6j"})
    void aPageOfAnAppIsKnownByItsScheme(String source) {
        assertThat(PagePolicy.header(new String[] {source}))
                .endsWith("'self' " + source.substring(0, source.indexOf(':') + 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "portal.example",
                "https://portal.example/",
                "https://portal.example/path",
                "https://",
                "'none'",
                "https://a; script-src *",
                "https://a b",
                "https://*",
                "data:",
                "javascript:",
                "https:",
                "null",
                "https://a:port"
            })
    void whatMayNotBeAnAncestorIsRefusedWithItsValue(String wrong) {
        assertThatThrownBy(() -> PagePolicy.header(new String[] {"https://good.example", wrong}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("frameAncestors")
                .hasMessageContaining("\"" + wrong + "\"");
    }

    @Test
    void whatIsKnownIsNotSentAgain() throws Exception {
        String etag = get("/").headers.get("ETag");
        assertThat(etag).matches("\"[0-9a-f]{32}\"");
        for (String known : new String[] {etag, "W/" + etag, "\"other\", " + etag, "*"}) {
            Answer answer = ask("GET", "/", Map.of("If-None-Match", known));
            assertThat(answer.status).isEqualTo(304);
            assertThat(answer.body.size()).isZero();
            assertThat(answer.headers).containsEntry("ETag", etag);
        }
        assertThat(ask("GET", "/", Map.of("If-None-Match", "\"other\"")).status).isEqualTo(200);
        assertThat(get("/assets/app.js").headers.get("ETag")).isNotEqualTo(etag);
    }

    @Test
    void headSendsTheHeadersOfGetWithoutTheBody() throws Exception {
        Answer head = ask("HEAD", "/", Map.of());
        assertThat(head.status).isEqualTo(200);
        assertThat(head.body.size()).isZero();
        assertThat(head.headers).isEqualTo(get("/").headers);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"})
    void onlyReadingIsAllowed(String method) throws Exception {
        Answer answer = ask(method, "/", Map.of());
        assertThat(answer.status).isEqualTo(405);
        assertThat(answer.headers).containsEntry("Allow", "GET, HEAD");
        assertThat(answer.body.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/assets/",
                "/assets/none.js",
                "/index",
                "/compositor",
                "/assets/../index",
                "/assets/../../DisplayPages.class",
                "/assets//app.js",
                "/assets/app.js/",
                "//assets/app.js",
                "/assets/..\\index",
                "/DisplayPages.class",
                "/wall",
                "/wall/",
                "/wall/a/b",
                "/wall/a b",
                "/wall/äußere",
                "/wall/x/../../index",
            })
    void nothingBesideTheSiteIsServed(String path) throws Exception {
        Answer answer = get(path);
        assertThat(answer.status).isEqualTo(404);
        assertThat(answer.body.size()).isZero();
    }

    @Test
    void theDemoIsShownWhereItIsWanted() throws Exception {
        assertThat(get("/assets/demo.json").status).isEqualTo(200);
        policy.modified(config(false));
        assertThat(get("/assets/demo.json").status).isEqualTo(204);
    }

    @Test
    void thePageAsksNoOtherHost() throws Exception {
        assertThat(get("/").text()).doesNotContainPattern("(src|href)=\"(https?:)?//");
    }

    private Answer get(String path) throws Exception {
        return ask("GET", path, Map.of());
    }

    private Answer ask(String method, String path, Map<String, String> headers) throws Exception {
        Answer answer = new Answer();
        pages.service(request(method, path, headers), answer.response());
        return answer;
    }

    private static WebConfig config(String... frameAncestors) {
        return config(true, frameAncestors);
    }

    private static WebConfig config(boolean demo, String... frameAncestors) {
        return (WebConfig) Proxy.newProxyInstance(
                SiteServletTest.class.getClassLoader(),
                new Class<?>[] {WebConfig.class},
                (proxy, called, arguments) -> called.getName().equals("demo") ? (Object) demo : frameAncestors);
    }

    private static HttpServletRequest request(String method, String target, Map<String, String> headers) {
        int question = target.indexOf('?');
        String uri = question < 0 ? target : target.substring(0, question);
        String path = uri.replace("%32", "2").replace("%6C", "l").replaceFirst(";.*", "");
        int info = path.startsWith("/assets")
                ? "/assets".length()
                : path.startsWith("/wall") ? "/wall".length() : path.length();
        return (HttpServletRequest) Proxy.newProxyInstance(
                SiteServletTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, called, arguments) -> switch (called.getName()) {
                    case "getMethod" -> method;
                    case "getContextPath" -> "";
                    case "getRequestURI" -> uri;
                    case "getQueryString" -> question < 0 ? null : target.substring(question + 1);
                    case "getServletPath" -> path.substring(0, info);
                    case "getPathInfo" -> info < path.length() ? path.substring(info) : null;
                    case "getHeader" -> headers.get(arguments[0]);
                    case "getRemoteAddr" -> "127.0.0.1";
                    case "startAsync" ->
                        Proxy.newProxyInstance(
                                SiteServletTest.class.getClassLoader(),
                                new Class<?>[] {AsyncContext.class},
                                (async, made, values) -> null);
                    default -> throw new UnsupportedOperationException(called.getName());
                });
    }

    private static final class Answer {
        private int status = 200;
        private final Map<String, String> headers = new TreeMap<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();

        private String text() {
            return body.toString(StandardCharsets.UTF_8);
        }

        private HttpServletResponse response() {
            return (HttpServletResponse) Proxy.newProxyInstance(
                    SiteServletTest.class.getClassLoader(),
                    new Class<?>[] {HttpServletResponse.class},
                    (proxy, called, arguments) -> {
                        switch (called.getName()) {
                            case "setStatus" -> status = (int) arguments[0];
                            case "setHeader" -> headers.put((String) arguments[0], (String) arguments[1]);
                            case "setContentType" -> headers.put("Content-Type", (String) arguments[0]);
                            case "setContentLength" -> headers.put("Content-Length", arguments[0].toString());
                            case "getOutputStream" -> {
                                return new Output(body);
                            }
                            default -> throw new UnsupportedOperationException(called.getName());
                        }
                        return null;
                    });
        }
    }

    private static final class Output extends ServletOutputStream {
        private final ByteArrayOutputStream body;

        private Output(ByteArrayOutputStream body) {
            this.body = body;
        }

        @Override
        public void write(int b) {
            body.write(b);
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            try {
                listener.onWritePossible();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
