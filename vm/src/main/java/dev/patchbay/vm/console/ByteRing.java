package dev.patchbay.vm.console;

import java.util.Arrays;

/** The newest bytes of a stream, at most so many; not safe for several threads. */
final class ByteRing {
  private final byte[] bytes;
  private int start;
  private int count;

  ByteRing(int most) {
    this.bytes = new byte[most];
  }

  /** Takes bytes in; the oldest make room. */
  void append(byte[] from, int offset, int length) {
    int kept = Math.min(length, bytes.length);
    int at = offset + length - kept;
    drop(Math.max(0, count + kept - bytes.length));
    int end = (start + count) % bytes.length;
    int first = Math.min(kept, bytes.length - end);
    System.arraycopy(from, at, bytes, end, first);
    System.arraycopy(from, at + first, bytes, 0, kept - first);
    count += kept;
  }

  /** Gives the oldest bytes away, at most so many; how many they were. */
  int take(byte[] into, int offset, int length) {
    int taken = Math.min(length, count);
    int first = Math.min(taken, bytes.length - start);
    System.arraycopy(bytes, start, into, offset, first);
    System.arraycopy(bytes, 0, into, offset + first, taken - first);
    drop(taken);
    return taken;
  }

  /** All of it, in order. */
  byte[] copy() {
    int first = Math.min(count, bytes.length - start);
    byte[] copy = Arrays.copyOfRange(bytes, start, start + count);
    System.arraycopy(bytes, 0, copy, first, count - first);
    return copy;
  }

  int count() {
    return count;
  }

  /** For how many more there is room without losing one. */
  int room() {
    return bytes.length - count;
  }

  void clear() {
    start = 0;
    count = 0;
  }

  private void drop(int oldest) {
    start = (start + oldest) % bytes.length;
    count -= oldest;
  }
}
