// Every service with its sides, one row each.

import { el, setHidden } from "./dom.js";
import { ServiceRow } from "./service-row.js";
import { keyOf } from "./states.js";

const columns = ["Service", "Side", "Circuit", "Calls/s", "Success", "Fallback", "Rejected", "p99", "Running", "Waiting"];

export class ServicesTable {
  #rows = new Map();
  #body = el("tbody", { role: "rowgroup" });
  #table;
  #empty = el("p", { class: "empty" }, "No service has run anything yet.");
  #open;

  /** @param open called with a row's key when somebody wants to know more */
  constructor(place, open) {
    this.#open = open;
    // The roles are said although a table has them: on narrow screens the style sheet makes cards of the rows.
    this.#table = el("table", { role: "table", class: "services", "aria-labelledby": "services-title" },
      el("thead", { role: "rowgroup" }, el("tr", { role: "row" },
        columns.map(name => el("th", { role: "columnheader", scope: "col" }, name)))),
      this.#body);
    place.replaceChildren(this.#table, this.#empty);
  }

  show(services, histories, now) {
    const sorted = services.toSorted(byName);
    const keys = new Set(sorted.map(keyOf));
    for (const [key, row] of this.#rows) {
      if (!keys.has(key)) {
        row.element.remove();
        this.#rows.delete(key);
      }
    }

    let previous = null;
    sorted.forEach((service, index) => {
      const row = this.#rowOf(keyOf(service));
      if (this.#body.children[index] !== row.element)
        this.#body.insertBefore(row.element, this.#body.children[index] ?? null);
      row.show(service, histories.get(keyOf(service)), { isFirst: service.service !== previous, now });
      previous = service.service;
    });
    setHidden(this.#empty, sorted.length > 0);
    setHidden(this.#table, sorted.length === 0);
  }

  /** Lets the times go on between two snapshots. */
  tick(passed, now) {
    this.#rows.forEach(row => row.tick(passed, now));
  }

  redraw() {
    this.#rows.forEach(row => row.redraw());
  }

  #rowOf(key) {
    let row = this.#rows.get(key);
    if (!row) {
      row = new ServiceRow(() => this.#open(key));
      this.#rows.set(key, row);
    }
    return row;
  }
}

const collator = new Intl.Collator("en", { numeric: true });

function byName(a, b) {
  return collator.compare(a.service, b.service)
    || collator.compare(a.side, b.side)
    || collator.compare(a.operation ?? "", b.operation ?? "");
}
