package org.geometryos.compositor.endpoint;

import java.util.Optional;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.RequestException;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.api.value.Answer;
import org.geometryos.compositor.protocol.ErrorCode;
import org.geometryos.compositor.protocol.RequestId;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.Speaker;
import org.geometryos.compositor.transport.api.Link;

/** Who sent the message that is being handled, and how it is answered. */
class Caller {
    final Link link;
    final LinkMemory memory;
    final Speaker speaker;
    final Quota quota;

    Caller(Link link, LinkMemory memory, Speaker speaker, Quota quota) {
        this.link = link;
        this.memory = memory;
        this.speaker = speaker;
        this.quota = quota;
    }

    final String session() {
        return memory.session();
    }

    final Role role() {
        return memory.role().orElseThrow();
    }

    final void send(ServerMessage message) {
        speaker.say(message).ifPresent(bytes -> link.reply(bytes, speaker.text()));
    }

    final void ack(Optional<RequestId> id, OptionalLong seq) {
        id.ifPresent(number -> send(new ServerMessage.Ack(number, seq)));
    }

    final void error(Optional<RequestId> id, ErrorCode code, String message, String field) {
        send(new ServerMessage.Error(id, code, message, Optional.ofNullable(field)));
    }

    final void error(Optional<RequestId> id, RequestException e) {
        error(id, ErrorCode.of(e.code()), e.getMessage(), e.field().orElse(null));
    }

    /** Without id at most once a second: a stream of requests would be answered by a stream of errors. */
    final void refused(Optional<RequestId> id, Outcome.Reason reason, String message, String field) {
        if (id.isPresent() || quota.tellHeld()) {
            error(id, ErrorCode.valueOf(reason.name()), message, field);
        }
    }

    /** @param part what the request would need and is not there now */
    final void away(Optional<RequestId> id, String part) {
        refused(id, Outcome.Reason.UNAVAILABLE, "the " + part + " is away for a moment; send it again", null);
    }

    /** When the answer is there; a later one comes on a thread of somebody else's. */
    final void answer(Optional<RequestId> id, Answer<Outcome> answer) {
        answer.then(outcome -> answer(id, outcome));
    }

    private void answer(Optional<RequestId> id, Outcome outcome) {
        if (outcome instanceof Outcome.Accepted accepted) {
            ack(id, accepted.seq());
        } else {
            Outcome.Refused refused = (Outcome.Refused) outcome;
            refused(
                    id,
                    refused.reason(),
                    refused.message(),
                    refused.reason() == Outcome.Reason.UNAVAILABLE ? null : "camera");
        }
    }
}
