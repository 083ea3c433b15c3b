package dev.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.e2e.CniDriver.Attachment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The agent dies, is away, or the runtime gives up: nothing is left behind, nothing is lost. */
@Tag("lab")
class CrashLabTest {
  private static final String[] BRIDGES = {"br-blue", "br-red"};
  private static final int WORKERS = 20;
  private static final int ROUNDS = 5;
  private static final int KILLS = 3;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @AutoClose private NodeLab node;
  private String conf;

  @BeforeEach
  void startANode() {
    node = NodeLab.start();
    conf =
        PatchbayConfs.delegates(
            Confs.bridge(node.lab(), "blue", "10.90.0.0/24"),
            Confs.bridge(node.lab(), "red", "10.90.1.0/24")
                .replaceFirst("\\{", "{\"native\": \"off\","));
  }

  @Test
  void agentKilledBetweenAddAndDelStillDeletesEverything() {
    ContainerdLab containerd = containerd();
    HostState before = warmed(containerd);
    Pod pod = containerd.run("survivor");

    node.node().kill();
    assertThat(pod.exec("ping", "-c", "1", "-W", "2", "10.90.0.1").exit()).isZero();
    node.node().start();
    assertThat(node.node().nics()).hasSize(2);
    assertThat(pod.interfaces()).containsExactly("eth0", "eth1");

    pod.stop();
    pod.remove();
    assertThat(node.settled(before, BRIDGES)).isEqualTo(before);
    assertThat(node.node().nics()).isEmpty();
  }

  @Test
  void delWhileTheAgentIsAwayIsKeptAndDoneAtItsNextStart() {
    ContainerdLab containerd = containerd();
    HostState before = warmed(containerd);
    Pod pod = containerd.run("orphan");

    node.node().kill();
    pod.stop();
    pod.remove();
    assertThat(containerd.sandboxes()).isZero();
    assertThat(node.node().spool()).isNotEmptyDirectory();

    node.node().start();
    assertThat(node.settled(before, BRIDGES)).isEqualTo(before);
    assertThat(node.node().nics()).isEmpty();
    assertThat(node.delegates().calls("bridge", "DEL")).hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void addWhileTheAgentIsAwayFailsAtOnceAndCanBeRetried() {
    ContainerdLab containerd = containerd();
    HostState before = warmed(containerd);

    node.node().kill();
    assertThatThrownBy(() -> containerd.run("early")).hasMessageContaining("patchbay");
    containerd.removeAllPods();

    node.node().start();
    assertThat(containerd.run("early").interfaces()).containsExactly("eth0", "eth1");
    containerd.removeAllPods();
    assertThat(node.settled(before, BRIDGES)).isEqualTo(before);
  }

  @Test
  void agentKilledInTheMiddleOfAnAddUndoesItAtItsNextStart() throws Exception {
    Path pod = node.lab().podNetns("pod");
    Attachment eth0 = Attachment.of("c1", pod, "eth0");
    CniDriver driver = node.node().driver("patchbay");
    driver.add(eth0, conf).orFail();
    driver.del(eth0, conf).orFail();
    HostState before = node.state(BRIDGES);
    node.delegates().hold("bridge");

    Process add = driver.start("ADD", eth0, conf);
    Await.until("the second network's plugin runs", LIMIT, node.delegates()::isHeld);
    node.node().kill();
    assertThat(add.waitFor()).isNotZero();
    node.delegates().release("bridge");
    node.node().start();

    driver.del(eth0.withoutNetns(), conf).orFail();
    assertThat(node.settled(before, BRIDGES)).isEqualTo(before);
    assertThat(PodNetns.interfaces(pod)).isEmpty();
    assertThat(node.node().nics()).isEmpty();
    driver.add(eth0, conf).orFail();
  }

  @Test
  void runtimeThatKillsItsPluginInTheMiddleOfAnAddHasItRolledBack() throws Exception {
    Path pod = node.lab().podNetns("pod");
    Attachment eth0 = Attachment.of("c1", pod, "eth0");
    CniDriver driver = node.node().driver("patchbay");
    driver.add(eth0, conf).orFail();
    driver.del(eth0, conf).orFail();
    HostState before = node.state(BRIDGES);
    node.delegates().hold("bridge");

    Process add = driver.start("ADD", eth0, conf);
    Await.until("the second network's plugin runs", LIMIT, node.delegates()::isHeld);
    add.destroyForcibly().waitFor();
    node.delegates().release("bridge");

    assertThat(node.settled(before, BRIDGES)).isEqualTo(before);
    assertThat(Await.settled(LIMIT, () -> PodNetns.interfaces(pod), List::isEmpty)).isEmpty();
    assertThat(Await.settled(LIMIT, node.node()::nics, List::isEmpty)).isEmpty();
  }

  @Test
  void secondPodStaysConnectedWhileTheFirstRollsBack() throws Exception {
    Path first = node.lab().podNetns("first");
    Path second = node.lab().podNetns("second");
    CniDriver driver = node.node().driver("patchbay");
    node.delegates().holdAndBreakDown("bridge");
    String blue = PatchbayConfs.delegates(Confs.bridge(node.lab(), "blue", "10.90.0.0/24"));

    Process add = driver.start("ADD", Attachment.of("c1", first, "eth0"), conf);
    Await.until("the first pod's second network is asked for", LIMIT, node.delegates()::isHeld);
    driver.add(Attachment.of("c2", second, "eth0"), blue).orFail();
    node.delegates().release("bridge");
    assertThat(add.waitFor()).isNotZero();

    assertThat(PodNetns.interfaces(first)).isEmpty();
    assertThat(PodNetns.run(second, "ping", "-c", "1", "-W", "2", "10.90.0.1").exit()).isZero();
    assertThat(node.state().files()).hasSize(1);
  }

  @Test
  void afterARebootReservationsOfTheOldBootAreFreeAgain() {
    Path pod = node.lab().podNetns("pod");
    CniDriver driver = node.node().driver("patchbay");
    driver.add(Attachment.of("c1", pod, "eth0"), conf).orFail();
    assertThat(node.state().files()).hasSize(2);

    node.node().kill();
    for (String link : BRIDGES) {
      node.lab().inHost("ip", "link", "delete", link).output();
    }
    PodNetns.run(pod, "ip", "link", "delete", "eth0").orFail();
    PodNetns.run(pod, "ip", "link", "delete", "eth1").orFail();
    node.node().startAsBoot("the next boot");

    assertThat(node.state().files()).isEmpty();
    assertThat(node.delegates().calls("bridge", "DEL")).hasSize(1);
    driver.add(Attachment.of("c2", pod, "eth0"), conf).orFail();
    assertThat(PodNetns.address(pod, "eth0")).startsWith("10.90.0.");
  }

  @Test
  void agentKilledAgainAndAgainUnderConcurrentAddsAndDelsLeavesNothing() throws Exception {
    CniDriver driver = node.node().driver("patchbay");
    List<Path> pods =
        IntStream.range(0, WORKERS).mapToObj(i -> node.lab().podNetns("w" + i)).toList();
    driver.add(Attachment.of("warm-up", pods.getFirst(), "eth0"), conf).orFail();
    driver.del(Attachment.of("warm-up", pods.getFirst(), "eth0"), conf).orFail();
    HostState before = node.state(BRIDGES);
    AtomicInteger done = new AtomicInteger();

    try (ExecutorService runtime = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> workers =
          IntStream.range(0, WORKERS)
              .<Future<?>>mapToObj(
                  i -> runtime.submit(() -> churn(driver, pods.get(i), "w" + i + "-", done)))
              .toList();
      for (int kill = 1; kill <= KILLS; kill++) {
        int reached = kill * WORKERS * ROUNDS / (KILLS + 1);
        Await.until("operation " + reached, Duration.ofMinutes(2), () -> done.get() >= reached);
        node.node().kill();
        node.node().start();
      }
      for (Future<?> worker : workers) {
        worker.get();
      }
    }

    assertThat(node.settled(before, BRIDGES)).isEqualTo(before);
    assertThat(pods).allSatisfy(pod -> assertThat(PodNetns.interfaces(pod)).isEmpty());
    assertThat(Await.settled(LIMIT, node.node()::nics, List::isEmpty)).isEmpty();
  }

  /** An ADD may fail while the agent is away; a DEL must not. */
  private void churn(CniDriver driver, Path pod, String prefix, AtomicInteger done) {
    for (int round = 0; round < ROUNDS; round++) {
      Attachment eth0 = Attachment.of(prefix + round, pod, "eth0");
      driver.add(eth0, conf);
      driver.del(eth0, conf).orFail();
      done.incrementAndGet();
    }
  }

  private ContainerdLab containerd() {
    ContainerdLab containerd = node.containerd();
    containerd.load("00-patchbay.conf", conf);
    return containerd;
  }

  /** The host's state once the networks' shared parts are there. */
  private HostState warmed(ContainerdLab containerd) {
    Pod pod = containerd.run("warm-up");
    pod.stop();
    pod.remove();
    // the kernel reaps the namespace of the pod that went in its own time
    return Await.settled(
        HostStates.SETTLING, () -> node.state(BRIDGES), state -> state.peers().isEmpty());
  }
}
