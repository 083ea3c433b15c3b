package dev.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Containers with several NICs by containerd: one with four, and fifty at once. */
@Tag("lab")
class PodsLabTest {
  private static final String[] BRIDGES = {"br-blue", "br-red", "br-green"};

  @AutoClose private NodeLab node;
  private Lab lab;

  @BeforeEach
  void startANode() {
    node = NodeLab.start();
    lab = node.lab();
  }

  @Test
  void containerGetsFourNicsOfDifferentKindsAndPacketsFlowOnEach() {
    lab.inHost("ip", "link", "add", "up0", "type", "veth", "peer", "name", "up1").output();
    lab.inHost("ip", "link", "set", "up0", "up").output();
    lab.inHost("ip", "link", "set", "up1", "up").output();
    lab.inHost("ip", "addr", "add", "10.90.3.1/24", "dev", "up1").output();
    ContainerdLab containerd = node.containerd();
    containerd.load(
        "00-patchbay.conf",
        PatchbayConfs.delegates(
            Confs.bridge(lab, "blue", "10.90.0.0/24"),
            // run, not done by ourselves: the same network kind by its reference plugin
            Confs.bridge(lab, "red", "10.90.1.0/24").replaceFirst("\\{", "{\"native\": \"off\","),
            Confs.of(lab, "pair", "10.90.2.0/24", "\"type\": \"ptp\""),
            Confs.of(lab, "slice", "10.90.3.0/24", "\"type\": \"macvlan\", \"master\": \"up0\"")));

    Pod pod = containerd.run("four");

    assertThat(pod.interfaces()).containsExactly("eth0", "eth1", "eth2", "eth3");
    for (int i = 0; i < 4; i++) {
      String subnet = "10.90." + i + ".";
      assertThat(pod.address("eth" + i)).startsWith(subnet);
      Ran ping = pod.exec("ping", "-c", "1", "-W", "2", "-I", "eth" + i, subnet + "1");
      assertThat(ping.exit()).as("ping %s1: %s", subnet, ping.stdout()).isZero();
    }
    assertThat(node.delegates().calls("bridge", "ADD")).hasSize(1);
    assertThat(node.node().nics()).hasSize(4);
  }

  @Test
  void fiftyPodsAtOnceGetTheirNicsAndLeaveNothing() throws Exception {
    ContainerdLab containerd = node.containerd();
    containerd.load(
        "00-patchbay.conf",
        PatchbayConfs.delegates(
            Confs.bridge(lab, "blue", "10.90.0.0/24"),
            Confs.bridge(lab, "red", "10.90.1.0/24"),
            Confs.bridge(lab, "green", "10.90.2.0/24")));
    Pod warmUp = containerd.run("warm-up");
    warmUp.stop();
    warmUp.remove();
    HostState before = node.state(BRIDGES);

    List<Pod> pods;
    try (ExecutorService kubelet = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Pod>> starting =
          IntStream.range(0, 50)
              .mapToObj(i -> kubelet.submit(() -> containerd.run("pod-" + i)))
              .toList();
      pods = starting.stream().map(PodsLabTest::pod).toList();
    }

    assertThat(pods).extracting(Pod::ip).doesNotHaveDuplicates();
    assertThat(pods)
        .allSatisfy(pod -> assertThat(pod.interfaces()).containsExactly("eth0", "eth1", "eth2"));
    assertThat(node.node().nics()).hasSize(150);

    try (ExecutorService kubelet = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Pod pod : pods) {
        kubelet.execute(() -> {
          pod.stop();
          pod.remove();
        });
      }
    }
    assertThat(containerd.sandboxes()).isZero();
    assertThat(node.settled(before, BRIDGES)).isEqualTo(before);
    assertThat(node.node().nics()).isEmpty();
  }

  private static Pod pod(Future<Pod> starting) {
    try {
      return starting.get(Duration.ofMinutes(2).toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("a pod did not start", e);
    }
  }
}
