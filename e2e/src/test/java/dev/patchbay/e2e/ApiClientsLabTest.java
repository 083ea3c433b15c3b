package dev.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.e2e.LabApi.Reply;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that are not kubectl at {@code patchbay up}: fabric8, and two that race. */
@Tag("lab")
@Timeout(120)
class ApiClientsLabTest {
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String PODS = "/api/v1/namespaces/default/pods";
  private static final String STRATEGIC = "application/strategic-merge-patch+json";
  private static final int ROUNDS = 50;

  private static StandaloneLab standalone;
  private static LabApi api;
  private static KubernetesClient fabric8;

  @BeforeAll
  static void up() {
    standalone = StandaloneLab.up();
    api = standalone.api();
    fabric8 = api.fabric8();
    standalone.lab().onClose("fabric8", fabric8::close);
    standalone.kubectl("apply", "-f", "-").reading(LabPods.container("web")).output();
    standalone.awaitNics("web", Map.of("eth0", "Ready"));
    standalone.kubectl("wait", "--for=condition=Ready", "pod/web", "--timeout=30s").output();
  }

  @AfterAll
  static void down() {
    if (standalone != null) {
      standalone.close();
    }
  }

  private static ConfigMap map(String name, String value) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .addToLabels("of", "fabric8")
        .endMetadata()
        .addToData("n", value)
        .build();
  }

  private record Seen(Watcher.Action action, String name, String value) {}

  @Test
  void fabric8ListsWatchesAndPatches() throws Exception {
    BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
    var ours = fabric8.configMaps().withLabel("of", "fabric8");
    fabric8.resource(map("a", "1")).create();
    try (Watch _ = ours.watch(new Queueing(seen))) {
      assertThat(seen.poll(20, TimeUnit.SECONDS)).isEqualTo(added("a"));
      fabric8.resource(map("b", "1")).create();
      assertThat(seen.poll(20, TimeUnit.SECONDS)).isEqualTo(added("b"));

      for (PatchType type : List.of(PatchType.JSON_MERGE, PatchType.STRATEGIC_MERGE)) {
        fabric8
            .configMaps()
            .withName("a")
            .patch(PatchContext.of(type), "{\"data\":{\"n\":\"" + type + "\"}}");
        assertThat(seen.poll(20, TimeUnit.SECONDS))
            .isEqualTo(new Seen(Watcher.Action.MODIFIED, "a", type.toString()));
      }
      fabric8.configMaps().withName("b").delete();
      assertThat(seen.poll(20, TimeUnit.SECONDS))
          .isEqualTo(new Seen(Watcher.Action.DELETED, "b", "1"));
    }
    assertThat(ours.list().getItems())
        .extracting(one -> one.getMetadata().getName())
        .containsExactly("a");
  }

  private static Seen added(String name) {
    return new Seen(Watcher.Action.ADDED, name, "1");
  }

  private record Queueing(BlockingQueue<Seen> seen) implements Watcher<ConfigMap> {
    @Override
    public void eventReceived(Action action, ConfigMap map) {
      seen.add(new Seen(action, map.getMetadata().getName(), map.getData().getOrDefault("n", "")));
    }

    @Override
    public void onClose(WatcherException cause) {
      throw new IllegalStateException("the watch ended", cause);
    }
  }

  @Test
  void fabric8RunsACommandAndReadsLogs() throws Exception {
    var web = fabric8.pods().withName("web");
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    try (ExecWatch exec =
        web.writingOutput(out)
            .writingError(err)
            .exec("sh", "-c", "echo out; echo err >&2; exit 7")) {
      assertThat(exec.exitCode().get(20, TimeUnit.SECONDS)).isEqualTo(7);
    }
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("out\n");
    assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("err\n");
    assertThat(web.getLog()).isEqualTo("web is here\n");
    Pod pod = web.get();
    assertThat(pod.getStatus().getPhase()).isEqualTo("Running");
  }

  /** As controllers do: read, change, write with the version; a conflict means: once more. */
  @Test
  void twoThatWriteWithTheVersionTheyReadLoseNothing() throws Exception {
    assertThat(api.ask("POST", MAPS, "application/json", counter()).code()).isEqualTo(201);
    var conflicts = new AtomicInteger();

    inParallel(() -> count(ROUNDS, conflicts), () -> count(ROUNDS, conflicts));

    assertThat(api.ask("GET", MAPS + "/counter", "", "").body().at("/data/n").asString())
        .isEqualTo(Integer.toString(2 * ROUNDS));
    assertThat(conflicts.get()).as("they have met at least once").isPositive();
  }

  private static String counter() {
    return "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"counter\"},"
        + "\"data\":{\"n\":\"0\"}}";
  }

  private static Void count(int rounds, AtomicInteger conflicts) throws Exception {
    for (int done = 0; done < rounds; ) {
      Reply read = api.ask("GET", MAPS + "/counter", "", "");
      int next = read.body().at("/data/n").asInt() + 1;
      String written =
          read.body().toString().replaceFirst("\"n\":\"\\d+\"", "\"n\":\"" + next + "\"");
      Reply answer = api.ask("PUT", MAPS + "/counter", "application/json", written);
      if (answer.code() == 409) {
        assertThat(answer.body().path("reason").asString()).isEqualTo("Conflict");
        conflicts.incrementAndGet();
      } else {
        assertThat(answer.code()).isEqualTo(200);
        done++;
      }
    }
    return null;
  }

  @Test
  void strategicPatchesOfTwoEndWithTheNicsOfBoth() throws Exception {
    inParallel(() -> plug("left", 3), () -> plug("right", 3));

    standalone.awaitNics(
        "web",
        Map.of(
            "eth0", "Ready", "left0", "Ready", "left1", "Ready", "left2", "Ready", "right0",
            "Ready", "right1", "Ready", "right2", "Ready"));
    assertThat(standalone.kubectl("exec", "web", "--", "ip", "address").output())
        .contains("left0", "left1", "left2", "right0", "right1", "right2");

    inParallel(() -> unplug("left", 3), () -> unplug("right", 3));
    standalone.awaitNics("web", Map.of("eth0", "Ready"));
  }

  private static Void plug(String side, int nics) throws Exception {
    return patches(nics, "{\"spec\":{\"nics\":[{\"name\":\"" + side + "%d\"}]}}");
  }

  private static Void unplug(String side, int nics) throws Exception {
    return patches(
        nics, "{\"spec\":{\"nics\":[{\"name\":\"" + side + "%d\",\"$patch\":\"delete\"}]}}");
  }

  private static Void patches(int count, String patch) throws Exception {
    for (int one = 0; one < count; one++) {
      Reply answer = api.ask("PATCH", PODS + "/web", STRATEGIC, patch.formatted(one));
      assertThat(answer.code()).as(answer.body().toString()).isEqualTo(200);
    }
    return null;
  }

  @SafeVarargs
  private static void inParallel(Callable<Void>... works) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> all = new ArrayList<>();
      for (Callable<Void> work : works) {
        all.add(threads.submit(work));
      }
      for (Future<Void> one : all) {
        one.get(60, TimeUnit.SECONDS);
      }
    }
  }
}
