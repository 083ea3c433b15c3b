package dev.patchbay.linux.nftables;

/**
 * One instruction of a rule (linux/netfilter/nf_tables.h). All of them work on register 1: what is
 * loaded is masked and compared, and a comparison that fails ends the rule.
 */
sealed interface Expression {
  /**
   * Loads one byte: 2 when the packet is IPv4, 10 when it is IPv6 (linux/netfilter.h, NFPROTO_*).
   */
  record LoadFamily() implements Expression {}

  /**
   * Loads what is known about the packet.
   *
   * @param key what
   */
  record LoadMeta(Meta key) implements Expression {}

  /** What is known about a packet (enum nft_meta_keys). */
  enum Meta {
    /** Two bytes: the EtherType. */
    PROTOCOL(1),
    /** Sixteen bytes: the name of the link that it leaves by. */
    OUTPUT_NAME(7),
    /** One byte: the protocol above IP, behind extension headers. */
    TRANSPORT_PROTOCOL(16);

    final int wire;

    Meta(int wire) {
      this.wire = wire;
    }
  }

  /**
   * The end of a packet's way through the chain.
   *
   * @param accept whether it passes
   */
  record Verdict(boolean accept) implements Expression {}

  /**
   * Loads bytes of the packet.
   *
   * @param base which header they are in
   * @param offset first byte, from 0
   * @param length number of bytes, 1 to 16
   */
  record LoadPacket(Base base, int offset, int length) implements Expression {}

  /** Where an offset counts from (enum nft_payload_bases). */
  enum Base {
    LINK(0),
    NETWORK(1),
    TRANSPORT(2);

    final int wire;

    Base(int wire) {
      this.wire = wire;
    }
  }

  /**
   * Keeps the bits of a mask.
   *
   * @param mask as long as what was loaded, hexadecimal
   */
  record Mask(String mask) implements Expression {}

  /**
   * Goes on only when this holds.
   *
   * @param equal whether the register has to equal the value, or to differ from it
   * @param value hexadecimal
   */
  record Compare(boolean equal, String value) implements Expression {}

  /** The packet leaves with the address of the link it leaves by. */
  record Masquerade() implements Expression {}

  /**
   * One that we did not write.
   *
   * @param name the kernel's name of it
   */
  record Foreign(String name) implements Expression {}
}
