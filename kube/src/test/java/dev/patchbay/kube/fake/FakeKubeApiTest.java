package dev.patchbay.kube.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.cni.json.Json;
import dev.patchbay.kube.client.KubeDeletion;
import dev.patchbay.kube.client.KubeFailure;
import dev.patchbay.kube.client.KubeInformer;
import dev.patchbay.kube.client.KubeListener;
import dev.patchbay.kube.client.KubeName;
import dev.patchbay.kube.client.KubeResource;
import dev.patchbay.kube.client.KubeSelection;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** The fake's rules, and through its watches those of the reflector, which is the real one. */
class FakeKubeApiTest {
  private static final KubeName WEB = new KubeName("default", "web");
  private final FakeKubeApi api = new FakeKubeApi();
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final KubeListener ear =
      new KubeListener() {
        @Override
        public void changed(ObjectNode object) {
          heard.add("+" + object.path("metadata").path("name").asString() + text(object));
        }

        @Override
        public void deleted(ObjectNode last) {
          heard.add("-" + last.path("metadata").path("name").asString());
        }

        @Override
        public void interrupted(KubeFailure why) {
          heard.add("!" + why.status());
        }
      };

  private static String text(ObjectNode object) {
    return object.path("spec").path("text").asString("");
  }

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void anOldVersionIsAConflict() {
    ObjectNode first = api.create(KubeResource.PODS, pod("web"));
    api.update(KubeResource.PODS, first);

    assertThatThrownBy(() -> api.update(KubeResource.PODS, first))
        .isInstanceOfSatisfying(KubeFailure.class, e -> assertThat(e.isConflict()).isTrue());
    assertThatThrownBy(() -> api.create(KubeResource.PODS, pod("web")))
        .isInstanceOfSatisfying(KubeFailure.class, e -> assertThat(e.isAlreadyExists()).isTrue());
  }

  @Test
  void statusAndTheRestAreWrittenApart() {
    ObjectNode stored = api.create(KubeResource.PODS, pod("web"));
    stored.withObject("/status").put("phase", "Running");
    stored.withObject("/spec").put("text", "new");
    ObjectNode after = api.updateStatus(KubeResource.PODS, stored);
    assertThat(text(after)).isEmpty();
    assertThat(after.at("/status/phase").asString()).isEqualTo("Running");

    after.withObject("/spec").put("text", "new");
    after.remove("status");
    ObjectNode last = api.update(KubeResource.PODS, after);
    assertThat(text(last)).isEqualTo("new");
    assertThat(last.at("/status/phase").asString()).isEqualTo("Running");
    assertThat(last.at("/metadata/generation").asInt()).isEqualTo(2);
  }

  @Test
  void aPodThatHasANodeIsDeletedGracefully() {
    ObjectNode pod = pod("web");
    pod.withObject("/spec").put("nodeName", "w1");
    String uid = api.create(KubeResource.PODS, pod).at("/metadata/uid").asString();

    assertThat(api.delete(KubeResource.PODS, WEB, KubeDeletion.DEFAULT)).isTrue();
    Optional<ObjectNode> going = api.get(KubeResource.PODS, WEB);
    assertThat(going).isPresent();
    assertThat(going.get().at("/metadata/deletionTimestamp").asString()).isNotEmpty();
    assertThatThrownBy(() -> api.delete(KubeResource.PODS, WEB, KubeDeletion.now("another")))
        .isInstanceOf(KubeFailure.class);

    assertThat(api.delete(KubeResource.PODS, WEB, KubeDeletion.now(uid))).isTrue();
    assertThat(api.get(KubeResource.PODS, WEB)).isEmpty();
    assertThat(api.delete(KubeResource.PODS, WEB, KubeDeletion.now(uid))).isFalse();
  }

  @Test
  void changesAreHeardInOrder() throws Exception {
    api.create(KubeResource.PODS, pod("old"));
    KubeInformer informer = api.inform(KubeResource.PODS, KubeSelection.ALL, ear);
    informer.synced().get(10, TimeUnit.SECONDS);
    assertThat(next()).isEqualTo("+old");

    api.create(KubeResource.PODS, pod("web"));
    for (int i = 0; i < 20; i++) {
      String text = "-" + i;
      api.edit(KubeResource.PODS, WEB, pod -> pod.withObject("/spec").put("text", text));
    }
    api.delete(KubeResource.PODS, WEB, KubeDeletion.DEFAULT);

    assertThat(next()).isEqualTo("+web");
    for (int i = 0; i < 20; i++) {
      assertThat(next()).isEqualTo("+web-" + i);
    }
    assertThat(next()).isEqualTo("-web");
    assertThat(informer.get(WEB)).isEmpty();
    assertThat(informer.all()).hasSize(1);
  }

  @Test
  void whatHappenedWhileTheApiWasAwayIsMadeUpFor() throws Exception {
    api.create(KubeResource.PODS, pod("stays"));
    api.create(KubeResource.PODS, pod("web"));
    api.inform(KubeResource.PODS, KubeSelection.ALL, ear).synced().get(10, TimeUnit.SECONDS);
    assertThat(next()).isEqualTo("+stays");
    assertThat(next()).isEqualTo("+web");

    api.away();
    assertThat(next()).isEqualTo("!0");
    api.edit(KubeResource.PODS, WEB, pod -> pod.withObject("/spec").put("text", "!"));
    api.back();

    assertThat(nextButTrouble()).isEqualTo("+web!");
  }

  @Test
  void anExpiredHistoryIsReplacedByAListAndOnlyWhatIsNewIsTold() throws Exception {
    api.create(KubeResource.PODS, pod("gone"));
    api.create(KubeResource.PODS, pod("stays"));
    api.create(KubeResource.PODS, pod("web"));
    api.inform(KubeResource.PODS, KubeSelection.ALL, ear).synced().get(10, TimeUnit.SECONDS);
    for (String name : new String[] {"+gone", "+stays", "+web"}) {
      assertThat(next()).isEqualTo(name);
    }

    api.away();
    assertThat(next()).isEqualTo("!0");
    synchronized (api) {
      api.back();
      api.delete(KubeResource.PODS, new KubeName("default", "gone"), KubeDeletion.DEFAULT);
      api.delete(KubeResource.PODS, WEB, KubeDeletion.DEFAULT);
      api.create(KubeResource.PODS, pod("web"));
      api.forget();
    }

    assertThat(nextButTrouble()).isEqualTo("-web");
    assertThat(next()).isEqualTo("+web");
    assertThat(next()).isEqualTo("-gone");
  }

  @Test
  void aSelectionHearsOfObjectsThatBeginAndCeaseToMatch() throws Exception {
    api.create(KubeResource.PODS, pod("web"));
    api.inform(KubeResource.PODS, KubeSelection.ALL.withFields("spec.nodeName=w1"), ear)
        .synced()
        .get(10, TimeUnit.SECONDS);

    api.edit(KubeResource.PODS, WEB, pod -> pod.withObject("/spec").put("nodeName", "w1"));
    assertThat(next()).isEqualTo("+web");
    api.edit(KubeResource.PODS, WEB, pod -> pod.withObject("/spec").put("nodeName", "w2"));
    assertThat(next()).isEqualTo("-web");
  }

  @Test
  void aClosedInformerIsSilent() throws Exception {
    KubeInformer informer = api.inform(KubeResource.PODS, KubeSelection.ALL, ear);
    informer.synced().get(10, TimeUnit.SECONDS);
    informer.close();
    informer.close();

    api.create(KubeResource.PODS, pod("web"));
    assertThat(heard).isEmpty();
  }

  private String next() throws InterruptedException {
    return Optional.ofNullable(heard.poll(10, TimeUnit.SECONDS)).orElse("nothing");
  }

  private String nextButTrouble() throws InterruptedException {
    String news = next();
    while (news.startsWith("!")) {
      news = next();
    }
    return news;
  }

  private static ObjectNode pod(String name) {
    ObjectNode pod = Json.newObject();
    pod.putObject("metadata").put("name", name).put("namespace", "default");
    pod.putObject("spec");
    return pod;
  }
}
