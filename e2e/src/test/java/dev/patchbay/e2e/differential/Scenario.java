package dev.patchbay.e2e.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A configuration and what happens with it.
 *
 * @param sentence what a network engineer would call it; the test's name
 * @param plugins the chain's configurations as JSON, without name and version; {@code $LEASES} is
 *     host-local's folder
 * @param version the CNI version that the runtime speaks
 * @param args CNI_ARGS
 * @param ifName the interface's name in the pod
 * @param host a shell's commands that prepare the host
 * @param pod a shell's commands that prepare the pod
 * @param acts what happens
 * @param refusal what our refusal of the ADD must be; empty when it must succeed
 * @param needs what this kernel must have
 */
record Scenario(
    String sentence,
    List<String> plugins,
    String version,
    String args,
    String ifName,
    String host,
    String pod,
    List<Act> acts,
    Optional<Refusal> refusal,
    Optional<Need> needs) {
  private static final List<Act> LIFE =
      List.of(Act.Cni.ADD, Act.Cni.CHECK, Act.Cni.DEL, Act.Cni.DEL);

  /**
   * How we say no.
   *
   * @param code the CNI error code that we document
   * @param words what message or details must mention: field, value, remedy
   * @param stricter why we refuse what the reference plugin lets pass; empty when both refuse
   */
  record Refusal(int code, List<String> words, Optional<String> stricter) {}

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
        List.of(plugins),
        "1.1.0",
        "",
        "eth0",
        "",
        "",
        LIFE,
        Optional.empty(),
        Optional.empty());
  }

  /** Spoken in another version; CNI before 0.4.0 has no CHECK. */
  Scenario cni(String spoken) {
    List<Act> all =
        spoken.startsWith("0.3")
            ? acts.stream().filter(act -> act != Act.Cni.CHECK).toList()
            : acts;
    return new Scenario(sentence, plugins, spoken, args, ifName, host, pod, all, refusal, needs);
  }

  Scenario args(String cniArgs) {
    return new Scenario(
        sentence, plugins, version, cniArgs, ifName, host, pod, acts, refusal, needs);
  }

  Scenario ifName(String name) {
    return new Scenario(sentence, plugins, version, args, name, host, pod, acts, refusal, needs);
  }

  Scenario onHost(String... commands) {
    return new Scenario(
        sentence,
        plugins,
        version,
        args,
        ifName,
        String.join("\n", commands),
        pod,
        acts,
        refusal,
        needs);
  }

  Scenario inPod(String... commands) {
    return new Scenario(
        sentence,
        plugins,
        version,
        args,
        ifName,
        host,
        String.join("\n", commands),
        acts,
        refusal,
        needs);
  }

  Scenario acts(Act... all) {
    return new Scenario(
        sentence, plugins, version, args, ifName, host, pod, List.of(all), refusal, needs);
  }

  Scenario needs(Need need) {
    return new Scenario(
        sentence, plugins, version, args, ifName, host, pod, acts, refusal, Optional.of(need));
  }

  /** Both refuse, we with this code and these words. */
  Scenario bothRefuse(int code, String... words) {
    return refused(new Refusal(code, List.of(words), Optional.empty()));
  }

  /** We refuse, the reference plugin does not. */
  Scenario onlyWeRefuse(String why, int code, String... words) {
    return refused(new Refusal(code, List.of(words), Optional.of(why)));
  }

  private Scenario refused(Refusal expected) {
    return new Scenario(
        sentence,
        plugins,
        version,
        args,
        ifName,
        host,
        pod,
        acts.equals(LIFE) ? List.of(Act.Cni.ADD) : acts,
        Optional.of(expected),
        needs);
  }

  /** Whether runtimes of that version hand results to CHECK and DEL (CNI 0.4.0 and later). */
  boolean carriesResults() {
    return !version.startsWith("0.3");
  }

  /** Everything that was written by hand: hardware addresses in it are not generated ones. */
  String written() {
    List<String> all = new ArrayList<>(plugins);
    all.add(args);
    all.add(host);
    all.add(pod);
    acts.forEach(act -> all.add(act.toString()));
    return String.join("\n", all);
  }
}
