package dev.patchbay.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.plan.HostObserver;
import dev.patchbay.cri.SandboxConfig;
import dev.patchbay.kube.client.KubeDeletion;
import dev.patchbay.kube.client.KubeResource;
import dev.patchbay.linux.fake.FakeKernel;
import dev.patchbay.linux.fake.FakeNetnsKeeper;
import dev.patchbay.proof.Proves;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Container pods against a runtime in memory whose CNI plugin is the agent's own code. */
class ContainerPodsTest {
  private static final String IMAGE = "localhost/web:1";
  private static final String POD =
      """
      {"nics":[{"name":"eth0"}],
       "containers":[{"name":"web","image":"localhost/web:1",
         "command":["/bin/web","--name=$(NAME)"],
         "env":[{"name":"NAME","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}]}]}
      """;

  private final FakeKernel kernel = new FakeKernel();
  private final FakeNetnsKeeper keeper = new FakeNetnsKeeper(kernel, "cni-");
  private final FakeRuntime runtime = new FakeRuntime(new RuntimeCni());
  private NodeWorld world;

  /** What containerd does with a shim: a namespace, then ADD; DEL, then the namespace goes. */
  private final class RuntimeCni implements FakeRuntime.Cni {
    @Override
    public void add(String sandbox, SandboxConfig config) throws RuntimeTrouble {
      kernel.createNetns(keeper.at(sandbox).path());
      world.cniAdd(sandbox, config, keeper.at(sandbox).path());
    }

    @Override
    public void del(String sandbox) {
      world.cniDel(sandbox);
      kernel.destroyNetns(keeper.at(sandbox));
    }
  }

  @BeforeEach
  void begin(@TempDir Path folder) throws Exception {
    runtime.images.add(IMAGE);
    world = new NodeWorld(folder, kernel, kernel::open, keeper, Optional.of(runtime));
  }

  @AfterEach
  void end() {
    world.close();
  }

  private PodView awaitPod(Predicate<PodView> like) throws InterruptedException {
    return world.await("web", like);
  }

  private PodView awaitPhase(String phase) throws InterruptedException {
    return awaitPod(pod -> pod.phase().equals(phase));
  }

  private PodView awaitNics(String... states) throws InterruptedException {
    return awaitPod(pod -> NodeWorld.states(pod).equals(List.of(states)));
  }

  private static JsonNode container(PodView pod) {
    return pod.status().path("containerStatuses").path(0);
  }

  private static String waiting(PodView pod) {
    return container(pod).at("/state/waiting/reason").asString("");
  }

  private List<String> links(String sandbox) {
    return NodeWorld.names(kernel.links(keeper.at(sandbox)));
  }

  @Test
  void aPodRunsAndItsStatusIsAsAKubeletWritesIt() throws Exception {
    world.create("web", POD);

    PodView pod = awaitPhase("Running");

    assertThat(runtime.started.getFirst().command()).containsExactly("/bin/web", "--name=web");
    assertThat(container(pod).path("ready").asBoolean()).isTrue();
    assertThat(container(pod).at("/state/running/startedAt").asString()).isNotEmpty();
    assertThat(container(pod).path("containerID").asString()).startsWith("containerd://");
    assertThat(pod.status().path("podIP").asString()).startsWith("10.96.0.");
    assertThat(pod.status().at("/podIPs/0/ip").asString())
        .isEqualTo(pod.status().path("podIP").asString());
    assertThat(pod.status().path("startTime").asString()).isNotEmpty();
    for (String type : List.of("PodScheduled", "Initialized", "ContainersReady", "Ready")) {
      assertThat(NodeWorld.condition(pod, type).path("status").asString())
          .as(type)
          .isEqualTo("True");
    }
    awaitNics("eth0=Ready");
  }

  @Test
  @Proves("S001-12")
  void aContainerPodHotPlugsAndUnplugsThroughTheSameRequest() throws Exception {
    world.create("web", POD);
    awaitPhase("Running");

    world.nics("web", "[{\"name\":\"eth1\"},{\"name\":\"eth0\"}]");
    PodView both = awaitNics("eth0=Ready", "eth1=Ready");
    assertThat(links("sandbox-1")).containsExactlyInAnyOrder("lo", "eth0", "eth1");
    assertThat(both.phase()).isEqualTo("Running");

    world.nics("web", "[{\"name\":\"eth0\"}]");
    PodView one = awaitNics("eth0=Ready");
    assertThat(links("sandbox-1")).containsExactly("lo", "eth0");
    assertThat(world.events(one, "DeviceDetached")).containsExactly("eth1 is unplugged");
    assertThat(runtime.started).hasSize(1);
  }

  @Test
  @Proves("S001-08")
  void aNicThatIsPatchedInDuringTheStartIsPluggedOnceThereIsASandbox() throws Exception {
    runtime.away(true);
    world.create("web", POD);
    awaitPod(pod -> !NodeWorld.condition(pod, "Ready").path("reason").asString("").isEmpty());
    world.nics("web", "[{\"name\":\"eth1\"},{\"name\":\"eth0\"}]");
    runtime.away(false);

    awaitPod(pod ->
        NodeWorld.states(pod).size() == 2
            && NodeWorld.states(pod).stream().allMatch(state -> state.endsWith("=Ready")));
    assertThat(links("sandbox-1")).containsExactlyInAnyOrder("lo", "eth0", "eth1");
  }

  @Test
  void withoutARuntimeThePodWaitsAndItsNicsAreUnknown() throws Exception {
    world.create("web", POD);
    awaitNics("eth0=Ready");
    awaitPhase("Running");

    runtime.away(true);
    world.nics("web", "[{\"name\":\"eth1\"},{\"name\":\"eth0\"}]");
    PodView pod = awaitNics("eth0=Unknown");
    assertThat(NodeWorld.condition(pod, "Ready").path("message").asString())
        .contains("install or start containerd");

    runtime.away(false);
    awaitNics("eth0=Ready", "eth1=Ready");
  }

  @Test
  void anImageThatIsNotThereIsToldAsAKubeletTellsIt() throws Exception {
    world.create("web", POD.replace(IMAGE, "localhost/missing:1"));
    PodView pod =
        awaitPod(p -> waiting(p).equals("ErrImagePull") || waiting(p).equals("ImagePullBackOff"));
    assertThat(container(pod).at("/state/waiting/message").asString())
        .contains("localhost/missing:1");
    assertThat(pod.phase()).isEqualTo("Pending");

    world.create(
        "never",
        POD.replace("\"command\"", "\"imagePullPolicy\":\"Never\",\"command\"")
            .replace(IMAGE, "localhost/missing:1"));
    world.await("never", p -> waiting(p).equals("ErrImageNeverPull"));
  }

  @Test
  void aContainerThatEndsIsRestartedAndThenWithBackOff() throws Exception {
    world.create("web", POD);
    awaitPhase("Running");

    runtime.exit("web", 1);
    PodView again = awaitPod(pod -> container(pod).path("restartCount").asInt(0) == 1);
    assertThat(container(again).at("/lastState/terminated/exitCode").asInt()).isEqualTo(1);

    runtime.exit("web", 1);
    PodView waits = awaitPod(pod -> waiting(pod).equals("CrashLoopBackOff"));
    assertThat(container(waits).at("/state/waiting/message").asString()).startsWith("back-off 10s");
    assertThat(waits.phase()).isEqualTo("Running");
    assertThat(NodeWorld.condition(waits, "Ready").path("status").asString()).isEqualTo("False");
  }

  @Test
  void aPodThatNeedNotRestartEndsAndItsNicsAreFree() throws Exception {
    world.create(
        "web", POD.replace("\"containers\"", "\"restartPolicy\":\"Never\",\"containers\""));
    awaitPhase("Running");

    runtime.exit("web", 0);
    PodView done = awaitPhase("Succeeded");

    assertThat(container(done).at("/state/terminated/reason").asString()).isEqualTo("Completed");
    assertThat(world.journal().all()).isEmpty();
  }

  @Test
  void aPortThatWasMadeForAPodIsGoneWhenThePodIsOver() throws Exception {
    world.create(
        "web",
        POD.replace("{\"nics\"", "{\"vpc\":\"demo\",\"nics\"")
            .replace("\"containers\"", "\"restartPolicy\":\"Never\",\"containers\""));
    awaitPhase("Running");
    assertThat(world.ports()).hasSize(1);

    runtime.exit("web", 0);
    awaitPhase("Succeeded");

    assertThat(world.ports()).isEmpty();
  }

  @Test
  void initContainersComeFirstOneAfterAnother() throws Exception {
    world.create(
        "web",
        POD.replace(
            "\"containers\"",
            "\"initContainers\":[{\"name\":\"a\",\"image\":\"localhost/web:1\"},"
                + "{\"name\":\"b\",\"image\":\"localhost/web:1\"}],\"containers\""));

    awaitPod(pod -> pod.status().at("/initContainerStatuses/0/state").has("running"));
    assertThat(runtime.started).hasSize(1);
    runtime.exit("a", 0);
    awaitPod(pod -> pod.status().at("/initContainerStatuses/1/state").has("running"));
    assertThat(runtime.started).hasSize(2);
    runtime.exit("b", 0);
    awaitPhase("Running");
  }

  @Test
  void volumesAreRefusedClearly() throws Exception {
    world.create(
        "web", POD.replace("\"containers\"", "\"volumes\":[{\"name\":\"v\"}],\"containers\""));

    PodView pod = awaitPhase("Failed");

    assertThat(pod.status().path("message").asString()).contains("spec.volumes: volume \"v\"");
    assertThat(world.events(pod, "NotServed")).hasSize(1);
    assertThat(runtime.started).isEmpty();
  }

  @Test
  void aSandboxThatDiedIsMadeAnewWithTheNicsThatAreWantedNow() throws Exception {
    world.create("web", POD);
    awaitPhase("Running");
    world.nics("web", "[{\"name\":\"eth1\"},{\"name\":\"eth0\"}]");
    awaitNics("eth0=Ready", "eth1=Ready");

    runtime.killSandboxes();

    NodeWorld.awaiting(
        () -> Optional.of(links("sandbox-3")).filter(links -> links.contains("eth1")),
        () -> kernel.dump());
    awaitNics("eth0=Ready", "eth1=Ready");
    assertThat(kernel.identify(keeper.at("sandbox-1")))
        .isInstanceOf(HostObserver.Identity.Gone.class);
  }

  @Test
  void deletingThePodStopsItWithinItsGraceAndLeavesNothing() throws Exception {
    world.create(
        "web", POD.replace("\"containers\"", "\"terminationGracePeriodSeconds\":7,\"containers\""));
    awaitPhase("Running");
    world.nics("web", "[{\"name\":\"eth1\"},{\"name\":\"eth0\"}]");
    awaitNics("eth0=Ready", "eth1=Ready");
    runtime.calls.clear();

    world.api.delete(KubeResource.PODS, NodeWorld.named("web"), KubeDeletion.DEFAULT);

    world.awaitGone("web");
    assertThat(runtime.calls.getFirst()).matches("stop web-.* 7");
    world.assertNothingIsLeft();
    assertThat(kernel.dumpWithoutShared()).isEqualTo(new FakeKernel().dumpWithoutShared());
  }

  @Test
  void aRestartInTheMiddleGoesOn() throws Exception {
    world.create("web", POD);
    awaitPhase("Running");
    world.stop();
    world.nics("web", "[{\"name\":\"eth1\"},{\"name\":\"eth0\"}]");
    runtime.exit("web", 1);
    world.again();

    awaitNics("eth0=Ready", "eth1=Ready");
    awaitPod(pod -> container(pod).path("restartCount").asInt(0) == 1);
    world.stop();
    world.api.delete(KubeResource.PODS, NodeWorld.named("web"), KubeDeletion.DEFAULT);
    world.again();
    world.awaitGone("web");
    world.assertNothingIsLeft();
  }

  @Test
  void aFailingSandboxIsToldAndTriedAgain() throws Exception {
    world.cniFails("no bridge today");
    world.create("web", POD);

    PodView pod =
        awaitPod(p ->
            NodeWorld.condition(p, "PodReadyToStartContainers")
                .path("reason")
                .asString("")
                .equals("FailedCreatePodSandBox"));
    assertThat(world.events(pod, "FailedCreatePodSandBox").getFirst()).contains("no bridge today");

    awaitPhase("Running");
  }
}
