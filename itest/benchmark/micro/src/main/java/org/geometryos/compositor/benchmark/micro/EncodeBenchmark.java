package org.geometryos.compositor.benchmark.micro;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One camera message into its bytes, which happens once per update and codec. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Benchmark)
public class EncodeBenchmark {
    @Param({"json", "cbor"})
    public String codec;

    @Param({"2d", "3d"})
    public String view;

    private Codec encoder;
    private ServerMessage message;

    @Setup
    public void prepare() {
        encoder = codec.equals("json") ? Codecs.json() : Codecs.cbor();
        message = new ServerMessage.Camera(
                OptionalLong.of(4711),
                SampleCameras.state("stage/left", view.equals("2d") ? SampleCameras.view2d() : SampleCameras.view3d()));
    }

    @Benchmark
    public byte[] encode() {
        return encoder.encode(message);
    }
}
