package dev.patchbay.agent.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.agent.vm.VmConfig;
import dev.patchbay.cni.json.Json;
import dev.patchbay.vm.image.PullPolicy;
import dev.patchbay.vm.qemu.QemuMachine;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineSpecTest {
  private static final VmConfig CONFIG = new VmConfig.Written().orDefaults();

  private static MachineSpec spec(String annotations, String spec) {
    return MachineSpec.of(
        new PodView(
            Json.object(
                "{\"metadata\":{\"name\":\"p\",\"namespace\":\"d\",\"uid\":\"u\",\"annotations\":"
                    + annotations
                    + "},\"spec\":"
                    + spec
                    + "}",
                "test")),
        CONFIG);
  }

  private static MachineSpec alkaid(String more) {
    return spec(
        "{}",
        "{\"virtualMachine\":{\"name\":\"vm\",\"image\":\"example.test/i.img\"" + more + "}}");
  }

  private static MachineSpec virtlet(String annotations) {
    return spec(
        annotations,
        """
        {"containers":[{"name":"cirros-vm","image":"virtlet.cloud/cirros","imagePullPolicy":
         "Never","resources":{"limits":{"memory":"160Mi","cpu":"1500m"}}}]}
        """);
  }

  @Test
  void alkaidsMachineThatSaysLittleGetsTheDefaults() {
    MachineSpec spec = alkaid("");
    assertThat(spec.name()).isEqualTo("vm");
    assertThat(spec.image()).isEqualTo("example.test/i.img");
    assertThat(spec.policy()).isEqualTo(PullPolicy.IF_NOT_PRESENT);
    assertThat(spec.cpus()).isEqualTo(1);
    assertThat(spec.memoryMib()).isEqualTo(512);
    assertThat(spec.rootBytes()).isEmpty();
    assertThat(spec.bus()).isEqualTo(QemuMachine.Disk.Bus.VIRTIO);
    assertThat(spec.power()).isEqualTo(MachineSpec.Power.ON);
    assertThat(spec.whenGuestEnds()).isEqualTo(MachineSpec.WhenGuestEnds.POLICY);
  }

  @Test
  void alkaidsMachineSaysMore() {
    MachineSpec spec =
        alkaid(
            """
            ,"imagePullPolicy":"Always","powerSpec":"Suspended","shutdownBehavior":"terminate",
            "resources":{"requests":{"memory":"1Gi"},"limits":{"cpu":"2"}},
            "publicKey":"ssh-ed25519 AAAA me"
            """);
    assertThat(spec.policy()).isEqualTo(PullPolicy.ALWAYS);
    assertThat(spec.cpus()).isEqualTo(2);
    assertThat(spec.memoryMib()).isEqualTo(1024);
    assertThat(spec.power()).isEqualTo(MachineSpec.Power.PAUSED);
    assertThat(spec.whenGuestEnds()).isEqualTo(MachineSpec.WhenGuestEnds.TERMINATE);
    assertThat(spec.wishes().sshKeys()).containsExactly("ssh-ed25519 AAAA me");
  }

  @Test
  void virtletsMachineIsItsFirstContainerAndAnnotations() {
    MachineSpec spec =
        virtlet(
            """
            {"VirtletVCPUCount":"3","VirtletRootVolumeSize":"1Gi","VirtletSystemUUID":
             "b7b2dfa0-6ac7-4183-8c2e-699b03b060d0"}
            """);
    assertThat(spec.name()).isEqualTo("cirros-vm");
    assertThat(spec.image()).isEqualTo("cirros");
    assertThat(spec.policy()).isEqualTo(PullPolicy.NEVER);
    assertThat(spec.cpus()).isEqualTo(3);
    assertThat(spec.memoryMib()).isEqualTo(160);
    assertThat(spec.rootBytes()).isEqualTo(OptionalLong.of(1L << 30));
    assertThat(spec.bus()).isEqualTo(QemuMachine.Disk.Bus.SCSI);
    assertThat(spec.uuid()).isPresent();
    assertThat(virtlet("{}").cpus()).isEqualTo(2);
    assertThat(virtlet("{\"VirtletDiskDriver\":\"virtio\"}").bus())
        .isEqualTo(QemuMachine.Disk.Bus.VIRTIO);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "VirtletVCPUCount      | 0    | annotation VirtletVCPUCount is \"0\"; write 1 to 255",
        "VirtletVCPUCount      | 256  | annotation VirtletVCPUCount is \"256\"; write 1 to 255",
        "VirtletDiskDriver     | ide  | annotation VirtletDiskDriver is \"ide\"; write scsi or virtio",
        "VirtletRootVolumeSize | big  | annotation VirtletRootVolumeSize is \"big\"; write such as 4Gi",
        "VirtletSystemUUID     | x    | annotation VirtletSystemUUID is \"x\"; write a UUID (uuidgen)",
      })
  void anAnnotationThatCannotBeIsNamedWithItsRemedy(String key, String value, String error) {
    assertThatThrownBy(() -> virtlet("{\"%s\":\"%s\"}".formatted(key, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(error);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'\"powerSpec\":\"Off\"'                       | spec.virtualMachine.powerSpec is \"Off\"",
        "'\"shutdownBehavior\":\"x\"'                  | spec.virtualMachine.shutdownBehavior is",
        "'\"imagePullPolicy\":\"x\"'                   | imagePullPolicy \"x\" is not known",
        "'\"resources\":{\"limits\":{\"cpu\":\"0\"}}'      | spec.virtualMachine.resources.limits.cpu is 0",
        "'\"resources\":{\"limits\":{\"cpu\":\"many\"}}'   | spec.virtualMachine.resources.limits.cpu is \"many\"",
        "'\"resources\":{\"limits\":{\"memory\":\"8Mi\"}}' | spec.virtualMachine.resources.limits.memory is 8Mi",
      })
  void aFieldThatCannotBeIsNamed(String json, String error) {
    assertThatThrownBy(() -> alkaid("," + json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(error);
  }
}
