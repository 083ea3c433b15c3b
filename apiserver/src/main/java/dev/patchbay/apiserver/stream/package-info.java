/** exec, attach and logs of pods: what kubectl speaks, and the port that the node implements. */
@NullMarked
package dev.patchbay.apiserver.stream;

import org.jspecify.annotations.NullMarked;
