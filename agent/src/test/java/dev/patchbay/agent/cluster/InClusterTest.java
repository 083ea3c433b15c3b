package dev.patchbay.agent.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.agent.cni.AddListener;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.result.Result;
import dev.patchbay.cni.result.ResultInterface;
import dev.patchbay.cni.result.ResultIp;
import dev.patchbay.cni.result.ResultRoute;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.kube.client.KubeDeletion;
import dev.patchbay.kube.client.KubeFailure;
import dev.patchbay.kube.client.KubeName;
import dev.patchbay.kube.client.KubeResource;
import dev.patchbay.kube.definition.DefinitionFolder;
import dev.patchbay.kube.definition.NetworkAttachmentDefinition;
import dev.patchbay.kube.fake.FakeKubeApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class InClusterTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final KubeName POD = new KubeName("shop", "web-0");

  @TempDir Path root;
  private final FakeKubeApi api = new FakeKubeApi();
  private Optional<InCluster> cluster = Optional.empty();

  @BeforeEach
  void theApiHasANetworkAndAPod() {
    define("blue");
    api.create(
        KubeResource.PODS,
        Json.object(
            """
            {"metadata": {"namespace": "shop", "name": "web-0"}, "spec": {}}
            """,
            "test"));
  }

  @AfterEach
  void leave() {
    cluster.ifPresent(InCluster::close);
  }

  @Test
  void networksOfTheApiAreTheNodes() throws IOException {
    join();
    await(() -> known().equals(List.of("shop/blue")));

    define("green");
    await(() -> known().equals(List.of("shop/blue", "shop/green")));

    api.delete(
        KubeResource.NETWORK_ATTACHMENT_DEFINITIONS,
        new KubeName("shop", "blue"),
        KubeDeletion.DEFAULT);
    await(() -> known().equals(List.of("shop/green")));
    assertThat(DefinitionFolder.read(definitions()).find("shop", "green").orElseThrow().config())
        .contains("{\"type\": \"bridge\"}");
  }

  @Test
  void aNetworkThatWentWhileNobodyWatchedIsForgottenAndOneIsKnownWithoutTheApi()
      throws IOException {
    Files.createDirectories(definitions());
    Files.writeString(definitions().resolve("shop_gone.json"), definition("gone"));
    api.away();
    join();
    assertThat(known()).containsExactly("shop/gone");

    api.back();
    await(() -> known().equals(List.of("shop/blue")));
  }

  @Test
  void aPodIsToldItsNicsInTheStandardsWords() throws IOException {
    join().listener().added("shop", "web-0", uid(), nics());

    await(() -> !status().isEmpty());
    assertThat(Json.text(Json.object("{\"status\": " + status() + "}", "test").get("status")))
        .isEqualTo(
            Json.text(
                Json.object(
                        """
                        {"status": [
                          {"name": "cluster", "interface": "eth0", "ips": ["10.1.0.2"],
                           "mac": "0a:00:00:00:00:01", "mtu": 1450, "default": true, "dns": {},
                           "gateway": ["10.1.0.1"]},
                          {"name": "shop/blue", "interface": "net1", "dns": {}}]}
                        """,
                        "test")
                    .get("status")));
  }

  @Test
  void anApiThatIsAwayIsToldLater() throws IOException {
    InCluster joined = join();
    api.failNext(
        call -> call.verb().equals("patch"),
        KubeFailure.refused(503, "ServiceUnavailable", "not now"));

    joined.listener().added("shop", "web-0", uid(), nics());

    await(() -> !status().isEmpty());
    assertThat(status()).contains("shop/blue");
  }

  @Test
  void anotherPodThatHasGotTheNameIsToldNothing() throws IOException {
    InCluster joined = join();

    joined.listener().added("shop", "web-0", "of-a-former-pod", nics());
    joined.listener().added("shop", "web-0", uid(), nics().subList(0, 1));

    await(() -> !status().isEmpty());
    assertThat(status()).doesNotContain("shop/blue");
  }

  private InCluster join() throws IOException {
    InCluster joined = InCluster.start(api, definitions());
    cluster = Optional.of(joined);
    return joined;
  }

  private static List<AddListener.Nic> nics() {
    Result eth0 =
        new Result(
            List.of(
                ResultInterface.of("cni0", Optional.empty(), Optional.empty()),
                new ResultInterface(
                    "eth0",
                    Optional.of("0a:00:00:00:00:01"),
                    OptionalInt.of(1450),
                    Optional.of("/run/netns/x"),
                    Optional.empty(),
                    Optional.empty())),
            List.of(new ResultIp(OptionalInt.of(1), Cidr.parse("10.1.0.2/24"), Optional.empty())),
            List.of(ResultRoute.of(Cidr.parse("0.0.0.0/0"), Optional.of(Cidr.ip("10.1.0.1")))),
            Dns.NONE);
    return List.of(
        new AddListener.Nic("cluster", new IfName("eth0"), eth0, true),
        new AddListener.Nic("shop/blue", new IfName("net1"), Result.EMPTY, false));
  }

  private void define(String name) {
    api.create(KubeResource.NETWORK_ATTACHMENT_DEFINITIONS, Json.object(definition(name), "test"));
  }

  private static String definition(String name) {
    return """
    {"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition",
     "metadata": {"namespace": "shop", "name": "%s"}, "spec": {"config": "{\\"type\\": \\"bridge\\"}"}}
    """
        .formatted(name);
  }

  private Path definitions() {
    return root.resolve("networks");
  }

  private List<String> known() {
    return DefinitionFolder.read(definitions()).definitions().stream()
        .map(NetworkAttachmentDefinition::key)
        .sorted()
        .toList();
  }

  private String uid() {
    return metadata().path("uid").asString();
  }

  private JsonNode metadata() {
    return api.get(KubeResource.PODS, POD).orElseThrow().path("metadata");
  }

  private String status() {
    return metadata().path("annotations").path(NetworkStatus.KEY).asString("");
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited %s", LIMIT).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}
