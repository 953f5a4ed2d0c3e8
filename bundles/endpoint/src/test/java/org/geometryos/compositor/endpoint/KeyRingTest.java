package org.geometryos.compositor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.geometryos.compositor.endpoint.FakeKeySource.entry;
import static org.geometryos.compositor.endpoint.FakeKeySource.sha256;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.geometryos.compositor.api.connection.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRingTest {
    private static final String TEXT = "cb_wall_0123456789abcdef";

    private static KeyRing ring(KeyRing.Entry... entries) {
        return KeyRing.of(List.of(entries), false);
    }

    private static Optional<String> match(KeyRing ring, String key) {
        return ring.match(key.getBytes(StandardCharsets.UTF_8))
                .map(found -> found.name() + " " + found.role().word());
    }

    /** The ring must be closed, must hold no key, and must say why. */
    private static String complaint(KeyRing.Entry entry) {
        KeyRing ring = ring(entry);
        assertThat(ring.open()).isFalse();
        assertThat(ring.keys()).isEmpty();
        assertThat(match(ring, TEXT)).isEmpty();
        assertThat(ring.complaints()).hasSize(1);
        assertThat(ring.summary())
                .isEqualTo("1 key is configured, 1 of them invalid: nobody is admitted without one, "
                        + "and nobody with role admin: to run the host over a connection, add a key of that role");
        assertThat(ring.complaints().get(0))
                .startsWith(entry.pid() + ": ")
                .doesNotContain(TEXT)
                .doesNotContain(sha256(TEXT));
        return ring.complaints().get(0);
    }

    @Test
    void keysAreFoundByTheirDigestAndByTheirText() {
        KeyRing ring = ring(
                entry("wall", "role", "view", "sha256", sha256(TEXT)),
                entry("desk", "role", "control", "key", " sixteen letters!\n"),
                entry("x", "role", "admin", "key", "schlüssel-schlüssel", "name", "boss"),
                entry("upper", "role", "view", "sha256", sha256("u").toUpperCase(Locale.ROOT)));
        assertThat(ring.complaints()).isEmpty();
        assertThat(match(ring, TEXT)).hasValue("wall view");
        assertThat(match(ring, "sixteen letters!")).hasValue("desk control");
        assertThat(match(ring, "schlüssel-schlüssel")).hasValue("boss admin");
        assertThat(match(ring, "u")).hasValue("upper view");
        assertThat(match(ring, "")).isEmpty();
        assertThat(match(ring, TEXT + "0")).isEmpty();
        assertThat(match(ring, sha256(TEXT))).as("the digest is not the key").isEmpty();
        assertThat(ring.summary()).isEqualTo("4 keys are configured: nobody is admitted without one");
    }

    @Test
    void withoutAConfigurationItIsOpenUnlessAKeyIsRequired() {
        assertThat(ring().open()).isTrue();
        assertThat(ring().summary()).contains("this machine only");
        assertThat(KeyRing.of(List.of(), true).open()).isFalse();
        assertThat(KeyRing.of(List.of(), true).summary()).contains("nobody is admitted");
        assertThat(KeyRing.closed().open()).isFalse();
        assertThat(match(KeyRing.closed(), "")).isEmpty();
    }

    @Test
    void theKeyMustBeGivenInExactlyOneWay() {
        assertThat(complaint(entry("a", "role", "view")))
                .contains("exactly one of sha256 and key")
                .contains("none");
        assertThat(complaint(entry("a", "role", "view", "sha256", " ", "key", "")))
                .contains("none");
        assertThat(complaint(entry("a", "role", "view", "sha256", sha256(TEXT), "key", TEXT)))
                .contains("both");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0123456789abcde", "short", "ü1234567890123"})
    void aKeyBelowSixteenCharactersIsRefused(String key) {
        assertThat(complaint(entry("a", "role", "view", "key", key)))
                .contains("at least 16 characters")
                .doesNotContain(key);
    }

    @Test
    void sixteenCharactersAreEnough() {
        assertThat(match(ring(entry("a", "role", "view", "key", "0123456789abcdef")), "0123456789abcdef"))
                .hasValue("a view");
    }

    @ParameterizedTest
    @ValueSource(strings = {"$[env:COMPOSITOR_KEY_OF_NOBODY]", "$[secret:wall-key-file]"})
    void aPlaceholderThatWasNotResolvedIsNoKey(String key) {
        assertThat(complaint(entry("a", "role", "view", "key", key))).contains("key must not begin with $[");
        assertThat(complaint(entry("a", "role", "view", "sha256", key))).contains("sha256 must not begin with $[");
    }

    @Test
    void aDigestHasSixtyFourHexDigits() {
        String digest = sha256(TEXT);
        for (String wrong :
                List.of(digest.substring(1), digest + "0", digest.substring(1) + "g", "0x" + digest.substring(2))) {
            assertThat(complaint(entry("a", "role", "view", "sha256", wrong)))
                    .contains("sha256 must be 64 hex digits")
                    .doesNotContain(wrong);
        }
    }

    @Test
    void theDigestOfNothingIsNoKey() {
        assertThat(complaint(entry("a", "role", "admin", "sha256", sha256("")))).contains("digest of an empty text");
        assertThat(ring(entry("a", "role", "admin", "sha256", sha256(""))).match(new byte[0]))
                .isEmpty();
    }

    @Test
    void anEntryDoesNotTellItsKey() {
        assertThat(entry("a", "role", "admin", "key", TEXT)).hasToString(KeyConfig.PID + "~a");
    }

    @Test
    void theRoleIsOneOfThree() {
        assertThat(complaint(entry("a", "key", TEXT))).contains("role is missing");
        for (String wrong : List.of("Admin", "root", "view,control")) {
            assertThat(complaint(entry("a", "key", TEXT, "role", wrong)))
                    .contains("role must be view, control or admin, not \"" + wrong + "\"");
        }
    }

    @Test
    void valuesAreStrings() {
        assertThat(complaint(entry("a", "role", "view", "key", new String[] {TEXT})))
                .contains("key must be a string");
        assertThat(complaint(entry("a", "role", 1, "key", TEXT))).contains("role must be a string");
        assertThat(complaint(entry("a", "role", "view", "key", TEXT, "name", true)))
                .contains("name must be a string");
    }

    @Test
    void aNameIsOneToSixtyFourOfAFewCharactersAndNotLocal() {
        for (String good : List.of("a", "A-Z.a_z-09", "x".repeat(64))) {
            assertThat(match(ring(entry("other", "role", "view", "key", TEXT, "name", good)), TEXT))
                    .hasValue(good + " view");
        }
        for (String bad : List.of("local", "x".repeat(65), "a b", "a/b", "ä")) {
            assertThat(complaint(entry("other", "role", "view", "key", TEXT, "name", bad)))
                    .contains("name must be 1-64");
        }
        assertThat(complaint(entry("local", "role", "view", "key", TEXT))).contains("name must be 1-64");
        assertThat(complaint(new KeyRing.Entry(
                        KeyConfig.PID, entry("", "role", "view", "key", TEXT).properties())))
                .contains("name must be 1-64");
    }

    @Test
    void aFileWithAHyphenInItsNameGivesThatName() {
        assertThat(match(ring(entry("wall~left-2", "role", "view", "key", TEXT)), TEXT))
                .hasValue("wall-left-2 view");
    }

    @Test
    void ofTwoWithOneNameOrOneKeyTheLaterIsRefused() {
        KeyRing names = ring(
                entry("b", "role", "admin", "key", TEXT + "2", "name", "wall"),
                entry("a", "role", "view", "key", TEXT, "name", "wall"));
        assertThat(match(names, TEXT)).hasValue("wall view");
        assertThat(match(names, TEXT + "2")).isEmpty();
        assertThat(names.complaints())
                .containsExactly(KeyConfig.PID + "~b: name must be one key's, \"wall\" is another's already");
        KeyRing keys =
                ring(entry("b", "role", "admin", "key", TEXT), entry("a", "role", "view", "sha256", sha256(TEXT)));
        assertThat(match(keys, TEXT)).hasValue("a view");
        assertThat(keys.complaints())
                .containsExactly(KeyConfig.PID + "~b: the key must be no other's, but it is that of \"a\", too");
        assertThat(keys.configurations()).isEqualTo(2);
    }

    @Test
    void aBrokenOneTakesNoNameAndNoKey() {
        KeyRing ring = ring(
                entry("a", "role", "boss", "key", TEXT, "name", "wall"),
                entry("b", "role", "view", "key", TEXT, "name", "wall"));
        assertThat(match(ring, TEXT)).hasValue("wall view");
    }

    @Test
    void thePrintTellsKeysApartAndIsNoPartOfTheDigest() {
        KeyDigest one = new KeyDigest("a", Role.VIEW, KeyDigest.sha256(new byte[] {1}));
        assertThat(one.fingerprint())
                .matches("[0-9a-f]{16}")
                .isEqualTo(new KeyDigest("b", Role.ADMIN, KeyDigest.sha256(new byte[] {1})).fingerprint())
                .isNotEqualTo(new KeyDigest("a", Role.VIEW, KeyDigest.sha256(new byte[] {2})).fingerprint());
        assertThat(HexFormat.of().formatHex(KeyDigest.sha256(new byte[] {1}))).doesNotContain(one.fingerprint());
    }
}
