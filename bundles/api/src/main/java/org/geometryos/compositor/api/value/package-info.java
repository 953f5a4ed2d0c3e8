/**
 * The values that all other packages are made of: vectors, rotations, sizes, names, the rules that they keep, and the
 * exception for a value that does not keep one; and an answer that may come later. This package needs no other.
 */
@Export
@Version("1.2.0")
package org.geometryos.compositor.api.value;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
