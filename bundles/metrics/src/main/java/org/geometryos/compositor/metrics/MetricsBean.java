package org.geometryos.compositor.metrics;

import java.util.Map;
import java.util.TreeMap;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanException;
import javax.management.MBeanInfo;

/**
 * All figures as attributes of one MBean, each named as in the text: {@code compositor_cameras}, or with labels
 * {@code compositor_camera_updates_total{camera="tour"}}. Durations are four attributes: how many, and three quantiles
 * in seconds since their part began. Any thread.
 */
public final class MetricsBean implements DynamicMBean {
    static final String NAME = "org.geometryos.compositor:type=Metrics";

    private final Figures figures;

    MetricsBean(Figures figures) {
        this.figures = figures;
    }

    private record Value(String help, double value) {}

    private Map<String, Value> values() throws Figures.BusyException {
        Map<String, Value> values = new TreeMap<>();
        for (Family family : figures.read().families()) {
            family.figures.forEach((labels, figure) -> {
                String braced = labels.isEmpty() ? "" : "{" + labels + "}";
                if (family.kind == Family.Kind.HISTOGRAM) {
                    values.put(family.name + "_count" + braced, new Value(family.help, figure.count()));
                    values.put(family.name + "_p50" + braced, new Value(family.help, figure.quantile(0.5)));
                    values.put(family.name + "_p99" + braced, new Value(family.help, figure.quantile(0.99)));
                    values.put(family.name + "_p999" + braced, new Value(family.help, figure.quantile(0.999)));
                } else {
                    values.put(family.name + braced, new Value(family.help, figure.value));
                }
            });
        }
        return values;
    }

    @Override
    public Object getAttribute(String attribute) throws AttributeNotFoundException, MBeanException {
        Value value;
        try {
            value = values().get(attribute);
        } catch (Figures.BusyException e) {
            throw new MBeanException(new IllegalStateException(e.getMessage()));
        }
        if (value == null) {
            throw new AttributeNotFoundException("there is no figure " + attribute);
        }
        return value.value;
    }

    @Override
    public AttributeList getAttributes(String[] attributes) {
        AttributeList list = new AttributeList();
        try {
            Map<String, Value> values = values();
            for (String attribute : attributes) {
                if (values.containsKey(attribute)) {
                    list.add(new Attribute(attribute, values.get(attribute).value));
                }
            }
        } catch (Figures.BusyException e) {
            // as the interface says: what cannot be read is left out
        }
        return list;
    }

    @Override
    public MBeanInfo getMBeanInfo() {
        MBeanAttributeInfo[] attributes;
        try {
            attributes = values().entrySet().stream()
                    .map(each ->
                            new MBeanAttributeInfo(each.getKey(), "double", each.getValue().help, true, false, false))
                    .toArray(MBeanAttributeInfo[]::new);
        } catch (Figures.BusyException e) {
            attributes = new MBeanAttributeInfo[0];
        }
        return new MBeanInfo(
                MetricsBean.class.getName(), "The figures of all parts of the bridge.", attributes, null, null, null);
    }

    @Override
    public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
        throw new AttributeNotFoundException("figures cannot be set");
    }

    @Override
    public AttributeList setAttributes(AttributeList attributes) {
        return new AttributeList();
    }

    @Override
    public Object invoke(String action, Object[] parameters, String[] signature) throws MBeanException {
        throw new MBeanException(new UnsupportedOperationException("there is no operation " + action));
    }
}
