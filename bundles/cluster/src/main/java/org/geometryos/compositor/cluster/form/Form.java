package org.geometryos.compositor.cluster.form;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** How values of one type are written and read. */
interface Form<T> {
    void write(T value, DataOutput to) throws IOException;

    /** @throws UnknownFormException if it is nothing that this version knows */
    T read(DataInput from) throws IOException;
}
