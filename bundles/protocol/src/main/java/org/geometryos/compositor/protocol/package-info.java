/**
 * The compositor protocol: its messages as records, and codecs that turn them into bytes and back.
 *
 * <p>{@link org.geometryos.compositor.protocol.codec.Codecs} gives the codecs of version 1 to plain Java programs; in a
 * framework each codec is a service of type {@link org.geometryos.compositor.protocol.Codec}, and each protocol of
 * others that is spoken on the same port one of type {@link org.geometryos.compositor.protocol.Dialect}.
 */
@Export
@Version("3.0.0")
package org.geometryos.compositor.protocol;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
