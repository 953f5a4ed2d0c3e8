/** The pages that show cameras in a browser, and the JavaScript client they use, as static files. */
package org.geometryos.compositor.web;
