package dev.patchbay.agent.api;

import dev.patchbay.agent.cni.NicResults;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.vm.GuestViews;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.result.Result;
import dev.patchbay.cni.result.ResultInterface;
import dev.patchbay.cni.result.ResultIp;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.NicState;
import dev.patchbay.core.nic.Origin;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.vm.truth.GuestView;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** A NIC of the journal as the command line sees it. */
public final class NicView {
  private NicView() {}

  /** The NIC as {@code patchbay get nics -o json} shows it. */
  public static ObjectNode of(NicRecord nic) {
    Attachment attachment = nic.planned().attachment();
    Result result = result(nic);
    ObjectNode node = Json.newObject();
    node.put("pod", nic.caller().pod().orElse(""));
    node.put("container", nic.key().incarnation());
    node.put("nic", nic.key().nic().value());
    node.put("state", Answers.word(nic.state()));
    node.put("network", attachment.network());
    nic.port()
        .ifPresent(claim ->
            node.put("port", claim.port())
                .put("vpc", claim.namespace() + "/" + claim.vpc())
                .put("subnet", claim.subnet()));
    node.put("kind", type(attachment.chain().getFirst()));
    Answers.texts(node, "chain", attachment.chain().stream().map(NicView::type).toList());
    node.put(
        "native", attachment.chain().stream().noneMatch(Attachment.Member.Exec.class::isInstance));
    Answers.texts(node, "ips", ips(result, nic));
    Optional<ResultInterface> pod = inPod(result, nic);
    node.put("mac", pod.flatMap(ResultInterface::mac).orElse(""));
    node.put("mtu", pod.map(link -> link.mtu().orElse(0)).orElse(0));
    node.put("hostLink", hostLink(result));
    node.put("netns", nic.netns().path());
    node.put("owner", nic.key().owner().toString());
    node.put("runtime", nic.caller().runtime());
    node.put("plugged", nic.isPlugged());
    node.put("since", nic.since().toString());
    node.set("origin", origin(attachment.origin()));
    node.put("trouble", nic.trouble().orElse(""));
    return node;
  }

  /** The same with the guest's side of a machine's NIC, whose state then is the NIC's. */
  static ObjectNode of(NicRecord nic, GuestViews guests) {
    ObjectNode node = of(nic);
    Optional<GuestView> guest = guests.of(nic);
    guest.ifPresent(view -> {
      node.put("host", Answers.word(nic.state()));
      node.put("state", Answers.word(GuestViews.state(nic, guest)));
      node.set("guest", guest(view));
    });
    return node;
  }

  /** The guest's side as people and programs read it. */
  public static ObjectNode guest(GuestView view) {
    ObjectNode node = Json.newObject();
    node.put("state", word(view.state()));
    node.put("mac", view.mac().map(MacAddress::value).orElse(""));
    node.put("promiscuous", view.promiscuous());
    Answers.texts(node, "ips", view.addresses().stream().map(GuestView::text).toList());
    return node.put("reason", view.why());
  }

  /** A state as people write it, such as DriverReady. */
  public static String word(NicState state) {
    return Answers.word(state);
  }

  /** Where a NIC was asked for. */
  static ObjectNode origin(Origin origin) {
    return Json.newObject()
        .put("dialect", origin.dialect())
        .put("where", origin.where())
        .put("text", Masked.text(origin.text()));
  }

  /** The plugin type whose work a member of a chain does. */
  static String type(Attachment.Member member) {
    return switch (member) {
      case Attachment.Member.Native(var kind, _, _, _) -> kind.type();
      case Attachment.Member.Tuning _ -> "tuning";
      case Attachment.Member.Exec(var type, _) -> type;
    };
  }

  /** What its plugins answered. */
  static Result result(NicRecord nic) {
    try {
      return NicResults.of(nic.planned().result(), nic.bound()).orElse(Result.EMPTY);
    } catch (CniException _) {
      return Result.EMPTY; // a plugin's odd answer must not hide the NIC from a list
    }
  }

  private static Optional<ResultInterface> inPod(Result result, NicRecord nic) {
    return result.interfaces().stream()
        .filter(link -> link.sandbox().isPresent() && link.name().equals(nic.key().nic().value()))
        .findFirst();
  }

  private static List<String> ips(Result result, NicRecord nic) {
    return addresses(result, nic).map(ip -> ip.address().toString()).toList();
  }

  /** The addresses that a NIC itself has. */
  static Stream<ResultIp> addresses(Result result, NicRecord nic) {
    String name = nic.key().nic().value();
    return result.ips().stream()
        .filter(ip -> result.interfaceOf(ip).map(link -> link.name().equals(name)).orElse(true));
  }

  /** The pod's peer on the host comes last of what is there, after a bridge. */
  private static String hostLink(Result result) {
    return result.interfaces().stream()
        .filter(link -> link.sandbox().isEmpty())
        .map(ResultInterface::name)
        .reduce((_, last) -> last)
        .orElse("");
  }
}
