package dev.patchbay.linux.netlink;

import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.libc.KernelException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What the kernel said to one request. */
public sealed interface Answer {
  /**
   * It was done.
   *
   * @param replies messages that came with it, for requests that ask for something
   */
  record Ok(List<NetlinkMessage> replies) implements Answer {
    /** Copies the list. */
    public Ok {
      replies = List.copyOf(replies);
    }
  }

  /**
   * It was refused.
   *
   * @param errno why
   * @param extAck the kernel's own words (NLMSGERR_ATTR_MSG), where it gave any
   * @param offset of the bad attribute in the request, counted from its header, where known
   */
  record Refused(Errno errno, Optional<String> extAck, OptionalInt offset) implements Answer {
    /** A refusal without words. */
    public static Refused plain(Errno errno) {
      return new Refused(errno, Optional.empty(), OptionalInt.empty());
    }
  }

  /** The replies, or the refusal as an exception that says what was being done. */
  default List<NetlinkMessage> orThrow(String doing) throws KernelException {
    return switch (this) {
      case Ok(var replies) -> replies;
      case Refused(var errno, var extAck, _) ->
          throw new KernelException(doing, errno, extAck.orElse(""));
    };
  }
}
