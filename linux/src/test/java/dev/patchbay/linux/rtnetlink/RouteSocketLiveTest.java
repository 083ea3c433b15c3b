package dev.patchbay.linux.rtnetlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.MacvlanMode;
import dev.patchbay.linux.libc.Errno;
import dev.patchbay.linux.libc.Fd;
import dev.patchbay.linux.libc.KernelException;
import dev.patchbay.linux.netlink.Answer;
import dev.patchbay.linux.netlink.Request;
import dev.patchbay.linux.netns.LiveNetns;
import dev.patchbay.linux.netns.NetnsHandle;
import dev.patchbay.linux.rtnetlink.LinkSetting.Group;
import dev.patchbay.linux.rtnetlink.LinkSetting.IntoNetns;
import dev.patchbay.linux.rtnetlink.LinkSetting.Mac;
import dev.patchbay.linux.rtnetlink.LinkSetting.Master;
import dev.patchbay.linux.rtnetlink.LinkSetting.Mtu;
import dev.patchbay.linux.rtnetlink.LinkSetting.Name;
import dev.patchbay.linux.rtnetlink.LinkSetting.Up;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RouteSocketLiveTest {
  private static final IfName BR = new IfName("br0");
  private static final IfName HOST_END = new IfName("h0");
  private static final IfName NET1 = new IfName("net1");
  private static final MacAddress MAC = new MacAddress("02:00:00:00:00:05");

  private NetnsHandle hostNetns;
  private NetnsHandle podNetns;
  private RouteSocket host;
  private RouteSocket pod;

  @BeforeEach
  void makeHostAndPod() throws Exception {
    LiveNetns.assumePermitted();
    hostNetns = NetnsHandle.create();
    podNetns = NetnsHandle.create();
    host = RouteSocket.open(hostNetns);
    pod = RouteSocket.open(podNetns);
  }

  @AfterEach
  void dropHostAndPod() {
    if (hostNetns != null) {
      host.close();
      pod.close();
      hostNetns.close();
      podNetns.close();
    }
  }

  private KernelLink onHost(IfName name) throws Exception {
    return host.link(LinkId.of(name)).orElseThrow();
  }

  private KernelLink attach() throws Exception {
    host.run(Links.add(BR, new LinkKind.Bridge(), new Up(true)));
    host.run(
        Links.add(
            HOST_END,
            new LinkKind.Veth(NET1, new IntoNetns(podNetns), new Mac(MAC), new Mtu(1400)),
            new Master(onHost(BR).index()),
            new Mtu(1400),
            new Up(true)));
    return pod.link(LinkId.of(NET1)).orElseThrow();
  }

  @Test
  void aVethIsMadeAcrossNamespacesAsPortOfABridgeInOneMessage() throws Exception {
    KernelLink net1 = attach();
    KernelLink end = onHost(HOST_END);

    assertThat(net1.address()).contains(MAC);
    assertThat(net1.mtu()).isEqualTo(1400);
    assertThat(net1.kind()).isEqualTo("veth");
    assertThat(net1.isUp()).isFalse();
    assertThat(net1.parent()).hasValue(end.index());
    assertThat(net1.parentNetns()).isPresent();
    assertThat(end.isUp()).isTrue();
    assertThat(end.master()).hasValue(onHost(BR).index());
    assertThat(end.mtu()).isEqualTo(1400);
    assertThat(onHost(BR).kind()).isEqualTo("bridge");
  }

  @Test
  void aLinkIsSetUpAddressedAndRoutedInOneSend() throws Exception {
    int index = attach().index();
    Address v4 = Address.on(index, Cidr.parse("10.1.2.3/24")).withBroadcast();
    Address v6 = Address.on(index, Cidr.parse("fd00::5/64")).withoutDad().withoutPrefixRoute();
    KernelRoute route =
        KernelRoute.to(Cidr.parse("0.0.0.0/0")).via(Cidr.ip("10.1.2.1")).dev(index).build();
    KernelRoute far =
        KernelRoute.to(Cidr.parse("172.16.0.0/12"))
            .via(Cidr.ip("10.9.9.9"))
            .onLink()
            .dev(index)
            .metric(50)
            .mtu(1300)
            .advMss(1260)
            .table(1000)
            .build();

    pod.run(
        Links.set(LinkId.of(index), new Up(true)),
        Addresses.add(v4),
        Addresses.add(v6),
        Routes.add(route),
        Routes.add(far));

    List<Address> addresses = pod.addresses(index);
    assertThat(addresses.stream().map(Address::cidr)).contains(v4.cidr(), v6.cidr());
    Address seen4 = addresses.stream().filter(a -> a.cidr().isV4()).findFirst().orElseThrow();
    assertThat(seen4.broadcast()).contains(Cidr.ip("10.1.2.255"));
    Address seen6 =
        addresses.stream().filter(a -> a.cidr().equals(v6.cidr())).findFirst().orElseThrow();
    assertThat(seen6.hasNoPrefixRoute()).isTrue();
    assertThat(seen6.isTentative()).isFalse();
    assertThat(pod.routes(KernelRoute.MAIN)).contains(route);
    assertThat(pod.routes(1000)).containsExactly(far);
    assertThat(pod.routes(4711)).isEmpty();

    pod.run(Routes.delete(far), Addresses.delete(v6));
    assertThat(pod.routes(1000)).isEmpty();
    assertThat(pod.addresses(index).stream().map(Address::cidr)).doesNotContain(v6.cidr());
  }

  @Test
  void aRefusalInTheMiddleDoesNotStopTheLaterRequests() throws Exception {
    IfName other = new IfName("br1");
    Request first = Links.add(BR, new LinkKind.Bridge());

    List<Answer> answers =
        host.send(List.of(first, first, Links.add(other, new LinkKind.Bridge())));

    assertThat(answers.get(0)).isInstanceOf(Answer.Ok.class);
    assertThat(answers.get(1))
        .isInstanceOfSatisfying(
            Answer.Refused.class, r -> assertThat(r.errno()).isEqualTo(Errno.EEXIST));
    assertThat(answers.get(2)).isInstanceOf(Answer.Ok.class);
    assertThat(host.link(LinkId.of(other))).isPresent();
  }

  @Test
  void theKernelsOwnWordsReachTheError() throws Exception {
    int index = attach().index();

    assertThatThrownBy(() ->
            pod.run(
                Routes.add(
                    KernelRoute.to(Cidr.parse("0.0.0.0/0"))
                        .via(Cidr.ip("10.1.2.1"))
                        .dev(index)
                        .build())))
        .isInstanceOfSatisfying(KernelException.class, e -> assertThat(e.extAck()).isPresent())
        .hasMessageContaining("add route 0.0.0.0/0 via 10.1.2.1");
    assertThatThrownBy(() -> host.run(Links.delete(LinkId.of(new IfName("nope")))))
        .hasMessageContaining("delete nope: ENODEV");
  }

  @Test
  void aReplyComesWithTheBatchThatMadeTheLink() throws Exception {
    KernelLink bridge =
        RouteSocket.linkOf(
            host.run(Links.add(BR, new LinkKind.Bridge(), new Mac(MAC)), Links.get(LinkId.of(BR))));

    assertThat(bridge.address()).contains(MAC);
    assertThat(bridge.index()).isPositive();
  }

  @Test
  void manyRequestsAndALongTableAreNoProblem() throws Exception {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      IfName name = new IfName("br" + i);
      requests.add(Links.add(name, new LinkKind.Bridge()));
      requests.add(Links.get(LinkId.of(name)));
    }

    List<Answer> answers = host.send(requests);

    assertThat(answers).hasSize(300).allMatch(Answer.Ok.class::isInstance);
    assertThat(host.links()).hasSize(151); // and loopback
  }

  @Test
  void oneSocketServesManyThreads() throws Exception {
    host.run(Links.add(BR, new LinkKind.Bridge()));
    int bridge = onHost(BR).index();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> names = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        names.add(threads.submit(() -> host.link(LinkId.of(bridge)).orElseThrow().name().value()));
      }
      for (Future<String> name : names) {
        assertThat(name.get()).isEqualTo("br0");
      }
    }
  }

  @Test
  void eightVethsGoByTheirGroupAtOnce() throws Exception {
    int group = 0x5eed0001;
    List<Request> marks = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      host.run(
          Links.add(
              new IfName("v" + i),
              new LinkKind.Veth(new IfName("net" + i), new IntoNetns(podNetns))));
      marks.add(Links.set(onHost(new IfName("v" + i)).id(), new Group(group)));
    }
    host.run(Links.add(BR, new LinkKind.Bridge()));

    host.run(marks.toArray(Request[]::new));
    host.run(Links.deleteGroup(group));

    assertThat(host.links().stream().map(l -> l.name().value())).containsExactly("lo", "br0");
    assertThat(pod.links()).hasSize(1);
    assertThatThrownBy(() -> host.run(Links.deleteGroup(group)))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENODEV));
  }

  @Test
  void aLinkMovesUnderANewNameAndComesBack() throws Exception {
    host.run(Links.add(HOST_END, new LinkKind.Veth(new IfName("other"))));
    IfName eth0 = new IfName("eth0");

    host.run(
        Links.set(onHost(HOST_END).id(), new IntoNetns(podNetns), new Name(eth0), new Mtu(1300)));
    KernelLink moved = pod.link(LinkId.of(eth0)).orElseThrow();
    assertThat(moved.mtu()).isEqualTo(1300);
    assertThat(host.link(LinkId.of(HOST_END))).isEmpty();

    pod.run(Links.set(moved.id(), new IntoNetns(hostNetns), new Name(HOST_END)));
    assertThat(onHost(HOST_END).mtu()).isEqualTo(1300);
  }

  @Test
  void everySettingOfALinkIsReadBack() throws Exception {
    host.run(Links.add(HOST_END, new LinkKind.Veth(NET1)));
    LinkId id = onHost(HOST_END).id();

    host.run(
        Links.set(
            id,
            new Mac(MAC),
            new LinkSetting.TxQueueLength(77),
            new LinkSetting.Promiscuous(true),
            new LinkSetting.AllMulticast(true),
            new Group(12),
            new LinkSetting.Alias("blue/net1"),
            new LinkSetting.AddressGeneration(LinkSetting.AddrGenMode.NONE)));
    KernelLink set = onHost(HOST_END);
    assertThat(set.address()).contains(MAC);
    assertThat(set.txQueueLength()).isEqualTo(77);
    assertThat(set.isPromiscuous()).isTrue();
    assertThat(set.promiscuity()).isEqualTo(1);
    assertThat(set.isAllMulticast()).isTrue();
    assertThat(set.group()).isEqualTo(12);
    assertThat(set.alias()).contains("blue/net1");

    host.run(Links.set(id, new LinkSetting.Promiscuous(false), new Up(true)));
    assertThat(onHost(HOST_END).isPromiscuous()).isFalse();
    assertThat(host.addresses(set.index())).isEmpty(); // no link-local: addrgenmode none
  }

  @Test
  void aPortsFlagsAreReadBack() throws Exception {
    attach();

    host.run(
        Links.setPort(
            LinkId.of(HOST_END),
            new PortSetting.Hairpin(true),
            new PortSetting.Isolated(true),
            new PortSetting.Learning(true)));

    assertThat(onHost(HOST_END).isHairpin()).isTrue();
    assertThat(onHost(HOST_END).isIsolated()).isTrue();
    host.run(Links.set(LinkId.of(HOST_END), new Master(0)));
    assertThat(onHost(HOST_END).master()).isEmpty();
  }

  @Test
  void aMacvlanIsMadeInThePodOnAParentOfTheHost() throws Exception {
    host.run(Links.add(HOST_END, new LinkKind.Veth(new IfName("wire")), new Up(true)));
    int parent = onHost(HOST_END).index();

    assumeKernelHas(
        Links.add(
            NET1,
            new LinkKind.Macvlan(parent, MacvlanMode.BRIDGE, java.util.OptionalLong.of(500)),
            new IntoNetns(podNetns),
            new Mac(MAC)));

    KernelLink made = pod.link(LinkId.of(NET1)).orElseThrow();
    assertThat(made.macvlanMode()).contains(MacvlanMode.BRIDGE);
    assertThat(made.parent()).hasValue(parent);
    assertThat(made.address()).contains(MAC);
  }

  @Test
  void kindsThatThisKernelMayLackAreMadeWhereItHasThem() throws Exception {
    host.run(Links.add(HOST_END, new LinkKind.Veth(new IfName("wire"))));
    int parent = onHost(HOST_END).index();
    List<String> made = new ArrayList<>();
    for (LinkKind kind :
        List.of(
            new LinkKind.Ifb(),
            new LinkKind.Dummy(),
            new LinkKind.Vlan(parent, 100, LinkKind.VlanProtocol.DOT1Q),
            new LinkKind.Ipvlan(parent, LinkKind.IpvlanMode.L2, LinkKind.IpvlanFlag.BRIDGE),
            new LinkKind.Vrf(1001))) {
      IfName name = new IfName("k" + kind.wireName());
      Answer answer = host.send(List.of(Links.add(name, kind))).getFirst();
      if (answer instanceof Answer.Refused(var errno, _, _)) {
        assertThat(errno).as("refusal of %s", kind).isEqualTo(Errno.EOPNOTSUPP);
      } else {
        assertThat(onHost(name).kind()).isEqualTo(kind.wireName());
        made.add(kind.wireName());
      }
    }
    Assumptions.assumeFalse(made.isEmpty(), "this kernel has none of these kinds");
  }

  @Test
  void aTapStaysAndItsQueuesCanBeOpened() throws Exception {
    Tap tap =
        new Tap(NET1, java.util.OptionalInt.of(1000), java.util.OptionalInt.of(1000), true, true);

    tap.create(podNetns);

    assertThat(pod.link(LinkId.of(NET1)).orElseThrow().kind()).isEqualTo("tun");
    assertThat(host.link(LinkId.of(NET1))).isEmpty();
    try (Fd one = tap.open(podNetns);
        Fd two = tap.open(podNetns)) {
      assertThat(one.number()).isNotEqualTo(two.number());
    }
    assertThatThrownBy(() -> tap.create(podNetns))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY));
    pod.run(Links.delete(LinkId.of(NET1)));
  }

  @Test
  void aPermanentNeighbourIsReadBackAndDeleted() throws Exception {
    int index = attach().index();
    pod.run(Links.set(LinkId.of(index), new Up(true)));
    Neighbour gateway = Neighbour.permanent(index, Cidr.ip("169.254.1.1"), MAC);

    pod.run(Neighbours.replace(gateway));
    assertThat(pod.neighbours(index)).contains(gateway);

    pod.run(Neighbours.delete(gateway));
    assertThat(pod.neighbours(index)).doesNotContain(gateway);
  }

  @Test
  void loopbackIsThereInEveryNamespace() throws Exception {
    KernelLink lo = onHost(new IfName("lo"));
    host.run(Links.set(lo.id(), new Up(true)));

    assertThat(host.addresses(lo.index()).stream().map(Address::cidr))
        .contains(Cidr.parse("127.0.0.1/8"), Cidr.parse("::1/128"));
    assertThat(host.addresses(99)).isEmpty();
  }

  private void assumeKernelHas(Request request) throws Exception {
    Answer answer = host.send(List.of(request)).getFirst();
    boolean lacking =
        answer instanceof Answer.Refused(var errno, _, _) && errno.equals(Errno.EOPNOTSUPP);
    Assumptions.assumeFalse(lacking, "this kernel cannot " + request);
    answer.orThrow(request.what());
  }

  @Test
  void aGroupIsProbedWithoutAnythingChanging() throws Exception {
    host.run(Links.add(HOST_END, new LinkKind.Veth(NET1)));
    LinkId id = onHost(HOST_END).id();
    host.run(Links.set(id, new Group(77_777_777), new Mtu(1400), new Up(true)));
    KernelLink before = onHost(HOST_END);

    List<Answer> answers =
        host.send(List.of(Links.probeGroup(77_777_777), Links.probeGroup(77_777_778)));

    assertThat(answers.getFirst()).isInstanceOf(Answer.Refused.class);
    assertThat(answers.get(1)).isInstanceOf(Answer.Ok.class);
    assertThat(onHost(HOST_END)).isEqualTo(before);
  }
}
