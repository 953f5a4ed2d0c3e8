package org.geometryos.compositor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.junit.jupiter.api.Test;

/** A replaced bundle must not stay in memory because a thread once used its codec. */
class ClassLoaderTest {

    @Test
    void nothingOfACodecIsKeptByTheThreadsThatUsedIt() throws Exception {
        WeakReference<ClassLoader> loader = use();
        for (int i = 0; i < 100 && loader.get() != null; i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertThat(loader.get()).isNull();
    }

    private static WeakReference<ClassLoader> use() throws Exception {
        try (URLClassLoader loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
            Class<?> codecs = loader.loadClass(Codecs.class.getName());
            Class<?> type = loader.loadClass(Codec.class.getName());
            Class<?> clientMessage = loader.loadClass(ClientMessage.class.getName());
            assertThat(codecs.getClassLoader()).isSameAs(loader);
            Object json = codecs.getMethod("json").invoke(null);
            Object cbor = codecs.getMethod("cbor").invoke(null);
            ByteBuffer text = ByteBuffer.wrap(
                    "{\"type\":\"ping\",\"t0\":5,\"x\":1.5e300,\"y\":\"\\u00e9\"}".getBytes(StandardCharsets.UTF_8));
            Object message = type.getMethod("decodeClient", ByteBuffer.class).invoke(json, text);
            byte[] bytes = (byte[]) type.getMethod("encode", clientMessage).invoke(cbor, message);
            type.getMethod("decodeClient", ByteBuffer.class).invoke(cbor, ByteBuffer.wrap(bytes));
            type.getMethod("encode", clientMessage).invoke(json, message);
            return new WeakReference<>(loader);
        }
    }

    private static URL[] classPath() throws MalformedURLException {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                .split(File.pathSeparator)) {
            urls.add(new File(entry).toURI().toURL());
        }
        return urls.toArray(URL[]::new);
    }
}
