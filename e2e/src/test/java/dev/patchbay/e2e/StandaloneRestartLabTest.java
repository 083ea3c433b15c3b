package dev.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** {@code patchbay up} ends in the middle, by kill -9 or asked to, and is started again. */
@Tag("lab")
@Timeout(240)
class StandaloneRestartLabTest {
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String JSON = "application/json";
  private static final int WRITES = 1_000;
  private static final int WRITERS = 4;
  private static final int KILLS = 3;
  private static final int WATCHERS = 20;
  private static final int OBJECTS = 1_000;

  private static StandaloneLab standalone;
  private static LabApi api;

  @BeforeAll
  static void up() {
    standalone = StandaloneLab.up();
    api = standalone.api();
  }

  @AfterAll
  static void down() {
    if (standalone != null) {
      standalone.close();
    }
  }

  private static String map(String name, int value) {
    return """
    {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s"},"data":{"n":"%d"}}\
    """
        .formatted(name, value);
  }

  /** Tries again until somebody answers. */
  private static LabApi.Reply insist(String method, String path, String body)
      throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      try {
        return api.ask(method, path, JSON, body);
      } catch (IOException e) {
        if (System.nanoTime() > until) {
          throw new AssertionError("nobody answers", e);
        }
        Thread.sleep(50);
      }
    }
  }

  @Test
  void everyAcknowledgedWriteIsThereAfterKillsDuringAThousand() throws Exception {
    long seed = ThreadLocalRandom.current().nextLong();
    List<Integer> kills = new Random(seed).ints(KILLS, 1, WRITES).sorted().boxed().toList();
    var acknowledged = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> writers = new ArrayList<>();
      for (int one = 0; one < WRITERS; one++) {
        String name = "written-" + one;
        writers.add(threads.submit(() -> write(name, acknowledged)));
      }
      for (int after : kills) {
        await("write " + after + " of seed " + seed, () -> acknowledged.get() >= after);
        standalone.kill();
        standalone.start();
      }
      for (int one = 0; one < WRITERS; one++) {
        int last = writers.get(one).get(90, TimeUnit.SECONDS);
        JsonNode now = insist("GET", MAPS + "/written-" + one, "").body();
        assertThat(now.at("/data/n").asInt()).as("seed %d", seed).isEqualTo(last);
      }
    }
  }

  /**
   * Writes one object again and again; what was acknowledged must never be older when it is read
   * again. A write that was cut off may have come about or not.
   */
  private static int write(String name, AtomicInteger acknowledged) throws Exception {
    int last = 0;
    for (int value = 1; value <= WRITES / WRITERS; value++) {
      boolean isNew = value == 1;
      while (last < value) {
        try {
          LabApi.Reply reply =
              isNew
                  ? api.ask("POST", MAPS, JSON, map(name, value))
                  : api.ask("PUT", MAPS + "/" + name, JSON, map(name, value));
          assertThat(reply.code()).as(reply.body().toString()).isIn(200, 201, 409);
          last = value;
          acknowledged.incrementAndGet();
        } catch (IOException _) {
          LabApi.Reply read = insist("GET", MAPS + "/" + name, "");
          int found = read.code() == 404 ? 0 : read.body().at("/data/n").asInt();
          assertThat(found).as("%s after a kill", name).isBetween(last, value);
        }
      }
    }
    return last;
  }

  private static void await(String what, BooleanSupplier condition) {
    Await.until(what, StandaloneLab.SOON, condition);
  }

  @Test
  void killedInTheMiddleOfHotplugItConvergesAndLeaksNothing() {
    standalone.kubectl("apply", "-f", "-").reading(LabPods.inVpc("warm", "vpcplug")).output();
    standalone.awaitNics("warm", Map.of("eth0", "Ready"));
    standalone.kubectl("delete", "pod", "warm", "--now").output();
    HostState before = HostState.of(standalone.lab(), List.of());
    standalone.kubectl("apply", "-f", "-").reading(LabPods.inVpc("plugged", "vpcplug")).output();
    standalone.awaitNics("plugged", Map.of("eth0", "Ready"));

    patchAndKill("{'name':'eth1'},{'name':'eth2'},{'name':'eth3'}");
    standalone.awaitNics(
        "plugged", Map.of("eth0", "Ready", "eth1", "Ready", "eth2", "Ready", "eth3", "Ready"));
    assertThat(links()).isEqualTo(List.of("eth0", "eth1", "eth2", "eth3", "lo"));

    patchAndKill(
        "{'name':'eth1','$patch':'delete'},{'name':'eth3','$patch':'delete'},{'name':'eth4'}");
    standalone.awaitNics("plugged", Map.of("eth0", "Ready", "eth2", "Ready", "eth4", "Ready"));
    assertThat(links()).isEqualTo(List.of("eth0", "eth2", "eth4", "lo"));

    standalone.kubectl("delete", "pod", "plugged", "--wait=false").output();
    standalone.kill();
    standalone.start();
    standalone.kubectl("wait", "--for=delete", "pod/plugged", "--timeout=30s").output();
    assertThat(standalone.get("ports.patchbay.dev").path("items")).isEmpty();
    assertThat(standalone.patchbay("get", "nics", "-o", "name").output()).isBlank();
    assertThat(HostStates.settled(standalone.lab(), before, List.of())).isEqualTo(before);
  }

  /** The kill hits whatever the node is doing then; nothing depends on what that is. */
  private static void patchAndKill(String nics) {
    String patch = "{'spec':{'nics':[" + nics + "]}}";
    standalone.kubectl("patch", "pod", "plugged", "-p", patch.replace('\'', '"')).output();
    standalone.kill();
    standalone.start();
  }

  private static List<String> links() {
    return standalone
        .kubectl("exec", "plugged", "--", "ls", "/sys/class/net")
        .output()
        .lines()
        .sorted()
        .toList();
  }

  @Test
  void askedToEndItLeavesPodsAndNicsAndExecWorksAgainAfterwards() {
    standalone.kubectl("apply", "-f", "-").reading(LabPods.inVpc("kept", "vpckeep")).output();
    standalone.awaitNics("kept", Map.of("eth0", "Ready"));
    standalone.kubectl("wait", "--for=condition=Ready", "pod/kept", "--timeout=30s").output();
    JsonNode before = standalone.get("pod", "kept").path("status");
    standalone.kubectl("exec", "kept", "--", "sh", "-c", "echo mark > /tmp/mark").output();

    standalone.terminate();
    standalone.start();

    assertThat(standalone.kubectl("exec", "kept", "--", "cat", "/tmp/mark").output())
        .isEqualTo("mark\n");
    assertThat(standalone.kubectl("logs", "kept").output()).isEqualTo("kept is here\n");
    standalone.awaitNics("kept", Map.of("eth0", "Ready"));
    JsonNode after = standalone.get("pod", "kept").path("status");
    assertThat(after.path("nicStatuses")).isEqualTo(before.path("nicStatuses"));
    assertThat(after.path("containerStatuses")).isEqualTo(before.path("containerStatuses"));
    assertThat(
            standalone
                .kubectl("exec", "kept", "--", "ping", "-c", "1", "-W", "2", "10.200.0.1")
                .run()
                .exit())
        .isZero();
    standalone.kubectl("delete", "pod", "kept", "--now").output();
  }

  @Test
  void twentyWatchersOfAThousandObjectsAgreeAfterARestart() throws Exception {
    standalone.kubectl("create", "namespace", "many").output();
    String maps = MAPS.replace("/default/", "/many/");
    for (int one = 0; one < OBJECTS; one++) {
      insist("POST", maps, map("m" + one, 0));
    }
    try (KubernetesClient client = api.fabric8()) {
      List<SharedIndexInformer<ConfigMap>> watchers =
          IntStream.range(0, WATCHERS)
              .mapToObj(_ -> client.configMaps().inNamespace("many").inform(new Ignoring()))
              .toList();
      for (int one = 0; one < 50; one++) {
        insist("PUT", maps + "/m" + one, map("m" + one, 1));
      }
      standalone.kill();
      standalone.start();
      for (int one = 50; one < 100; one++) {
        insist("PUT", maps + "/m" + one, map("m" + one, 2));
        insist("DELETE", maps + "/m" + (OBJECTS - one), "");
      }

      Map<String, String> wanted = listed(maps);
      assertThat(wanted).hasSize(OBJECTS - 50);
      for (SharedIndexInformer<ConfigMap> watcher : watchers) {
        Map<String, String> seen =
            Await.settled(StandaloneLab.SOON, () -> versions(watcher), wanted::equals);
        assertThat(seen).isEqualTo(wanted);
      }
    }
    standalone.kubectl("delete", "namespace", "many").output();
  }

  private static Map<String, String> listed(String maps) throws InterruptedException {
    Map<String, String> all = new TreeMap<>();
    insist("GET", maps, "")
        .body()
        .path("items")
        .forEach(one ->
            all.put(
                one.at("/metadata/name").asString(),
                one.at("/metadata/resourceVersion").asString()));
    return all;
  }

  private static Map<String, String> versions(SharedIndexInformer<ConfigMap> watcher) {
    Map<String, String> all = new HashMap<>();
    watcher
        .getStore()
        .list()
        .forEach(
            one -> all.put(one.getMetadata().getName(), one.getMetadata().getResourceVersion()));
    return all;
  }

  private static final class Ignoring implements ResourceEventHandler<ConfigMap> {
    @Override
    public void onAdd(ConfigMap map) {}

    @Override
    public void onUpdate(ConfigMap before, ConfigMap after) {}

    @Override
    public void onDelete(ConfigMap map, boolean unknown) {}
  }
}
