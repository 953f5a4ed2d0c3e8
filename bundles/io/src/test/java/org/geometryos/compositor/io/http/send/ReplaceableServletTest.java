package org.geometryos.compositor.io.http.send;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReplaceableServletTest {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch goesOn = new CountDownLatch(1);
    private final List<String> said = new CopyOnWriteArrayList<>();
    private volatile boolean waits;

    private final ReplaceableServlet servlet = new ReplaceableServlet() {
        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) {
            begun.countDown();
            try {
                if (waits) {
                    goesOn.await(20, TimeUnit.SECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            said.add("served");
        }
    };

    private void ask() {
        HttpServletRequest request = (HttpServletRequest) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {HttpServletRequest.class}, (p, method, a) -> null);
        HttpServletResponse response = (HttpServletResponse) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {HttpServletResponse.class}, (p, method, a) -> {
                    if (method.getName().equals("setStatus")) {
                        said.add(String.valueOf(a[0]));
                    }
                    if (method.getName().equals("getOutputStream")) {
                        throw new IOException("the client is gone");
                    }
                    return null;
                });
        try {
            servlet.service(request, response);
        } catch (IOException | ServletException e) {
            said.add(e.getMessage());
        }
    }

    @Test
    void theEndWaitsForARequestUnderWayAndLaterOnesAreRefused() throws Exception {
        waits = true;
        CompletableFuture<Void> asked = CompletableFuture.runAsync(this::ask);
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        Thread end = new Thread(() -> {
            servlet.destroy();
            said.add("ended");
        });
        end.start();
        while (end.getState() != Thread.State.TIMED_WAITING) {
            assertThat(end.getState()).isNotEqualTo(Thread.State.TERMINATED);
            Thread.onSpinWait();
        }
        goesOn.countDown();
        asked.get(20, TimeUnit.SECONDS);
        end.join(20_000);
        assertThat(said).containsExactly("served", "ended");
        ask();
        assertThat(said).containsExactly("served", "ended", "503", "the client is gone");
    }

    @Test
    void theEndDoesNotWaitForEver() throws Exception {
        waits = true;
        CompletableFuture<Void> asked = CompletableFuture.runAsync(this::ask);
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        servlet.destroy();
        assertThat(said).isEmpty();
        goesOn.countDown();
        asked.get(20, TimeUnit.SECONDS);
        assertThat(said).containsExactly("served");
    }

    @Test
    void whatComesAgainServesAgain() {
        servlet.destroy();
        servlet.destroy();
        servlet.init();
        ask();
        assertThat(said).containsExactly("served");
    }
}
