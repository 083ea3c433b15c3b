package dev.patchbay.cli;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** NICs, one a line. */
final class NicTable {
  private static final int SHORT_ID = 12;

  private NicTable() {}

  /** What {@code describe nic} takes. */
  static String name(JsonNode nic) {
    return Shown.owner(nic) + ":" + Shown.text(nic, "nic");
  }

  static void print(List<JsonNode> nics, OutputOptions format, Surroundings where) {
    boolean wide = format.output == Output.WIDE;
    List<String> headers =
        new ArrayList<>(List.of("POD", "NIC", "STATE", "NETWORK", "KIND", "IP", "MAC", "AGE"));
    if (wide) {
      headers.addAll(List.of("HOST", "GUEST", "GUEST IP", "GUEST NOTE"));
      headers.addAll(List.of("HOST LINK", "CONTAINER", "RUNTIME", "NETNS", "ASKED BY"));
    }
    Table table = new Table(headers, !format.noHeaders);
    for (JsonNode nic : nics) {
      table.row(row(nic, wide, where));
    }
    table.print(where.out());
  }

  private static List<String> row(JsonNode nic, boolean wide, Surroundings where) {
    List<String> row =
        new ArrayList<>(
            List.of(
                pod(nic),
                Shown.text(nic, "nic"),
                Shown.text(nic, "state"),
                Shown.text(nic, "network"),
                kind(nic),
                String.join(",", Shown.texts(nic, "ips")),
                Shown.text(nic, "mac"),
                Ages.since(Shown.text(nic, "since"), where.clock())));
    if (wide) {
      JsonNode guest = nic.path("guest");
      row.add(Shown.text(nic, nic.has("host") ? "host" : "state"));
      row.add(Shown.text(guest, "state"));
      row.add(String.join(",", Shown.texts(guest, "ips")));
      row.add(Shown.text(guest, "reason"));
      row.add(Shown.text(nic, "hostLink"));
      row.add(shortId(Shown.text(nic, "container")));
      row.add(Shown.text(nic, "runtime"));
      row.add(Shown.text(nic, "netns"));
      row.add(Shown.text(nic.path("origin"), "where"));
    }
    return row;
  }

  /** Of a container that is nobody's pod, as much of its ID as people read. */
  private static String pod(JsonNode nic) {
    String pod = Shown.text(nic, "pod");
    return pod.isEmpty() ? shortId(Shown.text(nic, "container")) : pod;
  }

  /** The link's kind; what follows it in its chain, and that somebody else's plugin made it. */
  static String kind(JsonNode nic) {
    return String.join("+", Shown.texts(nic, "chain"))
        + (nic.path("native").asBoolean(true) ? "" : " (exec)");
  }

  private static String shortId(String id) {
    return id.length() > SHORT_ID ? id.substring(0, SHORT_ID) : id;
  }
}
