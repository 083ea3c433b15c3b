package dev.patchbay.apiserver.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokensTest {
  private static final String TOKEN = "0123456789abcdef";

  @TempDir Path folder;

  @Test
  void theAdministratorsTokenIsMadeOnceAndKept() throws Exception {
    Tokens first = open();
    Tokens again = open();

    assertThat(first.admin()).hasSizeGreaterThan(40).isEqualTo(again.admin());
    assertThat(first.user(first.admin()).orElseThrow().groups()).contains(Tokens.MASTERS);
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("admin"))))
        .isEqualTo("rw-------");
  }

  @Test
  void aTokenThatIsNobodysLetsNobodyIn() throws Exception {
    Tokens tokens = open();

    assertThat(tokens.user("")).isEmpty();
    assertThat(tokens.user(tokens.admin() + "x")).isEmpty();
    assertThat(tokens.user(tokens.admin().substring(1))).isEmpty();
  }

  @Test
  void usersOfTheFileAreWhoItSays() throws Exception {
    users("- {user: ci, token: " + TOKEN + ", namespaces: [build], readOnly: true}");

    User user = open().user(TOKEN).orElseThrow();

    assertThat(user)
        .isEqualTo(new User("ci", List.of(Tokens.AUTHENTICATED), Set.of("build"), true));
    assertThat(user.may("get", "build")).isTrue();
    assertThat(user.may("create", "build")).isFalse();
    assertThat(user.may("get", "")).isFalse();
    assertThat(user.may("get", "other")).isFalse();
  }

  @Test
  void aStarStandsForEverything() throws Exception {
    users("- {user: ops, token: " + TOKEN + ", namespaces: ['*']}");

    User user = open().user(TOKEN).orElseThrow();

    assertThat(user.may("delete", "")).isTrue();
    assertThat(user.may("create", "any")).isTrue();
  }

  @Test
  void aChangedFileIsReadAgainAndARemovedTokenIsNoLongerGood() throws Exception {
    users("- {user: ci, token: " + TOKEN + ", namespaces: [build]}");
    Tokens tokens = open();
    users("- {user: ci, token: another-token-of-ci, namespaces: [build]}");

    assertThat(tokens.user(TOKEN)).isEmpty();
    assertThat(tokens.user("another-token-of-ci")).isPresent();

    Files.delete(folder.resolve("users"));
    assertThat(tokens.user("another-token-of-ci")).isEmpty();
  }

  @Test
  void aFileThatBreaksLetsNobodyInButTheAdministrator() throws Exception {
    users("- {user: ci, token: " + TOKEN + ", namespaces: [build]}");
    Tokens tokens = open();
    users("- {user: ci, token: " + TOKEN + "}");

    assertThat(tokens.user(TOKEN)).isEmpty();
    assertThat(tokens.user(tokens.admin())).isPresent();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "- {user: ci, token: short, namespaces: [a]} | tokens[0].token must have at least 16",
        "- {token: 0123456789abcdef, namespaces: [a]} | tokens[0].user must be a text",
        "- {user: ci, token: 0123456789abcdef} | tokens[0].namespaces must name at least one",
        "- {user: ci, token: 0123456789abcdef, namespaces: a} | must be a list of texts",
        "- {user: ci, token: 0123456789abcdef, namespaces: [a], readonly: true} | unknown [readonly]",
        "- {user: ci, token: 0123456789abcdef, namespaces: [a], readOnly: yes please} | readOnly must"
      })
  void whatIsWrongIsNamedWithItsPlaceAndWithoutTheToken(String entry, String said)
      throws Exception {
    users(entry);

    assertThatThrownBy(this::open)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(folder.resolve("users").toString())
        .hasMessageContaining(said)
        .hasMessageNotContaining(TOKEN);
  }

  @Test
  void aTokenOfTwoUsersIsRefused() throws Exception {
    String one = "- {user: a, token: " + TOKEN + ", namespaces: [a]}\n";
    users(one + one);

    assertThatThrownBy(this::open).hasMessageContaining("tokens[1].token is there twice");
  }

  @Test
  void aFileThatOthersMayReadIsRefused() throws Exception {
    users("- {user: ci, token: " + TOKEN + ", namespaces: [build]}");
    Files.setPosixFilePermissions(
        folder.resolve("users"), PosixFilePermissions.fromString("rw-r-----"));

    assertThatThrownBy(this::open).hasMessageContaining("chmod 600");
  }

  private Tokens open() throws IOException {
    return Tokens.open(folder.resolve("admin"), Optional.of(folder.resolve("users")));
  }

  private void users(String entries) throws IOException {
    PrivateFile.write(folder.resolve("users"), ("tokens:\n" + entries + "\n").getBytes(UTF_8));
  }
}
