package org.geometryos.compositor.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.coordinates.YawPitchRoll;
import org.geometryos.compositor.api.coordinates.ZUp;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.junit.jupiter.api.Test;

class MappingTest {
    private static Sample read(String rule, String payload) {
        return InRule.parse("in rule 1", "t -> c " + rule, Codecs.json(), 1)
                .mapping()
                .read(payload.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void ourOwnJsonNeedsNeitherTypeNorCamera() {
        String view = "'view':{'kind':'2d','center':[1,2],'zoom':3,'rotation':0}";
        Sample bare = read("", "{'time':5,'sample':6,'cut':true," + view + "}");
        assertThat(bare.view()).isEqualTo(new View2d(1, 2, 3, 0));
        assertThat(bare.time()).hasValue(5);
        assertThat(bare.sample()).hasValue(6);
        assertThat(bare.cut()).isTrue();
        assertThat(bare.name()).isEmpty();
        assertThat(read("", "{'type':'camera','camera':'jib','seq':7,'source':'x'," + view + "}")
                        .name())
                .contains("jib");
        assertThatThrownBy(() -> read("", "{'type':'hello'," + view + "}"))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("type");
        assertThatThrownBy(() -> read("", "{'view':{'kind':'2d'}}")).isInstanceOf(InvalidValueException.class);
    }

    @Test
    void unitsAxesAndAnglesAreConverted() {
        Sample sample = read(
                "position=/pos unit=cm axes=x,z,-y rotation=/pan,/tilt,/roll angle=deg fov=/fov focus=/f near=0.5 far=50 "
                        + "time=/t timeUnit=ms sample=/n timecode=/tc name=/id",
                "{'pos':[100,200,300],'pan':90,'tilt':0,'roll':0,'fov':60,'f':250,'t':1700000000123,'n':9,"
                        + "'tc':'01:02:03:04','id':'jib'}");
        View3d view = (View3d) sample.view();
        assertThat(view.position()).isEqualTo(new Vector3(1, 3, -2));
        assertThat(view.orientation()).isEqualTo(new YawPitchRoll(Math.PI / 2, 0, 0).quaternion());
        Projection.Perspective projection = (Projection.Perspective) view.projection();
        assertThat(projection.yfov()).isEqualTo(Math.toRadians(60), within(1e-12));
        assertThat(projection.zfar()).hasValue(50);
        assertThat(view.focusDistance()).hasValue(2.5);
        assertThat(sample.time()).hasValue(1_700_000_000_123_000L);
        assertThat(sample.sample()).hasValue(9);
        assertThat(sample.timecode()).contains("01:02:03:04");
        assertThat(sample.name()).contains("jib");
    }

    @Test
    void quaternionsFollowTheAxes() {
        Quaternion zUp = new Quaternion(0.1, 0.2, 0.3, Math.sqrt(1 - 0.14));
        String numbers = zUp.x() + "," + zUp.y() + "," + zUp.z();
        View3d view = (View3d)
                read("position=/p axes=x,z,-y orientation=/q", "{'p':[0,0,0],'q':[" + numbers + "," + zUp.w() + "]}")
                        .view();
        assertThat(view.orientation()).isEqualTo(ZUp.toGltf(zUp));
        View3d other = (View3d) read(
                        "position=/p axes=x,z,-y orientation=/q order=wxyz",
                        "{'p':[0,0,0],'q':[" + zUp.w() + "," + numbers + "]}")
                .view();
        assertThat(other.orientation()).isEqualTo(view.orientation());
    }

    @Test
    void aMirroredWorldTurnsTheOtherWay() {
        // left-handed, y up, z ahead: a turn about y has the other sign
        View3d view = (View3d) read(
                        "position=/p axes=x,y,-z orientation=/q",
                        "{'p':[0,0,0],'q':[0," + Math.sin(0.5) + ",0," + Math.cos(0.5) + "]}")
                .view();
        assertThat(view.orientation().y()).isEqualTo(-Math.sin(0.5), within(1e-12));
    }

    @Test
    void flatCamerasAndIsoTimesAndTextsOfNumbers() {
        Sample sample = read(
                "center=/x,/y zoom=/z turn=/r angle=deg time=/t timeUnit=iso",
                "{'x':'1.5','y':2,'z':3,'r':180,'t':'1970-01-01T00:00:01.5Z'}");
        assertThat(sample.view()).isEqualTo(new View2d(1.5, 2, 3, Math.PI));
        assertThat(sample.time()).hasValue(1_500_000);
    }

    @Test
    void whatIsWrongIsNamed() {
        assertThatThrownBy(() -> read("position=/p", "{'p':[1,2]}")).hasMessageContaining("/p");
        assertThatThrownBy(() -> read("position=/a,/b,/c", "{'a':1,'b':2}")).hasMessageContaining("/c");
        assertThatThrownBy(() -> read("position=/p", "{'p':[1,2,'NaN']}")).hasMessageContaining("finite");
        assertThatThrownBy(() -> read("position=/p time=/t", "{'p':[1,2,3],'t':-1}"))
                .hasMessageContaining("/t");
        assertThatThrownBy(() -> read("position=/p", "[1]")).hasMessageContaining("JSON object");
        assertThatThrownBy(() -> read("position=/p", "{'p':1,'p':2}")).hasMessageContaining("twice");
        assertThatThrownBy(() -> read("position=/p", "{'a':".repeat(100))).hasMessageContaining("nested");
    }

    @Test
    void rulesThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> read("unit=cm", "{}")).hasMessageContaining("needs position or center");
        assertThatThrownBy(() -> read("position=p", "{}")).hasMessageContaining("JSON pointer");
        assertThatThrownBy(() -> read("position=/p unit=ft", "{}")).hasMessageContaining("m, cm, mm");
        assertThatThrownBy(() -> read("position=/p axes=x,x,z", "{}")).hasMessageContaining("each once");
        assertThatThrownBy(() -> read("center=/p fov=/q", "{}")).hasMessageContaining("3D");
        assertThatThrownBy(() -> read("position=/p posiiton=/q", "{}")).hasMessageContaining("name=value");
        assertThatThrownBy(() -> read("position=/p orientation=/q rotation=/r", "{}"))
                .hasMessageContaining("does not go with");
    }
}
