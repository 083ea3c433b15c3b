package dev.patchbay.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.agent.api.PodSpecs;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Owner;
import dev.patchbay.core.plan.LinkOp;
import dev.patchbay.kube.client.KubeDeletion;
import dev.patchbay.kube.client.KubeName;
import dev.patchbay.kube.client.KubeResource;
import dev.patchbay.linux.fake.FakeKernel;
import dev.patchbay.linux.fake.FakeNetnsKeeper;
import dev.patchbay.linux.libc.Errno;
import dev.patchbay.proof.Proves;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Virtual machines' pods, but for the guest, on a fake kernel against an API in memory. */
class VmPodsTest {
  private static final String VM =
      """
      {"nics":[{"name":"eth0"}],
       "virtualMachine":{"name":"cirros-vm","image":"example.test/cirros.img"}}
      """;

  private final FakeKernel kernel = new FakeKernel();
  private final FakeNetnsKeeper keeper = new FakeNetnsKeeper(kernel, "patchbay-");
  private NodeWorld world;

  @BeforeEach
  void begin(@TempDir Path folder) throws Exception {
    world = new NodeWorld(folder, kernel, kernel::open, keeper);
  }

  @AfterEach
  void end() {
    world.close();
  }

  /** Without the taps, of which each NIC has one. */
  private List<String> links(PodView pod) {
    List<String> all = all(pod);
    assertThat(all.stream().filter(link -> link.startsWith("tap-")).count())
        .isEqualTo(all.stream().filter(link -> link.startsWith("eth")).count());
    return all.stream().filter(link -> !link.startsWith("tap-")).toList();
  }

  private List<String> all(PodView pod) {
    return NodeWorld.names(kernel.links(keeper.at(pod.uid())));
  }

  private PodView awaitNics(String... states) throws InterruptedException {
    return world.await("vm", pod -> NodeWorld.states(pod).equals(List.of(states)));
  }

  @Test
  void aVirtualMachineGetsItsNicsAndSaysThatThereIsNoQemu() throws Exception {
    world.create("vm", VM);

    PodView pod = awaitNics("eth0=Ready");

    assertThat(pod.phase()).isEqualTo("Pending");
    assertThat(pod.nodeName()).isEqualTo(NodeWorld.NODE);
    PodView waiting =
        world.await(
            "vm",
            now ->
                NodeWorld.condition(now, "Ready")
                    .path("reason")
                    .asString("")
                    .equals("RuntimeMissing"));
    assertThat(waiting.phase()).isEqualTo("Pending");
    assertThat(waiting.status().at("/containerStatuses/0/state/waiting/message").asString())
        .contains("there is no QEMU at ", "apt-get install qemu-system-x86", "vm.qemu");
    assertThat(world.events(waiting, "Failed")).hasSize(1);
    assertThat(links(pod)).containsExactly("lo", "eth0");
    assertThat(pod.status().path("podIP").asString()).startsWith("10.96.0.");
    assertThat(pod.status().at("/nicStatuses/0/ipAddresses/0").asString())
        .startsWith("10.96.0.")
        .endsWith("/24");
    assertThat(pod.status().at("/nicStatuses/0/mac").asString()).contains(":");
    assertThat(pod.status().at("/nicStatuses/0/network").asString()).isEqualTo("default");
    assertThat(world.events(pod, "DeviceAttached")).hasSize(1);
  }

  @Test
  @Proves("S001-04")
  void aNicIsPluggedAndUnpluggedByItsSpecAndEventsTellIt() throws Exception {
    world.create("vm", VM);
    awaitNics("eth0=Ready");

    // as strategic merge leaves it: the new item comes first
    world.nics("vm", "[{\"name\":\"eth1\"},{\"name\":\"eth0\"}]");
    PodView both = awaitNics("eth0=Ready", "eth1=Ready");
    assertThat(links(both)).containsExactlyInAnyOrder("lo", "eth0", "eth1");

    world.nics("vm", "[{\"name\":\"eth0\"}]");
    PodView one = awaitNics("eth0=Ready");
    assertThat(links(one)).containsExactly("lo", "eth0");
    assertThat(world.events(one, "DeviceAttached")).hasSize(2);
    assertThat(world.events(one, "DeviceDetached")).containsExactly("eth1 is unplugged");
    assertThat(world.journal().stories("default/vm"))
        .extracting(story -> story.key().nic() + " " + story.verb() + " " + story.outcome())
        .containsSubsequence("eth1 plug attached", "eth1 unplug detached");
  }

  @Test
  @Proves("S001-08")
  void aFailedAttachLeavesNothingAndIsTriedAgainWithoutANewPatch() throws Exception {
    world.create("vm", VM);
    PodView before = awaitNics("eth0=Ready");
    String machine = kernel.dump();
    kernel.failNext(VmPodsTest::isAddOfSecond, Errno.EBUSY, "no room");
    kernel.failNext(VmPodsTest::isAddOfSecond, Errno.EBUSY, "no room");

    world.nics("vm", "[{\"name\":\"eth0\"},{\"name\":\"eth1\"}]");
    PodView failed = awaitNics("eth0=Ready", "eth1=Failed");
    assertThat(failed.status().at("/nicStatuses/1/reason").asString()).contains("no room");

    PodView after = awaitNics("eth0=Ready", "eth1=Ready");
    assertThat(after.uid()).isEqualTo(before.uid());
    assertThat(world.events(after, "FailedAttachDevice")).isNotEmpty();

    world.nics("vm", "[{\"name\":\"eth0\"}]");
    awaitNics("eth0=Ready");
    assertThat(kernel.dump()).isEqualTo(machine);
  }

  private static boolean isAddOfSecond(LinkOp op) {
    return op instanceof LinkOp.AddVeth veth && veth.name().value().equals("eth1");
  }

  @Test
  @Proves("S001-06")
  void unnamedNicsAnAbsentListAndAMissingStatusNeverDetach() throws Exception {
    world.create("vm", VM);
    awaitNics("eth0=Ready");
    world.nics("vm", "[{\"name\":\"eth0\"},{\"name\":\"eth1\"}]");
    PodView both = awaitNics("eth0=Ready", "eth1=Ready");

    for (String list : List.of("null", "[]", "[{}]", "[{\"name\":\"eth0\"},{\"tag\":\"x\"}]")) {
      world.nics("vm", list);
      world.api.edit(KubeResource.PODS, NodeWorld.named("vm"), pod -> pod.remove("status"));
      world.restart();
      PodView again = world.await("vm", pod -> NodeWorld.states(pod).contains("eth1=Ready"));
      assertThat(links(again)).containsExactlyInAnyOrder("lo", "eth0", "eth1");
    }
    assertThat(world.events(both, "DeviceDetached")).isEmpty();
  }

  @Test
  void thePrimaryNicStaysWhateverTheListSays() throws Exception {
    world.create("vm", VM);
    awaitNics("eth0=Ready");

    world.nics("vm", "[{\"name\":\"eth7\"}]"); // the API refuses it; a node must not rely on that

    PodView pod = awaitNics("eth0=Ready", "eth7=Ready");
    assertThat(links(pod)).contains("eth0");
  }

  @Test
  @Proves("S001-08")
  void addAndDeleteInQuickSuccessionConverge() throws Exception {
    world.create("vm", VM);
    awaitNics("eth0=Ready");

    for (int i = 0; i < 20; i++) {
      world.nics(
          "vm", "[{\"name\":\"eth1\"},{\"name\":\"eth0\"},{\"name\":\"eth" + (2 + i % 3) + "\"}]");
      world.nics("vm", "[{\"name\":\"eth0\"}]");
    }
    world.nics("vm", "[{\"name\":\"eth9\"},{\"name\":\"eth0\"}]");

    PodView pod = awaitNics("eth0=Ready", "eth9=Ready");
    assertThat(links(pod)).containsExactlyInAnyOrder("lo", "eth0", "eth9");
  }

  @Test
  void deletingThePodReleasesEverythingBeforeTheObjectGoes() throws Exception {
    world.create("vm", VM);
    awaitNics("eth0=Ready");
    world.nics("vm", "[{\"name\":\"eth0\"},{\"name\":\"eth1\"}]");
    awaitNics("eth0=Ready", "eth1=Ready");
    kernel.failNext(op -> op instanceof LinkOp.DeleteLink, Errno.EBUSY, "in use");

    world.api.delete(KubeResource.PODS, NodeWorld.named("vm"), KubeDeletion.DEFAULT);

    world.awaitGone("vm");
    world.assertNothingIsLeft();
    assertThat(kernel.dumpWithoutShared()).isEqualTo(new FakeKernel().dumpWithoutShared());
  }

  @Test
  void whatWasDeletedByForceOrWhileWeWereAwayIsClearedToo() throws Exception {
    PodView forced = world.create("vm", VM);
    awaitNics("eth0=Ready");
    world.api.delete(KubeResource.PODS, NodeWorld.named("vm"), KubeDeletion.now(forced.uid()));
    NodeWorld.awaiting(
        () -> Optional.of(keeper.listed()).filter(List::isEmpty), () -> keeper.listed().toString());

    world.create("vm", VM);
    PodView away = awaitNics("eth0=Ready");
    world.stop();
    world.api.delete(KubeResource.PODS, NodeWorld.named("vm"), KubeDeletion.now(away.uid()));
    world.again();
    NodeWorld.awaiting(
        () -> Optional.of(keeper.listed()).filter(List::isEmpty), () -> keeper.listed().toString());
    world.assertNothingIsLeft();
  }

  @Test
  void aPatchThatCameWhileTheAgentWasAwayIsDoneAfterwards() throws Exception {
    world.create("vm", VM);
    awaitNics("eth0=Ready");
    world.stop();
    world.nics("vm", "[{\"name\":\"eth0\"},{\"name\":\"eth1\"}]");
    world.again();

    awaitNics("eth0=Ready", "eth1=Ready");
    world.stop();
    world.nics("vm", "[{\"name\":\"eth0\"}]");
    world.again();
    PodView pod = awaitNics("eth0=Ready");
    assertThat(links(pod)).containsExactly("lo", "eth0");
    assertThat(world.events(pod, "DeviceDetached")).containsExactly("eth1 is unplugged");
  }

  @Test
  void anApiThatIsAwayIsWaitedFor() throws Exception {
    world.create("vm", VM);
    awaitNics("eth0=Ready");

    world.nics("vm", "[{\"name\":\"eth0\"},{\"name\":\"eth1\"}]");
    world.api.away();
    Thread.sleep(50); // whatever is under way meets it
    world.api.back();

    awaitNics("eth0=Ready", "eth1=Ready");
  }

  @Test
  void aNamespaceThatSomebodyDeletedIsMadeAnewWithItsNics() throws Exception {
    world.create("vm", VM);
    PodView pod = awaitNics("eth0=Ready");
    world.stop();
    kernel.destroyNetns(keeper.at(pod.uid()));
    world.again();

    NodeWorld.awaiting(
        () -> Optional.of(all(pod)).filter(links -> links.contains("eth0")),
        () -> all(pod).toString());
  }

  @Test
  void anUnmetNodeSelectorWaitsAndSaysWhy() throws Exception {
    world.create(
        "vm", VM.replace("{\"nics\"", "{\"nodeSelector\":{\"extraRuntime\":\"other\"},\"nics\""));

    PodView pod =
        world.await(
            "vm",
            p ->
                NodeWorld.condition(p, "PodScheduled").path("status").asString("").equals("False"));

    assertThat(pod.nodeName()).isEmpty();
    assertThat(NodeWorld.condition(pod, "PodScheduled").path("message").asString())
        .contains("extraRuntime=other")
        .contains("kubectl label node w1");
    assertThat(world.events(pod, "FailedScheduling")).hasSize(1);

    world.api.edit(
        KubeResource.NODES,
        KubeName.ofCluster("w1"),
        node -> node.withObject("/metadata/labels").put("extraRuntime", "other"));
    awaitNics("eth0=Ready");
  }

  @Test
  void seedZerosSelectorFitsTheNode() throws Exception {
    world.create(
        "vm", VM.replace("{\"nics\"", "{\"nodeSelector\":{\"extraRuntime\":\"virtlet\"},\"nics\""));

    awaitNics("eth0=Ready");
  }

  @Test
  void aPersonsPlugChangesTheSpecAndWaits() throws Exception {
    PodView pod = world.create("vm", VM);
    awaitNics("eth0=Ready");
    PodSpecs specs = world.specs();
    IfName eth1 = new IfName("eth1");
    assertThat(specs.lists(pod.owner(), Optional.empty())).isTrue();
    assertThat(specs.lists(pod.owner(), Optional.of(eth1))).isFalse();

    assertThat(specs.plug(pod.owner(), eth1, "default", Optional.empty())).isEmpty();
    assertThat(links(pod)).contains("eth1");
    assertThat(world.pod("vm").orElseThrow().nics()).hasSize(2);

    assertThat(specs.unplug(pod.owner(), eth1)).isEmpty();
    assertThat(links(pod)).containsExactly("lo", "eth0");
    assertThat(world.pod("vm").orElseThrow().nics()).hasSize(1);
    assertThat(specs.unplug(new Owner.Pod("stranger"), eth1)).isPresent();
  }
}
