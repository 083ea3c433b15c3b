/**
 * What the command line may ask the agent: one verb, one class. Requests and answers are JSON in
 * the shim's frames.
 */
@NullMarked
package dev.patchbay.agent.api;

import org.jspecify.annotations.NullMarked;
