/**
 * Writes to sockets by system calls of its own, through {@code java.lang.foreign}, in the place of NIO: to one by the C
 * library's {@code send}, to many by one call of io_uring.
 *
 * <h2>Why no byte goes to a stranger</h2>
 *
 * The kernel knows a socket by the number of its file descriptor, and gives the number to another socket a moment after
 * it was closed. So whoever writes by the number has to keep it from being closed meanwhile. The writer does that as
 * NIO does, with NIO's own lock:
 *
 * <ol>
 *   <li>It takes the channel's lock of writers, and then sees whether the channel is open and does not block.
 *   <li>Closing such a channel first marks it as closed, then takes and frees that lock, and only then closes the
 *       descriptor: at once, or when no selector has it any more, which does the same again.
 *   <li>So whoever has the lock and sees an open channel has a descriptor that stays until the lock is free.
 * </ol>
 *
 * The descriptor of a channel that blocks may be closed without the lock. A channel of the HTTP service does not become
 * one: the JDK refuses that while a selector has it.
 *
 * <p>For many sockets it holds the locks of all of them, from before it reads the first number until the call has
 * returned. It waits for none: a channel whose lock somebody has is left out, and written to by itself afterwards. No
 * send may wait for room, so each is over when the call returns; what the kernel did not look at is taken back.
 *
 * <p>A second descriptor for each socket ({@code dup}), or sockets that are registered with the ring, were the other
 * choices. Both keep the connection alive after its channel was closed: no end and no reset would reach the peer.
 *
 * <h2>What it does not do</h2>
 *
 * It never asks for {@code errno}: what the kernel refuses the channel tries again, and finds the cause. It does not
 * link {@code send} as a critical function: the collector would wait for each call. It keeps no thread and no state of
 * a socket, so it may come and go while the sockets stay. The memory that the rings share with the kernel is given back
 * when the bundle stops.
 */
package org.geometryos.compositor.transport.native_;
