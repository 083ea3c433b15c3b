/** Where the networks that pods name are defined: files of definitions and of configurations. */
@NullMarked
package dev.patchbay.kube.definition;

import org.jspecify.annotations.NullMarked;
