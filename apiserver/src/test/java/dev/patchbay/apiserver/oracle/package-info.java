/** What a real API server answered, replayed against ours. */
@NullMarked
package dev.patchbay.apiserver.oracle;

import org.jspecify.annotations.NullMarked;
