package dev.patchbay.linux.apply;

import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.libc.KernelException;
import dev.patchbay.linux.netlink.Answer;
import dev.patchbay.linux.netlink.Request;
import dev.patchbay.linux.rtnetlink.RouteSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Requests that go to the kernel together and are taken back together: the kernel goes on after a
 * refusal, so those behind it may have happened as well.
 */
final class AllOrNothing {
  private record Part(Request request, Optional<Request> undo, Optional<Errno> fine) {}

  private final List<Part> parts = new ArrayList<>();

  /** A request and what takes it back. */
  AllOrNothing add(Request request, Request undo) {
    parts.add(new Part(request, Optional.of(undo), Optional.empty()));
    return this;
  }

  /** A request that need not be taken back, or goes with another one's undoing. */
  AllOrNothing add(Request request) {
    parts.add(new Part(request, Optional.empty(), Optional.empty()));
    return this;
  }

  /** A request that is as good as done when the kernel answers this. */
  AllOrNothing addUnless(Errno fine, Request request) {
    parts.add(new Part(request, Optional.empty(), Optional.of(fine)));
    return this;
  }

  /** Sends all; when one is refused, takes back the others and throws the first refusal. */
  void send(RouteSocket socket) throws IOException {
    List<Answer> answers = socket.send(parts.stream().map(Part::request).toList());
    Optional<KernelException> refusal = Optional.empty();
    List<Request> back = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      Part part = parts.get(i);
      switch (answers.get(i)) {
        case Answer.Ok _ -> part.undo().ifPresent(back::addFirst);
        case Answer.Refused(var errno, var extAck, _) -> {
          if (refusal.isEmpty() && !part.fine().equals(Optional.of(errno))) {
            String doing = part.request().what();
            refusal = Optional.of(new KernelException(doing, errno, extAck.orElse("")));
          }
        }
      }
    }
    if (refusal.isPresent()) {
      // what cannot be taken back has been taken back by the one before it
      List<Answer> _ = socket.send(back);
      throw refusal.get();
    }
  }
}
