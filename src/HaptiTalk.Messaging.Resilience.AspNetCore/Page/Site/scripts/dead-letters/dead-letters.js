// Which queues hold dead letters, and how many.

import { el, path, setHidden, setText } from "../dom.js";
import { clock, count } from "../format.js";
import { DeadLettersApi } from "./dead-letters-api.js";
import { QueuePanel } from "./queue-panel.js";
import { button, table } from "./table.js";

const interval = 30_000;
const notThere = 501;

export class DeadLetters {
  #api;
  #panel;
  #section = document.getElementById("dead-letters");
  #state = document.getElementById("dead-letters-state");
  #place = document.getElementById("dead-letters-queues");
  #again = document.getElementById("dead-letters-again");
  #timer;
  #isAsking = false;
  #isThere = true;
  #now = Date.now();

  constructor(api, confirm) {
    this.#api = new DeadLettersApi(api);
    this.#panel = new QueuePanel(this.#api, confirm, () => this.#ask());
    this.#again.addEventListener("click", () => this.#ask());
  }

  start() {
    document.addEventListener("visibilitychange", () => this.#ask());
    this.#ask();
  }

  show(overview, now) {
    this.#now = now;
    this.#panel.allow(overview);
  }

  async #ask() {
    clearTimeout(this.#timer);
    if (document.hidden || this.#isAsking || !this.#isThere)
      return;
    this.#isAsking = true;
    try {
      this.#list(await this.#api.queues());
    } catch (refused) {
      // A host that has named no broker has nothing to show here.
      this.#isThere = refused.status !== notThere;
      setHidden(this.#section, !this.#isThere);
      this.#place.replaceChildren(el("p", { class: "failure padded" }, refused.message));
      setText(this.#state, "");
    } finally {
      this.#isAsking = false;
      this.#timer = setTimeout(() => this.#ask(), interval);
    }
  }

  #list({ queues, virtualHost, brokerVersion, managementProblem, takenAt }) {
    setHidden(this.#section, false);
    const now = new Date(this.#now);
    setText(this.#state, `RabbitMQ ${brokerVersion}, virtual host ${virtualHost}, as of ${clock(new Date(takenAt), now)}`);
    const focused = this.#place.contains(document.activeElement) ? document.activeElement.dataset.queue : null;
    this.#place.replaceChildren(
      managementProblem ? el("p", { class: "tag-line padded" }, `Queues cannot be found without the management API, only asked for by name. ${managementProblem}`) : "",
      queues.length === 0
        ? el("p", { class: "empty" }, "No dead letters.")
        : table("Queues of dead letters", ["Queue", "Messages", "Per minute", "Oldest", "Kind", "Type", "Delivery limit", "Looking"],
          queues.map(queue => this.#row(queue, now))));
    if (focused !== null)
      [...this.#place.querySelectorAll("button")].find(({ dataset }) => dataset.queue === focused)?.focus();
  }

  #row(queue, now) {
    const { name, messages, growthPerMinute, oldestAt, kind, type, deliveryLimit, peek } = queue;
    return [
      button(path(name), `${name}: look into it`, () => this.#panel.open(queue), { "data-queue": name }),
      messages === null ? "gone" : count(messages),
      growthPerMinute === null ? "–" : `${growthPerMinute > 0 ? "+" : ""}${growthPerMinute.toFixed(1)}`,
      oldestAt === null ? "–" : clock(new Date(oldestAt), now),
      kindOf(kind),
      type,
      deliveryLimit.isKnown ? deliveryLimit.limit ?? "none" : "not known",
      peek.isSafe ? "possible" : el("span", { class: "failure" }, "refused"),
    ];
  }
}

function kindOf(kind) {
  return { error: "failed", skipped: "skipped", deadLetterTarget: "dead-lettered", named: "asked for" }[kind] ?? kind;
}
