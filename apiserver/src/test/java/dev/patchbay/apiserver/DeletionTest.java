package dev.patchbay.apiserver;

import static dev.patchbay.apiserver.Served.CONFIG_MAPS;
import static dev.patchbay.apiserver.Served.PODS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.apiserver.Served.Reply;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeletionTest {
  private static final String NOW = "{\"gracePeriodSeconds\":0}";

  @TempDir Path folder;
  private Served api;

  @BeforeEach
  void start() throws Exception {
    api = Served.in(folder);
  }

  @AfterEach
  void stop() throws Exception {
    api.close();
  }

  @Test
  void aPodOnANodeStaysUntilTheNodeRemovesIt() throws Exception {
    api.post(PODS, scheduled("p", ""));

    Reply asked = api.delete(PODS + "/p");
    assertThat(asked.code()).isEqualTo(200);
    assertThat(asked.at("/kind")).isEqualTo("Pod");
    assertThat(asked.at("/metadata/deletionTimestamp")).isNotEmpty();
    assertThat(asked.at("/metadata/deletionGracePeriodSeconds")).isEqualTo("30");
    String first = api.get(PODS + "/p").at("/metadata/resourceVersion");
    assertThat(api.delete(PODS + "/p").at("/metadata/resourceVersion")).isEqualTo(first);

    Reply shorter = api.delete(PODS + "/p", "{\"gracePeriodSeconds\":5}");
    assertThat(shorter.at("/metadata/deletionGracePeriodSeconds")).isEqualTo("5");

    assertThat(api.delete(PODS + "/p", NOW).code()).isEqualTo(200);
    assertThat(api.get(PODS + "/p").code()).isEqualTo(404);
  }

  @Test
  void aPodWithoutANodeGoesAtOnce() throws Exception {
    api.post(PODS, ObjectsTest.pod("p"));

    assertThat(api.delete(PODS + "/p").code()).isEqualTo(200);
    assertThat(api.get(PODS + "/p").code()).isEqualTo(404);
  }

  @Test
  void aFinalizerHoldsAnObjectUntilItIsRemoved() throws Exception {
    api.post(
        CONFIG_MAPS,
        """
        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","finalizers":["x.io/f"]}}\
        """);

    assertThat(api.delete(CONFIG_MAPS + "/a").at("/metadata/deletionTimestamp")).isNotEmpty();
    assertThat(api.get(CONFIG_MAPS + "/a").code()).isEqualTo(200);

    Reply last =
        api.patch("merge-patch+json", CONFIG_MAPS + "/a", "{\"metadata\":{\"finalizers\":null}}");
    assertThat(last.code()).isEqualTo(200);
    assertThat(api.get(CONFIG_MAPS + "/a").code()).isEqualTo(404);
  }

  @Test
  void aPodThatItsNodeHasLeftGoesWithItsLastFinalizer() throws Exception {
    api.post(PODS, scheduled("p", ",\"finalizers\":[\"x.io/f\"]"));
    api.delete(PODS + "/p", NOW);
    assertThat(api.get(PODS + "/p").code()).isEqualTo(200);

    api.patch("merge-patch+json", PODS + "/p", "{\"metadata\":{\"finalizers\":null}}");

    assertThat(api.get(PODS + "/p").code()).isEqualTo(404);
  }

  @Test
  void aPodWithoutFinalizersStillWaitsForItsNode() throws Exception {
    api.post(PODS, scheduled("p", ",\"finalizers\":[\"x.io/f\"]"));
    api.delete(PODS + "/p");

    api.patch("merge-patch+json", PODS + "/p", "{\"metadata\":{\"finalizers\":null}}");

    assertThat(api.get(PODS + "/p").code()).isEqualTo(200);
    assertThat(api.delete(PODS + "/p", NOW).code()).isEqualTo(200);
    assertThat(api.get(PODS + "/p").code()).isEqualTo(404);
  }

  @Test
  void aNamespaceGoesWithItsContentOnceTheNodeHasLetGoOfItsPods() throws Exception {
    String inside = "/api/v1/namespaces/gone/";
    api.post("/api/v1/namespaces", ObjectsTest.namespace("gone"));
    api.post(inside + "configmaps", ObjectsTest.map("a", "1"));
    api.post(inside + "pods", scheduled("p", ""));

    assertThat(api.delete("/api/v1/namespaces/gone").at("/status/phase")).isEqualTo("Terminating");
    assertThat(api.get(inside + "configmaps/a").code()).isEqualTo(404);
    assertThat(api.get(inside + "pods/p").at("/metadata/deletionTimestamp")).isNotEmpty();
    Reply late = api.post(inside + "configmaps", ObjectsTest.map("b", "1"));
    assertThat(late.code()).isEqualTo(403);
    assertThat(late.at("/message")).contains("because it is being terminated");

    api.delete(inside + "pods/p", NOW);
    assertThat(api.get("/api/v1/namespaces/gone").code()).isEqualTo(404);
  }

  @Test
  void aNamespaceGoesWhenTheLastFinalizerInItGoes() throws Exception {
    String inside = "/api/v1/namespaces/gone/configmaps";
    api.post("/api/v1/namespaces", ObjectsTest.namespace("gone"));
    api.post(
        inside,
        """
        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","finalizers":["x.io/f"]}}\
        """);
    api.delete("/api/v1/namespaces/gone");
    assertThat(api.get("/api/v1/namespaces/gone").code()).isEqualTo(200);

    api.patch("merge-patch+json", inside + "/a", "{\"metadata\":{\"finalizers\":null}}");

    assertThat(api.get("/api/v1/namespaces/gone").code()).isEqualTo(404);
  }

  @Test
  void aPreconditionThatDoesNotHoldIs409() throws Exception {
    api.post(CONFIG_MAPS, ObjectsTest.map("a", "1"));

    Reply refused = api.delete(CONFIG_MAPS + "/a", "{\"preconditions\":{\"uid\":\"another\"}}");

    assertThat(refused.code()).isEqualTo(409);
    assertThat(api.get(CONFIG_MAPS + "/a").code()).isEqualTo(200);
  }

  @Test
  void aCollectionIsDeletedBySelector() throws Exception {
    api.post(CONFIG_MAPS, ObjectsTest.map("a", "1"));
    api.post(CONFIG_MAPS, ObjectsTest.map("b", "1"));

    Reply deleted = api.delete(CONFIG_MAPS + "?fieldSelector=metadata.name%3Da");

    assertThat(deleted.json().path("items")).hasSize(1);
    assertThat(api.get(CONFIG_MAPS + "/a").code()).isEqualTo(404);
    assertThat(api.get(CONFIG_MAPS + "/b").code()).isEqualTo(200);
  }

  private static String scheduled(String name, String metadata) {
    return """
    {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s"%s},
     "spec":{"nodeName":"w1","containers":[{"name":"c","image":"localhost/busybox"}]}}\
    """
        .formatted(name, metadata);
  }
}
