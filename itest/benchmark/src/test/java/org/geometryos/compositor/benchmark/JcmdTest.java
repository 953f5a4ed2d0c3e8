package org.geometryos.compositor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JcmdTest {

    @Test
    void theTotalOfAHistogramIsTheLiveHeap() {
        Jcmd.Heap heap = Jcmd.heap(
                List.of(
                        "4711:",
                        " num     #instances         #bytes  class name (module)",
                        "-------------------------------------------------------",
                        "   1:         25010        1800720  [B (java.base@17.0.15)",
                        "   2:          3000         720000  java.lang.Class (java.base@17.0.15)",
                        "   3:            10            240  org.example.Thing",
                        "Total         28020        2520960"),
                2);
        assertThat(heap.bytes()).isEqualTo(2_520_960);
        assertThat(heap.largest())
                .containsExactly(
                        new Jcmd.Objects("[B", 25_010, 1_800_720), new Jcmd.Objects("java.lang.Class", 3_000, 720_000));
    }

    @Test
    void aHistogramThatBreaksOffIsNoZero() {
        assertThatThrownBy(() -> Jcmd.heap(List.of("   1:  2  3  [B"), 5)).hasMessageContaining("without its total");
    }

    @Test
    void threadsAreFoundByTheKernelsNumberOldAndNew() {
        assertThat(Jcmd.threadNames(List.of(
                        "2026-11-21 09:00:00",
                        "Full thread dump OpenJDK 64-Bit Server VM:",
                        "",
                        "\"compositor-broadcast-0\" #31 daemon prio=5 os_prio=0 cpu=12.30ms elapsed=9.11s "
                                + "tid=0x00007f00a8001000 nid=0x1f waiting on condition  [0x0]",
                        "   java.lang.Thread.State: TIMED_WAITING (parking)",
                        "\"say \"hi\"\" #32 [4712] prio=5 os_prio=0 cpu=1.00ms elapsed=1.00s tid=0x00007f00a8002000 "
                                + "nid=4712 runnable  [0x0]",
                        "\"VM Thread\" os_prio=0 cpu=3.00ms elapsed=9.20s tid=0x00007f00a8003000 nid=0x20 runnable")))
                .isEqualTo(Map.of(31L, "compositor-broadcast-0", 4712L, "say \"hi\"", 32L, "VM Thread"));
    }

    @Test
    void whatIsOutsideTheHeapIsTheTotalWithoutIt() {
        assertThat(Jcmd.outsideHeap(List.of(
                        "4711:",
                        "",
                        "Native Memory Tracking:",
                        "",
                        "Total: reserved=1868811KB, committed=200000KB",
                        "-                 Java Heap (reserved=524288KB, committed=65536KB)",
                        "-                     Class (reserved=1KB, committed=2KB)")))
                .hasValue((200_000 - 65_536) * 1024L);
        assertThat(Jcmd.outsideHeap(List.of("4711:", "Native memory tracking is not enabled")))
                .isEmpty();
    }

    @Test
    void thisVeryProcessCanBeAsked() throws Exception {
        long self = ProcessHandle.current().pid();
        assertThat(Jcmd.threadNames(self)).containsValue(Thread.currentThread().getName());
        Jcmd.Heap before = Jcmd.heap(self, 3);
        byte[] held = new byte[20_000_000];
        Jcmd.Heap after = Jcmd.heap(self, 3);
        assertThat(after.bytes() - before.bytes()).isGreaterThan(held.length / 2);
        assertThat(after.largest()).hasSize(3);
        assertThat(Jcmd.outsideHeap(self)).isEmpty();
    }
}
