/** What sysfs tells about PCI network devices. */
@NullMarked
package dev.patchbay.linux.sysfs;

import org.jspecify.annotations.NullMarked;
