package dev.patchbay.agent.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
  private static final List<String> KNOWN =
      List.of("demo/web-0", "demo/web-1", "demo/database", "other/cache", "");

  @Test
  void bestComesFirstAndStrangersAreLeftOut() {
    assertThat(Nearest.to("web0", KNOWN)).containsExactly("demo/web-0", "demo/web-1");
    assertThat(Nearest.to("cash", KNOWN)).containsExactly("other/cache");
    assertThat(Nearest.to("demo/databse", KNOWN)).containsExactly("demo/database");
    assertThat(Nearest.to("zzzzzz", KNOWN)).isEmpty();
  }
}
