package dev.patchbay.apiserver;

import static dev.patchbay.apiserver.Served.CONFIG_MAPS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.apiserver.Served.Reply;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefusalsTest {
  private static final String TOKEN = "token-of-a-reader";

  @TempDir Path folder;
  private Served api;

  @BeforeEach
  void start() throws Exception {
    Path users = folder.resolve("users.yaml");
    Files.createFile(
        users, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(
        users,
        "tokens:\n- {user: bob, token: " + TOKEN + ", namespaces: [default], readOnly: true}\n");
    api = Served.in(folder);
  }

  @AfterEach
  void stop() throws Exception {
    api.close();
  }

  @Test
  void whoHasNoTokenOrAWrongOneGetsNothing() throws Exception {
    var nobody = HttpRequest.newBuilder(URI.create(api.url() + CONFIG_MAPS));
    for (HttpRequest.Builder request :
        List.of(
            nobody.GET(),
            api.request(CONFIG_MAPS, "wrong-token-of-nobody").GET(),
            api.request("/api", "wrong-token-of-nobody").GET(),
            api.request("/openapi/v3", "wrong-token-of-nobody").GET())) {
      Reply refused = api.send(request);
      assertThat(refused.code()).isEqualTo(401);
      assertThat(refused.at("/message")).isEqualTo("Unauthorized");
    }
  }

  @Test
  void aReaderOfOneNamespaceReadsThereAndDoesNothingElse() throws Exception {
    api.post(CONFIG_MAPS, ObjectsTest.map("a", "1"));

    assertThat(api.send(api.request(CONFIG_MAPS + "/a", TOKEN).GET()).code()).isEqualTo(200);
    Reply write = api.send(api.request(CONFIG_MAPS + "/a", TOKEN).DELETE());
    assertThat(write.code()).isEqualTo(403);
    assertThat(write.at("/message"))
        .isEqualTo(
            "configmaps \"a\" is forbidden: User \"bob\" cannot delete resource \"configmaps\" in"
                + " API group \"\" in the namespace \"default\"");
    for (String path :
        List.of(
            "/api/v1/namespaces/kube-system/secrets",
            "/api/v1/configmaps",
            "/api/v1/nodes",
            "/api/v1/namespaces/default",
            "/api/v1/namespaces/default/pods/x/exec?command=id",
            "/api/v1/watch/namespaces/kube-system/pods",
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions")) {
      assertThat(api.send(api.request(path, TOKEN).GET()).code()).as(path).isEqualTo(403);
    }
  }

  @Test
  void impersonationIsRefusedAndNotIgnored() throws Exception {
    for (String header : List.of("Impersonate-User", "Impersonate-Group", "Impersonate-Uid")) {
      assertThat(api.send(api.request(CONFIG_MAPS).header(header, "bob").GET()).code())
          .as(header)
          .isEqualTo(403);
    }
  }

  @Test
  void aBodyOfTenMegabytesIs413() throws Exception {
    String large = ObjectsTest.map("large", "x".repeat(10 << 20));

    Reply refused = api.post(CONFIG_MAPS, large);
    assertThat(refused.code()).isEqualTo(413);

    Reply chunked =
        api.send(
            api.request(CONFIG_MAPS)
                .header("Content-Type", "application/json")
                .POST(
                    BodyPublishers.ofInputStream(
                        () -> new java.io.ByteArrayInputStream(large.getBytes(UTF_8)))));
    assertThat(chunked.code()).isEqualTo(413);
  }

  @Test
  void deepNestingIsRefused() throws Exception {
    String deep = "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000);
    assertThat(api.post(CONFIG_MAPS, deep).code()).isEqualTo(400);
    assertThat(yaml("[".repeat(100_000)).code()).isEqualTo(400);
  }

  @Test
  void aYamlBombIsRefused() throws Exception {
    var bomb = new StringBuilder("apiVersion: v1\nkind: ConfigMap\nl0: &l0 [a,a,a,a,a,a,a,a,a]\n");
    for (int level = 1; level < 12; level++) {
      String below = "*l" + (level - 1);
      bomb.append("l" + level + ": &l" + level + " [" + (below + ",").repeat(9) + below + "]\n");
    }
    assertThat(yaml(bomb.toString()).code()).isEqualTo(400);
    assertThat(yaml("a: &a [*a]").code()).isEqualTo(400);
  }

  @Test
  void aMediaTypeThatNobodyKnowsIs415AndAMethodThatIsNone405() throws Exception {
    assertThat(
            api.send(
                    api.request(CONFIG_MAPS)
                        .header("Content-Type", "text/html")
                        .POST(BodyPublishers.ofString("<p>")))
                .code())
        .isEqualTo(415);
    assertThat(api.send(api.request(CONFIG_MAPS + "/a").POST(BodyPublishers.ofString("{}"))).code())
        .isEqualTo(405);
    assertThat(api.send(api.request(CONFIG_MAPS).method("BREW", BodyPublishers.noBody())).code())
        .isEqualTo(405);
  }

  @Test
  void bodiesWithWrongBytesAreRefusedOrTakenAndNeverA500() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] good = ObjectsTest.pod("p").getBytes(UTF_8);
    for (int turn = 0; turn < 300; turn++) {
      byte[] body = good.clone();
      for (int error = 0; error <= random.nextInt(4); error++) {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      }
      Reply reply =
          api.send(
              api.request("/api/v1/namespaces/default/pods?dryRun=All")
                  .header(
                      "Content-Type",
                      random.nextBoolean() ? "application/json" : "application/yaml")
                  .POST(BodyPublishers.ofByteArray(body)));
      assertThat(reply.code())
          .as("seed %d, body %s: %s", seed, new String(body, UTF_8), reply.text())
          .isIn(201, 400, 409, 422);
    }
    assertThat(api.get("/readyz").code()).isEqualTo(200);
  }

  private Reply yaml(String body) throws Exception {
    return api.send(
        api.request(CONFIG_MAPS)
            .header("Content-Type", "application/yaml")
            .POST(BodyPublishers.ofString(body)));
  }
}
