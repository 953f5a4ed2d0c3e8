package org.geometryos.compositor.protocol;

import org.osgi.annotation.versioning.ConsumerType;

/** What a client numbers its requests with: an integer (|n| below 2^53) or a string of up to 64 characters. */
public sealed interface RequestId {

    /** Calls the method of the visitor that belongs to this kind of id, once, on the caller's thread. */
    <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X;

    record Number(long value) implements RequestId {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.number(this);
        }
    }

    record Text(String value) implements RequestId {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.text(this);
        }
    }

    /**
     * An answer to each kind of id.
     *
     * @param <R> what the answers are; {@link Void} if they are none
     * @param <X> what an answer may throw; {@link RuntimeException} if nothing that is checked
     */
    @ConsumerType
    interface Visitor<R, X extends Exception> {
        R number(Number id) throws X;

        R text(Text id) throws X;
    }
}
