package org.geometryos.compositor.launcher.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleException;

class DiagnosisTest {

    @Test
    void ofAChainOfRequirementsTheLastIsSaid() {
        assertThat(Diagnosis.reason(
                        new BundleException("Unable to resolve org.example.a [19](R 19.0): missing requirement "
                                + "[org.example.a [19](R 19.0)] osgi.wiring.package; "
                                + "(&(osgi.wiring.package=b)(version>=2.22.0)) "
                                + "[caused by: Unable to resolve org.example.b [16](R 16.0): missing "
                                + "requirement [org.example.b [16](R 16.0)] "
                                + "osgi.wiring.package; "
                                + "(&(osgi.wiring.package=c.d)(version>=2.0.0)(!(version>=3.0.0)))] "
                                + "Unresolved requirements: [[org.example.a [19](R 19.0)] "
                                + "osgi.wiring.package; (osgi.wiring.package=b)]")))
                .isEqualTo("org.example.b needs osgi.wiring.package "
                        + "(&(osgi.wiring.package=c.d)(version>=2.0.0)(!(version>=3.0.0)))");
    }

    @Test
    void ofAnActivatorItsOwnProblemIsSaid() {
        assertThat(Diagnosis.reason(new BundleException(
                        "Activator start error",
                        BundleException.ACTIVATOR_ERROR,
                        new IllegalStateException("no disk"))))
                .isEqualTo("java.lang.IllegalStateException: no disk");
        assertThat(Diagnosis.reason(new BundleException("Something else"))).isEqualTo("Something else");
    }
}
