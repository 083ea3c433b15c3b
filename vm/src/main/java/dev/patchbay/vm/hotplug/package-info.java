/** NICs plugged into and out of a running guest. */
@org.jspecify.annotations.NullMarked
package dev.patchbay.vm.hotplug;
