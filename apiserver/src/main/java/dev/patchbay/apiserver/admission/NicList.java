package dev.patchbay.apiserver.admission;

import dev.patchbay.apiserver.fault.Cause;
import dev.patchbay.core.nic.IfName;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** What {@code spec.vpc} and {@code spec.nics} of a pod must be by themselves. */
final class NicList {
  static final String FIELD = "spec.nics";
  private static final int LONGEST_OBJECT_NAME = 253;
  private static final Pattern OBJECT_NAME =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  private final int most;
  private final List<Cause> causes = new ArrayList<>();

  private NicList(int most) {
    this.most = most;
  }

  /** What is wrong with a pod's NICs, at most {@code most} of which there may be. */
  static List<Cause> wrong(JsonNode spec, int most) {
    var list = new NicList(most);
    list.spec(spec);
    return List.copyOf(list.causes);
  }

  /** The NICs' names in the order of the list; one that has none is called after its place. */
  static List<String> names(JsonNode spec) {
    List<String> names = new ArrayList<>();
    for (JsonNode nic : spec.path("nics")) {
      String name = nic.path("name").asString("");
      names.add(name.isEmpty() ? "eth" + names.size() : name);
    }
    return names;
  }

  /** The place of a NIC that has no name; empty when all have one. */
  static Optional<Integer> unnamed(JsonNode spec) {
    int index = 0;
    for (JsonNode nic : spec.path("nics")) {
      if (nic.path("name").asString("").isEmpty()) {
        return Optional.of(index);
      }
      index++;
    }
    return Optional.empty();
  }

  private void spec(JsonNode spec) {
    objectName(spec.path("vpc"), "spec.vpc");
    JsonNode nics = spec.path("nics");
    if (nics.size() > most) {
      causes.add(Cause.tooMany(FIELD, nics.size(), most));
    }
    List<String> names = names(spec);
    Set<String> seen = new HashSet<>();
    Set<String> ports = new HashSet<>();
    for (int index = 0; index < names.size(); index++) {
      String at = FIELD + "[" + index + "]";
      name(names.get(index), at + ".name");
      if (!seen.add(names.get(index))) {
        causes.add(Cause.duplicate(at + ".name", "\"" + names.get(index) + "\""));
      }
      JsonNode nic = nics.path(index);
      objectName(nic.path("portId"), at + ".portId");
      String port = nic.path("portId").asString("");
      if (!port.isEmpty() && !ports.add(port)) {
        causes.add(Cause.duplicate(at + ".portId", "\"" + port + "\""));
      }
      objectName(nic.path("subnetName"), at + ".subnetName");
      address(nic.path("ipAddress").asString(""), at + ".ipAddress");
    }
  }

  private void name(String name, String at) {
    if (name.equals("lo")) {
      causes.add(
          Cause.invalid(at, "\"lo\"", "this is the loopback interface; choose another name"));
      return;
    }
    try {
      new IfName(name);
    } catch (IllegalArgumentException e) {
      causes.add(Cause.invalid(at, "\"" + name + "\"", String.valueOf(e.getMessage())));
    }
  }

  private void objectName(JsonNode value, String at) {
    String name = value.asString("");
    if (!name.isEmpty()
        && (name.length() > LONGEST_OBJECT_NAME || !OBJECT_NAME.matcher(name).matches())) {
      causes.add(
          Cause.invalid(
              at,
              "\"" + name + "\"",
              "must be the name of an object: lower case letters, digits, '-' and '.', beginning"
                  + " and ending with a letter or digit"));
    }
  }

  private void address(String address, String at) {
    if (address.isEmpty()) {
      return;
    }
    try {
      InetAddress.ofLiteral(address);
    } catch (IllegalArgumentException _) {
      causes.add(
          Cause.invalid(
              at,
              "\"" + address + "\"",
              "must be one IP address without prefix, such as 10.0.0.7 or 2001:db8::7"));
    }
  }
}
