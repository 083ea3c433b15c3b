package dev.patchbay.vm.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ByteRingTest {
  @Property(tries = 300)
  void itHoldsTheNewestBytesInOrder(
      @ForAll @IntRange(min = 1, max = 16) int most,
      @ForAll @Size(max = 20) List<byte[]> pieces,
      @ForAll @IntRange(min = 0, max = 8) int taken) {
    ByteRing ring = new ByteRing(most);
    StringBuilder model = new StringBuilder();
    for (byte[] piece : pieces) {
      ring.append(piece, 0, piece.length);
      for (byte one : piece) {
        model.append((char) one);
      }
      model.delete(0, Math.max(0, model.length() - most));
      byte[] into = new byte[taken];
      int count = ring.take(into, 0, taken);
      for (int i = 0; i < count; i++) {
        assertThat((char) into[i]).isEqualTo(model.charAt(i));
      }
      model.delete(0, count);
      assertThat(ring.count()).isEqualTo(model.length());
      assertThat(ring.room()).isEqualTo(most - model.length());
    }
    byte[] left = ring.copy();
    assertThat(left).hasSize(model.length());
    for (int i = 0; i < left.length; i++) {
      assertThat((char) left[i]).isEqualTo(model.charAt(i));
    }
  }
}
