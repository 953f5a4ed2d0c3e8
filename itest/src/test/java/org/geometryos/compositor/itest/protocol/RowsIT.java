package org.geometryos.compositor.itest.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.geometryos.compositor.itest.crash.KillIT;
import org.geometryos.compositor.itest.deploy.HotDeployIT;
import org.geometryos.compositor.itest.outside.Folders;
import org.geometryos.compositor.itest.security.KeysIT;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * All rows of the protocol's tables of HTTP statuses, close codes and error codes, and which tests show them over real
 * sockets. What takes a minute (4400 counts the malformed messages of one minute) is shown without a socket, by the
 * endpoint's {@code QuotaTest}.
 */
class RowsIT {
    /** A row of a table, a case of it, and the test that shows it. */
    private record Row(String name, String how, Class<?> in, String test) {}

    private static final List<Row> HTTP = List.of(
            new Row(
                    "101",
                    "subprotocols, hosts and origins that are in order",
                    HandshakeIT.class,
                    "everyRequestGetsTheAnswerOfTheProtocol"),
            new Row(
                    "101",
                    "keys in each of their ways",
                    KeysIT.class,
                    "aKeyIsTakenInAnyOfItsWaysAndGivesItsNameAndRole"),
            new Row(
                    "400",
                    "an unknown subprotocol, or a key alone, without keys",
                    HandshakeIT.class,
                    "everyRequestGetsTheAnswerOfTheProtocol"),
            new Row("400", "the same with keys", KeysIT.class, "withAKeyOnlyUnknownSubprotocolsGet400AndTheKeyIsNone"),
            new Row(
                    "401",
                    "no, wrong and differing keys, WWW-Authenticate",
                    KeysIT.class,
                    "wrongMissingAndDifferingKeysGet401"),
            new Row(
                    "401",
                    "a key is required and none is configured",
                    KeysIT.class,
                    "aRequiredKeyKeepsThisMachineOutAsWell"),
            new Row(
                    "403",
                    "Host, Origin and Forwarded without keys",
                    HandshakeIT.class,
                    "everyRequestGetsTheAnswerOfTheProtocol"),
            new Row("403", "Origin with keys", KeysIT.class, "withKeysHostAndProxiesDoNotMatterAndOriginDoes"),
            new Row("405", "other methods", HandshakeIT.class, "everyRequestGetsTheAnswerOfTheProtocol"),
            new Row("426", "no upgrade to WebSocket", HandshakeIT.class, "everyRequestGetsTheAnswerOfTheProtocol"),
            new Row("503", "full in all", HttpRowsIT.class, "asManyAsConfiguredAreTakenAndOneMoreIsNotUntilOneLeaves"),
            new Row(
                    "503",
                    "full, the limit changes",
                    HttpRowsIT.class,
                    "aLimitThatIsRaisedLetsOneMoreInAndALoweredOneClosesNobody"),
            new Row(
                    "503",
                    "full for a key",
                    HttpRowsIT.class,
                    "asManyAsConfiguredAreTakenPerKeyAndOtherKeysAreNotTouched"),
            new Row(
                    "503",
                    "full for an address",
                    HttpRowsIT.class,
                    "asManyAsConfiguredAreTakenPerAddressAndOtherAddressesAreNotTouched"),
            new Row(
                    "503",
                    "handshakes per second",
                    HttpRowsIT.class,
                    "asManyHandshakesASecondAsConfiguredAreTakenFromAnAddress"),
            new Row(
                    "503",
                    "handshakes per second, told by the status",
                    HttpRowsIT.class,
                    "theStatusTellsOfTooManyHandshakesAndDoesNotCountItself"),
            new Row("503", "draining", HttpRowsIT.class, "whileDrainingOnlyKeysOfRoleAdminGetIn"),
            new Row(
                    "503",
                    "not ready: no endpoint",
                    HttpRowsIT.class,
                    "withoutAnEndpointNobodyIsTakenUntilOneIsThereAgain"),
            new Row(
                    "503",
                    "not ready: no journal",
                    HttpRowsIT.class,
                    "withoutAJournalNobodyIsTakenUntilOneIsThereAgain"),
            new Row(
                    "200",
                    "the status while a connection would be taken",
                    HandshakeIT.class,
                    "everyRequestGetsTheAnswerOfTheProtocol"),
            new Row(
                    "200",
                    "the status otherwise has the status of the refusal",
                    HttpRowsIT.class,
                    "theStatusSaysTheSameAsTheRefusalOfAnyKind"));

    private static final List<Row> CLOSES = List.of(
            new Row("1000", "bye, and a client's close", FramesIT.class, "everyMistakeEndsTheConnectionWithItsCode"),
            new Row("1000", "what becomes of the session", CloseRowsIT.class, "afterEachCloseTheSessionWaitsOrIsOver"),
            new Row(
                    "1000",
                    "an operator closes",
                    CloseRowsIT.class,
                    "anOperatorClosesADisplayWithAGoodbyeThatDoesNotInviteBack"),
            new Row(
                    "1000",
                    "an operator closes a display that is away",
                    SessionRowsIT.class,
                    "anOperatorClosesADisplayThatIsAwayAndItsSessionIsOver"),
            new Row("1001", "the server stops", KillIT.class, "stoppedItSaysGoodbyeToEveryDisplayAndEndsInTime"),
            new Row("1003", "text on CBOR, binary on JSON", FramesIT.class, "everyMistakeEndsTheConnectionWithItsCode"),
            new Row("1003", "what becomes of the session", CloseRowsIT.class, "afterEachCloseTheSessionWaitsOrIsOver"),
            new Row("1007", "bad UTF-8", FramesIT.class, "everyMistakeEndsTheConnectionWithItsCode"),
            new Row("1007", "what becomes of the session", CloseRowsIT.class, "afterEachCloseTheSessionWaitsOrIsOver"),
            new Row("1009", "at the limit", FramesIT.class, "messageOf65536BytesIsTaken"),
            new Row("1009", "beyond the limit", FramesIT.class, "everyMistakeEndsTheConnectionWithItsCode"),
            new Row(
                    "1009",
                    "a limit that is configured, at it and beyond it",
                    CloseRowsIT.class,
                    "theLimitOfMessagesIsAsConfiguredAndChangesForOpenConnections"),
            new Row(
                    "1011",
                    "a bridge that fails",
                    CloseRowsIT.class,
                    "anErrorWithinTheServerClosesTheOneWhoMetItAndTheSessionWaits"),
            new Row(
                    "1012",
                    "the transport is replaced",
                    CloseRowsIT.class,
                    "aReplacedTransportSaysGoodbyeAndEverySessionIsResumed"),
            new Row(
                    "1012",
                    "the HTTP service is configured",
                    HotDeployIT.class,
                    "changedHttpServiceSaysGoodbyeAndItsCloseFrameArrivesWhileInputIsPending"),
            new Row(
                    "1012",
                    "no endpoint: within the handover and beyond it",
                    CloseRowsIT.class,
                    "aMessageWaitsForAnEndpointUntilTheHandoverIsOver"),
            new Row("4400", "20 and one more", FramesIT.class, "twentyMalformedMessagesAreAnsweredAndTheNextOneEndsIt"),
            new Row("4400", "the invalid do not count", FramesIT.class, "invalidMessagesDoNotCountAsMalformed"),
            new Row(
                    "4400",
                    "a limit that is configured, at it and beyond it",
                    CloseRowsIT.class,
                    "asManyMalformedMessagesAsConfiguredAreBorneAndTheInvalidDoNotCount"),
            new Row(
                    "4401",
                    "a key is removed or replaced",
                    KeysIT.class,
                    "keysThatAreAddedReplacedAndRemovedCountAtOnce"),
            new Row(
                    "4401",
                    "what becomes of the session",
                    CloseRowsIT.class,
                    "aRevokedKeyAndALoweredRoleEndTheSession"),
            new Row(
                    "4403",
                    "a role is raised, and lowered",
                    KeysIT.class,
                    "aRaisedRoleCountsAtOnceAndALoweredOneCloses"),
            new Row(
                    "4403",
                    "what becomes of the session",
                    CloseRowsIT.class,
                    "aRevokedKeyAndALoweredRoleEndTheSession"),
            new Row(
                    "4408",
                    "hello in time, and not at all",
                    CloseRowsIT.class,
                    "helloJustInTimeIsTakenAndOneThatIsMissingCloses"),
            new Row(
                    "4408",
                    "hello not within the 10 s of the default",
                    FramesIT.class,
                    "whoSaysNoHelloIsSentAwayAfterTenSecondsWhateverElseWasSaid"),
            new Row(
                    "4408",
                    "silence, and pongs only",
                    CloseRowsIT.class,
                    "whoIsSilentIsClosedAndGoneAndWhoOnlyAnswersPingsIsNot"),
            new Row("4409", "a name is taken over", CloseRowsIT.class, "aDisplaysNameIsTakenOverByTheSameKeyAndUser"),
            new Row(
                    "4409",
                    "a name is not taken over",
                    CloseRowsIT.class,
                    "aDisplaysNameIsNotTakenOverByAnotherUserOrKey"),
            new Row(
                    "4409",
                    "a session goes on elsewhere",
                    CloseRowsIT.class,
                    "aSessionThatIsResumedElsewhereLeavesItsOldConnection"),
            new Row(
                    "4429",
                    "ten seconds running, and less than ten",
                    CloseRowsIT.class,
                    "tooManyRequestsForTenSecondsRunningCloseAndAPauseBeginsAnew"),
            new Row("4503", "draining", CloseRowsIT.class, "drainingMovesDisplaysAwayOverItsTimeAndKeepsTheSessions"),
            new Row(
                    "4503",
                    "draining, and who asked for it",
                    SessionRowsIT.class,
                    "drainingKeepsTheSessionThatAskedForItAlsoOnAnotherConnection"),
            new Row(
                    "4503",
                    "a write that is stuck",
                    CloseRowsIT.class,
                    "whoReadsNothingIsClosedWhenTheTimeIsOverAndMayComeBack"));

    private static final List<Row> ERRORS = List.of(
            new Row(
                    "malformed",
                    "both encodings",
                    ErrorRowsIT.class,
                    "whatCannotBeReadIsMalformedAndTheConnectionGoesOn"),
            new Row("malformed", "16 levels of nesting, the limit", ErrorRowsIT.class, "nestingOf16LevelsIsRead"),
            new Row(
                    "malformed",
                    "with id",
                    ErrorRowsIT.class,
                    "anIdIsAnsweredAlsoWhereTheTypeIsMissingAndOneThatIsTooLongIsInvalid"),
            new Row(
                    "unknown-type",
                    "both encodings, with id and without",
                    ErrorRowsIT.class,
                    "everyMistakeIsAnsweredOnceAndTheConnectionGoesOn"),
            new Row(
                    "invalid",
                    "both encodings, with id and without",
                    ErrorRowsIT.class,
                    "everyMistakeIsAnsweredOnceAndTheConnectionGoesOn"),
            new Row(
                    "invalid",
                    "before hello",
                    ErrorRowsIT.class,
                    "whatComesBeforeHelloIsInvalidAndARefusedHelloCanBeSaidAgain"),
            new Row(
                    "invalid",
                    "an id that is too long",
                    ErrorRowsIT.class,
                    "anIdIsAnsweredAlsoWhereTheTypeIsMissingAndOneThatIsTooLongIsInvalid"),
            new Row(
                    "forbidden",
                    "each request by role, both encodings, with id and without",
                    ErrorRowsIT.class,
                    "everyMistakeIsAnsweredOnceAndTheConnectionGoesOn"),
            new Row("forbidden", "and what the role allows", KeysIT.class, "rolesSayWhatIsForbidden"),
            new Row(
                    "held",
                    "both encodings, with id and without",
                    ErrorRowsIT.class,
                    "everyMistakeIsAnsweredOnceAndTheConnectionGoesOn"),
            new Row(
                    "held",
                    "without id once a second",
                    ErrorRowsIT.class,
                    "refusalsOfAStreamOfUpdatesAreToldOnceASecond"),
            new Row(
                    "taken",
                    "both encodings, another user and another key",
                    CloseRowsIT.class,
                    "aDisplaysNameIsNotTakenOverByAnotherUserOrKey"),
            new Row(
                    "not-found",
                    "both encodings, with id and without",
                    ErrorRowsIT.class,
                    "everyMistakeIsAnsweredOnceAndTheConnectionGoesOn"),
            new Row(
                    "limit",
                    "requests, at the limit and beyond it",
                    ErrorRowsIT.class,
                    "asManyRequestsASecondAsConfiguredAreGrantedAndOneMoreIsNot"),
            new Row(
                    "limit",
                    "cameras, both encodings, with id and without",
                    ErrorRowsIT.class,
                    "everyMistakeIsAnsweredOnceAndTheConnectionGoesOn"),
            new Row(
                    "unavailable",
                    "no scene",
                    ErrorRowsIT.class,
                    "whileTheSceneIsAwayATransactionIsUnavailableAndAllElseGoesOn"),
            new Row(
                    "unavailable",
                    "no camera bridge",
                    ErrorRowsIT.class,
                    "whileTheCameraBridgeIsAwayDrivingIsUnavailableAndAllElseGoesOn"),
            new Row(
                    "unavailable",
                    "hello without a journal",
                    ErrorRowsIT.class,
                    "helloIsUnavailableWithoutAJournalAndCanBeSaidAgain"));

    @TestFactory
    Stream<DynamicTest> eachRowIsShownByATest() {
        return Stream.of(HTTP, CLOSES, ERRORS)
                .flatMap(List::stream)
                .map(row -> dynamicTest(
                        row.name + ", " + row.how + ": " + row.in.getSimpleName() + "." + row.test,
                        () -> assertTrue(
                                Arrays.stream(row.in.getDeclaredMethods())
                                        .anyMatch(method -> method.getName().equals(row.test) && isTest(method)),
                                () -> row.in.getSimpleName() + " has no test " + row.test)));
    }

    private static boolean isTest(Method method) {
        return method.isAnnotationPresent(Test.class)
                || method.isAnnotationPresent(TestFactory.class)
                || method.isAnnotationPresent(RepeatedTest.class);
    }

    @Test
    void noRowOfTheDocumentedTablesIsLeftOut() throws Exception {
        assertTrue(
                names(HTTP).containsAll(documented("### Statuses")),
                () -> names(HTTP).toString());
        assertEquals(documented("### Close codes"), names(CLOSES));
        assertEquals(documented("### Errors"), names(ERRORS));
    }

    private static Set<String> names(List<Row> rows) {
        return rows.stream().map(Row::name).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The first column of the table below a heading of the protocol's page. */
    private static Set<String> documented(String heading) throws IOException {
        String page = Files.readString(Folders.module().resolve("../docs/protocol/README.md"));
        String below = page.substring(page.indexOf(heading) + heading.length());
        int end = below.indexOf("\n#");
        Matcher row = Pattern.compile("(?m)^\\| `?([a-z0-9-]+)`? \\|(?! ---)")
                .matcher(end < 0 ? below : below.substring(0, end));
        Set<String> names = new TreeSet<>();
        while (row.find()) {
            if (!Set.of("code", "---").contains(row.group(1))) {
                names.add(row.group(1));
            }
        }
        assertTrue(names.size() >= 5, () -> "the table below " + heading + " has " + names);
        return names;
    }
}
