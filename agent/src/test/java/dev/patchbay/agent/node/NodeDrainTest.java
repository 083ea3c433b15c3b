package dev.patchbay.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Owner;
import dev.patchbay.cri.PodIdentity;
import dev.patchbay.cri.Sandbox;
import dev.patchbay.cri.SandboxConfig;
import dev.patchbay.linux.fake.FakeKernel;
import dev.patchbay.linux.fake.FakeNetnsKeeper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code patchbay down} ends of a runtime and a journal that strangers use too. */
class NodeDrainTest {
  private static final String IMAGE = "localhost/web:1";
  private static final String POD =
      """
      {"nics":[{"name":"eth0"}],"containers":[{"name":"web","image":"localhost/web:1"}]}
      """;
  private static final String VM =
      """
      {"nics":[{"name":"eth0"}],"virtualMachine":{"name":"vm","image":"example.test/cirros.img"}}
      """;
  private static final String KUBELETS = "uid-of-dns";

  private final FakeKernel kernel = new FakeKernel();
  private final FakeNetnsKeeper sandboxes = new FakeNetnsKeeper(kernel, "cni-");
  private final FakeNetnsKeeper machines = new FakeNetnsKeeper(kernel, "patchbay-pod-");
  private final FakeRuntime runtime = new FakeRuntime(new RuntimeCni());
  private NodeWorld world;

  private final class RuntimeCni implements FakeRuntime.Cni {
    @Override
    public void add(String sandbox, SandboxConfig config) throws RuntimeTrouble {
      kernel.createNetns(sandboxes.at(sandbox).path());
      world.cniAdd(sandbox, config, sandboxes.at(sandbox).path());
    }

    @Override
    public void del(String sandbox) {
      world.cniDel(sandbox);
      kernel.destroyNetns(sandboxes.at(sandbox));
    }
  }

  @BeforeEach
  void begin(@TempDir Path folder) throws Exception {
    runtime.images.add(IMAGE);
    world = new NodeWorld(folder, kernel, kernel::open, machines, Optional.of(runtime));
  }

  @AfterEach
  void end() {
    world.close();
  }

  /** A pod of a kubelet that uses the same runtime, and our plugin by its configuration. */
  private void kubeletRuns() throws RuntimeTrouble {
    String _ = runtime.run(sandbox("dns", Map.of("app", "dns")));
  }

  private static SandboxConfig sandbox(String pod, Map<String, String> labels) {
    return new SandboxConfig(
        new PodIdentity("kube-system", pod, "uid-of-" + pod),
        0,
        pod,
        Path.of("/var/log/pods"),
        labels,
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        false,
        false);
  }

  private void containerRuns(String id) {
    kernel.createNetns(sandboxes.at(id).path());
    world.cniAddStranger(id, sandboxes.at(id).path());
  }

  private List<String> pods() throws RuntimeTrouble {
    return runtime.sandboxes(Map.of()).stream().map(Sandbox::pod).map(PodIdentity::name).toList();
  }

  private List<String> podsNow() {
    try {
      return pods();
    } catch (RuntimeTrouble e) {
      throw new AssertionError(e);
    }
  }

  private List<Owner> owners() {
    return world.journal().all().stream().map(nic -> nic.key().owner()).toList();
  }

  private List<String> links(String sandbox) {
    return NodeWorld.names(kernel.links(sandboxes.at(sandbox)));
  }

  @Test
  void podsOfTheNodeEndAndStrangersSandboxesAndNicsStay() throws Exception {
    kubeletRuns();
    containerRuns("ctr-1");
    world.create("web", POD);
    world.create("machine", VM);
    world.await("web", pod -> pod.phase().equals("Running"));
    world.await("machine", pod -> NodeWorld.states(pod).equals(List.of("eth0=Ready")));

    NodeRole.Drained drained = world.drain();

    assertThat(drained.left()).isEmpty();
    assertThat(drained.strangers())
        .containsExactlyInAnyOrder("eth0 of kube-system/dns", "eth0 of container/containerd/ctr-1");
    assertThat(pods()).containsExactly("dns");
    assertThat(owners())
        .containsExactlyInAnyOrder(
            new Owner.Pod(KUBELETS), new Owner.Container("containerd", "ctr-1"));
    assertThat(links("ctr-1")).containsExactly("lo", "eth0");
    assertThat(machines.listed()).isEmpty();
    assertThat(runtime.calls).doesNotContain("stop sandbox-1");
  }

  @Test
  void aSandboxOfOursWithoutAPodGoesByItselfAndAStrangersStays() throws Exception {
    kubeletRuns();
    String _ = runtime.run(sandbox("stray", Map.of(ContainerMaking.NODE_LABEL, NodeWorld.NODE)));

    NodeWorld.awaiting(
        () -> Optional.of(podsNow()).filter(pods -> !pods.contains("stray")),
        () -> podsNow().toString());
    world.restart();
    world.create("web", POD);
    world.await("web", pod -> pod.phase().equals("Running"));

    assertThat(pods()).containsExactlyInAnyOrder("dns", "web");
    assertThat(owners()).contains(new Owner.Pod(KUBELETS)).hasSize(2);
  }

  @Test
  void whatCannotBeEndedIsTold() throws Exception {
    world.create("web", POD);
    world.await("web", pod -> pod.phase().equals("Running"));
    runtime.away(true);

    assertThat(world.drain().left())
        .hasSize(2)
        .anyMatch(words -> words.startsWith("sandboxes: "))
        .anyMatch(words -> words.startsWith("pod default/web: "));

    runtime.away(false);
  }
}
