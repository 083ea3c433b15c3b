package dev.patchbay.agent.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FramesTest {
  /** A frame as the shim writes it. */
  private static byte[] frame(List<String> environment, byte[] stdin) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeBytes("PBRQ");
      out.writeShort(1);
      out.writeShort(environment.size());
      for (String pair : environment) {
        out.writeInt(pair.getBytes(UTF_8).length);
        out.write(pair.getBytes(UTF_8));
      }
      out.writeInt(stdin.length);
      out.write(stdin);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  private static Frames.Request read(byte[] bytes) throws IOException {
    return Frames.read(new ByteArrayInputStream(bytes));
  }

  @Test
  void requestIsReadAsTheShimWroteIt() throws IOException {
    Frames.Request request =
        read(frame(List.of("CNI_COMMAND=ADD", "A=", "B=x=y", "junk", "=z"), "{é}".getBytes(UTF_8)));
    assertThat(request.environment())
        .containsExactly(
            Map.entry("CNI_COMMAND", "ADD"), Map.entry("A", ""), Map.entry("B", "x=y"));
    assertThat(request.stdinBytes()).isEqualTo("{é}".getBytes(UTF_8));
    assertThat(request.stdinBytes()).as("read again").isEqualTo("{é}".getBytes(UTF_8));
  }

  @Test
  void lastOfSeveralCountsButNotForWhatTheShimSaysOfItself() throws IOException {
    Frames.Request request =
        read(
            frame(
                List.of("PATCHBAY_RUNTIME=/bin/a", "X=1", "PATCHBAY_RUNTIME=/bin/b", "X=2"),
                new byte[0]));
    assertThat(request.environment())
        .containsEntry("PATCHBAY_RUNTIME", "/bin/a")
        .containsEntry("X", "2");
  }

  @Test
  void connectionThatSaysNothingIsAKnock() {
    assertThatThrownBy(() -> read(new byte[0])).isInstanceOf(Frames.KnockException.class);
  }

  @Test
  void otherProtocolsAreRefused() {
    byte[] other = frame(List.of(), new byte[0]);
    other[5] = 2;
    assertThatThrownBy(() -> read(other))
        .isInstanceOf(Frames.MalformedFrameException.class)
        .hasMessageContaining("version 2");
    assertThatThrownBy(() -> read("GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8)))
        .isInstanceOf(Frames.MalformedFrameException.class)
        .hasMessageContaining("not PBRQ");
  }

  @Test
  void lyingLengthCostsNoMoreThanWhatReallyComes() {
    ByteBuffer lying = ByteBuffer.allocate(12).put("PBRQ".getBytes(UTF_8)).putShort((short) 1);
    lying.putShort((short) 0).putInt(16 << 20);
    assertThatThrownBy(() -> read(lying.array()))
        .isInstanceOf(Frames.MalformedFrameException.class)
        .hasMessageContaining("ends after 0 of 16777216 bytes");
    lying.putInt(8, (16 << 20) + 1);
    assertThatThrownBy(() -> read(lying.array()))
        .isInstanceOf(Frames.MalformedFrameException.class)
        .hasMessageContaining("stdin has 16777217 bytes; at most 16777216");
    lying.putInt(8, -1);
    assertThatThrownBy(() -> read(lying.array()))
        .isInstanceOf(Frames.MalformedFrameException.class)
        .hasMessageContaining("4294967295");
  }

  @Test
  void environmentOfMoreThanAMegabyteIsRefused() {
    String half = "A=" + "x".repeat(600_000);
    assertThatThrownBy(() -> read(frame(List.of(half, half), new byte[0])))
        .isInstanceOf(Frames.MalformedFrameException.class)
        .hasMessageContaining("environment");
  }

  @Property(tries = 2000)
  void anyBytesAreReadOrRefused(@ForAll @Size(max = 64) byte[] bytes) throws IOException {
    refusesOrReads(bytes);
  }

  @Property(tries = 2000)
  void frameWithAnyByteChangedIsReadOrRefused(
      @ForAll @IntRange(max = 60) int at, @ForAll byte value) throws IOException {
    byte[] bytes =
        frame(List.of("CNI_COMMAND=DEL", "CNI_IFNAME=eth0"), "{\"a\":1}".getBytes(UTF_8));
    bytes[at % bytes.length] = value;
    refusesOrReads(bytes);
  }

  @Property(tries = 200)
  void frameThatEndsTooSoonIsRefused(@ForAll @IntRange(min = 1, max = 60) int length) {
    byte[] whole =
        frame(List.of("CNI_COMMAND=DEL", "CNI_IFNAME=eth0"), "{\"a\":1}".getBytes(UTF_8));
    byte[] part = Arrays.copyOf(whole, Math.min(length, whole.length - 1));
    assertThatThrownBy(() -> read(part))
        .isInstanceOfAny(Frames.MalformedFrameException.class, EOFException.class);
  }

  private static void refusesOrReads(byte[] bytes) throws IOException {
    try {
      assertThat(read(bytes).stdinBytes().length).isLessThanOrEqualTo(bytes.length);
    } catch (Frames.MalformedFrameException | Frames.KnockException | EOFException refused) {
      // these three are what callers expect; anything else fails the test
      assertThat(refused).isNotNull();
    }
  }

  @Test
  void answerHasItsPartsInTheOrderOfTheProtocol() throws IOException {
    ByteBuffer bytes = Frames.write(new Frames.Reply(1, "öut", "log\n"));
    byte[] magic = new byte[4];
    bytes.get(magic);
    assertThat(new String(magic, UTF_8)).isEqualTo("PBRS");
    assertThat(bytes.getShort()).isEqualTo((short) 1);
    assertThat(bytes.get()).isEqualTo((byte) 1);
    assertThat(bytes.get()).isEqualTo((byte) 0);
    assertThat(text(bytes)).isEqualTo("öut");
    assertThat(text(bytes)).isEqualTo("log\n");
    assertThat(bytes.hasRemaining()).isFalse();
  }

  private static String text(ByteBuffer bytes) {
    byte[] part = new byte[bytes.getInt()];
    bytes.get(part);
    return new String(part, UTF_8);
  }
}
