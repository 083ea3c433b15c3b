package dev.patchbay.kube.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.cni.conf.ConfFolder;
import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.cni.error.CniException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworksTest {
  @TempDir Path root;
  private Path definitions = Path.of("/");
  private Path confs = Path.of("/");

  @BeforeEach
  void makeFolders() throws IOException {
    definitions = Files.createDirectory(root.resolve("definitions"));
    confs = Files.createDirectory(root.resolve("confs"));
  }

  @Test
  void theDefinitionsOwnConfigurationCountsFirst() throws IOException {
    define("blue", "\"spec\": {\"config\": \"{\\\"type\\\": \\\"macvlan\\\"}\"}");
    conf("10-x.conf", "{\"cniVersion\": \"1.0.0\", \"name\": \"blue\", \"type\": \"bridge\"}");

    NetworkConf found = find("blue");

    assertThat(found.plugins().getFirst().type()).isEqualTo("macvlan");
    assertThat(found.name().value()).as("injected").isEqualTo("blue");
    assertThat(found.origin()).contains("default/blue", "blue.json", "spec.config");
  }

  @Test
  void aListOnTheNodeCountsBeforeASinglePlugin() throws IOException {
    define("blue", "\"spec\": {}");
    conf("10-x.conf", "{\"cniVersion\": \"1.0.0\", \"name\": \"blue\", \"type\": \"bridge\"}");
    conf(
        "20-x.conflist",
        "{\"cniVersion\": \"1.0.0\", \"name\": \"blue\", \"plugins\": [{\"type\": \"ptp\"}]}");

    assertThat(find("blue").plugins().getFirst().type()).isEqualTo("ptp");
  }

  @Test
  void aSinglePluginOnTheNodeIsFoundWithAndWithoutDefinition() throws IOException {
    define("blue", "\"spec\": {}");
    conf("10-x.conf", "{\"cniVersion\": \"1.0.0\", \"name\": \"blue\", \"type\": \"bridge\"}");
    conf("20-x.conf", "{\"cniVersion\": \"1.0.0\", \"name\": \"red\", \"type\": \"vlan\"}");

    assertThat(find("blue").plugins().getFirst().type()).isEqualTo("bridge");
    assertThat(find("red").plugins().getFirst().type()).isEqualTo("vlan");
  }

  @Test
  void whatIsNowhereIsNamedWithWhatIsKnownAndWhatWasNotRead() throws IOException {
    define("blue", "\"spec\": {}");
    conf("10-x.conf", "{\"cniVersion\": \"1.0.0\", \"name\": \"red\", \"type\": \"bridge\"}");
    conf("11-x.conf", "{");
    conf("12-x.conf", "{\"cniVersion\": \"1.0.0\", \"name\": \"us\", \"type\": \"patchbay\"}");

    assertThatThrownBy(() -> find("green"))
        .isInstanceOf(CniException.class)
        .hasMessageContainingAll("\"default/green\"", "default/blue, red", "11-x.conf")
        .hasMessageNotContaining("us");
    assertThatThrownBy(() -> find("blue"))
        .isInstanceOf(CniException.class)
        .hasMessageContainingAll("blue.json", "has no spec.config", "\"blue\"");
  }

  @Test
  void aNetworkThatWouldCallUsAgainIsRefused() throws IOException {
    define("a", "\"spec\": {\"config\": \"{\\\"type\\\": \\\"genie\\\"}\"}");
    conf("12-x.conf", "{\"cniVersion\": \"1.0.0\", \"name\": \"us\", \"type\": \"patchbay\"}");

    assertThatThrownBy(() -> find("a")).hasMessageContaining("call itself");
    assertThatThrownBy(() -> find("us")).hasMessageContainingAll("12-x.conf", "call itself");
  }

  @Test
  void aConfigurationThatIsNoJsonIsRefusedNamingTheDefinition() throws IOException {
    define("a", "\"spec\": {\"config\": \"{\\\"type\\\": SECRET}\"}");

    assertThatThrownBy(() -> find("a"))
        .isInstanceOf(CniException.class)
        .hasMessageContainingAll("default/a", "a.json", "spec.config", "line 1, column")
        .hasMessageNotContaining("SECRET");
  }

  @Test
  void foldersThatHaveBeenReadServeToo() {
    Networks networks = Networks.of(DefinitionFolder.NONE, new ConfFolder(List.of(), List.of()));

    assertThatThrownBy(() -> networks.find("ns", "x")).hasMessageContaining("known are: none");
  }

  private NetworkConf find(String name) {
    return Networks.in(Optional.of(definitions), confs).find("default", name);
  }

  private void define(String name, String rest) throws IOException {
    Files.writeString(
        definitions.resolve(name + ".json"),
        "{\"apiVersion\": \"k8s.cni.cncf.io/v1\", \"kind\": \"NetworkAttachmentDefinition\","
            + " \"metadata\": {\"name\": \""
            + name
            + "\"}, "
            + rest
            + "}");
  }

  private void conf(String file, String json) throws IOException {
    Files.writeString(confs.resolve(file), json);
  }
}
