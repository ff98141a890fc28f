// One queue of dead letters: its groups, their messages, a message, and its replay.

import { el, setHidden, setText } from "../dom.js";
import { groupsView } from "./groups-view.js";
import { messageView } from "./message-view.js";
import { messagesView } from "./messages-view.js";
import { refusalView } from "./refusal-view.js";
import { ReplayAction } from "./replay-action.js";
import { ReplayWatch } from "./replay-watch.js";

const explanation = "no-dead-letters";

export class QueuePanel {
  #dialog = document.getElementById("dead-letters-panel");
  #api;
  #changed;
  #queue = null;
  #views = [];
  #shown = 0;
  #overview = { canControl: false, controlProblem: "" };
  #title = el("h2", { id: "dead-letters-panel-title", tabindex: "-1" });
  #back = el("button", { type: "button", onclick: () => this.#goBack() }, "Back");
  #place = el("h3", { tabindex: "-1" });
  #access = el("p", { id: explanation, class: "tag-line", hidden: true });
  #busy = el("p", { class: "muted", role: "status" });
  #content = el("div");
  #action;
  #watch;

  /** @param changed called when messages have moved */
  constructor(api, confirm, changed) {
    this.#api = api;
    this.#changed = changed;
    this.#watch = new ReplayWatch(api, () => this.#afterReplay());
    this.#action = new ReplayAction(api, confirm, replay => this.#watch.follow(replay));
    this.#dialog.append(
      el("header", { class: "drawer-head" }, el("div", {}, this.#title, el("p", { class: "muted" }, "Dead letters")),
        el("button", { type: "button", class: "close", onclick: () => this.#dialog.close() }, "Close panel")),
      el("section", {}, this.#access, this.#watch.element,
        el("div", { class: "actions" }, this.#back, this.#place), this.#busy, this.#content));
    this.#dialog.addEventListener("close", () => {
      this.#queue = null;
      this.#watch.leave();
    });
  }

  /** @param queue as the listing has it */
  open(queue) {
    this.#queue = queue;
    setText(this.#title, queue.name);
    this.#views = [];
    this.#dialog.showModal();
    this.#title.focus();
    this.#dialog.scrollTop = 0;
    this.#watch.find(queue.name);
    this.#go(this.#groups());
  }

  /** Whether this caller may see messages and move them. */
  allow(overview) {
    const isOther = overview.canControl !== this.#overview.canControl;
    this.#overview = overview;
    setHidden(this.#access, overview.canControl);
    setText(this.#access, overview.canControl ? "" : `You can see how many messages wait, but neither what is in them nor replay them. ${overview.controlProblem}`);
    this.#watch.allow(overview.canControl, explanation);
    if (isOther && this.#queue !== null)
      this.#load();
  }

  #groups() {
    return {
      title: "Groups",
      // Whoever may not is told so above.
      load: async () => this.#overview.canControl
        ? groupsView(await this.#api.summary(this.#queue.name), this.#tools, group => this.#go(this.#messages(group, 0)))
        : [],
    };
  }

  #messages(group, skip) {
    return {
      title: group.title,
      load: async () => messagesView(await this.#api.messages(this.#queue.name, group.select, skip, 50), group, this.#tools, {
        show: message => this.#go(this.#message(message.id)),
        turn: to => this.#replace(this.#messages(group, to)),
      }),
    };
  }

  #message(id) {
    return { title: `Message ${id}`, load: async () => messageView(await this.#api.message(this.#queue.name, id), this.#tools) };
  }

  /** What the views need to offer actions. */
  get #tools() {
    const { name } = this.#queue;
    return {
      replay: (label, what, order) => el("button", { type: "button", onclick: clicked => this.#replay(clicked.currentTarget, what, order) }, label),
      exportLink: select => el("a", { class: "button", href: this.#api.exportAddress(name, select), download: "" }, "Export"),
    };
  }

  async #replay(pressed, what, order) {
    pressed.disabled = true;
    setText(this.#busy, "Asking what a replay would do …");
    try {
      await this.#action.ask(this.#queue.name, what, order, () => setText(this.#busy, ""));
    } catch (failure) {
      setText(this.#busy, failure.message);
    } finally {
      pressed.disabled = false;
    }
  }

  #go(view) {
    this.#views.push(view);
    this.#load(this.#views.length > 1);
  }

  #replace(view) {
    this.#views.splice(-1, 1, view);
    this.#load(true);
  }

  #goBack() {
    this.#views.pop();
    this.#load(true);
  }

  #afterReplay() {
    this.#changed();
    this.#views = [this.#groups()];
    this.#load();
  }

  async #load(isMoved = false) {
    const view = this.#views.at(-1);
    const turn = ++this.#shown;
    setHidden(this.#back, this.#views.length < 2);
    setText(this.#place, view.title);
    if (isMoved)
      this.#place.focus();
    setText(this.#busy, "Reading the queue …");
    let content;
    try {
      content = await view.load();
    } catch (refused) {
      content = refusalView(refused, this.#tools);
    }
    // Somebody has gone on meanwhile.
    if (turn !== this.#shown || this.#queue === null)
      return;
    setText(this.#busy, "");
    this.#content.replaceChildren(...content);
  }
}
