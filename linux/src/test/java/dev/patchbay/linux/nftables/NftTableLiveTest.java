package dev.patchbay.linux.nftables;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.linux.netlink.NetlinkSocket;
import dev.patchbay.linux.netns.LiveNetns;
import dev.patchbay.linux.netns.NetnsHandle;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class NftTableLiveTest {
  private static final Cidr SUBNET = Cidr.parse("10.1.2.0/24");
  private static final Cidr SUBNET6 = Cidr.parse("fd00:1:2::/64");
  private static final int NETLINK_SOCK_DIAG = 4; // linux/netlink.h

  private NetnsHandle netns;
  private NftTable table;

  @BeforeEach
  void makeNamespace() throws IOException {
    LiveNetns.assumePermitted();
    netns = NetnsHandle.create();
    table = NftTable.open(netns);
  }

  @AfterEach
  void dropNamespace() {
    if (netns != null) {
      table.close();
      netns.close();
    }
  }

  private String nft(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("nft"));
    command.addAll(List.of(arguments));
    return netns.inside(() -> {
      Process nft;
      try {
        nft = new ProcessBuilder(command).redirectErrorStream(true).start();
      } catch (IOException e) {
        return Assumptions.abort("needs nft to read the ruleset independently: " + e.getMessage());
      }
      String output = new String(nft.getInputStream().readAllBytes(), UTF_8);
      try {
        assertThat(nft.waitFor()).as(output).isZero();
      } catch (InterruptedException e) {
        throw new IOException("interrupted while nft ran", e);
      }
      return output;
    });
  }

  private List<String> rules() throws IOException {
    return table.masquerades().stream().map(rule -> rule.network() + " " + rule.subnet()).toList();
  }

  @Test
  void masqueradingIsEnsuredTwiceAndThereOnce() throws IOException {
    assertThat(table.ensureMasquerade("blue", SUBNET)).isTrue();
    assertThat(table.ensureMasquerade("blue", Cidr.parse("10.1.2.77/24"))).isFalse();
    assertThat(table.ensureMasquerade("blue", SUBNET6)).isTrue();
    assertThat(table.ensureMasquerade("green", SUBNET)).isTrue();
    assertThat(rules())
        .containsExactly("blue 10.1.2.0/24", "blue fd00:1:2::/64", "green 10.1.2.0/24");
    assertThat(table.masquerades()).extracting(Masquerade::handle).doesNotHaveDuplicates();
  }

  @Test
  void nftReadsTheRulesAsTheyWereMeant() throws IOException {
    table.ensureMasquerade("default/blue", SUBNET);
    table.ensureMasquerade("default/blue", SUBNET6);
    table.ensureMasquerade("green", Cidr.parse("10.9.9.9/32"));
    assertThat(nft("list", "ruleset").lines().map(String::strip))
        .containsExactly(
            "table inet patchbay {",
            "chain postrouting {",
            "type nat hook postrouting priority srcnat; policy accept;",
            "ip saddr 10.1.2.0/24 ip daddr != 10.1.2.0/24 ip daddr != 224.0.0.0/4 masquerade"
                + " comment \"default/blue\"",
            "ip6 saddr fd00:1:2::/64 ip6 daddr != fd00:1:2::/64 ip6 daddr != ff00::/8 masquerade"
                + " comment \"default/blue\"",
            "ip saddr 10.9.9.9 ip daddr != 10.9.9.9 ip daddr != 224.0.0.0/4 masquerade"
                + " comment \"green\"",
            "}",
            "}");
  }

  @Test
  void ruleGoesWithItsNetworkOrSubnetAndTheAbsentIsNoError() throws IOException {
    assertThat(table.removeMasquerade("blue")).isZero();
    table.ensureMasquerade("blue", SUBNET);
    table.ensureMasquerade("blue", SUBNET6);
    table.ensureMasquerade("green", SUBNET);
    assertThat(table.removeMasquerade("blue", SUBNET)).isEqualTo(1);
    assertThat(table.removeMasquerade("blue", SUBNET)).isZero();
    assertThat(rules()).containsExactly("blue fd00:1:2::/64", "green 10.1.2.0/24");
    table.ensureMasquerade("blue", SUBNET);
    assertThat(table.removeMasquerade("blue")).isEqualTo(2);
    assertThat(rules()).containsExactly("green 10.1.2.0/24");
  }

  @Test
  void tableIsRemovedTwiceAndNothingElseIs() throws IOException {
    nft("add", "table", "inet", "stranger");
    table.ensureMasquerade("blue", SUBNET);
    table.removeTable();
    table.removeTable();
    assertThat(table.masquerades()).isEmpty();
    assertThat(nft("list", "ruleset")).contains("stranger").doesNotContain("patchbay");
  }

  @Test
  void strangersRuleInOurChainIsNeitherListedNorRemoved() throws IOException {
    table.ensureMasquerade("blue", SUBNET);
    nft("add rule inet patchbay postrouting ip saddr 10.1.2.0/24 masquerade comment \"blue\"");
    assertThat(rules()).containsExactly("blue 10.1.2.0/24");
    table.removeMasquerade("blue");
    assertThat(nft("list", "ruleset")).contains("ip saddr 10.1.2.0/24 masquerade comment \"blue\"");
  }

  @Test
  void networksWithLongNamesAreFoundAgain() throws IOException {
    String name = "namespace/" + "n".repeat(250);
    assertThat(table.ensureMasquerade(name, SUBNET)).isTrue();
    assertThat(table.ensureMasquerade(name, SUBNET)).isFalse();
    assertThat(nft("list", "ruleset")).contains("comment \"namespace/nnn");
    assertThat(table.removeMasquerade(name)).isEqualTo(1);
  }

  @Test
  void racingAgentsAddEachRuleOnce() throws Exception {
    List<Callable<Integer>> agents = new ArrayList<>();
    for (int agent = 0; agent < 4; agent++) {
      agents.add(() -> {
        try (NftTable own = NftTable.open(netns)) {
          int added = 0;
          for (int n = 0; n < 12; n++) {
            added += own.ensureMasquerade("net" + n, Cidr.parse("10.7." + n + ".0/24")) ? 1 : 0;
          }
          return added;
        }
      });
    }
    int added = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(agents.size())) {
      for (Future<Integer> agent : threads.invokeAll(agents)) {
        added += agent.get();
      }
    }
    assertThat(added).isEqualTo(12);
    assertThat(rules()).hasSize(12).doesNotHaveDuplicates();
  }

  @Test
  void kernelWithoutNftablesIsNamedWithARemedy() throws IOException {
    // knows none of our messages, as the netfilter socket of a kernel without nf_tables
    NetlinkSocket other = netns.visit(() -> NetlinkSocket.open(NETLINK_SOCK_DIAG));
    try (NftTable missing = new NftTable(other)) {
      assertThatThrownBy(() -> missing.ensureMasquerade("blue", SUBNET))
          .isInstanceOf(NftablesMissingException.class)
          .hasMessageContaining("EINVAL")
          .hasMessageContaining("nf_tables")
          .hasMessageContaining("leave ipMasq off");
      assertThatThrownBy(missing::removeTable).isInstanceOf(NftablesMissingException.class);
    }
  }
}
