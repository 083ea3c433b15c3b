/**
 * From network definitions to attachments: reads the configuration of each link kind, and says
 * early what cannot be served.
 */
@NullMarked
package dev.patchbay.agent.resolve;

import org.jspecify.annotations.NullMarked;
