package dev.patchbay.linux.apply;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.libc.KernelException;
import dev.patchbay.linux.netlink.Answer;
import dev.patchbay.linux.rtnetlink.KernelLink;
import dev.patchbay.linux.rtnetlink.LinkId;
import dev.patchbay.linux.rtnetlink.LinkKind;
import dev.patchbay.linux.rtnetlink.LinkSetting;
import dev.patchbay.linux.rtnetlink.Links;
import dev.patchbay.linux.rtnetlink.RouteSocket;
import dev.patchbay.linux.rtnetlink.Tap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Links that are made right in the pod: macvlans and taps. */
record MakingOps(Namespaces namespaces) {
  Performed addMacvlan(LinkOp.AddMacvlan op) throws IOException {
    OpenNetns pod = namespaces.of(op.pod());
    OpenNetns parents = namespaces.of(op.parentNetns());
    Optional<KernelLink> parent = parents.link(op.parent());
    if (parent.isEmpty()) {
      throw new Refusal(new AttachFailure.ParentMissing(op.parent(), parents.names()));
    }
    List<LinkSetting> settings = new ArrayList<>();
    settings.add(new LinkSetting.Mac(op.mac()));
    op.mtu().ifPresent(mtu -> settings.add(new LinkSetting.Mtu(mtu)));
    if (!parents.equals(pod)) {
      // asked for from the parent's namespace, a link of the pod's name there would be in the way
      settings.add(new LinkSetting.ParentIn(pod.socket().numberOf(parents.handle())));
    }
    OptionalLong queue =
        op.bcQueueLen().isPresent()
            ? OptionalLong.of(op.bcQueueLen().getAsInt())
            : OptionalLong.empty();
    var kind = new LinkKind.Macvlan(parent.get().index(), op.mode(), queue);
    var add = Links.add(op.name(), kind, settings);
    var get = Links.get(LinkId.of(op.name()));
    List<Answer> answers = pod.socket().send(List.of(add, get));
    if (answers.getFirst() instanceof Answer.Refused refused) {
      throw refusal(op, parents, refused, add.what());
    }
    KernelLink made = RouteSocket.linkOf(answers.get(1).orThrow(get.what()));
    return Performed.yielding(op.made(), pod.describe(made));
  }

  private static IOException refusal(
      LinkOp.AddMacvlan op, OpenNetns parents, Answer.Refused refused, String doing)
      throws IOException {
    if (refused.errno().equals(Errno.EEXIST)) {
      return new Refusal(new AttachFailure.LinkExists(op.name(), op.pod().toString()));
    }
    if (refused.errno().equals(Errno.ENODEV) && parents.link(op.parent()).isEmpty()) {
      return new Refusal(new AttachFailure.ParentMissing(op.parent(), parents.names()));
    }
    String words = doing + " on " + op.parent();
    return new KernelException(words, refused.errno(), refused.extAck().orElse(""));
  }

  Performed addTap(LinkOp.AddTap op) throws IOException {
    OpenNetns pod = namespaces.of(op.pod());
    List<LinkSetting> settings = new ArrayList<>();
    settings.add(new LinkSetting.Mac(op.mac()));
    op.mtu().ifPresent(mtu -> settings.add(new LinkSetting.Mtu(mtu)));
    if (op.bridge().isPresent()) {
      settings.add(new LinkSetting.Master(bridge(pod, op.bridge().get()).index()));
    }
    create(pod, op);
    try {
      var set = Links.set(LinkId.of(op.name()), settings);
      var get = Links.get(LinkId.of(op.name()));
      KernelLink made = RouteSocket.linkOf(pod.socket().run(set, get));
      return Performed.yielding(op.made(), pod.describe(made));
    } catch (IOException e) {
      List<Answer> _ = pod.socket().send(List.of(Links.delete(LinkId.of(op.name()))));
      throw e;
    }
  }

  private static KernelLink bridge(OpenNetns pod, IfName name) throws IOException {
    return pod.link(name)
        .filter(link -> link.kind().equals("bridge"))
        .orElseThrow(() ->
            new Refusal(
                new AttachFailure.InvalidField(
                    "bridge",
                    name.value(),
                    "no bridge \"" + name + "\" in " + pod.netns(),
                    "make the bridge in the pod first, or leave the field out")));
  }

  private static void create(OpenNetns pod, LinkOp.AddTap op) throws IOException {
    try {
      new Tap(op.name(), op.owner(), op.group(), op.multiQueue(), true).create(pod.handle());
    } catch (KernelException e) {
      if (e.errno().equals(Errno.EBUSY) && pod.link(op.name()).isPresent()) {
        throw new Refusal(new AttachFailure.LinkExists(op.name(), op.pod().toString()));
      }
      throw e;
    }
  }
}
