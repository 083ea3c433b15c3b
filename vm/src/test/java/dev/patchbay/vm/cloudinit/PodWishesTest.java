package dev.patchbay.vm.cloudinit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PodWishesTest {
  private static final String DATA = "VirtletCloudInitUserData";

  private static CloudInitWishes of(String key, String value) {
    return PodWishes.ofAnnotations(Map.of(key, value));
  }

  private static JsonNode machine(String json) {
    return JsonMapper.shared().readTree(json);
  }

  @Test
  void virtletsUserDataIsAMappingWithoutItsFirstLine() {
    assertThat(of(DATA, "users:\n- name: me # kept\n").userData())
        .contains("#cloud-config\nusers:\n- name: me # kept\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"#cloud-config\na: 1\n", "#!/bin/sh\necho 'a: [' \n", "Content-Type: text/x\n\nb"})
  void userDataThatSaysWhatItIsIsLeftAsItIs(String text) {
    assertThat(of(DATA, text).userData()).contains(text);
  }

  @Test
  void aScriptGoesBeforeUserDataAndOverwriteTakesTheTextAsItIs() {
    Map<String, String> both =
        Map.of(DATA, "a: 1", "VirtletCloudInitUserDataScript", "#!/bin/sh\ntrue\n");
    assertThat(PodWishes.ofAnnotations(both).userData()).contains("#!/bin/sh\ntrue\n");

    Map<String, String> asIs = Map.of(DATA, "a: [", "VirtletCloudInitUserDataOverwrite", "true");
    assertThat(PodWishes.ofAnnotations(asIs).userData()).contains("a: [");
  }

  @Test
  void alkaidsUserDataIsBase64AndItsKeysJoinVirtlets() {
    CloudInitWishes alkaid =
        PodWishes.ofMachine(
            machine("{\"publicKey\": \"ssh-ed25519 AAAA b\", \"userData\": \"IyEvYmluL3No\"}"));
    CloudInitWishes virtlet =
        of("VirtletSSHKeys", "# mine\nssh-rsa AAAA a\n\nssh-ed25519 AAAA b\n");

    assertThat(alkaid.userData()).contains("#!/bin/sh");
    assertThat(virtlet.and(alkaid).sshKeys())
        .containsExactly("ssh-rsa AAAA a", "ssh-ed25519 AAAA b");
    assertThat(virtlet.and(alkaid).userData()).contains("#!/bin/sh");
    assertThat(PodWishes.ofMachine(machine("{}")).and(CloudInitWishes.NONE))
        .isEqualTo(CloudInitWishes.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "VirtletSSHKeys, not a key, no SSH public key in line 1",
    "VirtletCloudInitUserData, 'password: [secret', is no YAML",
    "VirtletCloudInitUserData, just text, is no mapping",
    "VirtletCloudInitMetaData, '[1]', is no mapping",
    "VirtletCloudInitUserDataScript, echo, does not begin with #!",
    "VirtletCloudInitUserDataSource, configmap/x, is not served",
    "VirtletSSHKeySource, secret/x, is not served",
    "VirtletCloudInitImageType, configdrive, is not served",
    "patchbay.dev/cloud-init-network, magic, 'dhcp, static or none'",
    "patchbay.dev/cloud-init-network-version, 3, 1 or 2"
  })
  void whatCannotBeIsRefusedByNamingTheAnnotation(String key, String value, String why) {
    assertThatThrownBy(() -> of(key, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("annotation " + key, why)
        .hasMessageNotContaining("secret\"");
  }

  @Test
  void userDataThatIsNoBase64IsRefusedByNamingTheField() {
    assertThatThrownBy(() -> PodWishes.ofMachine(machine("{\"userData\": \"/w==\"}")))
        .hasMessage(
            "spec.virtualMachine.userData is no base64 of a UTF-8 text: write the output of base64"
                + " -w0");
  }

  @Property(tries = 300)
  void noTextBreaksMoreThanItsOwnField(@ForAll String text) {
    try {
      assertThat(of("VirtletSSHKeys", text).sshKeys()).noneMatch(key -> key.contains("\n"));
      assertThat(of(DATA, text).metaData()).isEmpty();
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageStartingWith("annotation Virtlet");
    }
  }
}
