// One service on one side: a row of the table.

import { Badge } from "./badge.js";
import { Chart } from "./chart.js";
import { el, setAttribute, setHidden, setText } from "./dom.js";
import { latency, rate, share } from "./format.js";
import { nameOf } from "./states.js";

export class ServiceRow {
  #service;
  #badge = new Badge();
  #which = el("span", { class: "which", hidden: true });
  #chart = new Chart({ height: 28 });
  #name = el("button", { type: "button", class: "name", "aria-haspopup": "dialog" });
  #side = el("span", { class: "side" });
  #operation = el("span", { class: "operation" });
  #calls = el("span", { class: "number" });
  #success = el("span");
  #fallback = el("span");
  #rejected = el("span");
  #p99 = el("span");
  #running = new Gauge();
  #waiting = new Gauge();
  #held = el("span", { class: "held", hidden: true });

  element;

  constructor(open) {
    this.element = el("tr", { role: "row", onclick: open },
      el("th", { role: "rowheader", scope: "row" }, this.#name),
      cell("Side", this.#side, this.#operation),
      cell("Circuit", this.#badge.element, this.#which),
      cell("Calls/s", this.#chart.element, this.#calls),
      cell("Success", this.#success),
      cell("Fallback", this.#fallback),
      cell("Rejected", this.#rejected),
      cell("p99", this.#p99),
      cell("Running", this.#running.element),
      cell("Waiting", this.#waiting.element, this.#held));
  }

  show(service, history, { isFirst, now }) {
    this.#service = service;
    setAttribute(this.element, "data-state", service.state);
    this.element.classList.toggle("first", isFirst);
    setText(this.#name, service.service);
    setAttribute(this.#name, "aria-label", `${nameOf(service)}: details`);
    setText(this.#side, service.side);
    setText(this.#operation, service.operation ?? "");
    this.#badge.show(service, 0, now);
    const which = whichOf(service.circuits);
    setText(this.#which, which);
    setHidden(this.#which, which === "");

    const { successful, failed, fallback, rejected } = service.lastMinute;
    const ended = successful + failed;
    setText(this.#calls, rate(service.callsPerSecond));
    setText(this.#success, share(successful, ended));
    setText(this.#fallback, share(fallback, ended));
    setText(this.#rejected, share(rejected, ended));
    this.#success.parentElement.classList.toggle("bad", isBelow(successful, ended, 0.95));
    this.#fallback.parentElement.classList.toggle("some", fallback > 0);
    this.#rejected.parentElement.classList.toggle("some", rejected > 0);
    setText(this.#p99, latency(service.p99Seconds));
    this.#running.show(service.activeCalls, service.maxConcurrentCalls);
    this.#waiting.show(service.queueLength, service.queueCapacity);
    setText(this.#held, `${service.heldMessages} held`);
    setHidden(this.#held, !service.heldMessages);
    this.#chart.show(history.points);
  }

  tick(passed, now) {
    this.#badge.show(this.#service, passed, now);
  }

  redraw() {
    this.#chart.redraw();
  }
}

/** How much of a limit is used: `3/20`, and a bar. */
export class Gauge {
  #used = el("span");
  #bar = el("span", { class: "bar-of", "aria-hidden": "true" });

  element = el("span", { class: "gauge" }, this.#used, this.#bar);

  show(used, limit) {
    setText(this.#used, `${used}/${limit}`);
    const part = limit > 0 ? Math.min(1, used / limit) : 0;
    this.#bar.style.setProperty("--part", part);
    this.element.classList.toggle("full", limit > 0 && used >= limit);
  }
}

// Which of several circuits it is that the row shows the worst of.
function whichOf(circuits) {
  const troubled = circuits.filter(circuit => circuit.state !== "CLOSED");
  if (circuits.length < 2 || troubled.length === 0)
    return "";
  return troubled.length === 1 ? troubled[0].operation : `${troubled.length} of ${circuits.length} circuits`;
}

// The label is what narrow screens show instead of the table's head.
function cell(label, ...content) {
  return el("td", { role: "cell", "data-label": label }, content);
}

function isBelow(part, whole, limit) {
  return whole > 0 && part / whole < limit;
}
