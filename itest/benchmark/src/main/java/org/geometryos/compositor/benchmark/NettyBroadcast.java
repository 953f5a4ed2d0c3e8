package org.geometryos.compositor.benchmark;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.HandshakeComplete;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The peer on Netty, as fast as its API allows: native epoll, an event loop per core, the frame of an update laid out
 * once, and one task per update and event loop that writes it to the displays of that loop. Ends with its standard
 * input.
 */
public final class NettyBroadcast {
    private static final int MESSAGE_BYTES = 65_536;
    private static final int BACKLOG = 4096;

    /**
     * Displays by the loop that serves them. The map is complete before the first connection; each list is touched by
     * its loop only.
     */
    private final Map<EventLoop, List<Channel>> displays = new HashMap<>();

    private NettyBroadcast() {}

    private final class Handler extends SimpleChannelInboundHandler<TextWebSocketFrame> {
        private boolean source;

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof HandshakeComplete handshake) {
                source = handshake.requestUri().equals("/camera");
                if (!source) {
                    displays.get(context.channel().eventLoop()).add(context.channel());
                }
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, TextWebSocketFrame text) {
            if (source) {
                broadcast(frame(text.content()));
            } else {
                context.writeAndFlush(new TextWebSocketFrame(PlainBroadcast.ANSWER), context.voidPromise());
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            displays.get(context.channel().eventLoop()).remove(context.channel());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    private static ByteBuf frame(ByteBuf payload) {
        int length = payload.readableBytes();
        ByteBuf frame = Unpooled.directBuffer(length + 4);
        frame.writeByte(0x81);
        if (length < 126) {
            frame.writeByte(length);
        } else {
            frame.writeByte(126).writeShort(length);
        }
        return frame.writeBytes(payload);
    }

    private void broadcast(ByteBuf frame) {
        displays.forEach((loop, channels) -> {
            frame.retain();
            loop.execute(() -> {
                for (Channel display : channels) {
                    display.writeAndFlush(frame.retainedDuplicate(), display.voidPromise());
                }
                frame.release();
            });
        });
        frame.release();
    }

    private void run() throws Exception {
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        MultiThreadIoEventLoopGroup loops =
                new MultiThreadIoEventLoopGroup(Runtime.getRuntime().availableProcessors(), io);
        loops.forEach(loop -> displays.put((EventLoop) loop, new ArrayList<>()));
        Channel server = new ServerBootstrap()
                .group(loops)
                .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        new HttpServerCodec(),
                                        new HttpObjectAggregator(MESSAGE_BYTES),
                                        new WebSocketServerProtocolHandler(
                                                "/", "compositor.v1.json", false, MESSAGE_BYTES, false, true),
                                        new Handler());
                    }
                })
                .bind("127.0.0.1", 0)
                .sync()
                .channel();
        System.out.println("transport " + (epoll ? "epoll" : "NIO: " + Epoll.unavailabilityCause()));
        System.out.println("ready " + ((InetSocketAddress) server.localAddress()).getPort());
        PlainBroadcast.waitForEnd();
        loops.shutdownGracefully().sync();
    }

    public static void main(String[] args) throws Exception {
        new NettyBroadcast().run();
    }
}
