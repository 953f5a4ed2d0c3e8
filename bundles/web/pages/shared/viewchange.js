/** Remembers the view drawn last, number by number, to tell whether there is anything to draw. */
export class ViewChange {
  constructor() {
    this.drawn = new Float64Array(24);
    this.at = 0;
    this.other = false;
  }

  /** Whether the view is another than the one asked about last. */
  differs(view) {
    this.at = 0;
    this.other = false;
    if (view.kind === '2d') {
      this.#compare(view.center[0]);
      this.#compare(view.center[1]);
      this.#compare(view.zoom);
      this.#compare(view.rotation);
      this.#compare(view.size?.[0]);
      this.#compare(view.size?.[1]);
      return this.other;
    }
    for (let i = 0; i < 3; i++) this.#compare(view.position[i]);
    for (let i = 0; i < 4; i++) this.#compare(view.orientation[i]);
    const p = view.projection;
    this.#compare(p.type.length);
    this.#compare(p.yfov);
    this.#compare(p.aspectRatio);
    this.#compare(p.xmag);
    this.#compare(p.ymag);
    this.#compare(p.left);
    this.#compare(p.right);
    this.#compare(p.bottom);
    this.#compare(p.top);
    this.#compare(p.znear);
    this.#compare(p.zfar);
    return this.other;
  }

  #compare(value) {
    const number = value ?? 0;
    if (this.drawn[this.at] !== number) {
      this.drawn[this.at] = number;
      this.other = true;
    }
    this.at++;
  }
}
