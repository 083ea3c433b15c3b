/** Tests of addresses: arithmetic, rules, folders, and the reference plugins beside them. */
@NullMarked
package dev.patchbay.ipam;

import org.jspecify.annotations.NullMarked;
