/** What lies in {@code deploy/}, and how it takes the place of what the distribution brings while the host runs. */
package org.geometryos.compositor.launcher.deploy;
