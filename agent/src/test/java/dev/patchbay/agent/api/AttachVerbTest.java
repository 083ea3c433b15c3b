package dev.patchbay.agent.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.patchbay.agent.socket.Cancellation;
import dev.patchbay.agent.vm.Consoles;
import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import dev.patchbay.vm.console.ConsoleSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AttachVerbTest {
  @TempDir Path folder;
  private Consoles consoles;

  @BeforeEach
  void switchOn() throws IOException {
    consoles = new Consoles(folder, ConsoleSettings.DEFAULTS, Clock.systemUTC());
    for (String pod : new String[] {"default/nginx-vm", "demo/nginx-vm", "demo/db"}) {
      String vm = pod.replace('/', '-');
      Files.createDirectory(folder.resolve(vm));
      consoles.starts(vm, pod, folder.resolve(vm).resolve("console.sock"));
    }
  }

  @AfterEach
  void switchOff() {
    consoles.close();
  }

  private TalkVerb.Opened open(ObjectNode request) {
    Fields fields = Fields.of(request, "request", CniError.INVALID_NETWORK_CONFIG);
    return new AttachVerb(consoles).open(new Ask(fields, Map.of(), new Cancellation()));
  }

  private static ObjectNode asking(String target) {
    return Json.newObject().put("target", target).put("stdin", true);
  }

  @Test
  void aMachineIsFoundByNameNamespaceOrId() throws IOException {
    for (ObjectNode request :
        new ObjectNode[] {
          asking("demo/nginx-vm"),
          asking("nginx-vm").put("namespace", "demo"),
          asking("pod/demo/nginx-vm"),
          asking("demo-nginx-vm")
        }) {
      try (var conversation = open(request).conversation()) {
        byte[] first = conversation.output().readNBytes(30);
        assertThat(first).asString(UTF_8).contains("[patchbay: the console of");
      }
    }
    assertThat(consoles.find("demo-nginx-vm").orElseThrow().watchers()).isZero();
  }

  @Test
  void whoHangsUpLeavesTheConsole() throws IOException {
    var conversation = open(asking("db")).conversation();
    assertThat(consoles.find("demo-db").orElseThrow().watchers()).isEqualTo(1);
    conversation.hungUp();
    assertThat(consoles.find("demo-db").orElseThrow().watchers()).isZero();
  }

  @Test
  void whatIsUnclearOrUnknownIsRefusedWithWhatThereIs() {
    assertThatThrownBy(() -> open(asking("nginx-vm")))
        .asInstanceOf(type(Refusal.class))
        .extracting(Refusal::text)
        .asString()
        .contains("\"nginx-vm\" may be ")
        .contains("default/nginx-vm")
        .contains("write the whole name");
    assertThatThrownBy(() -> open(asking("bd")))
        .hasMessage("no virtual machine \"bd\" is on here; did you mean demo/db?");
  }
}
