package org.geometryos.compositor.launcher.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.geometryos.compositor.launcher.command.KeyFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
    private static final String KEY_FILE = "org.geometryos.compositor.endpoint.key~ops";

    @TempDir
    Path conf;

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1,127.0.0.1",
        "127.1.2.3,127.1.2.3",
        "LOCALHOST,localhost",
        "::1,::1",
        "[::1],::1",
        "0:0:0:0:0:0:0:1,::1"
    })
    void loopbackNeedsNoKey(String host, String bound) throws Exception {
        assertThat(Address.bindable(host, new KeyFiles(conf))).isEqualTo(bound);
        assertThat(new Address(bound, 1).isLoopback()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "::",
                "192.168.0.1",
                "127.0.0.1.example",
                "localhost.example",
                "127.0.0.256",
                "127.1",
                "*",
                "myhost"
            })
    void otherInterfacesAreRefusedWithoutAKey(String host) {
        assertThatThrownBy(() -> Address.bindable(host, new KeyFiles(conf.resolve("missing"))))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("--host " + host + ": must be a loopback address")
                .hasMessageContaining("compositor key new");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "role = view",
                "role = king\nkey = x",
                "role = view\nsha256 = 12",
                "key = x",
                "#role = view\nkey = x"
            })
    void fileThatLetsNobodyInDoesNotCount(String content) throws IOException {
        Files.writeString(conf.resolve(KEY_FILE + ".cfg"), content);
        assertThat(new KeyFiles(conf).any()).isTrue();
        assertThatThrownBy(() -> Address.bindable("0.0.0.0", new KeyFiles(conf)))
                .isInstanceOf(StartException.class);
    }

    @ParameterizedTest
    @CsvSource({
        ".cfg,role=view%key = $[secret:wall]",
        ".config,role=\"admin\"%key=\"x\"",
        ".cfg,role = control%sha256 = 0000000000000000000000000000000000000000000000000000000000000000"
    })
    void withAKeyEveryAddressOfThisMachineIsTaken(String type, String content) throws Exception {
        Files.writeString(conf.resolve(KEY_FILE + type), content.replace('%', '\n'));
        KeyFiles keys = new KeyFiles(conf);
        assertThat(Address.bindable("0.0.0.0", keys)).isEqualTo("0.0.0.0");
        assertThat(Address.bindable("[::]", keys)).isEqualTo("::");
        assertThat(new Address("0.0.0.0", 1).isLoopback()).isFalse();
        // an address for documentation, which no machine has
        assertThatThrownBy(() -> Address.bindable("192.0.2.1", keys))
                .hasMessage("--host 192.0.2.1: is not an address of this machine");
    }

    @Test
    void everyInterfaceIsShownByANameAndAskedOverLoopback() {
        assertThat(new Address("0.0.0.0", 80).status()).hasToString("http://127.0.0.1:80/compositor/status");
        assertThat(new Address("::", 80).status()).hasToString("http://[::1]:80/compositor/status");
        assertThat(new Address("0.0.0.0", 80).page().getHost()).isNotNull().isNotEqualTo("0.0.0.0");
    }

    @ParameterizedTest
    @CsvSource({
        "200 OK,ok,true",
        "200 OK,starting,false",
        "401 Unauthorized,unauthorized,true",
        "403 Forbidden,forbidden,false",
        "503 Service Unavailable,unavailable,false",
        "401 Unauthorized,,false"
    })
    void askingForAKeyCountsAsReady(String line, String status, boolean ready) throws Exception {
        String body = status == null ? "go away" : "{\"status\":\"" + status + "\",\"reason\":\"x\"}";
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread answering = new Thread(
                    () -> {
                        try (Socket socket = server.accept()) {
                            while (socket.getInputStream().read() != '\n'
                                    || socket.getInputStream().read() != '\r') {
                                // to the end of the head
                            }
                            socket.getOutputStream()
                                    .write(("HTTP/1.1 " + line + "\r\nConnection: close\r\nContent-Length: "
                                                    + body.length() + "\r\n\r\n" + body)
                                            .getBytes(StandardCharsets.US_ASCII));
                        } catch (IOException e) {
                            // the test will miss the answer
                        }
                    },
                    "answering");
            answering.start();
            Optional<String> missing =
                    Readiness.probe(URI.create("http://127.0.0.1:" + server.getLocalPort() + "/compositor/status"));
            assertThat(missing.isEmpty()).as("%s", missing).isEqualTo(ready);
            answering.join(5_000);
        }
    }
}
