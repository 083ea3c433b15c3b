package dev.patchbay.cni.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.result.Result;
import dev.patchbay.cni.result.convert.Results;
import dev.patchbay.cni.version.CniVersion;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/** Corners 70 and 72: results in all versions. */
class ConversionCornersTest {
  private static final String OLD =
      "'ip4':{'ip':'10.1.0.5/16','gateway':'10.1.0.1','routes':[{'dst':'0.0.0.0/0','gw':'10.1.0.1'},"
          + "{'dst':'10.9.0.0/16'}]},'ip6':{'ip':'2001:db8::5/64','gateway':'2001:db8::1',"
          + "'routes':[{'dst':'::/0'}]},'dns':{'nameservers':['10.1.0.1'],'domain':'x.org'}";
  private static final String ROUTES =
      "'routes':[{'dst':'0.0.0.0/0','gw':'10.1.0.1'},{'dst':'10.9.0.0/16'},{'dst':'::/0'}]";
  private static final String DNS = "'dns':{'nameservers':['10.1.0.1'],'domain':'x.org'}";

  static Stream<Arguments> everyPair() {
    return Arrays.stream(CniVersion.values())
        .flatMap(from -> Arrays.stream(CniVersion.values()).map(to -> Arguments.of(from, to)));
  }

  /** One result, as each version writes it when it came from 0.1.0: what all of them can say. */
  private static String common(CniVersion version) {
    return "{'cniVersion':'"
        + version
        + "',"
        + switch (version) {
          case V0_1_0, V0_2_0 -> OLD;
          case V0_3_0, V0_3_1, V0_4_0 ->
              "'ips':[{'version':'4','address':'10.1.0.5/16','gateway':'10.1.0.1'},"
                  + "{'version':'6','address':'2001:db8::5/64','gateway':'2001:db8::1'}],"
                  + ROUTES
                  + ","
                  + DNS;
          case V1_0_0, V1_1_0 ->
              "'ips':[{'address':'10.1.0.5/16','gateway':'10.1.0.1'},"
                  + "{'address':'2001:db8::5/64','gateway':'2001:db8::1'}],"
                  + ROUTES
                  + ","
                  + DNS;
        }
        + "}";
  }

  @ParameterizedTest(name = "corner 70: {0} to {1}")
  @MethodSource("everyPair")
  void everyOrderedPairConverts(CniVersion from, CniVersion to) {
    assertThat(Results.convert(json(common(from)), to, "plugin")).isEqualTo(json(common(to)));
  }

  private static final String RICH =
      "{'cniVersion':'1.1.0','interfaces':[{'name':'cni0','mac':'02:00:00:00:00:01'},"
          + "{'name':'eth0','mac':'02:00:00:00:00:02','mtu':1400,'sandbox':'/run/netns/a',"
          + "'socketPath':'/run/s','pciID':'0000:3b:02.3'}],'ips':[{'interface':1,"
          + "'address':'10.1.0.5/16'},{'interface':0,'address':'10.2.0.5/16'},"
          + "{'address':'2001:db8::5/64'}],'routes':[{'dst':'10.9.0.0/16','mtu':1300,'advmss':1200,"
          + "'priority':5,'table':0,'scope':0}]}";

  @ParameterizedTest(name = "corner 70: 1.1.0 to {0} keeps what that version has")
  @CsvSource(
      delimiter = '|',
      value = {
        "1.0.0 | mtu;socketPath;pciID;table;scope;advmss;\"interface\":0 | version",
        "0.4.0 | \"version\":\"6\";table;scope;advmss;sandbox;\"mtu\":1300 | socketPath;pciID;1400",
        "0.3.0 | \"version\":\"4\";\"interface\":0 | socketPath;pciID;1400",
        "0.2.0 | ip4;10.1.0.5/16;ip6;10.9.0.0/16 | 10.2.0.5;interface;table;scope;mtu;advmss",
        "0.1.0 | ip4;10.1.0.5/16;ip6 | 10.2.0.5;interface"
      })
  void olderVersionsSayLess(String version, String kept, String lost) {
    String text =
        Json.text(Results.convert(json(RICH), CniVersion.of(version).orElseThrow(), "plugin"))
            .replace("cniVersion", "");
    assertThat(text).contains(List.of(kept.split(";", -1)));
    assertThat(List.of(lost.split(";", -1))).noneMatch(text::contains);
  }

  @Test
  void corner70TableAndScopeZeroAreNotAbsent() {
    String text = Json.text(Results.convert(json(RICH), CniVersion.V0_3_1, "plugin"));
    assertThat(text).contains("\"table\":0", "\"scope\":0");
    Result plain = read("{'routes':[{'dst':'10.0.0.0/8'}]}");
    assertThat(plain.routes().getFirst().table()).isEmpty();
    assertThat(Json.text(Results.write(plain, CniVersion.V1_1_0))).doesNotContain("table", "scope");
  }

  @Test
  void corner70NoAddressCannotBecomeOld() {
    for (CniVersion old : List.of(CniVersion.V0_1_0, CniVersion.V0_2_0)) {
      CniException refusal =
          catchThrowableOfType(
              CniException.class,
              () -> Results.convert(json("{'cniVersion':'1.0.0'}"), old, "plugin"));
      assertThat(refusal.error().msg()).contains("without IP address", "0.3.0");
    }
  }

  @Test
  void corner70FirstOfTwoIpv4AddressesIsKept() {
    ObjectNode old = Results.convert(json(RICH), CniVersion.V0_2_0, "plugin");
    assertThat(old.at("/ip4/ip").stringValue()).isEqualTo("10.1.0.5/16");
  }

  @Test
  void corner70RoutesOfAFamilyWithoutAddressAreLost() {
    ObjectNode old =
        Results.convert(
            json(
                "{'cniVersion':'1.0.0','ips':[{'address':'10.1.0.5/16'}],'routes':[{'dst':'::/0'}]}"),
            CniVersion.V0_2_0,
            "plugin");
    assertThat(Json.text(old)).doesNotContain("routes", "ip6");
  }

  @Test
  void corner70MappedIpv4IsIpv4() {
    Result result = read("{'ips':[{'address':'::ffff:10.1.2.3/120','gateway':'::ffff:10.1.2.1'}]}");
    assertThat(Json.text(Results.write(result, CniVersion.V0_4_0)))
        .contains("\"version\":\"4\",\"address\":\"10.1.2.3/24\",\"gateway\":\"10.1.2.1\"");
  }

  @Test
  void corner70MissingIndexIsNotZeroAndNegativeIsMissing() {
    Result result =
        read(
            "{'interfaces':[{'name':'eth0'}],'ips':[{'address':'10.0.0.1/8'},"
                + "{'interface':-1,'address':'10.0.0.2/8'},{'interface':0,'address':'10.0.0.3/8'},"
                + "{'interface':7,'address':'10.0.0.4/8'}]}");
    assertThat(result.ips())
        .extracting(ip -> ip.interfaceIndex().orElse(-5))
        .containsExactly(-5, -5, 0, 7);
    assertThat(result.ips())
        .extracting(ip -> result.interfaceOf(ip).isPresent())
        .containsExactly(false, false, true, false);
  }

  @Test
  void corner72UnknownVersionIsRefused() {
    CniException refusal =
        catchThrowableOfType(CniException.class, () -> read("{'cniVersion':'3.0.0'}"));
    assertThat(refusal.error().code()).isEqualTo(1);
    assertThat(refusal.getMessage()).contains("3.0.0", "0.1.0, 0.2.0");
  }

  @ParameterizedTest(name = "broken result {0} names {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{'ips':{}} | ips",
        "{'ips':[{}]} | ips[0].address",
        "{'ips':[{'address':'10.0.0.1'}]} | ips[0].address: \"10.0.0.1\" has no prefix",
        "{'ips':[{'address':'10.0.0.1/33'}]} | ips[0].address",
        "{'ips':[{'address':'10.1/8'}]} | ips[0].address",
        "{'ips':[{'address':'010.0.0.1/8'}]} | ips[0].address",
        "{'ips':[{'address':'fe80::1%eth0/64'}]} | ips[0].address",
        "{'ips':[{'address':'::ffff:10.0.0.1/8'}]} | mixes both families",
        "{'ips':[{'address':'10.0.0.1/+8'}]} | ips[0].address",
        "{'ips':[{'address':'10.0.0.1/8','gateway':'x'}]} | ips[0].gateway",
        "{'ips':[{'address':'10.0.0.1/8','interface':'0'}]} | ips[0].interface",
        "{'ips':[{'address':'10.0.0.1/8','interface':1e99999999}]} | ips[0].interface",
        "{'interfaces':['eth0']} | interfaces[0]",
        "{'interfaces':[{'name':5}]} | interfaces[0].name",
        "{'interfaces':[{'name':'a','mtu':-1}]} | interfaces[0].mtu",
        "{'routes':[{'gw':'10.0.0.1'}]} | routes[0].dst",
        "{'routes':[{'dst':'default'}]} | routes[0].dst",
        "{'routes':[{'dst':'::/0','scope':256}]} | routes[0].scope is 256",
        "{'dns':[]} | dns",
        "{'dns':{'search':'x'}} | dns.search",
        "{'cniVersion':5} | cniVersion"
      })
  void brokenResultNamesItsField(String result, String named) {
    CniException refusal = catchThrowableOfType(CniException.class, () -> read(result));
    assertThat(refusal).isNotNull();
    assertThat(refusal.error().code()).isEqualTo(6);
    assertThat(refusal.error().msg()).contains("plugin", named);
  }

  @Test
  void unknownKeysSurviveWhenTheVersionIsTheSame() {
    ObjectNode own =
        json("{'cniVersion':'0.4.0','ours':{'x':[1]},'interfaces':[{'name':'a','y':2}]}");
    assertThat(Results.convert(own, CniVersion.V0_4_0, "plugin")).isEqualTo(own);
  }

  @Test
  void resultWithoutVersionHasTheConfigurations() {
    ObjectNode old = json("{'ip4':{'ip':'10.0.0.1/8'}}");
    assertThat(Results.read(old, CniVersion.V0_2_0, "plugin").ips()).hasSize(1);
    assertThat(Results.convert(old, CniVersion.V0_2_0, "plugin").path("cniVersion").stringValue())
        .isEqualTo("0.2.0");
  }

  private static Result read(String text) {
    return Results.read(json(text), CniVersion.LATEST, "plugin");
  }

  private static ObjectNode json(String text) {
    return Json.object(text.replace('\'', '"'), "test");
  }
}
