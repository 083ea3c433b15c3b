/**
 * Golden cases: what a runtime sends and what the host has, in; the whole plan, out, in YAML files
 * that a network engineer can review (src/test/resources/cases/README.md).
 */
@NullMarked
package dev.patchbay.agent.cases;

import org.jspecify.annotations.NullMarked;
