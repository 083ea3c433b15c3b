package dev.patchbay.cni.conf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.cni.json.Json;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

class PluginRequestTest {
  private static final NetworkConf CONF =
      ConfParser.parse(
          json(
              "{'cniVersion':'1.0.0','name':'blue','plugins':[{'type':'macvlan','capabilities':"
                  + "{'mac':true,'ips':false,'bandwidth':true},'cniVersion':'0.1.0','name':'other',"
                  + "'args':{'cni':{'old':1,'ips':[]},'mine':2}}]}"),
          "test");

  @Test
  void runtimeConfigIsTheIntersectionOfTrueCapabilitiesAndArguments() {
    Map<String, JsonNode> asked =
        Map.of(
            "mac", new StringNode("02:00:00:00:00:01"),
            "ips", new StringNode("not declared true"),
            "portMappings", new StringNode("not declared"));
    assertThat(request(new PluginRequest(Optional.empty(), asked, Map.of())).path("runtimeConfig"))
        .isEqualTo(json("{'mac':'02:00:00:00:00:01'}"));
  }

  @Test
  void emptyRuntimeConfigIsOmitted() {
    Map<String, JsonNode> asked = Map.of("ips", new StringNode("10.0.0.1"));
    ObjectNode request = request(new PluginRequest(Optional.empty(), asked, Map.of()));
    assertThat(request.has("runtimeConfig")).isFalse();
    assertThat(request.has("prevResult")).isFalse();
  }

  @Test
  void versionAndNameAreTheNetworks() {
    ObjectNode request = request(PluginRequest.BARE);
    assertThat(request.path("cniVersion").stringValue()).isEqualTo("1.0.0");
    assertThat(request.path("name").stringValue()).isEqualTo("blue");
  }

  @Test
  void argumentsGoUnderArgsCniBesideTheAuthors() {
    Map<String, JsonNode> args = Map.of("ips", new StringNode("10.0.0.9"));
    assertThat(request(new PluginRequest(Optional.empty(), Map.of(), args)).path("args"))
        .isEqualTo(json("{'cni':{'old':1,'ips':'10.0.0.9'},'mine':2}"));
  }

  @Test
  void prevResultIsPassedWhole() {
    ObjectNode previous = json("{'cniVersion':'1.0.0','unknown':{'x':1}}");
    PluginRequest given = new PluginRequest(Optional.of(previous), Map.of(), Map.of());
    assertThat(request(given).path("prevResult")).isEqualTo(previous);
  }

  @Test
  void changingARequestDoesNotChangeTheConfiguration() {
    request(PluginRequest.BARE).withObject("/args").put("mine", 3);
    assertThat(request(PluginRequest.BARE).at("/args/mine").intValue()).isEqualTo(2);
  }

  private static ObjectNode request(PluginRequest request) {
    return request.of(CONF, CONF.plugins().getFirst());
  }

  private static ObjectNode json(String text) {
    return Json.object(text.replace('\'', '"'), "test");
  }
}
