package dev.patchbay.linux.netlink;

import dev.patchbay.linux.libc.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Matches the kernel's messages to the requests of one datagram; no socket is known here. */
final class Exchange {
  // linux/netlink.h
  private static final int NLM_F_CAPPED = 0x100;
  private static final int NLM_F_DUMP_INTR = 0x10;
  private static final int NLM_F_ACK_TLVS = 0x200;
  private static final int NLMSGERR_ATTR_MSG = 1;
  private static final int NLMSGERR_ATTR_OFFS = 2;
  private static final int NLMSGERR_ATTR_MISS_TYPE = 5;

  private final List<Request> requests;
  private final int firstSequence;
  private final boolean dump;
  private final List<List<NetlinkMessage>> replies = new ArrayList<>();
  private final @Nullable Answer[] answers;
  private int open;
  private boolean interrupted;

  Exchange(List<Request> requests, int firstSequence, boolean dump) {
    this.requests = List.copyOf(requests);
    this.firstSequence = firstSequence;
    this.dump = dump;
    this.answers = new @Nullable Answer[requests.size()];
    for (Request request : requests) {
      replies.add(new ArrayList<>());
      open += dump || request.acknowledged() ? 1 : 0;
    }
  }

  byte[] datagram() {
    int size = requests.stream().mapToInt(Request::size).sum();
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    int sequence = firstSequence;
    for (Request request : requests) {
      request.write(bytes, sequence++);
    }
    return bytes.array();
  }

  /** Takes one datagram's messages; those of other exchanges are passed over. */
  void accept(List<NetlinkMessage> messages) throws MalformedNetlinkException {
    for (NetlinkMessage message : messages) {
      int index = message.sequence() - firstSequence;
      if (index >= 0 && index < answers.length) {
        accept(index, message);
      }
    }
  }

  private void accept(int index, NetlinkMessage message) throws MalformedNetlinkException {
    interrupted |= (message.flags() & NLM_F_DUMP_INTR) != 0;
    switch (message.type()) {
      case NetlinkMessage.NLMSG_ERROR -> answer(index, ofError(index, message));
      case NetlinkMessage.NLMSG_DONE -> {
        if (dump) {
          answer(index, ofError(index, message));
        }
      }
      case NetlinkMessage.NLMSG_NOOP, NetlinkMessage.NLMSG_OVERRUN -> {}
      default -> replies.get(index).add(message);
    }
  }

  private void answer(int index, Answer answer) {
    if (answers[index] != null) {
      return; // a second error for one request: the first says why
    }
    answers[index] = answer;
    if (dump || requests.get(index).acknowledged()) {
      open--;
    } else if (answer instanceof Answer.Refused) {
      // The batch is dead: the kernel answers none of the others.
      for (int other = 0; other < answers.length; other++) {
        answers[other] = answers[other] == null ? answer : answers[other];
      }
      open = 0;
    }
  }

  private Answer ofError(int index, NetlinkMessage message) throws MalformedNetlinkException {
    ByteBuffer payload = message.payload();
    if (payload.remaining() < Integer.BYTES) {
      throw new MalformedNetlinkException("an error message of no number");
    }
    int error = payload.getInt();
    if (error == 0) {
      return new Answer.Ok(replies.get(index));
    }
    if (error > 0 || error == Integer.MIN_VALUE) {
      throw new MalformedNetlinkException("an error message of number " + error);
    }
    Attributes extended = extended(message);
    Optional<String> text = extended.string(NLMSGERR_ATTR_MSG).filter(t -> !t.isEmpty());
    OptionalInt missing = extended.s32(NLMSGERR_ATTR_MISS_TYPE);
    if (text.isEmpty() && missing.isPresent()) {
      text = Optional.of("attribute " + missing.getAsInt() + " is missing");
    }
    return new Answer.Refused(new Errno(-error), text, extended.s32(NLMSGERR_ATTR_OFFS));
  }

  /** What follows the error number: the request, or its header alone, and then attributes. */
  private static Attributes extended(NetlinkMessage message) throws MalformedNetlinkException {
    if ((message.flags() & NLM_F_ACK_TLVS) == 0) {
      return Attributes.NONE;
    }
    ByteBuffer payload = message.payload();
    int skip = Integer.BYTES;
    if (message.type() == NetlinkMessage.NLMSG_ERROR) {
      if (payload.remaining() < skip + NetlinkMessage.HEADER) {
        throw new MalformedNetlinkException("an error message that does not hold its request");
      }
      boolean capped = (message.flags() & NLM_F_CAPPED) != 0;
      int request = capped ? NetlinkMessage.HEADER : payload.getInt(skip);
      if (request < NetlinkMessage.HEADER || request > payload.remaining() - skip) {
        throw new MalformedNetlinkException("an error message whose request is cut off");
      }
      skip += Math.min(NetlinkMessage.align(request), payload.remaining() - skip);
    }
    return Attributes.parse(payload.position(skip));
  }

  boolean complete() {
    return open == 0;
  }

  boolean interrupted() {
    return interrupted;
  }

  /** One answer per request; those that wanted none and were not refused are Ok. */
  List<Answer> answers() {
    Answer none = new Answer.Ok(List.of());
    return Arrays.stream(answers).map(a -> Objects.requireNonNullElse(a, none)).toList();
  }
}
