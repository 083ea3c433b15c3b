package dev.patchbay.cni.result.wire;

import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.result.ResultIp;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.IpText;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.databind.node.ObjectNode;

/** An address on the wire from 0.3.0 on. */
public final class IpJson {
  private IpJson() {}

  /** Reads an address. A negative interface index, with which old plugins say "none", is none. */
  public static ResultIp read(Fields fields) {
    fields.required("address");
    OptionalLong index = fields.whole("interface", Integer.MIN_VALUE, Integer.MAX_VALUE);
    return new ResultIp(
        index.orElse(-1) < 0 ? OptionalInt.empty() : OptionalInt.of((int) index.getAsLong()),
        fields.parsed("address", Cidr::parse).orElseThrow(),
        fields.parsed("gateway", IpText::parse));
  }

  /** Writes an address. */
  public static ObjectNode write(ResultIp ip) {
    ObjectNode json = Json.newObject();
    ip.interfaceIndex().ifPresent(index -> json.put("interface", index));
    json.put("address", ip.address().toString());
    ip.gateway().ifPresent(gw -> json.put("gateway", IpText.of(gw)));
    return json;
  }
}
