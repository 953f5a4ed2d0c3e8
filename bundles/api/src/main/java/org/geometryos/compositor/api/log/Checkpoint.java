package org.geometryos.compositor.api.log;

/**
 * Everything as it stood after a record, for who joins.
 *
 * @param seq the number of that record
 * @param content of the reader's own making; not to be changed
 */
public record Checkpoint(long seq, byte[] content) {}
