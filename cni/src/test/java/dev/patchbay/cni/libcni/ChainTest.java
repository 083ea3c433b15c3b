package dev.patchbay.cni.libcni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.patchbay.cni.conf.ConfParser;
import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.skel.AttachmentId;
import dev.patchbay.cni.skel.CniArgs;
import dev.patchbay.cni.skel.CniCommand;
import dev.patchbay.cni.skel.ContainerId;
import dev.patchbay.cni.skel.ValidAttachments;
import dev.patchbay.cni.version.CniVersion;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.plan.AttachFailure;
import dev.patchbay.core.plan.ExecOp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Corners 33, 52 to 54, 58 and 61 to 65: the calls of a chain. */
class ChainTest {
  private static final AttachmentId ETH0 =
      new AttachmentId(new ContainerId("c1"), new IfName("eth0"));
  private static final RuntimeConf RUNTIME =
      new RuntimeConf(
          ETH0,
          Optional.of("/run/netns/a"),
          CniArgs.parse("K8S_POD_NAME=web"),
          Map.of("mac", new StringNode("02:00:00:00:00:01")),
          Map.of(),
          List.of("/opt/cni/bin"),
          Map.of("HOME", "/home/x"));

  private final List<PluginCall> calls = new ArrayList<>();

  @Test
  void eachPluginOfAnAddGetsTheResultOfTheOneBefore() throws Exception {
    ChainDriver driver = driver("");
    ChainDriver.Ended ended = driver.add(network("1.0.0", ""), RUNTIME);
    assertThat(ended.succeeded()).isTrue();
    assertThat(ended.result().path("by").stringValue()).isEqualTo("third");
    assertThat(calls).extracting(PluginCall::type).containsExactly("first", "second", "third");
    assertThat(previous(0)).isEqualTo("none");
    assertThat(previous(1)).isEqualTo("first");
    assertThat(previous(2)).isEqualTo("second");
    assertThat(conf(0).at("/runtimeConfig/mac").stringValue()).isEqualTo("02:00:00:00:00:01");
    assertThat(conf(1).has("runtimeConfig")).isFalse();
    assertThat(calls.getFirst().processEnvironment())
        .containsEntry("HOME", "/home/x")
        .containsEntry("CNI_ARGS", "K8S_POD_NAME=web")
        .containsEntry("CNI_PATH", "/opt/cni/bin");
  }

  @Test
  @DisplayName("corner 33: ADD stops at the plugin that fails, and says which")
  void addStopsAtTheFirstFailure() throws Exception {
    ChainDriver.Ended ended = driver("second").add(network("1.0.0", ""), RUNTIME);
    assertThat(calls).extracting(PluginCall::type).containsExactly("first", "second");
    assertThat(ended.failures())
        .containsExactly(new AttachFailure.DelegateRefused("second", 50, "no", ""));
    assertThat(ended.result().path("by").stringValue()).isEqualTo("first");
  }

  @Test
  @DisplayName("corner 52: DEL goes backwards and each plugin gets the final result")
  void delGoesBackwardsWithTheFinalResult() throws Exception {
    ObjectNode result = Json.newObject().put("cniVersion", "1.0.0").put("by", "third");
    driver("").del(network("1.0.0", ""), RUNTIME, Optional.of(result));
    assertThat(calls).extracting(PluginCall::type).containsExactly("third", "second", "first");
    assertThat(List.of(previous(0), previous(1), previous(2))).containsOnly("third");
  }

  @Test
  void delBefore040HasNoPrevResult() throws Exception {
    driver("").del(network("0.3.1", ""), RUNTIME, Optional.of(Json.newObject()));
    assertThat(calls).hasSize(3).noneMatch(call -> call.conf().contains("prevResult"));
  }

  @Test
  void prevResultOfAnotherVersionIsConverted() throws Exception {
    ObjectNode older =
        Json.object("{\"cniVersion\":\"0.2.0\",\"ip4\":{\"ip\":\"10.0.0.1/8\"}}", "t");
    driver("").del(network("1.0.0", ""), RUNTIME, Optional.of(older));
    assertThat(conf(0).path("prevResult"))
        .isEqualTo(
            Json.object("{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"10.0.0.1/8\"}]}", "t"));
  }

  @Test
  @DisplayName("corner 53: CHECK of 0.3.1 is refused with 1")
  void checkOfAnOldNetworkIsRefused() {
    CniException refusal =
        catchThrowableOfType(
            CniException.class, () -> Chain.check(network("0.3.1", ""), RUNTIME, Json.newObject()));
    assertThat(refusal.error().code()).isEqualTo(CniError.INCOMPATIBLE_VERSION);
    assertThat(refusal.error().msg()).contains("0.3.1", "CHECK", "0.4.0");
  }

  @Test
  @DisplayName("corner 54: disableCheck sends no CHECK")
  void disabledCheckIsNotSent() {
    assertThat(Chain.check(network("1.0.0", "'disableCheck':true,"), RUNTIME, Json.newObject()))
        .isEmpty();
    assertThat(Chain.check(network("1.0.0", ""), RUNTIME, Json.newObject()))
        .extracting(PluginCall::type)
        .containsExactly("first", "second", "third");
  }

  @Test
  @DisplayName("corner 61 and 62: GC sends both keys, and goes on after a failure")
  void gcCollectsAllFailures() throws Exception {
    ValidAttachments valid = new ValidAttachments(Set.of(ETH0));
    ChainDriver.Ended ended =
        driver("first second").gc(network("1.1.0", ""), valid, List.of("/p"), Map.of());
    assertThat(calls).extracting(PluginCall::type).containsExactly("first", "second", "third");
    assertThat(ended.failures()).hasSize(2);
    for (int i = 0; i < 3; i++) {
      assertThat(conf(i).path("cni.dev/valid-attachments").toString())
          .isEqualTo("[{\"containerID\":\"c1\",\"ifname\":\"eth0\"}]")
          .isEqualTo(conf(i).path("cni.dev/attachments").toString());
      assertThat(conf(i).has("runtimeConfig")).isFalse();
      assertThat(calls.get(i).processEnvironment())
          .containsEntry("CNI_CONTAINERID", "")
          .containsEntry("CNI_IFNAME", "")
          .containsEntry("CNI_PATH", "/p");
    }
  }

  @Test
  @DisplayName("corner 58: a GC for no attachment at all sends an empty list")
  void emptyListIsSentAsOne() {
    PluginCall call =
        Chain.gc(network("1.1.0", ""), new ValidAttachments(Set.of()), List.of(), Map.of())
            .getFirst();
    assertThat(call.conf()).contains("\"cni.dev/valid-attachments\":[]");
  }

  @ParameterizedTest(name = "corner 63/65: GC of {0} with {1} sends {2}, STATUS {3}")
  @CsvSource({"1.1.0, '', 3, 3", "1.1.0, 'disableGC', 0, 3", "1.0.0, '', 0, 0"})
  void gcAndStatusNeedTheirVersion(String version, String disabled, int gc, int status) {
    NetworkConf network = network(version, disabled.isEmpty() ? "" : "'disableGC':true,");
    assertThat(Chain.gc(network, new ValidAttachments(Set.of()), List.of(), Map.of())).hasSize(gc);
    assertThat(Chain.status(network, List.of(), Map.of())).hasSize(status);
  }

  @Test
  void statusStopsAtTheFirstFailureAndKeepsItsCode() throws Exception {
    ChainDriver.Ended ended = driver("second").status(network("1.1.0", ""), List.of(), Map.of());
    assertThat(calls).extracting(PluginCall::type).containsExactly("first", "second");
    assertThat(CniError.of(ended.failures().getFirst()).code()).isEqualTo(50);
  }

  @Test
  void callOfAPlanGetsThePrevResultInItsVersion() {
    ExecOp.DelegateCall step =
        new ExecOp.DelegateCall(
            "x",
            "{\"cniVersion\":\"1.0.0\",\"name\":\"n\",\"type\":\"x\",\"odd\":1.50}",
            "c1",
            Netns.at("/run/netns/a"),
            new IfName("eth0"),
            "A=B",
            List.of("/p"));
    PluginCall call =
        PluginCall.of(CniCommand.DEL, step, Optional.of("{\"ips\":[]}"), Map.of("HOME", "/"));
    assertThat(call.conf())
        .contains("\"odd\":1.50", "\"prevResult\":{\"ips\":[],\"cniVersion\":\"1.0.0\"}");
    assertThat(call.version()).isEqualTo(CniVersion.V1_0_0);
    assertThat(call.netns()).isEqualTo("/run/netns/a");
  }

  @ParameterizedTest(name = "VERSION answered with {0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{'cniVersion':'1.0.0','supportedVersions':['0.4.0','1.0.0','9.9.9']} | 0.4.0 1.0.0",
        "{'cniVersion':'0.2.0'} | 0.1.0 0.2.0",
        "{'code':4,'msg':'unknown CNI_COMMAND: VERSION'} | 0.1.0",
        "{'code':4,'msg':'something else'} | unknown: something else",
        "{'supportedVersions':['1.0.0']} | unknown: cniVersion",
        "{'cniVersion':'1.0.0'} | unknown: supportedVersions"
      })
  void oldPluginsAnswerVersionInOldWays(String printed, String expected) throws Exception {
    ObjectNode json = Json.object(printed.replace('\'', '"'), "test");
    ChainDriver driver =
        new ChainDriver(call -> {
          calls.add(call);
          return json.has("code")
              ? new ExecOutcome.Refused(
                  "x", CniError.of(json.path("code").intValue(), json.path("msg").stringValue()))
              : new ExecOutcome.Succeeded(Optional.of(json));
        });
    String text =
        switch (driver.version("x", List.of(), Map.of())) {
          case VersionProbe.Answer.Speaks(var versions) ->
              String.join(" ", versions.stream().sorted().map(CniVersion::text).toList());
          case VersionProbe.Answer.Unknown(var why) -> "unknown: " + why.message();
        };
    List<String> words = List.of(expected.split(": ", -1));
    assertThat(text).startsWith(words.getFirst()).contains(words.getLast());
    assertThat(calls.getFirst().processEnvironment())
        .containsEntry("CNI_NETNS", "dummy")
        .containsEntry("CNI_IFNAME", "dummy");
  }

  private ChainDriver driver(String failing) {
    return new ChainDriver(call -> {
      calls.add(call);
      if (List.of(failing.split(" ", -1)).contains(call.type())) {
        return new ExecOutcome.Refused(call.type(), CniError.of(50, "no"));
      }
      return new ExecOutcome.Succeeded(
          call.command() == CniCommand.ADD
              ? Optional.of(Json.newObject().put("cniVersion", "1.0.0").put("by", call.type()))
              : Optional.empty());
    });
  }

  private ObjectNode conf(int call) {
    return Json.object(calls.get(call).conf(), "test");
  }

  private String previous(int call) {
    return conf(call).at("/prevResult/by").asString("none");
  }

  private static NetworkConf network(String version, String keys) {
    return ConfParser.parse(
        ("{'cniVersion':'"
                + version
                + "','name':'n',"
                + keys
                + "'plugins':[{'type':'first','capabilities':{'mac':true}},{'type':'second'},"
                + "{'type':'third'}]}")
            .replace('\'', '"'),
        "test");
  }
}
