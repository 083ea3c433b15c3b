package dev.patchbay.agent.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.patchbay.cni.conf.ConfParser;
import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.skel.CniArgs;
import dev.patchbay.core.nic.Dns;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.MacAddress;
import dev.patchbay.core.nic.NicRequest;
import dev.patchbay.core.plan.Attachment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class ResolverTest {
  private static final String HEAD = "{\"cniVersion\":\"1.0.0\",\"name\":\"blue\",";

  private final Definitions definitions = new Definitions();

  private static NicRequest asking(Map<String, String> capabilities) {
    return Definitions.request(List.of(), Optional.empty(), capabilities);
  }

  private static ObjectNode conf(Attachment.Member member) {
    return Json.object(((Attachment.Member.Exec) member).conf(), "conf");
  }

  @Test
  void chainKeepsItsOrderAndEachPluginIsOursOrRun() {
    Attachment attachment =
        definitions.resolve(
            HEAD
                + """
                "plugins":[{"type":"bridge"},{"type":"portmap","x":1},{"type":"tuning"},{"type":"calico"}]}
                """,
            "",
            asking(Map.of()));
    assertThat(attachment.chain())
        .extracting(member -> member.getClass().getSimpleName())
        .containsExactly("Native", "Exec", "Tuning", "Exec");
    assertThat(attachment.network()).isEqualTo("blue");
    assertThat(attachment.cniVersion()).isEqualTo("1.0.0");
    assertThat(attachment.origin()).isEqualTo(Definitions.ORIGIN);
    assertThat(conf(attachment.chain().get(1)))
        .isEqualTo(Json.object(HEAD + "\"type\":\"portmap\",\"x\":1}", "expected"));
  }

  @Test
  void nothingIsOursWhereNativeIsOff() {
    assertThat(definitions.plugin("bridge", "\"native\":\"off\""))
        .isInstanceOf(Attachment.Member.Exec.class);
    var resolver = new Resolver(false, CniArgs.NONE, Definitions.NO_VPCS, _ -> {});
    var asked =
        new Asked(
            asking(Map.of()),
            new IfName("eth0"),
            ConfParser.parse(
                HEAD + "\"plugins\":[{\"type\":\"bridge\"},{\"type\":\"tuning\"}]}", "x"));
    assertThat(resolver.resolve(asked).chain())
        .allSatisfy(member -> assertThat(member).isInstanceOf(Attachment.Member.Exec.class));
  }

  @Test
  void capabilityReachesThePluginsThatHaveItAndNoOther() {
    Attachment attachment =
        definitions.resolve(
            HEAD
                + """
                "plugins":[{"type":"calico"},{"type":"portmap","capabilities":{"portMappings":true}}]}
                """,
            "",
            asking(Map.of("portMappings", "[{\"hostPort\":80}]")));
    assertThat(conf(attachment.chain().getFirst()).has("runtimeConfig")).isFalse();
    assertThat(conf(attachment.chain().getLast()).at("/runtimeConfig/portMappings/0/hostPort"))
        .hasToString("80");
  }

  @Test
  void capabilityThatNoPluginHasIsRefused() {
    assertThatThrownBy(() ->
            definitions.resolve(
                HEAD + "\"type\":\"bridge\"}", "", asking(Map.of("bandwidth", "{}"))))
        .isInstanceOf(CniException.class)
        .hasMessageContaining("annotation networks[0]")
        .hasMessageContaining("\"bandwidth\"")
        .hasMessageContaining("none of its plugins has that capability");
    for (NicRequest asking :
        List.of(
            Definitions.request(List.of("10.1.0.9"), Optional.empty(), Map.of()),
            Definitions.request(
                List.of(), Optional.of(new MacAddress("02:00:00:00:00:01")), Map.of()))) {
      assertThatThrownBy(() -> definitions.resolve(HEAD + "\"type\":\"bridge\"}", "", asking))
          .isInstanceOf(CniException.class)
          .hasMessageContaining("capability");
    }
  }

  private Optional<MacAddress> mac(String fields, String args, Optional<MacAddress> requested) {
    var request = Definitions.request(List.of(), requested, Map.of());
    var member =
        definitions
            .resolve(HEAD + "\"type\":\"bridge\"," + fields + "}", args, request)
            .chain()
            .getFirst();
    return ((Attachment.Member.Native) member).mac();
  }

  @Test
  void macIsTakenFromTheRequestThenArgsThenCniArgsThenTheDefinition() {
    String conf =
        "\"capabilities\":{\"mac\":true},\"args\":{\"cni\":{\"mac\":\"02:00:00:00:00:02\"}},\"mac\":\"02:00:00:00:00:04\"";
    String plain = "\"mac\":\"02:00:00:00:00:04\"";
    var asked = Optional.of(new MacAddress("02:00:00:00:00:01"));
    String args = "MAC=02:00:00:00:00:03";
    assertThat(mac(conf, args, asked)).isEqualTo(asked);
    assertThat(mac(conf, args, Optional.empty())).contains(new MacAddress("02:00:00:00:00:02"));
    assertThat(mac(plain, args, Optional.empty())).contains(new MacAddress("02:00:00:00:00:03"));
    assertThat(mac(plain, "", Optional.empty())).contains(new MacAddress("02:00:00:00:00:04"));
    assertThat(mac("\"mtu\":0", "", Optional.empty())).isEmpty();
  }

  @Test
  void badMacOfCniArgsIsAnErrorOfTheEnvironment() {
    assertThatThrownBy(() -> mac("\"mtu\":0", "MAC=nonsense", Optional.empty()))
        .isInstanceOfSatisfying(
            CniException.class,
            refused -> assertThat(refused.error().code()).isEqualTo(CniError.INVALID_ENVIRONMENT))
        .hasMessageContaining("MAC")
        .hasMessageContaining("nonsense");
  }

  @Test
  void dnsOfTheDefinitionIsKeptForTheResult() {
    var member = definitions.made("bridge", "\"dns\":{\"nameservers\":[\"10.0.0.53\"]}");
    assertThat(member.dns())
        .contains(new Dns(List.of("10.0.0.53"), Optional.empty(), List.of(), List.of()));
    assertThat(definitions.made("bridge", "\"dns\":{}").dns()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b", "..", "\\u0000"})
  void typeThatIsNoExecutablesNameIsRefused(String type) {
    assertThatThrownBy(() -> definitions.plugin(type, "")).isInstanceOf(CniException.class);
    assertThatThrownBy(() -> definitions.plugin("bridge", "\"ipam\":{\"type\":\"" + type + "\"}"))
        .isInstanceOf(CniException.class)
        .hasMessageContaining("type");
  }

  /** Whatever JSON a definition holds, the outcome is an attachment or a refusal. */
  @Property(tries = 500)
  void anyValueOfAnyFieldIsReadOrRefused(
      @ForAll String text, @ForAll long number, @ForAll boolean flag) {
    ObjectNode values = Json.newObject().put("text", text).put("number", number).put("flag", flag);
    values.putArray("list").add(text);
    values.putObject("object").put(text, number);
    for (String type : Resolver.nativeTypes()) {
      for (String key :
          List.of("mtu", "mac", "ipam", "vlan", "sysctl", "master", "bridge", "dns")) {
        values
            .properties()
            .forEach(value -> {
              ObjectNode conf =
                  Json.newObject().put("cniVersion", "1.0.0").put("name", "blue").put("type", type);
              conf.set(key, value.getValue());
              resolvesOrRefuses(conf);
            });
      }
    }
  }

  private void resolvesOrRefuses(ObjectNode conf) {
    try {
      assertThat(definitions.resolve(Json.text(conf), "", asking(Map.of())).chain()).hasSize(1);
    } catch (CniException refused) {
      assertThat(refused.error().msg()).isNotBlank();
    }
  }
}
