package dev.patchbay.linux.apply;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.Link;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.core.plan.Ref;
import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.libc.KernelException;
import dev.patchbay.linux.netlink.Answer;
import dev.patchbay.linux.netlink.Request;
import dev.patchbay.linux.procfs.Sysctls;
import dev.patchbay.linux.rtnetlink.Address;
import dev.patchbay.linux.rtnetlink.Addresses;
import dev.patchbay.linux.rtnetlink.KernelLink;
import dev.patchbay.linux.rtnetlink.KernelRoute;
import dev.patchbay.linux.rtnetlink.LinkId;
import dev.patchbay.linux.rtnetlink.LinkKind;
import dev.patchbay.linux.rtnetlink.LinkSetting;
import dev.patchbay.linux.rtnetlink.Links;
import dev.patchbay.linux.rtnetlink.RouteSocket;
import dev.patchbay.linux.rtnetlink.Routes;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The veth pair between a pod and the host. */
record CableOps(Namespaces namespaces, Bindings bound) {
  private static final int RT_SCOPE_HOST = 254; // linux/rtnetlink.h

  Performed add(LinkOp.AddVeth op) throws IOException {
    OpenNetns pod = namespaces.of(op.pod());
    OpenNetns host = namespaces.of(op.at());
    List<LinkSetting> peer =
        new ArrayList<>(
            List.of(new LinkSetting.IntoNetns(pod.handle()), new LinkSetting.Mac(op.mac())));
    List<LinkSetting> own = new ArrayList<>(List.of(new LinkSetting.Mac(op.hostMac())));
    if (op.mtu().isPresent()) {
      peer.add(new LinkSetting.Mtu(op.mtu().getAsInt()));
      own.add(new LinkSetting.Mtu(op.mtu().getAsInt()));
    }
    if (op.bridge().isPresent()) {
      own.add(new LinkSetting.Master(bridge(op).index()));
      own.add(new LinkSetting.Up(true));
    }
    var add = Links.add(op.host(), new LinkKind.Veth(op.name(), peer), own);
    var get = Links.get(LinkId.of(op.host()));
    List<Request> requests = new ArrayList<>(List.of(add, get));
    if (op.bridge().isPresent()) {
      requests.add(Links.get(LinkId.of(bridge(op).index())));
    }
    List<Answer> answers = host.socket().send(requests);
    if (answers.getFirst() instanceof Answer.Refused refused) {
      throw refusal(op, host, pod, refused, add.what());
    }
    try {
      KernelLink hostEnd = RouteSocket.linkOf(answers.get(1).orThrow(get.what()));
      Link podEnd = podEnd(op, pod, hostEnd);
      Sysctls.ensure(host.handle(), Map.of(BridgeOps.acceptRa(op.host()), "0"));
      Bindings made =
          Bindings.of(op.hostEnd(), host.describe(hostEnd)).and(Bindings.of(op.podEnd(), podEnd));
      return new Performed.Done(
          op.bridge().isPresent()
              ? made.and(joined(op.bridge().get(), host, answers.get(2)))
              : made);
    } catch (IOException e) {
      List<Answer> _ = host.socket().send(List.of(Links.delete(LinkId.of(op.host()))));
      throw e;
    }
  }

  /** A bridge that somebody else made takes another address with its first port. */
  private static Bindings joined(Ref<Link> bridge, OpenNetns host, Answer answer)
      throws IOException {
    return Bindings.of(bridge, host.describe(RouteSocket.linkOf(answer.orThrow("look up bridge"))));
  }

  /** A veth tells its peer's index, and all else was asked for: no need to look into the pod. */
  private static Link podEnd(LinkOp.AddVeth op, OpenNetns pod, KernelLink hostEnd)
      throws IOException {
    return hostEnd.parent().isPresent()
        ? new Link(pod.netns(), hostEnd.parent().getAsInt(), op.name(), op.mac(), hostEnd.mtu())
        : pod.describe(pod.require(op.name(), "look up"));
  }

  private Link bridge(LinkOp.AddVeth op) throws KernelException {
    return op.bridge()
        .flatMap(bound::link)
        .orElseThrow(() -> new KernelException("add veth " + op.host(), Errno.ENODEV));
  }

  private static IOException refusal(
      LinkOp.AddVeth op, OpenNetns host, OpenNetns pod, Answer.Refused refused, String doing)
      throws IOException {
    if (refused.errno().equals(Errno.EEXIST)) {
      boolean inPod = pod.link(op.name()).isPresent();
      IfName taken = inPod ? op.name() : op.host();
      OpenNetns where = inPod ? pod : host;
      return new Refusal(new AttachFailure.LinkExists(taken, where.netns().toString()));
    }
    return new KernelException(doing, refused.errno(), refused.extAck().orElse(""));
  }

  Performed routeToPod(LinkOp.RouteToPod op) throws IOException {
    OpenNetns host = namespaces.host();
    int link =
        bound
            .link(op.hostEnd())
            .orElseThrow(() -> new KernelException("route to " + op.hostEnd(), Errno.ENODEV))
            .index();
    Set<Cidr> own = new HashSet<>();
    host.socket().addresses(link).forEach(address -> own.add(address.cidr()));
    var change = new AllOrNothing();
    change.add(Links.set(LinkId.of(link), new LinkSetting.Up(true)));
    for (Addressing.Ip ip : op.addresses().in(bound).ips()) {
      if (ip.gateway().isPresent() && own.add(Cidr.host(ip.gateway().get()))) {
        // both ends of the cable are ours: nobody else can have the address
        Address gateway = withoutDad(Address.on(link, Cidr.host(ip.gateway().get())));
        change.add(Addresses.add(gateway), Addresses.delete(gateway));
      }
      KernelRoute route = toPod(ip.address().address(), link);
      change.add(Routes.add(route), Routes.delete(route));
    }
    change.send(host.socket());
    return Performed.done();
  }

  private static KernelRoute toPod(InetAddress pod, int link) {
    return KernelRoute.to(Cidr.host(pod)).dev(link).scope(RT_SCOPE_HOST).build();
  }

  static Address withoutDad(Address address) {
    return address.cidr().isV4() ? address : address.withoutDad();
  }
}
