/** The codecs of the compositor protocol, one for each subprotocol: JSON and CBOR. */
@Export
@Version("1.0.0")
package org.geometryos.compositor.protocol.codec;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
