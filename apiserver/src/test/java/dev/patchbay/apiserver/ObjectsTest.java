package dev.patchbay.apiserver;

import static dev.patchbay.apiserver.Served.CONFIG_MAPS;
import static dev.patchbay.apiserver.Served.PODS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.apiserver.Served.Reply;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectsTest {
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
  void anObjectIsMadeReadReplacedAndDeleted() throws Exception {
    Reply made = api.post(CONFIG_MAPS, map("a", "1"));
    assertThat(made.code()).isEqualTo(201);
    assertThat(made.at("/metadata/uid")).isNotEmpty();
    assertThat(made.at("/metadata/creationTimestamp")).isNotEmpty();

    Reply replaced = api.put(CONFIG_MAPS + "/a", map("a", "2"));
    assertThat(replaced.code()).isEqualTo(200);
    assertThat(replaced.at("/metadata/uid")).isEqualTo(made.at("/metadata/uid"));
    assertThat(api.get(CONFIG_MAPS + "/a").at("/data/k")).isEqualTo("2");

    Reply deleted = api.delete(CONFIG_MAPS + "/a");
    assertThat(deleted.at("/status")).isEqualTo("Success");
    assertThat(deleted.at("/details/kind")).isEqualTo("configmaps");
    assertThat(api.get(CONFIG_MAPS + "/a").code()).isEqualTo(404);
    assertThat(api.delete(CONFIG_MAPS + "/a").code()).isEqualTo(404);
  }

  @Test
  void servicesAreAnEmptyListForWhoeverAsks() throws Exception {
    Reply none =
        api.get(
            "/api/v1/namespaces/kube-system/services"
                + "?labelSelector=kubernetes.io%2Fcluster-service%3Dtrue");
    assertThat(none.at("/kind")).isEqualTo("ServiceList");
    assertThat(none.json().path("items").isEmpty()).isTrue();
    assertThat(api.get("/api/v1").text()).contains("\"services\"");

    Reply refused =
        api.post(
            "/api/v1/namespaces/default/services",
            """
            {"apiVersion":"v1","kind":"Service","metadata":{"name":"web"}}\
            """);
    assertThat(refused.code()).isEqualTo(405);
    assertThat(refused.at("/message")).isEqualTo("services can only be read on this server");
  }

  @Test
  void aNodeShowsTheRolesThatItsLabelsTell() throws Exception {
    String node =
        """
        {"apiVersion":"v1","kind":"Node","metadata":{"name":"n1","labels":{%s}}}\
        """;
    api.post("/api/v1/nodes", node.formatted("\"node-role.kubernetes.io/control-plane\":\"\""));
    api.post("/api/v1/nodes", node.formatted("").replace("n1", "n2"));

    Reply table =
        api.send(
            api.request("/api/v1/nodes")
                .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
                .GET());

    assertThat(table.at("/columnDefinitions/2/name")).isEqualTo("Roles");
    assertThat(table.at("/rows/0/cells/2")).isEqualTo("control-plane");
    assertThat(table.at("/rows/1/cells/2")).isEqualTo("<none>");
  }

  @Test
  void aNameMayBeGenerated() throws Exception {
    String body =
        """
        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"generateName":"run-"}}\
        """;

    String one = api.post(CONFIG_MAPS, body).at("/metadata/name");
    String other = api.post(CONFIG_MAPS, body).at("/metadata/name");

    assertThat(one).matches("run-[a-z0-9]{5}").isNotEqualTo(other);
  }

  @Test
  void aNameThatIsTakenIs409AndAMissingNamespaceIs404() throws Exception {
    api.post(CONFIG_MAPS, map("a", "1"));

    Reply again = api.post(CONFIG_MAPS, map("a", "2"));
    assertThat(again.code()).isEqualTo(409);
    assertThat(again.at("/reason")).isEqualTo("AlreadyExists");
    assertThat(again.at("/message")).isEqualTo("configmaps \"a\" already exists");

    Reply nowhere = api.post("/api/v1/namespaces/nowhere/configmaps", map("a", "1"));
    assertThat(nowhere.code()).isEqualTo(404);
    assertThat(nowhere.at("/message")).isEqualTo("namespaces \"nowhere\" not found");
    assertThat(api.get("/api/v1/namespaces/nowhere/configmaps").json().path("items")).isEmpty();
  }

  @Test
  void aStaleVersionIs409AndAWriteThatChangesNothingKeepsTheVersion() throws Exception {
    Reply made = api.post(CONFIG_MAPS, map("a", "1"));
    String stale = made.text();
    api.put(CONFIG_MAPS + "/a", map("a", "2"));

    Reply conflict = api.put(CONFIG_MAPS + "/a", stale);
    assertThat(conflict.code()).isEqualTo(409);
    assertThat(conflict.at("/message"))
        .startsWith(
            "Operation cannot be fulfilled on configmaps \"a\": the object has been modified");

    Reply before = api.get(CONFIG_MAPS + "/a");
    Reply same = api.patch("merge-patch+json", CONFIG_MAPS + "/a", "{\"data\":{\"k\":\"2\"}}");
    assertThat(same.at("/metadata/resourceVersion"))
        .isEqualTo(before.at("/metadata/resourceVersion"));
  }

  @Test
  void dryRunAnswersAsIfDoneAndStoresNothing() throws Exception {
    assertThat(api.post(CONFIG_MAPS + "?dryRun=All", map("a", "1")).code()).isEqualTo(201);
    assertThat(api.get(CONFIG_MAPS + "/a").code()).isEqualTo(404);
    assertThat(api.post(CONFIG_MAPS + "?dryRun=Some", map("a", "1")).code()).isEqualTo(422);
  }

  @Test
  void anUnknownFieldIsWarnedOfOrRefused() throws Exception {
    String odd =
        """
        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"odd"},"dta":{"k":"1"}}\
        """;

    Reply strict = api.post(CONFIG_MAPS + "?fieldValidation=Strict", odd);
    assertThat(strict.code()).isEqualTo(400);
    assertThat(strict.at("/message")).contains("strict decoding error: unknown field \"dta\"");

    Reply warned = api.post(CONFIG_MAPS, odd);
    assertThat(warned.code()).isEqualTo(201);
    assertThat(warned.warnings()).containsExactly("299 - \"unknown field \\\"dta\\\"\"");
    assertThat(warned.json().has("dta")).isFalse();
  }

  @Test
  void aWrongNameIs404WithTheNearOneNamed() throws Exception {
    api.post(PODS, pod("nginx-vm"));

    Reply got = api.get(PODS + "/nginx-pod");
    assertThat(got.code()).isEqualTo(404);
    assertThat(got.at("/message"))
        .isEqualTo("pods \"nginx-pod\" not found; did you mean \"nginx-vm\"?");
    assertThat(api.patch("strategic-merge-patch+json", PODS + "/nginx-pod", "{}").at("/message"))
        .isEqualTo("pods \"nginx-pod\" not found; did you mean \"nginx-vm\"?");
    assertThat(api.get(PODS + "/quite-another-thing").at("/message"))
        .isEqualTo("pods \"quite-another-thing\" not found");
  }

  @Test
  void serverSideApplyIs415WithAClearText() throws Exception {
    Reply applied = api.patch("apply-patch+yaml", CONFIG_MAPS + "/a", map("a", "1"));

    assertThat(applied.code()).isEqualTo(415);
    assertThat(applied.at("/message")).contains("apply");
  }

  @Test
  void pagesGoThroughAllNamespacesWithoutLossOrRepetition() throws Exception {
    List<String> wanted = new ArrayList<>();
    for (String space : List.of("a", "a-b", "b")) {
      api.post("/api/v1/namespaces", namespace(space));
      for (String name : List.of("x", "y", "z")) {
        api.post("/api/v1/namespaces/" + space + "/configmaps", map(name, "1"));
        wanted.add(space + "/" + name);
      }
    }
    List<String> seen = new ArrayList<>();
    String next = "";
    do {
      Reply page = api.get("/api/v1/configmaps?limit=2&continue=" + next);
      page.json()
          .path("items")
          .forEach(item ->
              seen.add(
                  item.at("/metadata/namespace").asString()
                      + "/"
                      + item.at("/metadata/name").asString()));
      next = page.at("/metadata/continue");
    } while (!next.isEmpty());

    assertThat(seen).containsExactlyElementsOf(wanted);
    assertThat(api.post("/api/v1/namespaces", namespace("a.b")).code()).isEqualTo(422);
  }

  @Test
  void listsSelectByLabelAndField() throws Exception {
    api.post(
        CONFIG_MAPS,
        """
        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{"app":"web"}}}\
        """);
    api.post(CONFIG_MAPS, map("b", "1"));

    assertThat(names(api.get(CONFIG_MAPS + "?labelSelector=app%3Dweb"))).containsExactly("a");
    assertThat(names(api.get(CONFIG_MAPS + "?fieldSelector=metadata.name%3Db")))
        .containsExactly("b");
    assertThat(api.get(CONFIG_MAPS + "?fieldSelector=data.k%3D1").code()).isEqualTo(400);
    assertThat(api.get(CONFIG_MAPS + "?resourceVersion=99999").code()).isEqualTo(504);
    assertThat(api.get(CONFIG_MAPS + "?resourceVersion=x").code()).isEqualTo(400);
  }

  @Test
  void tablesAreMadeForKubectl() throws Exception {
    api.post(CONFIG_MAPS, map("a", "1"));

    Reply table =
        api.send(
            api.request(CONFIG_MAPS)
                .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")
                .GET());

    assertThat(table.at("/kind")).isEqualTo("Table");
    assertThat(table.at("/columnDefinitions/1/name")).isEqualTo("Data");
    assertThat(table.json().at("/rows/0/cells/0").asString()).isEqualTo("a");
    assertThat(table.at("/rows/0/object/metadata/name")).isEqualTo("a");
  }

  @Test
  void whatIsServedIsDiscovered() throws Exception {
    Reply aggregated =
        api.send(
            api.request("/api")
                .header(
                    "Accept",
                    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
                        + "application/json")
                .GET());
    assertThat(aggregated.at("/kind")).isEqualTo("APIGroupDiscoveryList");
    assertThat(api.get("/api/v1").at("/kind")).isEqualTo("APIResourceList");
    assertThat(api.get("/version").at("/major")).isEqualTo("1");
    assertThat(api.get("/readyz").text()).isEqualTo("ok");
    assertThat(api.get("/api/v1/namespaces/default/lamps").at("/message"))
        .isEqualTo("the server could not find the requested resource");
    assertThat(api.get("/apis/x.test/v1/lamps").code()).isEqualTo(404);
  }

  private static List<String> names(Reply list) {
    return list.json()
        .path("items")
        .valueStream()
        .map(item -> item.at("/metadata/name").asString())
        .toList();
  }

  static String map(String name, String value) {
    return """
    {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s"},"data":{"k":"%s"}}\
    """
        .formatted(name, value);
  }

  static String namespace(String name) {
    return """
    {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"%s"}}\
    """
        .formatted(name);
  }

  static String pod(String name) {
    return """
    {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s"},
     "spec":{"containers":[{"name":"c","image":"localhost/busybox"}]}}\
    """
        .formatted(name);
  }
}
