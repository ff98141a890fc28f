// Calls per second as a line, failures as bars, and behind them the circuit's state. Drawn by uPlot (vendor/).

import { el, setAttribute } from "./dom.js";
import { rate } from "./format.js";
import { chartWindow } from "./history.js";
import { colour } from "./palette.js";

const shortest = 10;
const bands = { OPEN: "--open", HALF_OPEN: "--half-open", ISOLATED: "--isolated", DISABLED: "--disabled" };

export class Chart {
  #plot = null;
  #height;
  #hasAxes;
  #points = { time: [], calls: [], failures: [], states: [] };

  element = el("div", { class: "chart", role: "img" });

  /** As wide as the style sheet makes it. */
  constructor({ height, hasAxes = false }) {
    this.#height = height;
    this.#hasAxes = hasAxes;
    new ResizeObserver(([{ contentRect }]) => this.#resize(Math.floor(contentRect.width))).observe(this.element);
  }

  show(points) {
    this.#points = points;
    this.#plot?.setData(this.#data);
    setAttribute(this.element, "aria-label", describe(points));
  }

  redraw() {
    this.#plot?.redraw();
  }

  #resize(width) {
    if (width === 0)
      return;
    if (this.#plot)
      this.#plot.setSize({ width, height: this.#height });
    else
      this.#plot = new globalThis.uPlot(this.#options(width), this.#data, this.element);
  }

  get #data() {
    const { time, calls, failures } = this.#points;
    return [time, failures, calls];
  }

  #options(width) {
    const axis = {
      show: this.#hasAxes,
      stroke: () => colour("--text-muted"),
      grid: { stroke: () => colour("--line"), width: 1 },
      ticks: { stroke: () => colour("--line"), width: 1 },
      font: "11px system-ui, sans-serif",
    };
    return {
      width,
      height: this.#height,
      padding: this.#hasAxes ? [8, 8, 0, 0] : [2, 1, 2, 1],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: true, range: () => this.#timeRange() }, y: { range: (_, low, high) => [0, Math.max(1, high ?? 0) * 1.08] } },
      axes: [{ ...axis, values: "{HH}:{mm}:{ss}", space: 90, size: 26 }, { ...axis, size: 40 }],
      series: [
        {},
        { fill: () => colour("--failures"), width: 0, paths: globalThis.uPlot.paths.bars({ size: [1] }), points: { show: false } },
        { stroke: () => colour("--calls"), width: 1.5, points: { show: false } },
      ],
      hooks: { drawClear: [plot => this.#drawStates(plot)] },
    };
  }

  // It grows with what the page has seen.
  #timeRange() {
    const [begin, end] = [this.#points.time[0] ?? 0, this.#points.time.at(-1) ?? 0];
    return [Math.min(end - shortest, Math.max(begin, end - chartWindow / 1000)), end];
  }

  #drawStates(plot) {
    const { ctx, bbox } = plot;
    const { time, states } = this.#points;
    ctx.save();
    ctx.globalAlpha = 0.22;
    for (let i = 1; i < time.length; i++) {
      const band = bands[states[i]];
      if (!band)
        continue;
      const [from, to] = [plot.valToPos(time[i - 1], "x", true), plot.valToPos(time[i], "x", true)];
      ctx.fillStyle = colour(band);
      ctx.fillRect(Math.max(bbox.left, from), bbox.top, to - Math.max(bbox.left, from), bbox.height);
    }
    ctx.restore();
  }
}

function describe({ calls, failures }) {
  if (calls.length === 0)
    return "Calls per second: no numbers yet";
  return `Calls per second: now ${rate(calls.at(-1) ?? 0)}, at most ${rate(Math.max(...calls))}; failures now ${rate(failures.at(-1) ?? 0)}`;
}
