package dev.patchbay.linux.nftables;

import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.linux.netns.NetnsHandle;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What may leave a VPC by its uplink, and with which address.
 *
 * @param uplink the link
 */
public record UplinkNat(IfName uplink) {
  private static final String TABLE = "patchbay-uplink";
  private static final int SOURCE = 12; // RFC 791, section 3.1
  private static final String IPV4 = "02"; // linux/netfilter.h, NFPROTO_IPV4

  /** What leaves from the subnet has the uplink's address. */
  public void translate(NetnsHandle netns, Cidr subnet) throws IOException {
    String name = "nat " + subnet.network();
    List<Expression> rule = leaving();
    rule.add(new Expression.LoadFamily());
    rule.add(new Expression.Compare(true, IPV4));
    source(rule, subnet.network(), true);
    rule.add(new Expression.Masquerade());
    new RuleChain(TABLE, name, new RuleChain.Hook.SourceNat()).set(netns, List.of(rule));
  }

  /** Nothing else leaves: what is not translated, whatever its family, is dropped. */
  public void close(NetnsHandle netns, InetAddress own) throws IOException {
    List<Expression> otherFamily = leaving();
    otherFamily.add(new Expression.LoadFamily());
    otherFamily.add(new Expression.Compare(false, IPV4));
    otherFamily.add(new Expression.Verdict(false));
    List<Expression> untranslated = leaving();
    source(untranslated, Cidr.host(own), false);
    untranslated.add(new Expression.Verdict(false));
    new RuleChain(TABLE, "untranslated", new RuleChain.Hook.AfterSourceNat())
        .set(netns, List.of(otherFamily, untranslated));
  }

  private List<Expression> leaving() {
    List<Expression> rule = new ArrayList<>();
    rule.add(new Expression.LoadMeta(Expression.Meta.OUTPUT_NAME));
    rule.add(new Expression.Compare(true, PortGuard.padded(uplink)));
    return rule;
  }

  private static void source(List<Expression> rule, Cidr subnet, boolean inside) {
    byte[] address = subnet.address().getAddress();
    rule.add(new Expression.LoadPacket(Expression.Base.NETWORK, SOURCE, address.length));
    if (subnet.prefix() < address.length * 8) {
      int bits = subnet.prefix() == 0 ? 0 : -1 << (32 - subnet.prefix());
      rule.add(new Expression.Mask("%08x".formatted(bits)));
    }
    rule.add(new Expression.Compare(inside, HexFormat.of().formatHex(address)));
  }
}
