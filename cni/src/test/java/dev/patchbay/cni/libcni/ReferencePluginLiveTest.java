package dev.patchbay.cni.libcni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.patchbay.cni.conf.ConfParser;
import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.cni.result.Result;
import dev.patchbay.cni.result.convert.Results;
import dev.patchbay.cni.skel.AttachmentId;
import dev.patchbay.cni.skel.CniArgs;
import dev.patchbay.cni.skel.CniCommand;
import dev.patchbay.cni.skel.ContainerId;
import dev.patchbay.cni.version.CniVersion;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.plan.AttachFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The distribution's own plugins, which need neither namespace nor root for these commands. */
class ReferencePluginLiveTest {
  private static final List<String> PATH = List.of("/usr/lib/cni", "/opt/cni/bin");

  @TempDir Path folder;

  private final ChainDriver driver =
      new ChainDriver(
          new DelegateExec(
              PluginSearch.excluding(),
              List.of(),
              ExecLimits.within(Duration.ofSeconds(60)),
              (_, _) -> {}));

  @BeforeEach
  void hostLocalIsInstalled() {
    assumeTrue(
        PluginSearch.excluding().find("host-local", PATH).isPresent(),
        "no reference plugins in " + PATH + "; install containernetworking-plugins");
  }

  @Test
  void versionsOfTheReferencePluginAreUnderstood() throws Exception {
    assertThat(driver.version("host-local", PATH, Map.of()))
        .isInstanceOfSatisfying(
            VersionProbe.Answer.Speaks.class,
            speaks ->
                assertThat(speaks.versions())
                    .contains(CniVersion.V0_1_0, CniVersion.V0_4_0, CniVersion.V1_0_0));
  }

  @ParameterizedTest(name = "ADD, CHECK, DEL twice in {0}")
  @EnumSource(
      value = CniVersion.class,
      names = {"V0_2_0", "V0_3_1", "V0_4_0", "V1_0_0"})
  void addressIsLeasedAndReleasedInEveryVersion(CniVersion version) throws Exception {
    NetworkConf network = network(version);
    RuntimeConf runtime = runtime();
    ChainDriver.Ended added = driver.add(network, runtime);
    assertThat(added.failures()).isEmpty();
    Result result = Results.read(added.result(), version, "host-local");
    assertThat(result.ips())
        .singleElement()
        .satisfies(ip -> assertThat(ip.address()).hasToString("10.77.0.2/24"));
    assertThat(Results.convert(added.result(), version, "host-local")).isEqualTo(added.result());
    assertThat(leases()).contains("10.77.0.2");
    if (version.atLeast(CniCommand.CHECK.since())) {
      assertThat(driver.check(network, runtime, added.result()).failures()).isEmpty();
    }
    for (int time = 1; time <= 2; time++) {
      assertThat(driver.del(network, runtime, Optional.of(added.result())).failures()).isEmpty();
      assertThat(leases()).doesNotContain("10.77.0.2");
    }
  }

  @Test
  void refusalOfTheReferencePluginKeepsItsWords() throws Exception {
    String outside = conf(CniVersion.V1_0_0).replace("10.77.0.2", "10.99.0.2");
    assertThat(driver.add(ConfParser.parse(outside, "test"), runtime()).failures())
        .singleElement()
        .isInstanceOfSatisfying(
            AttachFailure.DelegateRefused.class,
            refused -> assertThat(refused.msg()).contains("10.99.0.2"));
  }

  private List<String> leases() throws Exception {
    try (Stream<Path> files = Files.list(folder.resolve("n"))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private NetworkConf network(CniVersion version) {
    return ConfParser.parse(conf(version), "test");
  }

  private String conf(CniVersion version) {
    return ("{'cniVersion':'"
            + version
            + "','name':'n','plugins':[{'type':'host-local','ipam':{'type':'host-local','dataDir':'"
            + folder
            + "','ranges':[[{'subnet':'10.77.0.0/24','rangeStart':'10.77.0.2'}]]}}]}")
        .replace('\'', '"');
  }

  private static RuntimeConf runtime() {
    return new RuntimeConf(
        new AttachmentId(new ContainerId("c1"), new IfName("eth0")),
        Optional.of("/run/netns/never-opened"),
        CniArgs.NONE,
        Map.of(),
        Map.of(),
        PATH,
        Map.of());
  }
}
