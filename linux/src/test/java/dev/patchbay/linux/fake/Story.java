package dev.patchbay.linux.fake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Addressing;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.MacvlanMode;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.Route;
import dev.patchbay.core.plan.AddressUse;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.Bindings;
import dev.patchbay.core.plan.Lease;
import dev.patchbay.core.plan.Link;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.core.plan.Performed;
import dev.patchbay.core.plan.Ref;
import dev.patchbay.core.plan.Yield;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** A fake kernel with one pod, and what its ops have yielded so far: test data in few words. */
final class Story {
  static final MacAddress HOST_MAC = new MacAddress("02:00:00:00:00:01");
  static final MacAddress POD_MAC = new MacAddress("02:00:00:00:00:02");
  static final IfName BR0 = new IfName("br0");
  static final IfName VETH = new IfName("veth1");
  static final IfName ETH0 = new IfName("eth0");
  static final IfName NET1 = new IfName("net1");
  static final OptionalInt NO = OptionalInt.empty();

  final FakeKernel kernel = new FakeKernel();
  final Netns pod = kernel.createNetns("/run/netns/pod");
  Bindings bound = Bindings.NONE;

  static <T extends Yield> Ref<T> ref(String name) {
    return new Ref<>(name);
  }

  Performed perform(LinkOp op) {
    Performed performed = kernel.execute(List.of(op), bound).getFirst();
    if (performed instanceof Performed.Done(var yielded)) {
      bound = bound.and(yielded);
    }
    return performed;
  }

  Story does(LinkOp... ops) {
    for (LinkOp op : ops) {
      assertThat(perform(op)).as("%s", op).isInstanceOf(Performed.Done.class);
    }
    return this;
  }

  /** The op fails, and nothing has changed. */
  AttachFailure refuses(LinkOp op) {
    String before = kernel.dump();
    Performed performed = perform(op);
    assertThat(performed).as("%s", op).isInstanceOf(Performed.Failed.class);
    assertThat(kernel.dump()).isEqualTo(before);
    return ((Performed.Failed) performed).why();
  }

  /** Refused by the kernel's own rules: the errno's name and the kernel's words. */
  String errnoOf(LinkOp op) {
    AttachFailure why = refuses(op);
    assertThat(why).isInstanceOf(AttachFailure.Kernel.class);
    var kernelSaid = (AttachFailure.Kernel) why;
    return (kernelSaid.errno().split(" ", 2)[0] + " " + kernelSaid.extAck()).strip();
  }

  Link link(String ref) {
    return bound.link(ref(ref)).orElseThrow();
  }

  /** A lease with one address per argument, {@code ADDRESS/PREFIX>GATEWAY} or without gateway. */
  AddressUse lease(String name, List<Route> routes, String... ips) {
    List<Addressing.Ip> parsed =
        Stream.of(ips)
            .map(text -> text.split(">", 2))
            .map(part ->
                new Addressing.Ip(
                    Cidr.parse(part[0]),
                    part.length > 1 ? Optional.of(Cidr.ip(part[1])) : Optional.empty()))
            .toList();
    Ref<Lease> ref = ref(name);
    bound = bound.and(Bindings.of(ref, new Lease(new Addressing(parsed, routes, Dns.NONE))));
    return AddressUse.plain(ref);
  }

  static Route route(String dst) {
    return Route.to(Cidr.parse(dst), Optional.empty());
  }

  static LinkOp ensureBridge() {
    return new LinkOp.EnsureBridge(BR0, NO, false, false, ref("bridge"));
  }

  LinkOp addVeth() {
    return addVeth(NO, Optional.of(ref("bridge")));
  }

  LinkOp addVeth(OptionalInt mtu, Optional<Ref<Link>> bridge) {
    return new LinkOp.AddVeth(
        Netns.HOST, VETH, HOST_MAC, pod, ETH0, POD_MAC, mtu, bridge, ref("hostEnd"), ref("podEnd"));
  }

  static LinkOp deleteVeth() {
    return new LinkOp.DeleteLink(Netns.HOST, VETH, HOST_MAC, ref("hostEnd"));
  }

  LinkOp addMacvlan(IfName name, MacvlanMode mode, OptionalInt mtu) {
    return new LinkOp.AddMacvlan(
        Netns.HOST, new IfName("eth9"), pod, name, mode, POD_MAC, mtu, NO, ref("macvlan"));
  }

  LinkOp up(IfName name) {
    return new LinkOp.SetUp(pod, name);
  }

  LinkOp configure(IfName name, AddressUse use) {
    return new LinkOp.Configure(pod, name, use, LinkOp.RouteStyle.SUBNET);
  }
}
