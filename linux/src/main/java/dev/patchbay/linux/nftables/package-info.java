/**
 * nftables by nfnetlink: our one table, {@code inet patchbay}, and no other. A reader with {@code
 * nft list table inet patchbay} sees whose each rule is by its comment.
 */
@NullMarked
package dev.patchbay.linux.nftables;

import org.jspecify.annotations.NullMarked;
