package org.geometryos.compositor.cluster.nats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.annotation.Annotation;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static NatsConfig config(String servers, String name, String user, String password, String token) {
        return new NatsConfig() {
            @Override
            public String servers() {
                return servers;
            }

            @Override
            public String name() {
                return name;
            }

            @Override
            public String user() {
                return user;
            }

            @Override
            public String password() {
                return password;
            }

            @Override
            public String token() {
                return token;
            }

            @Override
            public String trust() {
                return "";
            }

            @Override
            public int replicas() {
                return 3;
            }

            @Override
            public String storage() {
                return "memory";
            }

            @Override
            public long bytes() {
                return 1L << 30;
            }

            @Override
            public Class<? extends Annotation> annotationType() {
                return NatsConfig.class;
            }
        };
    }

    private static void refused(NatsConfig config, String... words) {
        assertThatThrownBy(() -> Settings.of(config))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(words);
    }

    @Test
    void serversHaveAPortAndASchemeThatSaysTls() {
        Settings plain = Settings.of(config(" nats://a , nats://b:4223/", "wall", "", "", ""));
        assertThat(plain.servers()).containsExactly("nats://a:4222", "nats://b:4223");
        assertThat(plain.tls()).isFalse();
        assertThat(plain.stream()).isEqualTo(new Settings.Stream(3, false, 1L << 30));
        assertThat(Settings.of(config("tls://a", "wall", "", "", "")).tls()).isTrue();
        assertThat(Settings.of(config("", "wall", "", "", "")).servers()).isEmpty();
    }

    @Test
    void whatBreaksARuleIsNamedWithoutSecrets() {
        refused(config("http://a", "wall", "", "", ""), "servers", "http://a");
        refused(config("nats://me:hunter2@a", "wall", "", "", ""), "servers", "one with a user");
        refused(config("nats://a", "two words", "", "", ""), "name", "two words");
        refused(config("nats://a", "wall", "me", "", ""), "user and password");
        refused(config("nats://a", "wall", "me", "hunter2", "t0ken"), "token");
        refused(config("nats://a", "wall", "me", "$[secret:nats]", ""), "placeholder");
    }

    @Test
    void noSecretIsShown() {
        assertThat(Settings.of(config("nats://a", "wall", "me", "hunter2", "")).toString())
                .doesNotContain("hunter2");
    }
}
