package dev.patchbay.agent.simulation;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.libcni.ExecOutcome;
import dev.patchbay.cni.libcni.PluginCall;
import dev.patchbay.cni.libcni.PluginExec;
import dev.patchbay.cni.result.Result;
import dev.patchbay.cni.result.ResultInterface;
import dev.patchbay.cni.result.ResultIp;
import dev.patchbay.cni.result.ResultRoute;
import dev.patchbay.cni.result.convert.Results;
import dev.patchbay.cni.skel.CniCommand;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.linux.fake.FakeKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * Third-party plugins: some make a link in the namespace at the path they are given and delete by
 * name what they find there, some only take notes, some give addresses. All of them keep something
 * outside the namespace until their DEL.
 */
final class FakePlugins implements PluginExec {
  private static final Set<String> IPAM = Set.of("dhcp", "whereabouts");
  private static final Set<String> NOTING = Set.of("portmap", "bandwidth");

  private final Supplier<FakeKernel> kernel;
  private final Set<String> held = new TreeSet<>();
  private final List<PluginCall> calls = new ArrayList<>();
  private int addresses = 1;

  FakePlugins(Supplier<FakeKernel> kernel) {
    this.kernel = kernel;
  }

  @Override
  public synchronized ExecOutcome run(PluginCall call) {
    calls.add(call);
    String key = call.type() + " of " + call.containerId() + " " + call.ifName();
    return switch (call.command()) {
      case ADD ->
          held.add(key)
              ? new ExecOutcome.Succeeded(Optional.of(add(call)))
              : new ExecOutcome.Refused(
                  call.type(), CniError.of(100, key + " is there already: its DEL never came"));
      case DEL -> {
        held.remove(key);
        deleteLink(call);
        yield new ExecOutcome.Succeeded(Optional.empty());
      }
      case CHECK, GC, STATUS, VERSION -> new ExecOutcome.Succeeded(Optional.empty());
    };
  }

  private ObjectNode add(PluginCall call) {
    if (NOTING.contains(call.type())) {
      return prevResult(call).orElseGet(() -> Results.write(Result.EMPTY, call.version()));
    }
    ResultIp ip =
        new ResultIp(
            OptionalInt.empty(),
            Cidr.parse("10.99.0." + ++addresses + "/24"),
            Optional.of(Cidr.ip("10.99.0.1")));
    if (IPAM.contains(call.type())) {
      var route = ResultRoute.of(Cidr.parse("0.0.0.0/0"), ip.gateway());
      return Results.write(
          new Result(List.of(), List.of(ip), List.of(route), Dns.NONE), call.version());
    }
    MacAddress mac = new MacAddress("02:0e:ec:00:00:%02x".formatted(addresses));
    kernel.get().addDummy(Netns.at(call.netns()), new IfName(call.ifName()), mac);
    var link =
        ResultInterface.of(call.ifName(), Optional.of(mac.value()), Optional.of(call.netns()));
    return Results.write(
        new Result(List.of(link), List.of(ip.onInterface(OptionalInt.of(0))), List.of(), Dns.NONE),
        call.version());
  }

  private void deleteLink(PluginCall call) {
    if (NOTING.contains(call.type()) || IPAM.contains(call.type()) || call.netns().isEmpty()) {
      return;
    }
    Netns netns = Netns.at(call.netns());
    IfName name = new IfName(call.ifName());
    if (kernel.get().link(netns, name).isPresent()) {
      kernel.get().delete(netns, name);
    }
  }

  /** The prevResult that a call brought. */
  static Optional<ObjectNode> prevResult(PluginCall call) {
    return Json.object(call.conf(), "conf").get("prevResult") instanceof ObjectNode result
        ? Optional.of(result)
        : Optional.empty();
  }

  /** What is kept for someone, a line each. */
  synchronized List<String> held() {
    return held.stream().map("plugin "::concat).toList();
  }

  /** The calls of one command so far, in order. */
  synchronized List<PluginCall> calls(CniCommand command) {
    return calls.stream().filter(call -> call.command() == command).toList();
  }
}
