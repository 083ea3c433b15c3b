package dev.patchbay.agent.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.plan.HostObserver;
import dev.patchbay.kube.client.KubeDeletion;
import dev.patchbay.kube.client.KubeResource;
import dev.patchbay.linux.apply.LinuxHost;
import dev.patchbay.linux.apply.LinuxKernel;
import dev.patchbay.linux.netns.NetnsFolder;
import dev.patchbay.linux.netns.NetnsHandle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** VM pods in real namespaces: the host is one that the test makes. */
class VmPodsLiveTest {
  private static final int ROUNDS = 20;
  private static final String VM =
      "{\"nics\":[{\"name\":\"eth0\"}],\"virtualMachine\":{\"name\":\"vm\",\"image\":\"x\"}}";

  private static NetnsHandle machine() {
    try {
      return NetnsHandle.create();
    } catch (IOException e) {
      assumeTrue(false, "network namespaces cannot be made here: " + e.getMessage());
      throw new AssertionError(e);
    }
  }

  @Test
  void aNicComesAndGoesInARealNamespaceThatIsGoneAfterwards(@TempDir Path folder) throws Exception {
    try (NetnsHandle machine = machine()) {
      var host = new LinuxHost(machine);
      var keeper = new NetnsFolder(folder.resolve("netns"), "vm-");
      try (var world =
          new NodeWorld(folder.resolve("state"), host, () -> LinuxKernel.open(machine), keeper)) {
        PodView pod = world.create("vm", VM);
        world.await("vm", p -> NodeWorld.states(p).equals(List.of("eth0=Ready")));
        Netns netns = Netns.at(folder.resolve("netns/vm-" + pod.uid()).toString());
        long[] micros = new long[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
          micros[i] = plugAndUnplug(world, host, netns);
        }
        Arrays.sort(micros);
        System.out.printf(
            "patch → NIC in the namespace, whole: p50 %d µs, max %d µs, n=%d; plans %s µs%n",
            micros[ROUNDS / 2], micros[ROUNDS - 1], ROUNDS, plans(world));
        world.restart();
        assertThat(host.observe(netns, new IfName("eth0"))).isPresent();

        world.api.delete(KubeResource.PODS, NodeWorld.named("vm"), KubeDeletion.DEFAULT);
        world.awaitGone("vm");
        world.assertNothingIsLeft();
        assertThat(host.identify(netns)).isInstanceOf(HostObserver.Identity.Gone.class);
        assertThat(Files.exists(Path.of(netns.path()))).isFalse();
      }
    }
  }

  private static long plugAndUnplug(NodeWorld world, HostObserver host, Netns netns)
      throws InterruptedException {
    IfName eth1 = new IfName("eth1");
    long begun = System.nanoTime();
    world.nics("vm", "[{\"name\":\"eth1\"},{\"name\":\"eth0\"}]");
    while (host.observe(netns, eth1).filter(HostObserver.ObservedLink::up).isEmpty()
        && System.nanoTime() - begun < 20_000_000_000L) {
      Thread.onSpinWait();
    }
    long took = (System.nanoTime() - begun) / 1000;
    world.await("vm", p -> NodeWorld.states(p).equals(List.of("eth0=Ready", "eth1=Ready")));
    world.nics("vm", "[{\"name\":\"eth0\"}]");
    world.await("vm", p -> NodeWorld.states(p).equals(List.of("eth0=Ready")));
    assertThat(host.observe(netns, eth1)).isEmpty();
    return took;
  }

  /** The median of what the plans themselves took. */
  private static long plans(NodeWorld world) {
    List<Long> all = new ArrayList<>();
    world.journal().stories("default/vm").stream()
        .filter(story -> story.verb().equals("plug"))
        .forEach(story -> all.add(story.steps().stream().mapToLong(step -> step.micros()).sum()));
    all.sort(Long::compare);
    return all.get(all.size() / 2);
  }
}
