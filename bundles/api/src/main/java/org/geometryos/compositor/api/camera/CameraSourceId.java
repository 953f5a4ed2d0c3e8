package org.geometryos.compositor.api.camera;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * Component property type for {@link CameraSource#ID}, {@link CameraSource#PRIORITY} and {@link CameraSource#DELAY}.
 */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface CameraSourceId {
    String PREFIX_ = "compositor.source.";

    /** The source's name. */
    String id();

    /** See {@link CameraSource#PRIORITY}. */
    int priority() default 0;

    /** See {@link CameraSource#DELAY}. */
    double delay() default 0;
}
