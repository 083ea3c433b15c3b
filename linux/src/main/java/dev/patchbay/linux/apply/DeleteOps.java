package dev.patchbay.linux.apply;

import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.Link;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.netlink.Answer;
import dev.patchbay.linux.netlink.Request;
import dev.patchbay.linux.rtnetlink.KernelLink;
import dev.patchbay.linux.rtnetlink.LinkId;
import dev.patchbay.linux.rtnetlink.LinkSetting;
import dev.patchbay.linux.rtnetlink.Links;
import dev.patchbay.linux.rtnetlink.RouteSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Takes links of ours away. Each deletion waits for a grace period of the kernel, so those of one
 * namespace go together: they get a group of their own just before, and the group is deleted.
 */
record DeleteOps(Namespaces namespaces, Bindings bound) {
  /** Groups that people use are small numbers; above this, chosen at random, we are alone. */
  private static final int LEAST_GROUP = 1 << 20;

  private static final int FEW = 2;
  private static final int WORKERS = 8;

  /** One outcome per op, in order. */
  List<Performed> delete(List<LinkOp.DeleteLink> ops) {
    Map<Netns, List<Integer>> places = new LinkedHashMap<>();
    for (int i = 0; i < ops.size(); i++) {
      places.computeIfAbsent(ops.get(i).netns(), _ -> new ArrayList<>()).add(i);
    }
    Map<Integer, Performed> outcomes = new HashMap<>();
    places.forEach((netns, which) -> {
      List<LinkOp.DeleteLink> there = which.stream().map(ops::get).toList();
      List<Performed> done = deleteIn(netns, there);
      for (int i = 0; i < done.size(); i++) {
        outcomes.put(which.get(i), done.get(i));
      }
    });
    return outcomes.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(Map.Entry::getValue)
        .toList();
  }

  private List<Performed> deleteIn(Netns netns, List<LinkOp.DeleteLink> ops) {
    try {
      Optional<OpenNetns> open = namespaces.find(netns);
      if (open.isEmpty()) {
        return ops.stream().map(_ -> Performed.done()).toList();
      }
      RouteSocket socket = open.get().socket();
      List<Optional<KernelLink>> links = ours(socket, ops);
      List<Integer> indexes =
          links.stream().flatMap(Optional::stream).map(KernelLink::index).distinct().toList();
      if (indexes.size() > 1 && deleteTogether(socket, indexes)) {
        return ops.stream().map(_ -> Performed.done()).toList();
      }
      Map<Integer, Performed> outcomes = deleteEach(open.get(), indexes);
      return links.stream()
          .map(link ->
              link.map(l -> outcomes.getOrDefault(l.index(), Performed.done()))
                  .orElse(Performed.done()))
          .toList();
    } catch (IOException e) {
      return ops.stream().map(op -> Failures.of(op, e)).toList();
    }
  }

  /** The links that are there and are the meant ones, found in one send. */
  private List<Optional<KernelLink>> ours(RouteSocket socket, List<LinkOp.DeleteLink> ops)
      throws IOException {
    List<Request> gets =
        ops.stream()
            .map(op -> {
              Optional<Link> known = bound.link(op.link());
              return Links.get(
                  known.isPresent() ? LinkId.of(known.get().index()) : LinkId.of(op.name()));
            })
            .toList();
    List<Answer> answers = socket.send(gets);
    List<Optional<KernelLink>> found = new ArrayList<>();
    for (int i = 0; i < ops.size(); i++) {
      if (answers.get(i) instanceof Answer.Refused(var errno, _, _) && errno.equals(Errno.ENODEV)) {
        found.add(Optional.empty());
      } else {
        KernelLink link = RouteSocket.linkOf(answers.get(i).orThrow(gets.get(i).what()));
        LinkOp.DeleteLink op = ops.get(i);
        found.add(Optional.of(link).filter(l -> isOurs(l, op)));
      }
    }
    return found;
  }

  /**
   * A bound link is told by its index; that it has our name or address as well guards against an
   * index of another namespace under the same path.
   */
  private boolean isOurs(KernelLink link, LinkOp.DeleteLink op) {
    Optional<Link> known = bound.link(op.link());
    boolean sameMac =
        link.address().equals(Optional.of(op.mac())) || link.address().equals(known.map(Link::mac));
    return sameMac || (known.isPresent() && link.name().equals(op.name()));
  }

  /** Whether all are gone; a failure leaves them as they were. */
  private static boolean deleteTogether(RouteSocket socket, List<Integer> indexes)
      throws IOException {
    int group = ThreadLocalRandom.current().nextInt(LEAST_GROUP, Integer.MAX_VALUE);
    if (!(socket.send(List.of(Links.probeGroup(group))).getFirst() instanceof Answer.Ok)) {
      return false; // a stranger in it would die with ours
    }
    List<Request> marks = regroup(indexes, group);
    boolean allMarked = true;
    for (Answer answer : socket.send(marks)) {
      boolean gone =
          answer instanceof Answer.Refused(var errno, _, _) && errno.equals(Errno.ENODEV);
      allMarked &= gone || answer instanceof Answer.Ok;
    }
    if (allMarked && deleted(socket.send(List.of(Links.deleteGroup(group))).getFirst())) {
      return true;
    }
    // links carry no group while they live; those that went meanwhile need none
    List<Answer> _ = socket.send(regroup(indexes, 0));
    return false;
  }

  private static List<Request> regroup(List<Integer> indexes, int group) {
    return indexes.stream()
        .map(index -> Links.set(LinkId.of(index), new LinkSetting.Group(group)))
        .toList();
  }

  private static boolean deleted(Answer answer) {
    return switch (answer) {
      case Answer.Ok _ -> true;
      case Answer.Refused(var errno, _, _) -> errno.equals(Errno.ENODEV);
    };
  }

  /** Side by side when there are many: the waiting overlaps, but not on one socket. */
  private static Map<Integer, Performed> deleteEach(OpenNetns netns, List<Integer> indexes) {
    Map<Integer, Performed> outcomes = new ConcurrentHashMap<>();
    if (indexes.size() <= FEW) {
      indexes.forEach(index -> outcomes.put(index, deleteOne(netns.socket(), index)));
      return outcomes;
    }
    Queue<Integer> due = new ConcurrentLinkedQueue<>(indexes);
    try (var workers = Executors.newFixedThreadPool(WORKERS, Thread.ofPlatform().factory())) {
      for (int i = 0; i < WORKERS; i++) {
        workers.execute(() -> deleteFrom(due, netns, outcomes));
      }
    }
    return outcomes;
  }

  private static void deleteFrom(
      Queue<Integer> due, OpenNetns netns, Map<Integer, Performed> outcomes) {
    try (RouteSocket own = RouteSocket.open(netns.handle())) {
      for (Integer index = due.poll(); index != null; index = due.poll()) {
        outcomes.put(index, deleteOne(own, index));
      }
    } catch (IOException e) {
      Performed failed = Failures.of("open a netlink socket", e);
      for (Integer index = due.poll(); index != null; index = due.poll()) {
        outcomes.put(index, failed);
      }
    }
  }

  private static Performed deleteOne(RouteSocket socket, int index) {
    Request delete = Links.delete(LinkId.of(index));
    try {
      Answer answer = socket.send(List.of(delete)).getFirst();
      if (!deleted(answer)) {
        answer.orThrow(delete.what());
      }
      return Performed.done();
    } catch (IOException e) {
      return Failures.of(delete.what(), e);
    }
  }
}
