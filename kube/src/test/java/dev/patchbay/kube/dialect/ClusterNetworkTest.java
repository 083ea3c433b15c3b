package dev.patchbay.kube.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.skel.CniRequest;
import dev.patchbay.cni.skel.RequestParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The primary NIC is that of the cluster's own CNI plugin, whose file is looked for anew. */
class ClusterNetworkTest {
  private static final String OURS =
      """
      {"cniVersion": "1.0.0", "name": "patchbay", "plugins": [
        {"type": "patchbay", "cluster": {"confDir": "/etc/cni/net.d"}}]}
      """;

  @TempDir Path confs;

  @Test
  void theFirstFileThatIsNotOursIsThePrimaryNic() throws IOException {
    write("00-patchbay.conflist", OURS);
    write("20-other.conflist", "{\"name\": \"other\", \"plugins\": [{\"type\": \"ptp\"}]}");
    write("10-cluster.conf", "{\"name\": \"cluster\", \"type\": \"bridge\"}");

    assertThat(names(read("cluster", confs.toString(), ""))).containsExactly("eth0=cluster");
    assertThat(read("cluster", confs.toString(), "").primaryFirst()).isTrue();
  }

  @Test
  void anotherFileCountsAsSoonAsItIsThere() throws IOException {
    write("10-cluster.conf", "{\"name\": \"cluster\", \"type\": \"bridge\"}");
    read("cluster", confs.toString(), "");
    Files.move(confs.resolve("10-cluster.conf"), confs.resolve("10-cluster.conf.bak"));
    write("05-new.conf", "{\"name\": \"new\", \"type\": \"ptp\"}");

    assertThat(names(read("cluster", confs.toString(), ""))).containsExactly("eth0=new");
  }

  @Test
  void theAnnotationsNetworksComeAfterIt() throws IOException {
    write("10-cluster.conf", "{\"name\": \"cluster\", \"type\": \"bridge\"}");

    assertThat(
            names(
                read(
                    "cluster",
                    confs.toString(),
                    "K8S_ANNOT={\"k8s.v1.cni.cncf.io/networks\": \"cluster@net7\"}")))
        .containsExactly("eth0=cluster", "net7=cluster");
  }

  @Test
  void withoutAFileTheRuntimeIsToldToTryAgainAndWhy() throws IOException {
    write("00-patchbay.conflist", OURS);
    write("10-cluster.conf", "{\"name\": \"cluster\"");

    assertThatThrownBy(() -> read("cluster", confs.toString(), ""))
        .isInstanceOfSatisfying(
            CniException.class,
            e -> {
              assertThat(e.error().code()).isEqualTo(CniError.TRY_AGAIN_LATER);
              assertThat(e.error().msg()).contains(confs.toString());
              assertThat(e.error().details()).contains("10-cluster.conf");
            });
  }

  @Test
  void aPlaceThatIsNoneIsRefusedByName() {
    assertThatThrownBy(() -> read("cluster", "net.d", ""))
        .hasMessageContaining("cluster.confDir")
        .hasMessageContaining("not an absolute path");
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(confs.resolve(file), text);
  }

  private Requested read(String base, String confDir, String args) {
    String conf =
        """
        {"cniVersion": "1.0.0", "name": "patchbay", "type": "patchbay", "%s": {"confDir": "%s"}}
        """
            .formatted(base, confDir);
    Map<String, String> environment =
        Map.of(
            "CNI_COMMAND", "ADD",
            "CNI_CONTAINERID", "c1",
            "CNI_NETNS", "/run/netns/c1",
            "CNI_IFNAME", "eth0",
            "CNI_PATH", "/opt/cni/bin",
            "CNI_ARGS", args);
    var add = (CniRequest.Add) RequestParser.parse(environment, conf.getBytes(UTF_8));
    return Dialects.read(add, new Folders(confs, Optional.empty()));
  }

  private static List<String> names(Requested requested) {
    return requested.nics().stream()
        .map(nic -> nic.request().ifName().orElseThrow() + "=" + nic.definition().name())
        .toList();
  }
}
