package dev.patchbay.cni.result;

import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.result.ResultMerge.DefaultRoutes;
import dev.patchbay.cni.result.convert.Results;
import dev.patchbay.cni.version.CniVersion;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultMergeTest {
  private static final Result FIRST =
      read(
          "{'interfaces':[{'name':'br0'},{'name':'eth0','sandbox':'/n'}],'ips':[{'interface':1,"
              + "'address':'10.1.0.5/16','gateway':'10.1.0.1'}],'routes':[{'dst':'0.0.0.0/0'},"
              + "{'dst':'10.50.0.0/16','scope':253},{'dst':'10.51.0.0/16'}],"
              + "'dns':{'nameservers':['10.1.0.1','9.9.9.9'],'search':['a.org']}}");
  private static final Result SECOND =
      read(
          "{'interfaces':[{'name':'net1','sandbox':'/n'}],'ips':[{'interface':0,"
              + "'address':'10.2.0.5/16','gateway':'10.2.0.1'},{'interface':0,"
              + "'address':'2001:db8::5/64'}],'routes':[{'dst':'0.0.0.0/0','gw':'10.2.0.9'},"
              + "{'dst':'::/0','gw':'2001:db8::1'},{'dst':'0.0.0.0/0','gw':'10.2.0.1','table':100},"
              + "{'dst':'2001:db8:1::/48'}],'dns':{'nameservers':['9.9.9.9','8.8.8.8'],"
              + "'domain':'b.org','search':['a.org','b.org']}}");

  @Test
  void indexesPointToTheSameInterfacesAsBefore() {
    Result merged = ResultMerge.merge(List.of(FIRST, SECOND));
    assertThat(merged.interfaces())
        .extracting(ResultInterface::name)
        .containsExactly("br0", "eth0", "net1");
    assertThat(merged.ips())
        .extracting(ip -> merged.interfaceOf(ip).orElseThrow().name())
        .containsExactly("eth0", "net1", "net1");
  }

  @Test
  void oneDefaultRoutePerFamilyStaysAndItIsTheFirstNetworks() {
    assertThat(routes(ResultMerge.merge(List.of(FIRST, SECOND))))
        .containsExactly(
            "0.0.0.0/0 via 10.1.0.1",
            "10.50.0.0/16",
            "10.51.0.0/16 via 10.1.0.1",
            "::/0 via 2001:db8::1",
            "0.0.0.0/0 via 10.2.0.1",
            "2001:db8:1::/48");
  }

  @Test
  void chosenNetworkKeepsItsDefaultRoute() {
    assertThat(routes(ResultMerge.merge(List.of(FIRST, SECOND), new DefaultRoutes(1, 0))))
        .contains("0.0.0.0/0 via 10.2.0.9", "::/0 via 2001:db8::1")
        .doesNotContain("0.0.0.0/0 via 10.1.0.1");
  }

  @Test
  void choiceOutsideTheListFallsBackToTheFirst() {
    assertThat(ResultMerge.merge(List.of(FIRST, SECOND), new DefaultRoutes(9, -1)))
        .isEqualTo(ResultMerge.merge(List.of(FIRST, SECOND)));
  }

  @Test
  void secondDefaultRouteOfTheSameNetworkIsLeftOut() {
    Result two = read("{'routes':[{'dst':'::/0','gw':'fe80::1'},{'dst':'::/0','gw':'fe80::2'}]}");
    assertThat(routes(ResultMerge.merge(List.of(two)))).containsExactly("::/0 via fe80::1");
  }

  @Test
  void dnsIsMergedWithoutRepetitionAndTheFirstDomainCounts() {
    var dns = ResultMerge.merge(List.of(FIRST, SECOND)).dns();
    assertThat(dns.nameservers()).containsExactly("10.1.0.1", "9.9.9.9", "8.8.8.8");
    assertThat(dns.search()).containsExactly("a.org", "b.org");
    assertThat(dns.domain()).contains("b.org");
  }

  @Test
  void indexThatPointsNowhereDoesNotPointToTheNextNetwork() {
    Result dangling = read("{'ips':[{'interface':0,'address':'10.9.0.1/16'}]}");
    Result merged = ResultMerge.merge(List.of(dangling, FIRST));
    assertThat(merged.ips().getFirst().interfaceIndex()).isEmpty();
    assertThat(merged.interfaceOf(merged.ips().get(1)).orElseThrow().name()).isEqualTo("eth0");
  }

  @Test
  void mergingNothingIsNothing() {
    assertThat(ResultMerge.merge(List.of())).isEqualTo(Result.EMPTY);
  }

  @Test
  void sandboxIsRenamedOnlyWhereThereIsOne() {
    assertThat(FIRST.withSandbox("/m").interfaces())
        .extracting(link -> link.sandbox().orElse("-"))
        .containsExactly("-", "/m");
  }

  @Test
  void foreignHardwareAddressIsKeptAsTextOnly() {
    Result ib = read("{'interfaces':[{'name':'ib0','mac':'80:00:02:08:fe:80:00:00'}]}");
    assertThat(ib.interfaces().getFirst().mac()).contains("80:00:02:08:fe:80:00:00");
    assertThat(ib.interfaces().getFirst().ethernet()).isEmpty();
  }

  private static List<String> routes(Result result) {
    return result.routes().stream()
        .map(route ->
            Results.write(result.withRoutes(List.of(route)), CniVersion.LATEST).at("/routes/0"))
        .map(json ->
            json.path("dst").stringValue()
                + (json.has("gw") ? " via " + json.path("gw").stringValue() : ""))
        .toList();
  }

  private static Result read(String json) {
    return Results.read(Json.object(json.replace('\'', '"'), "test"), CniVersion.LATEST, "test");
  }
}
