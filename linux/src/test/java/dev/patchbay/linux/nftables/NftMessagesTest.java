package dev.patchbay.linux.nftables;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.linux.netlink.Request;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Messages against bytes written by hand from linux/netfilter/nfnetlink.h and nf_tables.h, for
 * little-endian machines (amd64 and arm64). Each row is one struct or attribute: length, type,
 * value; the values themselves are in network byte order.
 */
final class NftMessagesTest {
  private static final String INET = "01000000"; // struct nfgenmsg: family, version, resource
  private static final String TABLE = "0d00" + "0100" + "706174636862617900" + "000000";
  private static final String CHAIN = "1000" + "0200" + "706f7374726f7574696e6700";
  private static final String REGISTER_1 = "0800" + "0100" + "00000001";

  private static void assertBytes(Request request, String... rows) {
    assertThat(request.toHex()).isEqualTo(String.join("", rows));
  }

  private static String element(String length, String name, String... data) {
    return length + "0180" + name + String.join("", data);
  }

  private static final String META = "0900" + "0100" + "6d65746100" + "000000";
  private static final String CMP = "0800" + "0100" + "636d7000";
  private static final String PAYLOAD = "0c00" + "0100" + "7061796c6f616400";
  private static final String BITWISE = "0c00" + "0100" + "6269747769736500";
  private static final String MASQ = "0900" + "0100" + "6d61737100" + "000000";

  private static String family(String nfproto) {
    return element("2400", META, "1400" + "0280", REGISTER_1, "0800" + "0200" + "0000000f")
        + element(
            "2c00",
            CMP,
            "2000" + "0280",
            REGISTER_1,
            "0800" + "0200" + "00000000", // NFT_CMP_EQ
            "0c00" + "0380",
            "0500" + "0100" + nfproto + "000000");
  }

  private static String load(String offset, String length) {
    return element(
        "3400",
        PAYLOAD,
        "2400" + "0280",
        REGISTER_1,
        "0800" + "0200" + "00000001", // NFT_PAYLOAD_NETWORK_HEADER
        "0800" + "0300" + offset,
        "0800" + "0400" + length);
  }

  private static String mask4(String mask) {
    return element(
        "4400",
        BITWISE,
        "3400" + "0280",
        REGISTER_1,
        "0800" + "0200" + "00000001",
        "0800" + "0300" + "00000004",
        "0c00" + "0480" + "0800" + "0100" + mask,
        "0c00" + "0580" + "0800" + "0100" + "00000000");
  }

  private static String compare4(String operator, String value) {
    return element(
        "2c00",
        CMP,
        "2000" + "0280",
        REGISTER_1,
        "0800" + "0200" + operator,
        "0c00" + "0380" + "0800" + "0100" + value);
  }

  @Test
  void batchHoldsItsChangesBetweenMarkersAndNamesTheRulesetItWasMadeFor() {
    List<Request> batch = NftMessages.batch(0x01020304L, List.of(NftMessages.ensureTable()));
    assertThat(batch).hasSize(3);
    assertBytes(
        batch.get(0),
        "0010 0001 ", // NFNL_MSG_BATCH_BEGIN, REQUEST
        "0000" + "000a", // NFNL_SUBSYS_NFTABLES
        "0800" + "0100" + "01020304"); // NFNL_BATCH_GENID
    assertThat(batch.get(1).toHex()).isEqualTo(NftMessages.ensureTable().toHex());
    assertBytes(batch.get(2), "0011 0001 ", "0000" + "000a");
  }

  @Test
  void tableAndChainAreCreatedUnlessThere() {
    assertBytes(
        NftMessages.ensureTable(),
        "0a00 0405 ", // NFT_MSG_NEWTABLE, REQUEST|ACK|CREATE
        INET,
        TABLE,
        "0800" + "0200" + "00000000");
    assertBytes(
        NftMessages.ensureChain(),
        "0a03 0405 ", // NFT_MSG_NEWCHAIN
        INET,
        TABLE,
        "1000" + "0300" + "706f7374726f7574696e6700", // NFTA_CHAIN_NAME
        "1400" + "0480", // NFTA_CHAIN_HOOK
        "0800" + "0100" + "00000004", // NF_INET_POST_ROUTING
        "0800" + "0200" + "00000064", // NF_IP_PRI_NAT_SRC
        "0800" + "0700" + "6e617400"); // "nat"
  }

  @Test
  void ruleForAnIpv4SubnetMasqueradesWhatLeavesIt() {
    assertBytes(
        NftMessages.addMasquerade("blue", Cidr.parse("10.1.2.5/23")),
        "0a06 0c05 ", // NFT_MSG_NEWRULE, REQUEST|ACK|CREATE|APPEND
        INET,
        TABLE,
        CHAIN,
        "5402" + "0480", // NFTA_RULE_EXPRESSIONS
        family("02"),
        load("0000000c", "00000004") + mask4("fffffe00") + compare4("00000000", "0a010200"),
        load("00000010", "00000004") + mask4("fffffe00") + compare4("00000001", "0a010200"),
        load("00000010", "00000004") + mask4("f0000000") + compare4("00000001", "e0000000"),
        element("1400", MASQ, "0400" + "0280"),
        "0b00" + "0700" + "0005" + "626c756500" + "00"); // comment "blue"
  }

  @Test
  void singleAddressNeedsNoMask() {
    String rule = NftMessages.addMasquerade("blue", Cidr.parse("10.1.2.5/32")).toHex();
    assertThat(rule)
        .contains(load("0000000c", "00000004") + compare4("00000000", "0a010205"))
        .contains(load("00000010", "00000004") + compare4("00000001", "0a010205"));
  }

  @Test
  void ruleForAnIpv6SubnetLooksAtTheLongerAddresses() {
    String rule = NftMessages.addMasquerade("blue", Cidr.parse("fd00::5/64")).toHex();
    assertThat(rule)
        .contains(family("0a"))
        .contains(load("00000008", "00000010"))
        .contains(load("00000018", "00000010"))
        .contains("1400" + "0100" + "f".repeat(16) + "0".repeat(16)) // the mask of /64
        .contains("1400" + "0100" + "fd" + "0".repeat(30)) // the subnet
        .contains("1400" + "0100" + "ff" + "0".repeat(30)); // ff00::/8, and its mask
  }

  @Test
  void rulesAreListedAndDeletedByHandle() {
    assertBytes(NftMessages.rules(), "0a07 0301 ", INET, TABLE, CHAIN);
    assertBytes(
        NftMessages.deleteRule(0x1122334455667788L),
        "0a08 0005 ",
        INET,
        TABLE,
        CHAIN,
        "0c00" + "0300" + "1122334455667788");
    assertBytes(NftMessages.deleteTable(), "0a02 0005 ", INET, TABLE);
    assertBytes(NftMessages.generation(), "0a10 0005 ", "00000000");
  }
}
