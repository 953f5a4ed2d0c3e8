package org.geometryos.compositor.models;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RangesTest {
    private static final String ETAG = "\"abc\"";

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0,0,1",
        "bytes=0-,0,100",
        "bytes=99-,99,100",
        "bytes=10-19,10,20",
        "bytes=90-1000,90,100",
        "bytes=-1,99,100",
        "bytes=-1000,0,100",
        "Bytes = 5 - 9,5,10"
    })
    void oneRangeIsTaken(String header, long from, long to) {
        assertThat(Ranges.of(header, null, ETAG, 100)).isEqualTo(new Ranges(from, to, true));
        assertThat(Ranges.of(header, ETAG, ETAG, 100)).isEqualTo(new Ranges(from, to, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=0-1,5-6",
                "bytes=9-5",
                "bytes=-",
                "bytes=a-b",
                "lines=0-1",
                "bytes",
                "",
                "bytes=0-99999999999999999999",
                "bytes=--1"
            })
    void whatIsNoSingleRangeGetsTheWhole(String header) {
        assertThat(Ranges.of(header, null, ETAG, 100)).isEqualTo(new Ranges(0, 100, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=100-", "bytes=100-200", "bytes=-0", "bytes=999999999999999999-"})
    void aRangeBehindTheEndCannotBeSatisfied(String header) {
        assertThat(Ranges.of(header, null, ETAG, 100).satisfiable()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"abd\"", "W/\"abc\"", "Sat, 21 Nov 2026 10:00:00 GMT"})
    void aRangeOfAnotherVersionGetsTheWhole(String ifRange) {
        assertThat(Ranges.of("bytes=0-0", ifRange, ETAG, 100).partial()).isFalse();
    }
}
