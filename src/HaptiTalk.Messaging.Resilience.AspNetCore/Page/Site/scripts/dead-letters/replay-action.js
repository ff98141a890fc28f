// Asks before messages are replayed: first what would become of them, then how.

import { el } from "../dom.js";
import { outcomesOf } from "./outcomes.js";
import { refusalView } from "./refusal-view.js";

const refusedToLook = 409;

export class ReplayAction {
  #api;
  #confirm;
  #begun;

  /** @param begun called with a replay that has begun */
  constructor(api, confirm, begun) {
    this.#api = api;
    this.#confirm = confirm;
    this.#begun = begun;
  }

  /**
   * @param order which messages: `select`, `ids`, or nothing for all
   * @param tried called when it is known what would become of them
   */
  async ask(queue, what, order, tried) {
    const would = await this.#tryOut(queue, order);
    tried();
    const rate = el("input", { type: "number", min: "0.1", step: "any", placeholder: "as fast as it goes", autocomplete: "off" });
    const inBatches = el("input", { type: "checkbox", checked: !order.ids });
    const replay = await this.#confirm.ask({
      title: `Replay ${what} from ${queue}?`,
      content: [
        el("div", { class: "would" }, would),
        el("label", { class: "field" }, "Messages per second (optional)", rate),
        el("label", { class: "check" }, inBatches, "in batches of 1, 5, 20 and then 100, which stop by themselves when more than 10 % come back or nobody takes them up"),
      ],
      doIt: "Replay",
      act: reason => this.#api.replay(queue, {
        ...order,
        ...rate.value ? { ratePerSecond: Number(rate.value) } : {},
        ...inBatches.checked ? { batches: {} } : {},
        ...reason ? { reason } : {},
      }),
    });
    if (replay !== undefined)
      this.#begun(replay);
  }

  async #tryOut(queue, order) {
    try {
      return outcomesOf(await this.#api.replay(queue, { ...order, dryRun: true })).flat();
    } catch (refused) {
      if (refused.status !== refusedToLook || !refused.problem?.remedies)
        throw refused;
      return [el("p", {}, "What would become of them cannot be said beforehand."), ...refusalView(refused)];
    }
  }
}
