package dev.patchbay.ipam;

import static dev.patchbay.ipam.Pools.nic;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.patchbay.ipam.Occupant.Container;
import dev.patchbay.ipam.Occupant.Nic;
import dev.patchbay.ipam.Occupant.Unreadable;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class OccupantTest {
  @Test
  void whatIsWrittenIsRead() {
    assertThat(Occupant.bytes(nic("c1"))).isEqualTo("c1\r\neth0".getBytes(UTF_8));
    assertThat(Occupant.parse(Occupant.bytes(nic("c1")))).isEqualTo(new Nic(nic("c1")));
  }

  @Test
  void whiteSpaceAroundIsTrimmedAsHostLocalDoes() {
    assertThat(parse(" c1\r\neth0\n")).isEqualTo(new Nic(nic("c1")));
    assertThat(parse("c1\n")).isEqualTo(new Container("c1"));
    assertThat(parse("c1\r\n")).isEqualTo(new Container("c1"));
  }

  @Test
  void anOldFileIsForEveryInterfaceOfItsContainer() {
    assertThat(parse("c1").isFor(nic("c1"))).isTrue();
    assertThat(parse("c1").isFor(nic("c2"))).isFalse();
    assertThat(parse("c1\r\neth1").isFor(nic("c1"))).isFalse();
    assertThat(parse("").isFor(nic("c1"))).isFalse();
  }

  @Test
  void garbageSaysWhatIsWrong() {
    assertThat(parse("")).isEqualTo(new Unreadable("empty"));
    assertThat(parse(" \n")).isEqualTo(new Unreadable("not in host-local's format"));
    assertThat(parse("c1\neth0")).isEqualTo(new Unreadable("not in host-local's format"));
    assertThat(parse("c1\r\na/b")).isEqualTo(new Unreadable("without a valid interface name"));
    assertThat(parse("x".repeat(4097))).isEqualTo(new Unreadable("longer than 4096 bytes"));
    assertThat(Occupant.parse(new byte[] {'c', (byte) 0xff}))
        .isEqualTo(new Unreadable("not UTF-8"));
  }

  @Property
  void anyBytesAreRead(@ForAll byte[] bytes) {
    assertThat(Occupant.parse(bytes).toString()).isNotEmpty();
  }

  private static Occupant parse(String text) {
    return Occupant.parse(text.getBytes(UTF_8));
  }
}
