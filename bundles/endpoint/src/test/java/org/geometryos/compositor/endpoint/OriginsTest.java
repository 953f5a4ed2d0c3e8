package org.geometryos.compositor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginsTest {
    private static final Origins NONE = Origins.of(new String[0]);

    @ParameterizedTest
    @CsvSource({
        "http://wall.example,wall.example",
        "https://wall.example:8443,wall.example:8081",
        "http://WALL.example,wall.EXAMPLE:80",
        "http://192.0.2.7:3000,192.0.2.7",
        "http://[2001:db8::1]:3000,[2001:DB8::1]:8081",
        "http://my_wall:8081,my_wall:8081"
    })
    void aPageOfTheSameHostIsAllowedFromAnyPort(String origin, String host) {
        assertThat(NONE.allow(origin, List.of(host))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "http://wall.example.org,wall.example",
        "http://example,wall.example",
        "http://x.wall.example,wall.example",
        "null,wall.example",
        "wall.example,wall.example",
        "http://wall.example/,wall.example",
        "http://a@wall.example,wall.example",
        "http://,wall.example",
        "file://,wall.example",
        "http://wall.example:,wall.example",
        "http://wall.example,wall.example:x",
        "http://[::1],[::2]"
    })
    void otherPagesAreNot(String origin, String host) {
        assertThat(NONE.allow(origin, List.of(host))).isFalse();
    }

    @Test
    void withoutOneHostThereIsNoSameHost() {
        assertThat(NONE.allow("http://a", List.of())).isFalse();
        assertThat(NONE.allow("http://a", List.of("a", "a"))).isFalse();
        assertThat(NONE.allow("http://", List.of(""))).isFalse();
        assertThat(NONE.allow("", List.of(""))).isFalse();
    }

    @Test
    void allowedOnesAreAllowedExactly() {
        Origins origins = Origins.of(new String[] {"https://Wall.example:8443, http://desk", "app://x"});
        assertThat(origins.allow("https://wall.example:8443", List.of("h"))).isTrue();
        assertThat(origins.allow("HTTP://DESK", List.of())).isTrue();
        assertThat(origins.allow("app://x", List.of())).isTrue();
        for (String other :
                List.of("https://wall.example", "http://wall.example:8443", "http://desk:80", "null", "*", "")) {
            assertThat(origins.allow(other, List.of("h"))).as(other).isFalse();
        }
    }

    @Test
    void pagesWithoutAnOriginNeedAWordOfTheirOwn() {
        assertThat(Origins.of(new String[] {"null"}).allow("null", List.of("h")))
                .isTrue();
        assertThat(Origins.of(new String[] {"null"}).allow("http://x", List.of("h")))
                .isFalse();
        assertThat(Origins.of(new String[] {"*"}).allow("null", List.of("h"))).isTrue();
        assertThat(Origins.of(new String[] {"*"}).allow("http://anywhere", List.of()))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file://",
                "app://.",
                "app://-",
                "capacitor://localhost",
                "ionic://localhost",
                "tauri://localhost",
                "http://tauri.localhost",
                "vscode-webview://1k6jkqe4nrq7h0a",
                "chrome-extension://abcdefghijklmnop",
                "moz-extension://2f2e-11aa",
                "ms-appx-web://package",
                "content://",
                "null"
            })
    void pagesOfAppsAndFilesAreAllowedByTheOriginThatTheyHave(String origin) {
        assertThat(NONE.allow(origin, List.of("wall.example"))).isFalse();
        assertThat(Origins.of(new String[] {origin}).allow(origin, List.of("wall.example")))
                .isTrue();
        assertThat(Origins.of(new String[] {origin}).allow("https://evil.example", List.of("wall.example")))
                .isFalse();
        assertThat(Origins.of(new String[] {origin}).allow("", List.of(""))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "https://wall.example:443,https://wall.example",
        "http://wall.example:80,http://wall.example",
        "HTTPS://Wall.Example,https://wall.example",
        "https://bühne.example,https://xn--bhne-0ra.example",
        "https://[2001:DB8::1]:8443,https://[2001:db8::1]:8443",
        "FILE://,file://"
    })
    void whatIsConfiguredIsUnderstoodAsBrowsersSendIt(String configured, String sent) {
        assertThat(Origins.of(new String[] {configured}).allow(sent, List.of("h")))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://",
                "wss://",
                "file:///",
                "file:",
                "file",
                "https://wall.example:65536",
                "wall.example",
                "https://wall.example/",
                "https://wall.example/path",
                "https://*.example",
                "https://",
                "://x",
                "https://a b",
                "https://wall:port",
                "https://user@wall",
                "https://wall?x"
            })
    void whatIsNoOriginIsRefusedWithItsValue(String wrong) {
        assertThatThrownBy(() -> Origins.of(new String[] {"http://good", wrong}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("allowedOrigins")
                .hasMessageContaining("\"" + wrong + "\"");
    }

    @Test
    void emptyEntriesDoNotCount() {
        assertThat(Origins.of(new String[] {"", " , "}).allowed()).isEmpty();
    }
}
