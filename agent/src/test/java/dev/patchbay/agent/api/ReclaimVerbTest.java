package dev.patchbay.agent.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.cni.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class ReclaimVerbTest {
  private static final Instant BEFORE = Node.BOOT.minusSeconds(60);

  @TempDir Path folder;
  private Node node;

  @BeforeEach
  void start() throws IOException {
    node = new Node(folder);
    node.bridge("blue", "10.96.0.0/24");
    node.pod("c1aaaa", "demo/web-0");
    reservation("blue", "10.96.0.8", "dead1\r\neth0", BEFORE);
    reservation("blue", "10.96.0.9", "fresh1\r\neth0", Node.BOOT);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private Path reservation(String network, String address, String text, Instant written)
      throws IOException {
    Path file = folder.resolve("leases").resolve(network).resolve(address);
    Files.createDirectories(folder.resolve("leases").resolve(network));
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(written));
    return file;
  }

  private boolean isTaken(String network, String address) {
    return Files.exists(folder.resolve("leases").resolve(network).resolve(address));
  }

  private ObjectNode reclaim(String network, boolean dryRun) {
    return node.ask("reclaim", "{\"network\":\"" + network + "\",\"dryRun\":" + dryRun + "}");
  }

  @Test
  void staleReservationsAreCountedPerPoolAndListed() throws IOException {
    reservation("blue", "10.95.0.1", "dead2", BEFORE);

    var blue = Node.first(node.ask("networks", "{\"network\":\"blue\"}"));

    assertThat(blue.path("pools").get(0).path("stale").asInt()).isEqualTo(1);
    assertThat(blue.path("stale").toString())
        .isEqualTo(
            "[{\"address\":\"10.95.0.1\",\"holder\":\"container dead2\","
                + "\"written\":\"2026-11-21T10:59:00Z\"},"
                + "{\"address\":\"10.96.0.8\",\"holder\":\"container dead1, interface eth0\","
                + "\"written\":\"2026-11-21T10:59:00Z\"}]");
  }

  @Test
  void checkCountsThemAndNamesTheNetwork() {
    ObjectNode found = item(node.ask("check", "{}"));

    assertThat(found.path("status").stringValue()).isEqualTo("fail");
    assertThat(found.path("detail").stringValue())
        .startsWith("1 stale reservation,")
        .endsWith("blue has 1");
    assertThat(found.path("next").stringValue()).isEqualTo("patchbay reclaim blue");

    reclaim("blue", false);

    assertThat(item(node.ask("check", "{}")).path("status").stringValue()).isEqualTo("ok");
  }

  private static ObjectNode item(ObjectNode check) {
    for (var item : check.path("items")) {
      if (item.path("component").stringValue().equals("reservations")) {
        return (ObjectNode) item;
      }
    }
    throw new AssertionError(check);
  }

  @Test
  void onlyThoseOlderThanTheBootGoAndTwiceIsOnce() {
    assertThat(Node.each(reclaim("blue", true), "state")).containsExactly("Stale");
    assertThat(isTaken("blue", "10.96.0.8")).isTrue();

    assertThat(Node.each(reclaim("blue", false), "address")).containsExactly("10.96.0.8");

    assertThat(isTaken("blue", "10.96.0.8")).isFalse();
    assertThat(isTaken("blue", "10.96.0.9")).isTrue();
    assertThat(Node.each(reclaim("blue", false), "address")).isEmpty();
  }

  @Test
  void reservationsOfNicsInTheJournalStayHoweverOldOrDamaged() throws IOException {
    Path ours = folder.resolve("leases/pods/10.97.0.2");
    Files.setLastModifiedTime(ours, FileTime.from(BEFORE));
    reservation("pods", "10.97.0.7", "c1aaaa", BEFORE);
    assertThat(Node.each(reclaim("pods", false), "address")).isEmpty();

    reservation("pods", "10.97.0.2", "", BEFORE);
    reservation("pods", "10.97.0.8", "", BEFORE);

    assertThat(Node.each(reclaim("pods", false), "address")).containsExactly("10.97.0.8");
    assertThat(ours).exists();
    assertThat(isTaken("pods", "10.97.0.7")).isTrue();
  }

  @Test
  void whatIsNotAsItWasListedIsKept() throws IOException {
    reservation("blue", "10.96.0.10", "dead3\r\neth0", BEFORE);
    ObjectNode listed = reclaim("blue", true);
    reservation("blue", "10.96.0.8", "dead9\r\neth0", BEFORE);
    reservation("blue", "10.96.0.11", "dead4\r\neth0", BEFORE);
    ObjectNode request = Json.newObject().put("network", "blue");
    request.set("listed", listed.path("items"));

    ObjectNode reclaimed = node.ask("reclaim", request.toString());

    assertThat(Node.each(reclaimed, "address")).containsExactly("10.96.0.10");
    assertThat(Node.each(reclaimed, "state")).containsExactly("Reclaimed");
    assertThat(isTaken("blue", "10.96.0.8")).isTrue();
    assertThat(isTaken("blue", "10.96.0.11")).isTrue();
  }

  @Test
  void wrongRequestsAreRefusedInWords() throws IOException {
    node.file(
        "confs/40-odd.conf",
        "{\"cniVersion\":\"1.0.0\",\"name\":\"odd\",\"type\":\"bridge\",\"bridge\":\"a/b\"}");

    assertThat(node.refusal("reclaim", "{\"network\":\"bleu\"}")).contains("did you mean blue?");
    assertThat(node.refusal("reclaim", "{}")).contains("network is missing");
    assertThat(node.refusal("reclaim", "{\"network\":\"odd\"}"))
        .contains("network \"odd\" cannot be read: ")
        .contains("next: patchbay describe network odd");
    assertThat(node.refusal("reclaim", "{\"network\":\"blue\",\"listed\":[{}]}"))
        .contains("listed[0].address is missing");
    assertThat(isTaken("blue", "10.96.0.8")).isTrue();
  }

  @Test
  void nameThatTwoNetworksHaveIsNotGuessed() throws IOException {
    for (String namespace : new String[] {"demo", "other"}) {
      node.file(
          "networks/" + namespace + ".yaml",
          """
          apiVersion: k8s.cni.cncf.io/v1
          kind: NetworkAttachmentDefinition
          metadata: {name: red, namespace: %s}
          spec:
            config: '%s'
          """
              .formatted(
                  namespace,
                  node.bridgeConf(namespace, "10.94.0.0/24", "").replace("\n", " ").strip()));
    }
    reservation("demo", "10.94.0.3", "dead1\r\neth0", BEFORE);

    assertThat(node.refusal("reclaim", "{\"network\":\"red\"}"))
        .contains("\"red\" may be demo/red or other/red; write the whole name");
    assertThat(Node.each(reclaim("demo/red", false), "network")).containsExactly("demo/red");
    assertThat(isTaken("demo", "10.94.0.3")).isFalse();
  }
}
