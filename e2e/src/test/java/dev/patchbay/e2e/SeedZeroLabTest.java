package dev.patchbay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.proof.Proves;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Seed 000 as written, the host side of its machine: two NICs by port id; and a container pod that
 * asks for the same VPC.
 */
@Tag("lab")
class SeedZeroLabTest {
  private static final String FIRST = "07591fbc-f7f7-4c0b-8108-a224f23a2862";
  private static final String SECOND = "82bcd9b6-108d-4906-8ec6-08435746b4dd";
  static final String NETWORK =
      """
      apiVersion: patchbay.dev/v1alpha1
      kind: Vpc
      metadata: {name: demo}
      spec: {cidrs: [10.9.0.0/16], defaultSubnet: blue}
      ---
      apiVersion: patchbay.dev/v1alpha1
      kind: Subnet
      metadata: {name: blue}
      spec: {vpc: demo, cidr: 10.9.1.0/24}
      ---
      apiVersion: patchbay.dev/v1alpha1
      kind: Port
      metadata: {name: %s}
      spec: {subnet: blue, mac: "fa:16:3e:00:00:01", addresses: [10.9.1.10]}
      ---
      apiVersion: patchbay.dev/v1alpha1
      kind: Port
      metadata: {name: %s}
      spec: {subnet: blue, mac: "fa:16:3e:00:00:02", addresses: [10.9.1.11]}
      """
          .formatted(FIRST, SECOND);
  private static final String CONTAINER_POD =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: web}
      spec:
        vpc: demo
        nics: [{name: eth0}]
        containers:
        - {name: main, image: "%s", imagePullPolicy: Never}
      """
          .formatted(LabImages.BUSYBOX);
  private static final String PLUG = "{\"spec\":{\"nics\":[{\"name\":\"eth1\"}]}}";
  private static final String UNPLUG =
      "{\"spec\":{\"nics\":[{\"$patch\":\"delete\",\"name\":\"eth1\"}]}}";

  private static StandaloneLab standalone;

  @BeforeAll
  static void up() {
    standalone = StandaloneLab.up();
    standalone.kubectl("apply", "-f", "-").reading(NETWORK).output();
  }

  @AfterAll
  static void down() {
    if (standalone != null) {
      standalone.close();
    }
  }

  @Test
  @Proves("S000-01")
  @Proves(value = "S000-03", part = "pod annotation")
  void twoNicsInListOrderHaveTheirPortsMacAddressMaskAndGateway() {
    Path files = standalone.seed("seed-000", "vm-w-2-nics.yaml");

    standalone.typed(files, "kubectl apply -f vm-w-2-nics.yaml").orFail();
    // no image serves it here: Ready would mean that a guest has them too
    Await.until(
        "both NICs are there on the host",
        StandaloneLab.SOON,
        () ->
            !standalone
                .get("pod", "cirros-vm-alktron-yz")
                .at("/status/nicStatuses/1/ipAddresses/0")
                .asString("")
                .isEmpty());

    JsonNode nics = standalone.get("pod", "cirros-vm-alktron-yz").at("/status/nicStatuses");
    assertThat(nics.get(0).path("name").asString()).isEqualTo("eth0");
    assertThat(nics.get(0).path("portID").asString()).isEqualTo(FIRST);
    assertThat(nics.get(0).path("mac").asString()).isEqualTo("fa:16:3e:00:00:01");
    assertThat(nics.get(0).at("/ipAddresses/0").asString()).isEqualTo("10.9.1.10/24");
    assertThat(nics.get(1).path("name").asString()).isEqualTo("eth1");
    assertThat(nics.get(1).path("portID").asString()).isEqualTo(SECOND);
    assertThat(nics.get(1).at("/ipAddresses/0").asString()).isEqualTo("10.9.1.11/24");
    String uid = standalone.get("pod", "cirros-vm-alktron-yz").at("/metadata/uid").asString();
    String routes =
        standalone
            .lab()
            .inHost("ip", "-n", "patchbay-pod-" + uid, "route", "show", "default")
            .output();
    assertThat(routes.lines()).hasSize(1);
    assertThat(routes).contains("via 10.9.1.1 dev eth0");

    standalone.kubectl("delete", "pod", "cirros-vm-alktron-yz", "--now").output();

    assertThat(standalone.get("port.patchbay.dev", FIRST).at("/metadata/name").asString())
        .isEqualTo(FIRST);
  }

  @Test
  @Proves(value = "S001-12", part = "kubectl patch")
  @Proves(value = "S000-03", part = "pod spec")
  void containerPodGetsAndLosesASecondNicByThePatchOfTheSeed() {
    standalone.kubectl("apply", "-f", "-").reading(CONTAINER_POD).output();
    standalone.awaitNics("web", Map.of("eth0", "Ready"));
    standalone.kubectl("wait", "--for=condition=Ready", "pod/web", "--timeout=30s").output();

    standalone.kubectl("patch", "pod", "web", "-p", PLUG).output();
    standalone.awaitNics("web", Map.of("eth0", "Ready", "eth1", "Ready"));

    assertThat(standalone.kubectl("exec", "web", "--", "ip", "address").output())
        .contains("eth0")
        .contains("eth1");
    assertThat(
            standalone
                .kubectl("exec", "web", "--", "ping", "-c", "1", "-W", "2", "10.9.1.1")
                .run()
                .exit())
        .isZero();

    standalone.kubectl("patch", "pod", "web", "-p", UNPLUG).output();
    standalone.awaitNics("web", Map.of("eth0", "Ready"));
    assertThat(standalone.kubectl("exec", "web", "--", "ip", "address").output())
        .doesNotContain("eth1");
    standalone.kubectl("delete", "pod", "web", "--now").output();
  }
}
