package dev.patchbay.linux.packet;

import dev.patchbay.linux.libc.Fd;
import dev.patchbay.linux.libc.KernelException;
import dev.patchbay.linux.libc.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * A program that the kernel runs on each frame to say how much of it a socket gets (linux/filter.h,
 * classic BPF), so that a guest's bulk traffic costs the agent nothing.
 *
 * @param program none for everything
 */
public record FrameFilter(List<Instruction> program) {
  /** Every frame, those that leave by the link too. */
  public static final FrameFilter EVERYTHING = new FrameFilter(List.of());

  /**
   * What comes in by the link and tells of addresses: ARP, DHCP towards a server in either family,
   * router solicitations, neighbour solicitations and advertisements. Nothing of what is sent to
   * the guest, no fragments.
   */
  public static final FrameFilter ADDRESS_TALK = new FrameFilter(addressTalk());

  /** The most bytes of a frame that come through {@link #ADDRESS_TALK}. */
  public static final int LONGEST = 2048;

  // linux/bpf_common.h: class | size | mode
  private static final int LOAD_BYTE = 0x30;
  private static final int LOAD_HALF = 0x28;
  private static final int LOAD_HALF_AT_X = 0x48;
  private static final int LOAD_X_IP_LENGTH = 0xb1;
  private static final int JUMP_EQUAL = 0x15;
  private static final int JUMP_GREATER = 0x25;
  private static final int JUMP_AT_LEAST = 0x35;
  private static final int JUMP_ANY_BIT = 0x45;
  private static final int RETURN = 0x06;

  private static final int PACKET_TYPE = -0x1000 + 4; // SKF_AD_OFF + SKF_AD_PKTTYPE
  private static final int PACKET_OUTGOING = 4; // linux/if_packet.h
  private static final int SOL_SOCKET = 1; // asm-generic/socket.h
  private static final int SO_ATTACH_FILTER = 26;
  private static final int INSTRUCTION = 8; // struct sock_filter
  private static final int FPROG = 16; // struct sock_fprog

  /**
   * One step (struct sock_filter).
   *
   * @param code what is done
   * @param yes instructions to skip when a test holds
   * @param no instructions to skip when it does not
   * @param operand a number or an offset
   */
  public record Instruction(int code, int yes, int no, int operand) {}

  /** Copies the list. */
  public FrameFilter {
    program = List.copyOf(program);
  }

  private static List<Instruction> addressTalk() {
    int drop = 21;
    int take = 22;
    return List.of(
        new Instruction(LOAD_BYTE, 0, 0, PACKET_TYPE),
        test(1, JUMP_EQUAL, PACKET_OUTGOING, drop, 2),
        new Instruction(LOAD_HALF, 0, 0, 12), // EtherType
        test(3, JUMP_EQUAL, 0x0806, take, 4), // ARP
        test(4, JUMP_EQUAL, 0x0800, 5, 12), // IPv4
        new Instruction(LOAD_BYTE, 0, 0, 23), // its protocol
        test(6, JUMP_EQUAL, 17, 7, drop), // UDP
        new Instruction(LOAD_HALF, 0, 0, 20), // its fragment
        test(8, JUMP_ANY_BIT, 0x3fff, drop, 9),
        new Instruction(LOAD_X_IP_LENGTH, 0, 0, 14),
        new Instruction(LOAD_HALF_AT_X, 0, 0, 16), // destination port
        test(11, JUMP_EQUAL, 67, take, drop),
        test(12, JUMP_EQUAL, 0x86dd, 13, drop), // IPv6
        new Instruction(LOAD_BYTE, 0, 0, 20), // next header
        test(14, JUMP_EQUAL, 17, 15, 17), // UDP
        new Instruction(LOAD_HALF, 0, 0, 56), // destination port
        test(16, JUMP_EQUAL, 547, take, drop),
        test(17, JUMP_EQUAL, 58, 18, drop), // ICMPv6
        new Instruction(LOAD_BYTE, 0, 0, 54), // its type
        test(19, JUMP_AT_LEAST, 133, 20, drop), // router solicitation
        test(20, JUMP_GREATER, 136, drop, take), // neighbour advertisement
        new Instruction(RETURN, 0, 0, 0),
        new Instruction(RETURN, 0, 0, LONGEST));
  }

  /** A test at a place of the program that goes on at one of two others. */
  private static Instruction test(int at, int code, int operand, int yes, int no) {
    return new Instruction(code, yes - at - 1, no - at - 1, operand);
  }

  /** Makes the kernel run it for a socket. */
  void attach(Fd socket) throws KernelException {
    if (program.isEmpty()) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment code = arena.allocate((long) INSTRUCTION * program.size(), 8);
      for (int i = 0; i < program.size(); i++) {
        Instruction one = program.get(i);
        long at = (long) i * INSTRUCTION;
        code.set(ValueLayout.JAVA_SHORT, at, (short) one.code());
        code.set(ValueLayout.JAVA_BYTE, at + 2, (byte) one.yes());
        code.set(ValueLayout.JAVA_BYTE, at + 3, (byte) one.no());
        code.set(ValueLayout.JAVA_INT, at + 4, one.operand());
      }
      MemorySegment fprog = arena.allocate(FPROG, 8);
      fprog.set(ValueLayout.JAVA_SHORT, 0, (short) program.size());
      fprog.set(ValueLayout.ADDRESS, 8, code);
      Libc.setSockOpt(socket.number(), SOL_SOCKET, SO_ATTACH_FILTER, fprog)
          .orThrow("filter the frames of a socket");
    }
  }
}
