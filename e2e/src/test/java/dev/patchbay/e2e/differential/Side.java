package dev.patchbay.e2e.differential;

import dev.patchbay.e2e.differential.CniCaller.Answer;
import dev.patchbay.e2e.differential.CniCaller.Call;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One of the two that are compared, with a network namespace that plays its host. The host is
 * emptied for each scenario, since an agent keeps the one it was started for; pods are fresh.
 */
final class Side {
  private static final String EMPTY_HOST =
      """
      for link in $(ip -o link | sed -n 's/^[0-9]*: \\([^:@]*\\).*/\\1/p' | grep -v '^lo$'); do
        ip link del "$link" 2>/dev/null || true
      done
      nft flush ruleset
      ip addr flush dev lo; ip link set lo down; ip link set lo up
      ip route flush table main; ip -6 route flush table main
      echo 0 >/proc/sys/net/ipv4/ip_forward
      echo 0 >/proc/sys/net/ipv6/conf/all/forwarding
      """;

  private final String host;
  private final Path folder;
  private final CniCaller caller;

  /**
   * A side.
   *
   * @param host name of the namespace that plays its host; names of pods start with it
   * @param folder its own
   * @param caller called for each pod
   */
  Side(String host, Path folder, CniCaller caller) {
    this.host = host;
    this.folder = folder;
    this.caller = caller;
  }

  /** Plays a scenario and says what was seen. */
  Transcript play(Scenario scenario, int number) {
    Ended.script(host, EMPTY_HOST).orFail();
    String pod = host + "-pod" + number;
    Ended.of("ip", "netns", "add", pod).orFail();
    try {
      Ended.script(host, places(scenario.host(), pod)).orFail();
      Ended.script(pod, places(scenario.pod(), pod)).orFail();
      Path leases = Files.createDirectories(folder.resolve(pod));
      var looking = new Looking(host, pod, leases, scenario);
      var play = new Play(scenario, pod, "container-" + number, plugins(scenario, leases), looking);
      // only what is refused is held against what was there before
      NavigableSet<String> before =
          scenario.expected().refusal().isPresent() ? looking.lines() : new TreeSet<>();
      scenario.acts().forEach(play::act);
      return new Transcript(before, play.scenes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      removeNamespaces();
    }
  }

  /** The pod's and those that the scenario made around. */
  private void removeNamespaces() {
    try (Stream<Path> all = Files.list(Path.of("/run/netns"))) {
      all.map(path -> path.getFileName().toString())
          .filter(netns -> netns.startsWith(host + "-"))
          .forEach(netns -> Ended.of("ip", "netns", "delete", netns).orFail());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String places(String commands, String pod) {
    return commands.replace("$HOST", host).replace("$POD", pod);
  }

  private static List<ObjectNode> plugins(Scenario scenario, Path leases) {
    return scenario.request().plugins().stream()
        .map(text -> {
          ObjectNode conf = Looking.JSON.createObjectNode();
          conf.put("cniVersion", scenario.request().version()).put("name", "net");
          conf.setAll(
              (ObjectNode) Looking.JSON.readTree(text.replace("$LEASES", leases.toString())));
          return conf;
        })
        .toList();
  }

  /** A scenario under way. */
  private final class Play {
    private final Scenario scenario;
    private final String pod;
    private final String containerId;
    private final List<ObjectNode> plugins;
    private final Looking looking;
    private final List<Transcript.Scene> scenes = new ArrayList<>();
    private Optional<JsonNode> result = Optional.empty();
    private Optional<JsonNode> second = Optional.empty();

    Play(
        Scenario scenario,
        String pod,
        String containerId,
        List<ObjectNode> plugins,
        Looking looking) {
      this.scenario = scenario;
      this.pod = pod;
      this.containerId = containerId;
      this.plugins = plugins;
      this.looking = looking;
    }

    void act(Act act) {
      List<Answer> answers = act instanceof Act.Cni cni ? List.of(cni(cni)) : List.of();
      String outcome =
          switch (act) {
            case Act.Cni _ -> answers.getFirst().ok() ? "done" : "refused";
            case Act.OnHost(var commands) -> done(Ended.script(host, places(commands, pod)));
            case Act.InPod(var commands) -> done(Ended.script(pod, places(commands, pod)));
            case Act.Probe(var commands, _) ->
                Ended.script(pod, places(commands, pod)).exit() == 0 ? "succeeds" : "fails";
          };
      NavigableSet<String> seen = act == Act.Cni.CHECK ? new TreeSet<>() : looking.lines();
      answers.stream()
          .filter(Answer::ok)
          .forEach(answer -> seen.addAll(looking.result(answer.body())));
      scenes.add(new Transcript.Scene(act, outcome, answers, seen));
    }

    private Answer cni(Act.Cni act) {
      return switch (act) {
        case ADD -> add(call("ADD", scenario.request().ifName(), Optional.empty()));
        case CHECK -> caller.call(call("CHECK", scenario.request().ifName(), result));
        case DEL -> caller.call(call("DEL", scenario.request().ifName(), result));
        case DEL_WITHOUT_NETNS -> caller.call(withoutNetns());
        case ADD_SECOND -> {
          Answer given = caller.call(call("ADD", "eth1", Optional.empty()));
          second = Optional.of(given.body()).filter(_ -> given.ok() && scenario.carriesResults());
          yield given;
        }
        case DEL_SECOND -> caller.call(call("DEL", "eth1", second));
      };
    }

    private Answer add(Call call) {
      Answer answer = caller.call(call);
      result = Optional.of(answer.body()).filter(_ -> answer.ok() && scenario.carriesResults());
      return answer;
    }

    private Call call(String command, String ifName, Optional<JsonNode> prevResult) {
      return new Call(
          command,
          host,
          containerId,
          "/run/netns/" + pod,
          ifName,
          scenario.request(),
          plugins,
          prevResult);
    }

    private Call withoutNetns() {
      return new Call(
          "DEL",
          host,
          containerId,
          "",
          scenario.request().ifName(),
          scenario.request(),
          plugins,
          Optional.empty());
    }

    private static String done(Ended ended) {
      ended.orFail();
      return "done";
    }
  }
}
