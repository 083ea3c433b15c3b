package dev.patchbay.vpc;

/** What the built-in provider keeps in its store. */
public sealed interface VpcObject permits Vpc, Subnet, Port {
  /** Namespace and name. */
  Key key();
}
