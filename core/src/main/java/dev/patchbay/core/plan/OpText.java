package dev.patchbay.core.plan;

import dev.patchbay.core.nic.IpText;
import dev.patchbay.core.nic.Netns;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Collectors;

/** Ops in words, as {@code patchbay plan} and {@code patchbay why} show them. */
public final class OpText {
  private OpText() {}

  /** One line, without secrets: configurations of third-party plugins are not shown. */
  public static String of(Op op) {
    return switch (op) {
      case LinkOp link -> link(link);
      case LeaseOp lease -> lease(lease);
      case PortOp port -> port(port);
      case ExecOp exec -> exec(exec);
      case GuestOp.PlugDevice(var vm, var device, var tap, _) ->
          "plug device " + device + " on " + tap + " into guest " + vm;
      case GuestOp.UnplugDevice(var vm, var device, _) ->
          "ask guest " + vm + " to let go of " + device;
      case GuestOp.RemoveNetdev(var vm, var device) ->
          "cut device " + device + " of guest " + vm + " off";
      case AwaitOp(var until, var atMost, _) when atMost.isZero() -> "see that " + condition(until);
      case AwaitOp(var until, var atMost, _) ->
          "wait at most " + atMost.toSeconds() + " s until " + condition(until);
    };
  }

  private static String condition(AwaitOp.Condition condition) {
    return switch (condition) {
      case AwaitOp.Condition.Carrier(var netns, var link) -> link + in(netns) + " has carrier";
      case AwaitOp.Condition.DadDone(var netns, var link) ->
          "no address of " + link + in(netns) + " is tentative";
      case AwaitOp.Condition.DhcpLease(var netns, var link, _) ->
          "DHCP has an address for " + link + in(netns);
      case AwaitOp.Condition.DeviceDeleted(var vm, var device) ->
          "guest " + vm + " has let go of " + device;
    };
  }

  private static String link(LinkOp op) {
    return switch (op) {
      case LinkOp.EnsureNetns(var netns) -> "ensure network namespace " + netns;
      case LinkOp.EnsureBridge(var at, var bridge, var mtu, _, var vlans, _) ->
          "ensure bridge "
              + bridge
              + in(at)
              + (mtu.isPresent() ? " mtu " + mtu.getAsInt() : "")
              + (vlans ? " vlan_filtering" : "");
      case LinkOp.EnsureGateway(var bridge, _, _, var vlan) ->
          "ensure gateway address on "
              + bridge
              + (vlan.isPresent() ? " vlan " + vlan.getAsInt() : "");
      case LinkOp.EnsureForwarding(var at, _) ->
          "ensure " + (at.isHost() ? "the host" : at) + " forwards";
      case LinkOp.EnsureMasquerade(var network, _) -> "ensure masquerade for " + network;
      case LinkOp.EnsureUplink(var router, var host, var pool, _) ->
          "ensure uplink " + host + " of " + router + " with an address of " + pool;
      case LinkOp.GuardPort(var port, var mac, var addresses) ->
          "let only " + mac + " and " + addresses.lease() + " in by " + port;
      case LinkOp.UnguardPort(var at, var port) -> "forget the guard of " + port + in(at);
      case LinkOp.AddVeth(var at, var host, _, var pod, var name, var mac, _, var bridge, _, _) ->
          "add veth "
              + host
              + in(at)
              + bridge.map(ref -> " master " + ref).orElse("")
              + " peer "
              + name
              + in(pod)
              + " address "
              + mac;
      case LinkOp.SetPort(var port, var hairpin, var isolated, var vlan, var trunk, _) ->
          "set port "
              + port
              + (hairpin ? " hairpin" : "")
              + (isolated ? " isolated" : "")
              + (vlan.isPresent() ? " vlan " + vlan.getAsInt() : "")
              + (trunk.isEmpty()
                  ? ""
                  : " trunk "
                      + trunk.stream()
                          .map(r -> r.first() + "-" + r.last())
                          .collect(Collectors.joining(",")));
      case LinkOp.AddMacvlan(_, var parent, var pod, var name, var mode, var mac, _, _, _) ->
          "add macvlan "
              + name
              + in(pod)
              + " on "
              + parent
              + " mode "
              + mode.name().toLowerCase(java.util.Locale.ROOT)
              + " address "
              + mac;
      case LinkOp.AddTap(var pod, var name, _, _, _, _, _, _, _) -> "add tap " + name + in(pod);
      case LinkOp.MoveDevice(var device, var pod, var name, _, _) ->
          "move device " + device + " to " + name + in(pod);
      case LinkOp.ReturnDevice(_, var pod, var name, _) ->
          "return " + name + in(pod) + " to the host";
      case LinkOp.SetLoopbackUp(var netns, _, _) -> "set lo" + in(netns) + " up";
      case LinkOp.SetUp(var netns, var name) -> "set " + name + in(netns) + " up";
      case LinkOp.SetDown(var netns, var name) -> "set " + name + in(netns) + " down";
      case LinkOp.Configure(var netns, var name, var addresses, _, _) ->
          "configure " + name + in(netns) + " with " + addresses.lease();
      case LinkOp.RouteToPod(var hostEnd, var addresses) ->
          "route " + addresses.lease() + " through " + hostEnd;
      case LinkOp.Announce(var netns, var name, var addresses) ->
          "announce " + addresses.lease() + " on " + name + in(netns);
      case LinkOp.Tune(var netns, var name, _, _, _) -> "tune " + name + in(netns);
      case LinkOp.Untune(var netns, var name, _, _) ->
          "put back the settings of " + name + in(netns);
      case LinkOp.AddDefaultRoute(var netns, var link, var gateways) ->
          "add default route via " + addresses(gateways) + " on " + link + in(netns);
      case LinkOp.KeepDefaultRoute(var netns, var keep) ->
          "keep only the default route of " + keep + in(netns);
      case LinkOp.HandOver(var netns, var nic, var tap, var owner, _) ->
          "hand " + nic + in(netns) + " to " + tap + " of uid " + owner;
      case LinkOp.TakeBack(var netns, var nic, var tap, _) ->
          "take " + nic + in(netns) + " back from " + tap;
      case LinkOp.DeleteLink(var netns, var name, _, _) -> "delete " + name + in(netns);
    };
  }

  private static String lease(LeaseOp op) {
    return switch (op) {
      case LeaseOp.Reserve(var pool, _, var requested, var lease) ->
          "reserve "
              + lease
              + " in pool "
              + pool.network()
              + (requested.isEmpty() ? "" : " " + addresses(requested));
      case LeaseOp.Release(var pool, _, var lease) ->
          "release " + lease + " in pool " + pool.network();
      case LeaseOp.Fixed(var addressing, var lease) ->
          "use "
              + addressing.ips().stream()
                  .map(ip -> ip.address().toString())
                  .collect(Collectors.joining(", "))
              + " as "
              + lease;
    };
  }

  private static String port(PortOp op) {
    return switch (op) {
      case PortOp.BindPort(var claim, _, var lease) ->
          (claim.ours() ? "make port " : "bind port ")
              + claim.port()
              + " of subnet "
              + claim.subnet()
              + " in VPC "
              + claim.namespace()
              + "/"
              + claim.vpc()
              + " as "
              + lease
              + (claim.requested().isEmpty() ? "" : " " + addresses(claim.requested()));
      case PortOp.UnbindPort(var claim) -> "unbind port " + claim.namespace() + "/" + claim.port();
      case PortOp.ReleasePort(var claim) ->
          "release port " + claim.namespace() + "/" + claim.port();
    };
  }

  private static String addresses(List<InetAddress> all) {
    return all.stream().map(IpText::of).collect(Collectors.joining(", "));
  }

  private static String exec(ExecOp op) {
    return switch (op) {
      case ExecOp.Add(var call, _, _) -> "run plugin " + call.type() + " ADD " + call.ifName();
      case ExecOp.Allocate(var call, _) ->
          "run IPAM plugin " + call.type() + " ADD " + call.ifName();
      case ExecOp.Check(var call, _) -> "run plugin " + call.type() + " CHECK " + call.ifName();
      case ExecOp.Del(var call, _) -> "run plugin " + call.type() + " DEL " + call.ifName();
    };
  }

  private static String in(Netns netns) {
    return netns.isHost() ? "" : " in " + netns;
  }
}
