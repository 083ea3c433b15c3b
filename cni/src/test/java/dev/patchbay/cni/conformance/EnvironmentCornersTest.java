package dev.patchbay.cni.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.skel.CniRequest;
import dev.patchbay.cni.skel.RequestParser;
import dev.patchbay.cni.skel.VersionReply;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Corners 19 to 28, 45, 46, 53, 58, 62, 65 and 71: what a runtime asks of us. */
class EnvironmentCornersTest {
  private static final List<String> ATTACHMENT =
      List.of("CNI_CONTAINERID", "CNI_IFNAME", "CNI_NETNS", "CNI_PATH");

  static Stream<Arguments> missing() {
    return Stream.of(
            Map.entry("ADD", ATTACHMENT),
            Map.entry("CHECK", ATTACHMENT),
            Map.entry("DEL", List.of("CNI_CONTAINERID", "CNI_IFNAME", "CNI_PATH")),
            Map.entry("GC", List.of("CNI_PATH")),
            Map.entry("STATUS", List.of("CNI_PATH")))
        .flatMap(required ->
            Stream.concat(
                    required.getValue().stream().map(List::of), Stream.of(required.getValue()))
                .distinct()
                .map(names -> Arguments.of(required.getKey(), names)));
  }

  @ParameterizedTest(name = "corner 19: {0} without {1}")
  @MethodSource("missing")
  void allMissingVariablesAreInOneError(String command, List<String> names) {
    Map<String, String> environment = environment(command);
    names.forEach(environment::remove);
    CniException refusal = refusal(environment, conf("1.1.0", ""));
    assertThat(refusal.error().code()).isEqualTo(4);
    assertThat(refusal.error().msg()).contains(names).contains(command);
    assertThat(ATTACHMENT.stream().filter(refusal.error().msg()::contains)).hasSameSizeAs(names);
  }

  @ParameterizedTest(name = "corner 20: container ID \"{0}\"")
  @ValueSource(strings = {"a/b", ".a", "-a", "a b", "ä", "a\n", "a:b"})
  void badContainerIdIsNamed(String id) {
    Map<String, String> environment = environment("ADD");
    environment.put("CNI_CONTAINERID", id);
    CniException refusal = refusal(environment, conf("1.1.0", ""));
    assertThat(refusal.error().code()).isEqualTo(4);
    assertThat(refusal.error().msg()).contains("CNI_CONTAINERID", "\"" + id + "\"");
  }

  @ParameterizedTest(name = "corner 21: interface name \"{0}\" is {1}")
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "abcdefghijklmno,  taken",
        "abcdefghijklmnop, refused",
        "äbcdefghijklmn,   taken",
        "äbcdefghijklmno,  refused",
        "äöüäöüäö,         refused",
        "äöüäöüä,          taken",
        ".,                refused",
        "..,               refused",
        "a/b,              refused",
        "a:b,              refused",
        "`a\tb`,           refused",
        "`a b`,            refused"
      })
  void interfaceNamesAreMeasuredInBytes(String name, String expected) {
    Map<String, String> environment = environment("ADD");
    environment.put("CNI_IFNAME", name);
    if (expected.equals("taken")) {
      assertThat(RequestParser.parse(environment, conf("1.1.0", "")))
          .isInstanceOf(CniRequest.Add.class);
    } else {
      CniException refusal = refusal(environment, conf("1.1.0", ""));
      assertThat(refusal.error().code()).isEqualTo(4);
      assertThat(refusal.error().msg()).contains("CNI_IFNAME", name);
    }
  }

  @Test
  void corner22DelWithoutNetnsIsTaken() {
    Map<String, String> environment = environment("DEL");
    environment.remove("CNI_NETNS");
    CniRequest.Del del = del(environment, conf("1.1.0", ""));
    assertThat(del.netns()).isEmpty();
    environment.put("CNI_NETNS", "");
    assertThat(del(environment, conf("1.1.0", "")).netns()).isEmpty();
  }

  @Test
  void corner23DelWithANetnsThatIsGoneIsTaken() {
    Map<String, String> environment = environment("DEL");
    environment.put("CNI_NETNS", "/run/netns/gone");
    assertThat(del(environment, conf("1.1.0", "")).netns()).contains("/run/netns/gone");
  }

  @ParameterizedTest(name = "corner 24: CNI_NETNS_OVERRIDE={0} is {1}")
  @CsvSource({"TRUE, true", "true, true", "1, true", "0, false", "no, false"})
  void theRuntimeMayVouchForOurOwnNetns(String value, boolean expected) {
    Map<String, String> environment = environment("ADD");
    environment.put("CNI_NETNS_OVERRIDE", value);
    assertThat(add(environment).netnsOverride()).isEqualTo(expected);
  }

  @ParameterizedTest(name = "corner 25: CNI_ARGS \"{0}\" names \"{1}\"")
  @CsvSource({"A, A", "B=C;A, A", "=B, =B", "B=C;;D=E, ''", "B=C;, ''"})
  void malformedArgumentIsNamed(String args, String named) {
    Map<String, String> environment = environment("ADD");
    environment.put("CNI_ARGS", args);
    CniException refusal = refusal(environment, conf("1.1.0", ""));
    assertThat(refusal.error().code()).isEqualTo(4);
    assertThat(refusal.error().msg()).contains("CNI_ARGS", "\"" + named + "\"", "KEY=value");
  }

  @Test
  void corner25FirstEqualsSignSplitsAndTheTextSurvives() {
    Map<String, String> environment = environment("ADD");
    environment.put("CNI_ARGS", "A=B=C;IP=10.0.0.1;E=");
    CniRequest.Add add = add(environment);
    assertThat(add.args().value("A")).contains("B=C");
    assertThat(add.args().value("E")).contains("");
    assertThat(add.args().value("X")).isEmpty();
    assertThat(add.args()).hasToString("A=B=C;IP=10.0.0.1;E=");
  }

  @Test
  void corner25UnknownKeysAreLawfulOnlyWithIgnoreUnknown() {
    Map<String, String> environment = environment("ADD");
    environment.put("CNI_ARGS", "IP=10.0.0.1;K8S_POD_NAME=web");
    assertThat(add(environment).args().refusedBeside(Set.of("IP"))).containsExactly("K8S_POD_NAME");
    for (String word : List.of("1", "true", "TRUE")) {
      environment.put("CNI_ARGS", "IgnoreUnknown=" + word + ";K8S_POD_NAME=web");
      assertThat(add(environment).args().refusedBeside(Set.of("IP"))).isEmpty();
    }
    environment.put("CNI_ARGS", "IgnoreUnknown=0;K8S_POD_NAME=web");
    assertThat(add(environment).args().refusedBeside(Set.of("IP"))).containsExactly("K8S_POD_NAME");
  }

  @Test
  void corner26SeveralFoldersInTheirOrder() {
    Map<String, String> environment = environment("ADD");
    environment.put("CNI_PATH", "/b:/a:");
    assertThat(add(environment).path()).containsExactly(Path.of("/b"), Path.of("/a"));
  }

  @ParameterizedTest(name = "corner 27/28: command {0}")
  @ValueSource(strings = {"add", "Add", "UPDATE", "ADD "})
  void unknownCommandIsNamedWithTheKnownOnes(String command) {
    CniException refusal = refusal(environment(command), conf("1.1.0", ""));
    assertThat(refusal.error().code()).isEqualTo(4);
    assertThat(refusal.error().msg()).contains("CNI_COMMAND: " + command, "ADD, DEL, CHECK, GC");
  }

  @Test
  void noCommandAsksWhatWeAre() {
    assertThat(RequestParser.parse(Map.of(), new byte[0])).isInstanceOf(CniRequest.About.class);
  }

  @Test
  void corner45DelWithoutPrevResultIsTaken() {
    assertThat(del(environment("DEL"), conf("1.1.0", "")).conf().prevResult()).isEmpty();
  }

  @Test
  void corner46DelWithPrevResultOfAnOlderVersionIsRead() {
    String older = ",'prevResult':{'cniVersion':'0.2.0','ip4':{'ip':'10.0.0.5/24'}}";
    CniRequest.Del del = del(environment("DEL"), conf("1.0.0", older));
    assertThat(del.conf().prevResult().orElseThrow().ips())
        .singleElement()
        .satisfies(ip -> assertThat(ip.address()).hasToString("10.0.0.5/24"));
  }

  @Test
  void corner32PrevResultWithoutInterfacesIsRead() {
    CniRequest.Del del = del(environment("DEL"), conf("1.0.0", ",'prevResult':{}"));
    assertThat(del.conf().prevResult().orElseThrow().interfaces()).isEmpty();
  }

  @Test
  void brokenPrevResultDoesNotKeepDelFromBeingRead() {
    CniRequest.Del del = del(environment("DEL"), conf("1.0.0", ",'prevResult':{'ips':5}"));
    CniException refusal = catchThrowableOfType(CniException.class, () -> del.conf().prevResult());
    assertThat(refusal.error().code()).isEqualTo(6);
    assertThat(refusal.error().msg()).contains("prevResult", "ips", "a list");
  }

  @ParameterizedTest(name = "corner 53/65: {0} with {1} is {2}")
  @CsvSource({
    "CHECK, 0.3.1, refused", "CHECK, 0.4.0, taken",
    "GC, 1.0.0, refused", "GC, 1.1.0, taken",
    "STATUS, 1.0.0, refused", "STATUS, 1.1.0, taken",
    "ADD, 0.1.0, taken", "DEL, 0.1.0, taken"
  })
  void newCommandsNeedNewVersions(String command, String version, String expected) {
    if (expected.equals("taken")) {
      assertThat(RequestParser.parse(environment(command), conf(version, ""))).isNotNull();
    } else {
      CniException refusal = refusal(environment(command), conf(version, ""));
      assertThat(refusal.error().code()).isEqualTo(1);
      assertThat(refusal.getMessage()).contains(version, command, "supported are");
    }
  }

  @Test
  void corner58And62AbsentListIsNotAnEmptyOne() {
    assertThat(gc("").valid()).isEmpty();
    assertThat(gc(",'cni.dev/valid-attachments':null").valid()).isEmpty();
    assertThat(gc(",'cni.dev/valid-attachments':[]").valid().orElseThrow().attachments()).isEmpty();
    for (String key : List.of("cni.dev/valid-attachments", "cni.dev/attachments")) {
      String list = ",'" + key + "':[{'containerID':'c1','ifname':'eth0'}]";
      assertThat(gc(list).valid().orElseThrow().attachments())
          .singleElement()
          .hasToString("c1/eth0");
    }
  }

  @Test
  void corner62SpecKeyCountsBeforeTheLegacyOne() {
    String both =
        ",'cni.dev/attachments':[{'containerID':'c1','ifname':'eth0'}],"
            + "'cni.dev/valid-attachments':[]";
    assertThat(gc(both).valid().orElseThrow().attachments()).isEmpty();
  }

  @Test
  void brokenValidAttachmentIsNamedByPlace() {
    CniException refusal =
        catchThrowableOfType(
            CniException.class,
            () -> gc(",'cni.dev/valid-attachments':[{'containerID':'c1','ifname':'a/b'}]"));
    assertThat(refusal.error().code()).isEqualTo(7);
    assertThat(refusal.error().msg()).contains("cni.dev/valid-attachments[0].ifname", "a/b");
  }

  @Test
  void corner71VersionNeedsNeitherStdinNorVariables() {
    CniRequest request =
        RequestParser.parse(Map.of("CNI_COMMAND", "VERSION"), "no json".getBytes(UTF_8));
    assertThat(request).isInstanceOf(CniRequest.Version.class);
    assertThat(VersionReply.ours())
        .hasToString(
            "{\"cniVersion\":\"1.1.0\",\"supportedVersions\":[\"0.1.0\",\"0.2.0\",\"0.3.0\","
                + "\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"]}");
  }

  @ParameterizedTest(name = "stdin {0} is refused with {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{'cniVersion':'1.0.0','type':'x'} | 7 | name",
        "{'cniVersion':'1.0.0','name':'-'} | 7 | name",
        "{'cniVersion':'9.9.9','name':'a'} | 1 | 9.9.9",
        "{'cniVersion':'1.0','name':'a'} | 1 | 1.0",
        "{'cniVersion':'latest','name':'a'} | 7 | latest",
        "{'cniVersion':'1.0.0','name':'a','type':'a/b'} | 7 | a/b",
        "{ | 6 | line 1",
        "'' | 6 | object"
      })
  void badStdinHasItsCode(String stdin, int code, String named) {
    CniException refusal = refusal(environment("ADD"), stdin.replace('\'', '"').getBytes(UTF_8));
    assertThat(refusal.error().code()).isEqualTo(code);
    assertThat(refusal.error().msg()).contains("stdin", named);
  }

  @Test
  void corner17StdinThatIsNotUtf8HasAPlace() {
    CniException refusal = refusal(environment("ADD"), "{\"name\":\"ä\"}".getBytes(ISO_8859_1));
    assertThat(refusal.error().code()).isEqualTo(6);
    assertThat(refusal.error().msg()).contains("not UTF-8", "byte 10");
  }

  private static CniRequest.Add add(Map<String, String> environment) {
    return (CniRequest.Add) RequestParser.parse(environment, conf("1.1.0", ""));
  }

  private static CniRequest.Del del(Map<String, String> environment, byte[] stdin) {
    return (CniRequest.Del) RequestParser.parse(environment, stdin);
  }

  private static CniRequest.Gc gc(String keys) {
    return (CniRequest.Gc) RequestParser.parse(environment("GC"), conf("1.1.0", keys));
  }

  private static CniException refusal(Map<String, String> environment, byte[] stdin) {
    CniException refusal =
        catchThrowableOfType(CniException.class, () -> RequestParser.parse(environment, stdin));
    assertThat(refusal).as("must be refused: " + Arrays.toString(stdin)).isNotNull();
    return refusal;
  }

  private static Map<String, String> environment(String command) {
    return new HashMap<>(
        Map.of(
            "CNI_COMMAND", command,
            "CNI_CONTAINERID", "c1",
            "CNI_NETNS", "/run/netns/a",
            "CNI_IFNAME", "eth0",
            "CNI_PATH", "/opt/cni/bin"));
  }

  private static byte[] conf(String version, String keys) {
    return ("{'cniVersion':'" + version + "','name':'a','type':'x'" + keys + "}")
        .replace('\'', '"')
        .getBytes(UTF_8);
  }
}
