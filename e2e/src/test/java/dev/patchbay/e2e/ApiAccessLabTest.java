package dev.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Who may do what at {@code patchbay up}, and what it does not swallow: by curl and kubectl. */
@Tag("lab")
@Timeout(120)
class ApiAccessLabTest {
  private static final String URL = "https://127.0.0.1:6443";
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String BOB = "bob-and-nobody-else";

  private static StandaloneLab standalone;
  private static Path authority;
  private static String admin;

  @BeforeAll
  static void up() throws Exception {
    standalone = StandaloneLab.up(List.of("--runtime", "none"));
    Path api = standalone.state().resolve("standalone/api");
    admin = Files.readString(api.resolve("admin.token")).strip();
    authority = standalone.lab().folder().resolve("authority.pem");
    Files.writeString(
        authority,
        standalone
            .kubectl(
                "config",
                "view",
                "--raw",
                "-o",
                "go-template={{index (index .clusters 0).cluster \"certificate-authority-data\""
                    + " | base64decode}}")
            .output());
    Path users = standalone.state().resolve("standalone/users.yaml");
    Files.createFile(
        users, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(users, "tokens:\n- {user: bob, token: " + BOB + ", namespaces: [bobs]}\n");
    standalone.kubectl("create", "namespace", "bobs").output();
  }

  @AfterAll
  static void down() {
    if (standalone != null) {
      standalone.close();
    }
  }

  private record Reply(int code, String body) {
    JsonNode json() {
      return Confs.json(body);
    }
  }

  private static Reply curl(String token, String path, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("curl", "-sS", "--max-time", "20", "--cacert", authority.toString()));
    if (!token.isEmpty()) {
      words.addAll(List.of("-H", "Authorization: Bearer " + token));
    }
    words.addAll(List.of("-w", "\n%{http_code}", URL + path));
    words.addAll(Arrays.asList(more));
    String said = standalone.lab().inHost(words.toArray(String[]::new)).output();
    int end = said.lastIndexOf('\n');
    return new Reply(Integer.parseInt(said.substring(end + 1).strip()), said.substring(0, end));
  }

  private static Reply post(String mediaType, String body) throws Exception {
    Path file = Files.writeString(standalone.lab().folder().resolve("body"), body);
    return curl(
        admin,
        MAPS,
        "-H",
        "Content-Type: " + mediaType,
        "-H",
        "Expect:",
        "--data-binary",
        "@" + file);
  }

  @Test
  void curlWithTheTokenReadsAndWrites() throws Exception {
    Reply made =
        post(
            "application/json",
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"curled\"}}");

    assertThat(made.code()).isEqualTo(201);
    assertThat(curl(admin, MAPS + "/curled").json().at("/metadata/name").asString())
        .isEqualTo("curled");
    assertThat(curl(admin, MAPS + "/curled", "-X", "DELETE").code()).isEqualTo(200);
    assertThat(curl(admin, MAPS + "/curled").json().path("reason").asString())
        .isEqualTo("NotFound");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "not-the-token-of-anybody"})
  void withoutAGoodTokenNothingIsAnsweredButWhetherItLives(String token) {
    for (String path : List.of("/api", "/apis", MAPS, "/openapi/v3", "/api/v1/nodes")) {
      Reply refused = curl(token, path);
      assertThat(refused.code()).as(path).isEqualTo(401);
      assertThat(refused.json().path("message").asString()).isEqualTo("Unauthorized");
    }
    assertThat(curl(token, "/readyz").code()).isEqualTo(200);
  }

  @Test
  void plainHttpAndStrangersCertificatesAreRefused() {
    Ran plain =
        standalone.lab().inHost("curl", "-sS", "-m", "20", "http://127.0.0.1:6443/api").run();
    Ran untrusted = standalone.lab().inHost("curl", "-sS", "-m", "20", URL + "/readyz").run();

    assertThat(plain.stdout()).doesNotContain("APIVersions");
    assertThat(untrusted.exit()).as("curl knows no such authority").isEqualTo(60);
  }

  @Test
  void aTokenOfANamespaceCountsThereAndNowhereElse() {
    assertThat(bob("create", "configmap", "mine", "-n", "bobs").run().exit()).isZero();
    assertThat(bob("get", "configmaps", "-n", "bobs", "-o", "name").output()).contains("mine");

    for (List<String> words :
        List.of(
            List.of("get", "secrets", "-n", "default"),
            List.of("get", "pods", "--all-namespaces"),
            List.of("create", "configmap", "theirs", "-n", "default"),
            List.of("get", "nodes"),
            List.of("delete", "namespace", "bobs"),
            List.of("get", "customresourcedefinitions"))) {
      Ran refused = bob(words.toArray(String[]::new)).run();
      assertThat(refused.exit()).as(words.toString()).isEqualTo(1);
      assertThat(refused.stderr()).contains("is forbidden: User \"bob\" cannot ");
    }
    assertThat(bob("auth", "can-i", "get", "pods", "-n", "bobs").run().stdout()).contains("yes");
    assertThat(bob("auth", "can-i", "get", "pods", "-n", "default").run().stdout()).contains("no");
    assertThat(standalone.kubectl("get", "configmap", "theirs").run().stderr())
        .contains("NotFound");
  }

  private static Command bob(String... words) {
    List<String> all = new ArrayList<>(List.of("--token", BOB));
    all.addAll(List.of(words));
    return standalone.kubectl(all.toArray(String[]::new)).within(Duration.ofSeconds(30));
  }

  @Test
  void tenMegabytesAreTooMuch() throws Exception {
    String large =
        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"large\"},"
            + "\"data\":{\"a\":\""
            + "x".repeat(10 << 20)
            + "\"}}";

    Reply refused = post("application/json", large);

    assertOneError(refused, 413, "RequestEntityTooLarge");
    Ran kubectl = standalone.kubectl("create", "-f", "-").reading(large).run();
    assertThat(kubectl.exit()).isEqualTo(1);
    assertThat(kubectl.stderr().lines().toList()).hasSize(1);
    assertThat(kubectl.stderr()).contains("the request's body is larger than");
  }

  @Test
  void deepNestingBombsAndLongNamesAreRefusedWithOneError() throws Exception {
    String deep = "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000);
    assertOneError(post("application/json", deep), 400, "BadRequest");
    assertOneError(post("application/yaml", "[".repeat(100_000)), 400, "BadRequest");
    assertOneError(post("application/yaml", bomb()), 400, "BadRequest");
    assertOneError(post("application/yaml", "a: &a [*a]"), 400, "BadRequest");
    Reply longName =
        post(
            "application/json",
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\""
                + "n".repeat(254)
                + "\"}}");
    assertOneError(longName, 422, "Invalid");
    assertThat(longName.body()).contains("metadata.name").contains("253");
    Reply longNumber =
        post("application/json", "{\"apiVersion\":\"v1\",\"n\":" + "9".repeat(100_000) + "}");
    assertOneError(longNumber, 400, "BadRequest");
    assertThat(curl(admin, "/readyz").code()).isEqualTo(200);
    assertThat(standalone.get("configmaps").path("items")).isEmpty();
  }

  private static String bomb() {
    var bomb = new StringBuilder("apiVersion: v1\nkind: ConfigMap\nl0: &l0 [a,a,a,a,a,a,a,a,a]\n");
    for (int level = 1; level < 12; level++) {
      String below = "*l" + (level - 1);
      bomb.append("l%1$d: &l%1$d [%2$s%3$s]%n".formatted(level, (below + ",").repeat(9), below));
    }
    return bomb.toString();
  }

  /** One Status, short enough to be read, in which nothing of the server shows. */
  private static void assertOneError(Reply reply, int code, String reason) {
    assertThat(reply.code()).as(reply.body()).isEqualTo(code);
    JsonNode status = reply.json();
    assertThat(status.path("kind").asString()).isEqualTo("Status");
    assertThat(status.path("reason").asString()).isEqualTo(reason);
    assertThat(status.path("message").asString()).isNotBlank().hasSizeLessThan(1_000);
    assertThat(reply.body()).doesNotContain("Exception").doesNotContain("tools.jackson");
  }
}
