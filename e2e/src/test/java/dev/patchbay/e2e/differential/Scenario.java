package dev.patchbay.e2e.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A configuration and what happens with it.
 *
 * @param sentence what a network engineer would call it; the test's name
 * @param request what the runtime asks for
 * @param host a shell's commands that prepare the host
 * @param pod a shell's commands that prepare the pod
 * @param acts what happens
 * @param expected what must come of it besides being the same on both sides
 * @param needs what this kernel must have
 */
record Scenario(
    String sentence,
    Request request,
    String host,
    String pod,
    List<Act> acts,
    Expected expected,
    Optional<Need> needs) {
  private static final List<Act> LIFE =
      List.of(Act.Cni.ADD, Act.Cni.CHECK, Act.Cni.DEL, Act.Cni.DEL);

  /**
   * What the runtime asks for.
   *
   * @param plugins the chain's configurations as JSON, without name and version; {@code $LEASES} is
   *     host-local's folder
   * @param version the CNI version that the runtime speaks
   * @param args CNI_ARGS
   * @param ifName the interface's name in the pod
   * @param environment replaces variables of the call
   * @param stdin replaces the configuration
   */
  record Request(
      List<String> plugins,
      String version,
      String args,
      String ifName,
      Map<String, String> environment,
      Optional<String> stdin) {}

  /**
   * What must come of it.
   *
   * @param refusal what our refusal must be; empty when we must not refuse an ADD
   * @param refused acts that both refuse, such as CHECK of a NIC that has lost its address
   * @param divergences where the two differ on purpose, in this scenario only
   */
  record Expected(Optional<Refusal> refusal, List<Act> refused, List<Divergence> divergences) {}

  /**
   * How we say no.
   *
   * @param code the CNI error code that we document
   * @param words what message or details must mention: field, value, remedy
   * @param stricter why we refuse what the reference plugin lets pass; empty when both refuse
   */
  record Refusal(int code, List<String> words, Optional<String> stricter) {}

  /**
   * A difference that we want.
   *
   * @param why the reason
   * @param facts these are not compared
   * @param acts these may end in another way: the reference refuses, we do not
   * @param ours what must be seen on our side at the end
   */
  record Divergence(String why, Optional<Pattern> facts, List<Act> acts, List<String> ours) {}

  /** Something that not every kernel has. */
  enum Need {
    VLAN_FILTERING("ip link add pbneed type bridge vlan_filtering 1");

    private final String probe;

    Need(String probe) {
      this.probe = probe;
    }

    /** A shell's commands that succeed in a fresh namespace of a kernel that has it. */
    String probe() {
      return probe;
    }
  }

  /** A pod with one interface of a network: ADD, CHECK, DEL, and DEL again. */
  static Scenario of(String sentence, String... plugins) {
    return new Scenario(
        sentence,
        new Request(List.of(plugins), "1.1.0", "", "eth0", Map.of(), Optional.empty()),
        "",
        "",
        LIFE,
        new Expected(Optional.empty(), List.of(), List.of()),
        Optional.empty());
  }

  /** Spoken in another version; CNI before 0.4.0 has no CHECK. */
  Scenario cni(String version) {
    List<Act> all =
        version.startsWith("0.3")
            ? acts.stream().filter(act -> act != Act.Cni.CHECK).toList()
            : acts;
    var spoken =
        new Request(
            request.plugins(),
            version,
            request.args(),
            request.ifName(),
            request.environment(),
            request.stdin());
    return new Scenario(sentence, spoken, host, pod, all, expected, needs);
  }

  /** With CNI_ARGS, whose unknown keys every plugin is told to ignore. */
  Scenario args(String args) {
    var asked =
        new Request(
            request.plugins(),
            request.version(),
            "IgnoreUnknown=1;" + args,
            request.ifName(),
            request.environment(),
            request.stdin());
    return new Scenario(sentence, asked, host, pod, acts, expected, needs);
  }

  Scenario ifName(String name) {
    return asking(name, request.environment(), request.stdin());
  }

  /** With another value of an environment variable than a runtime would give. */
  Scenario environment(String variable, String value) {
    return asking(request.ifName(), Map.of(variable, value), request.stdin());
  }

  /** With something else than the configuration on the standard input. */
  Scenario stdin(String text) {
    return asking(request.ifName(), request.environment(), Optional.of(text));
  }

  private Scenario asking(String name, Map<String, String> environment, Optional<String> stdin) {
    var asked =
        new Request(request.plugins(), request.version(), request.args(), name, environment, stdin);
    return new Scenario(sentence, asked, host, pod, acts, expected, needs);
  }

  Scenario onHost(String... commands) {
    String all = String.join("\n", commands);
    return new Scenario(sentence, request, all, pod, acts, expected, needs);
  }

  Scenario inPod(String... commands) {
    String all = String.join("\n", commands);
    return new Scenario(sentence, request, host, all, acts, expected, needs);
  }

  Scenario acts(Act... all) {
    return new Scenario(sentence, request, host, pod, List.of(all), expected, needs);
  }

  Scenario needs(Need need) {
    return new Scenario(sentence, request, host, pod, acts, expected, Optional.of(need));
  }

  /** Both refuse the ADD, we with this code and these words. */
  Scenario bothRefuse(int code, String... words) {
    return refused(new Refusal(code, List.of(words), Optional.empty()));
  }

  /** We refuse the ADD, the reference plugin does not. */
  Scenario onlyWeRefuse(String why, int code, String... words) {
    return refused(new Refusal(code, List.of(words), Optional.of(why)));
  }

  private Scenario refused(Refusal refusal) {
    return new Scenario(
        sentence,
        request,
        host,
        pod,
        acts.equals(LIFE) ? List.of(Act.Cni.ADD) : acts,
        new Expected(Optional.of(refusal), expected.refused(), expected.divergences()),
        needs);
  }

  /** Both refuse this act, which is not the first ADD. */
  Scenario bothRefuse(Act act) {
    var both = new Expected(expected.refusal(), List.of(act), expected.divergences());
    return new Scenario(sentence, request, host, pod, acts, both, needs);
  }

  /** The reference refuses this act and we do not. */
  Scenario referenceRefuses(Act act, String why) {
    return diverging(new Divergence(why, Optional.empty(), List.of(act), List.of()));
  }

  /**
   * Facts that are not compared here, and what must be seen on our side instead.
   *
   * @param facts a regular expression for whole lines
   */
  Scenario differs(String why, String facts, String... ours) {
    return diverging(
        new Divergence(why, Optional.of(Pattern.compile(facts)), List.of(), List.of(ours)));
  }

  private Scenario diverging(Divergence one) {
    List<Divergence> all = Stream.concat(expected.divergences().stream(), Stream.of(one)).toList();
    var both = new Expected(expected.refusal(), expected.refused(), all);
    return new Scenario(sentence, request, host, pod, acts, both, needs);
  }

  /** Whether runtimes of that version hand results to CHECK and DEL (CNI 0.4.0 and later). */
  boolean carriesResults() {
    return !request.version().startsWith("0.3");
  }

  /** Everything that was written by hand: hardware addresses in it are not generated ones. */
  String written() {
    List<String> all = new ArrayList<>(request.plugins());
    all.add(request.args());
    all.add(host);
    all.add(pod);
    acts.forEach(act -> all.add(act.toString()));
    return String.join("\n", all);
  }
}
