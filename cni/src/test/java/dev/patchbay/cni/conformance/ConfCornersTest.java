package dev.patchbay.cni.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.patchbay.cni.conf.ConfParser;
import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.cni.conf.PluginRequest;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.version.CniVersion;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Corners 1 to 18: versions, configurations, JSON. */
class ConfCornersTest {
  private static final String ONE_PLUGIN = "\"plugins\":[{\"type\":\"bridge\"}]";

  record Version(String corner, String keys, CniVersion expected) {
    @Override
    public String toString() {
      return corner;
    }
  }

  record Refusal(String corner, String conf, int code, List<String> words) {
    @Override
    public String toString() {
      return corner;
    }
  }

  static Stream<Version> versions() {
    return Stream.of(
        new Version("corner 1: no cniVersion is 0.1.0", "", CniVersion.V0_1_0),
        new Version("corner 1: empty cniVersion is 0.1.0", "'cniVersion':'',", CniVersion.V0_1_0),
        new Version("corner 1: null is absent", "'cniVersion':null,", CniVersion.V0_1_0),
        new Version(
            "corner 2: the highest of an unsorted list",
            "'cniVersions':['0.3.1','1.0.0','0.4.0'],",
            CniVersion.V1_0_0),
        new Version(
            "corner 2: cniVersion may be higher than the list",
            "'cniVersion':'1.1.0','cniVersions':['0.3.1'],",
            CniVersion.V1_1_0),
        new Version(
            "corner 2: 1.10.0 is not below 1.9.0",
            "'cniVersions':['1.10.0','1.9.0','1.1.0'],",
            CniVersion.V1_1_0),
        new Version(
            "corner 3: a future version is passed over",
            "'cniVersions':['2.0.0','0.4.0'],",
            CniVersion.V0_4_0),
        new Version(
            "corner 3: a future cniVersion is passed over",
            "'cniVersion':'2.0.0','cniVersions':['1.0.0'],",
            CniVersion.V1_0_0),
        new Version(
            "corner 5: an empty list says nothing",
            "'cniVersion':'0.4.0','cniVersions':[],",
            CniVersion.V0_4_0));
  }

  static Stream<Refusal> refusals() {
    String end = "," + ONE_PLUGIN + "}";
    return Stream.of(
        new Refusal(
            "corner 4: an entry that is no version",
            "{'name':'a','cniVersions':['1.0.0','v1']" + end,
            7,
            List.of("cniVersions", "\"v1\"", "such as 1.1.0")),
        new Refusal(
            "corner 4: an entry that is no string",
            "{'name':'a','cniVersions':[1]" + end,
            7,
            List.of("cniVersions[0]", "a number")),
        new Refusal(
            "corner 4: cniVersions that is no list",
            "{'name':'a','cniVersions':'1.0.0'" + end,
            7,
            List.of("cniVersions", "write a list")),
        new Refusal(
            "corner 6: only too new ones",
            "{'name':'a','cniVersions':['2.0.0','3.0.0']" + end,
            1,
            List.of("2.0.0, 3.0.0", "supported are 0.1.0")),
        new Refusal(
            "corner 6: a single one that is too new",
            "{'name':'a','cniVersion':'1.2.0'" + end,
            1,
            List.of("cniVersion is 1.2.0", "1.1.0")),
        new Refusal("corner 7: no name", "{" + ONE_PLUGIN + "}", 7, List.of("name", "required")),
        new Refusal("corner 7: empty name", "{'name':''" + end, 7, List.of("name", "required")),
        new Refusal("corner 7: name ../x", "{'name':'../x'" + end, 7, List.of("name", "\"../x\"")),
        new Refusal("corner 7: name with new line", "{'name':'a\\n'" + end, 7, List.of("name")),
        new Refusal("corner 7: name is a number", "{'name':7" + end, 7, List.of("name", "number")),
        new Refusal(
            "corner 7: name of 254 characters",
            "{'name':'" + "a".repeat(254) + "'" + end,
            7,
            List.of("name", "254")),
        new Refusal("corner 8: plugins missing", "{'name':'a'}", 7, List.of("plugins", "missing")),
        new Refusal("corner 8: empty", "{'name':'a','plugins':[]}", 7, List.of("plugins", "empty")),
        new Refusal("corner 8: null", "{'name':'a','plugins':null}", 7, List.of("plugins")),
        new Refusal(
            "corner 8: no list", "{'name':'a','plugins':{}}", 7, List.of("plugins", "a list")),
        new Refusal(
            "corner 8: an element is no object",
            "{'name':'a','plugins':['bridge']}",
            7,
            List.of("plugins[0]", "\"bridge\"", "an object")),
        new Refusal(
            "corner 9: no type", "{'name':'a','plugins':[{}]}", 7, List.of("plugins[0].type")),
        new Refusal(
            "corner 9: type with a slash",
            "{'name':'a','plugins':[{'type':'bridge'},{'type':'../sh'}]}",
            7,
            List.of("plugins[1].type", "\"../sh\"", "bare name")),
        new Refusal(
            "corner 9: type ..", "{'name':'a','plugins':[{'type':'..'}]}", 7, List.of("\"..\"")),
        new Refusal(
            "corner 10: an integer is no bool",
            "{'name':'a','disableCheck':1" + end,
            7,
            List.of("disableCheck is 1", "true or false")),
        new Refusal(
            "corner 10: yes is no bool",
            "{'name':'a','disableGC':'yes'" + end,
            7,
            List.of("disableGC is \"yes\"")),
        new Refusal(
            "corner 11: only inlined plugins, and none",
            "{'name':'a','loadOnlyInlinedPlugins':true}",
            7,
            List.of("plugins", "loadOnlyInlinedPlugins")),
        new Refusal(
            "corner 17: trailing garbage has a place",
            "{'name':'a'" + end + "\n }",
            6,
            List.of("line 2, column")),
        new Refusal("corner 17: two values", "{'name':'a'" + end + "{}", 6, List.of("more text")),
        new Refusal("corner 17: empty", "", 6, List.of("is empty")),
        new Refusal("corner 17: blank", " \n", 6, List.of("is empty")),
        new Refusal("corner 17: BOM", "\uFEFF{'name':'a'" + end, 6, List.of("byte order mark")),
        new Refusal("corner 17: truncated", "{'name':'a'", 6, List.of("line 1, column")),
        new Refusal("corner 17: a list", "[]", 6, List.of("a list", "object")),
        new Refusal(
            "corner 17: a duplicate key is named",
            "{'name':'a','name':'b'" + end,
            6,
            List.of("\"name\"", "line 1")),
        new Refusal(
            "corner 17: nesting without end",
            "{'name':" + "[".repeat(100_000) + "}",
            6,
            List.of("nested deeper than 64")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("versions")
  void negotiatesTheVersion(Version given) {
    assertThat(parse("{'name':'a'," + given.keys() + ONE_PLUGIN + "}").version())
        .isEqualTo(given.expected());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void refusesNamingFieldAndValue(Refusal given) {
    CniException refusal = catchThrowableOfType(CniException.class, () -> parse(given.conf()));
    assertThat(refusal).isNotNull();
    assertThat(refusal.error().code()).isEqualTo(given.code());
    assertThat(refusal.getMessage()).contains("my.conflist").contains(given.words());
  }

  @ParameterizedTest(name = "corner 10: {0} counts as true")
  @MethodSource("trueWords")
  void booleansMayBeStringsInAnyCase(String word) {
    NetworkConf conf =
        parse(
            "{'name':'a','disableCheck':" + word + ",'disableGC':" + word + "," + ONE_PLUGIN + "}");
    assertThat(conf.disableCheck()).isTrue();
    assertThat(conf.disableGc()).isTrue();
  }

  static Stream<String> trueWords() {
    return Stream.of("true", "'true'", "'TRUE'", "'True'");
  }

  @Test
  void corner14UnknownKeysSurviveUnchanged() {
    String odd =
        "{\"big\":123456789012345678901234567890,\"fraction\":1.10,\"small\":-1E-15,"
            + "\"unicode\":\"žluťoučký 🐎 \\u0000 \\\"\",\"ключ\":[null,{\"x\":null}],\"empty\":{}}";
    NetworkConf conf =
        ConfParser.parse(
            "{\"name\":\"a\",\"plugins\":[{\"type\":\"x\",\"odd\":" + odd + "}]}", "my.conflist");
    String request = Json.text(PluginRequest.BARE.of(conf, conf.plugins().getFirst()));
    assertThat(request)
        .isEqualTo("{\"cniVersion\":\"0.1.0\",\"name\":\"a\",\"type\":\"x\",\"odd\":" + odd + "}");
  }

  @Test
  void corner15ReservedKeysOfTheUserPassThrough() {
    NetworkConf conf =
        parse("{'name':'a','plugins':[{'type':'x','cni.dev/mine':1,'cni.dev/attachments':[]}]}");
    assertThat(PluginRequest.BARE.of(conf, conf.plugins().getFirst()).propertyNames())
        .contains("cni.dev/mine", "cni.dev/attachments");
  }

  @Test
  void corner16SinglePluginBecomesAListOfOne() {
    NetworkConf conf =
        parse("{'cniVersion':'0.4.0','name':'a','type':'macvlan','capabilities':{'mac':true}}");
    assertThat(conf.plugins()).hasSize(1);
    assertThat(conf.plugins().getFirst().type()).isEqualTo("macvlan");
    assertThat(conf.capabilities()).containsExactly("mac");
    assertThat(conf.version()).isEqualTo(CniVersion.V0_4_0);
  }

  @Test
  void corner18TwoMebibytesAreTakenButNotSeventeen() {
    String filler = "'filler':'" + "x".repeat(2 << 20) + "',";
    assertThat(parse("{'name':'a'," + filler + ONE_PLUGIN + "}").name().value()).isEqualTo("a");
    CniException refusal =
        catchThrowableOfType(
            CniException.class, () -> Json.object(new byte[(16 << 20) + 1], "stdin"));
    assertThat(refusal.getMessage()).contains("stdin", "16777217", "16777216");
  }

  private static NetworkConf parse(String conf) {
    return ConfParser.parse(conf.replace('\'', '"'), "my.conflist");
  }
}
