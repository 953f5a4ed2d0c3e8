/**
 * Writes to sockets by the C library's {@code send}, called through {@code java.lang.foreign}, in the place of NIO.
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
 * <p>A second descriptor for each socket ({@code dup}) was the other choice. It needs no access to the JDK's classes,
 * but closing the channel would not end the connection any more, a reset would not be sent, and the process would need
 * twice the descriptors.
 *
 * <h2>What it does not do</h2>
 *
 * It never asks for {@code errno}: what the kernel refuses the channel tries again, and finds the cause. It does not
 * link {@code send} as a critical function: the collector would wait for each call. It keeps no memory, no thread and
 * no state for a socket, so it may come and go while the sockets stay.
 */
package org.geometryos.compositor.transport.native_;
