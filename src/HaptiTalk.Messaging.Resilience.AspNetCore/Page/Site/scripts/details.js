// One row of the table in full: numbers, chart, actions, settings, events.

import { Badge } from "./badge.js";
import { BreakerActions } from "./breaker-actions.js";
import { Chart } from "./chart.js";
import { CircuitsList } from "./circuits-list.js";
import { el, setHidden, setText } from "./dom.js";
import { Facts } from "./facts.js";
import { Settings } from "./settings.js";
import { keyOf } from "./states.js";
import { entryOf } from "./timeline.js";

const explanation = "no-control";

export class Details {
  #dialog = document.getElementById("details");
  #timeline;
  #key = null;
  #overview = null;
  #histories = null;
  #badge = new Badge();
  #circuits = new CircuitsList();
  #facts = new Facts();
  #chart = new Chart({ height: 170, hasAxes: true });
  #actions;
  #settings;
  #title = el("h2", { id: "details-title", tabindex: "-1" });
  #where = el("p", { class: "muted" });
  #access = el("p", { id: explanation, class: "tag-line", hidden: true });
  #gone = el("p", { class: "tag-line", hidden: true }, "This has not run since the service was started again; the numbers are the last known.");
  #events = el("ol", { class: "events", tabindex: "0", "aria-label": "What happened" });

  constructor(api, confirm, timeline, done) {
    this.#timeline = timeline;
    this.#actions = new BreakerActions(api, confirm, done);
    this.#settings = new Settings(api, confirm, done);
    this.#dialog.append(
      el("header", { class: "drawer-head" },
        el("div", {}, this.#title, this.#where), this.#badge.element,
        el("button", { type: "button", class: "close", onclick: () => this.#dialog.close() }, "Close panel")),
      el("p", { class: "tag-line stale-note" }, "The service does not answer: everything here is old."),
      this.#gone,
      section("Circuit", this.#access, this.#circuits.element, this.#actions.element),
      section("Now", this.#facts.element, this.#chart.element,
        el("p", { class: "legend" },
          el("span", { class: "key calls" }, "calls/s"), el("span", { class: "key failures" }, "failed/s, refused ones included"))),
      section("What happened", this.#events),
      section("Settings in force", this.#settings.element));
    this.#dialog.addEventListener("close", () => (this.#key = null));
    // A click beside the panel closes it: the dialog itself is hit only where no content is.
    this.#dialog.addEventListener("click", clicked => clicked.target === this.#dialog && this.#isOutside(clicked) && this.#dialog.close());
  }

  /** @param operation the one of its circuits that somebody has chosen; null for the row as a whole */
  open(key, operation = null) {
    const service = this.#overview?.services.find(found => keyOf(found) === key);
    if (!service)
      return;
    this.#key = key;
    setText(this.#title, service.service);
    setText(this.#where, [service.side, service.operation].filter(Boolean).join(" · "));
    this.#circuits.clear();
    this.#actions.open(service, operation);
    this.#settings.open(service.service, service.operation);
    this.#dialog.showModal();
    this.#title.focus();
    this.#dialog.scrollTop = 0;
    this.show(this.#overview, this.#histories, Date.parse(this.#overview.time));
    this.showEvents();
  }

  show(overview, histories, now) {
    this.#overview = overview;
    this.#histories = histories;
    if (this.#key === null)
      return;
    const service = this.#service;
    setHidden(this.#gone, service !== undefined);
    setHidden(this.#access, overview.canControl);
    setText(this.#access, overview.canControl ? "" : `You can read but not make changes. ${overview.controlProblem}`);
    this.#settings.show(overview, explanation);
    if (service === undefined)
      return;
    this.#badge.show(service, 0, now);
    this.#circuits.show(service, now);
    this.#facts.show(service, now);
    this.#actions.show(service, overview.canControl, explanation);
    this.#chart.show(histories.get(this.#key).points);
  }

  showEvents() {
    const service = this.#service;
    if (service === undefined)
      return;
    const events = this.#timeline.of(service);
    this.#events.replaceChildren(...(events.length
      ? events.map(event => entryOf(event, { isAboutOne: true }))
      : [el("li", { class: "empty" }, "Nothing since this page knows.")]));
  }

  tick(passed, now) {
    const service = this.#service;
    if (service === undefined)
      return;
    this.#badge.show(service, passed, now);
    this.#circuits.tick(passed, now);
  }

  redraw() {
    this.#chart.redraw();
  }

  get #service() {
    return this.#key === null ? undefined : this.#overview.services.find(found => keyOf(found) === this.#key);
  }

  #isOutside({ clientX, clientY }) {
    const { left, right, top, bottom } = this.#dialog.getBoundingClientRect();
    return clientX < left || clientX > right || clientY < top || clientY > bottom;
  }
}

function section(title, ...content) {
  return el("section", {}, el("h3", {}, title), content);
}
