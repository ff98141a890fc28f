// Asks for the overview every second while somebody can see the page.

const interval = 1000;
const longestPause = 5000;

export class Poller {
  #api;
  #received;
  #failed;
  #timer;
  #asking = false;
  #failures = 0;

  constructor(api, { received, failed }) {
    this.#api = api;
    this.#received = received;
    this.#failed = failed;
  }

  start() {
    document.addEventListener("visibilitychange", () => this.askNow());
    addEventListener("online", () => this.askNow());
    this.askNow();
  }

  /** At once, for example after something was changed. */
  askNow() {
    clearTimeout(this.#timer);
    if (!document.hidden && !this.#asking)
      this.#ask();
  }

  async #ask() {
    this.#asking = true;
    const begin = performance.now();
    try {
      const overview = await this.#api.overview();
      this.#failures = 0;
      this.#received(overview);
    } catch (failure) {
      this.#failures++;
      this.#failed(failure);
    } finally {
      this.#asking = false;
      const pause = Math.min(longestPause, interval * Math.max(1, this.#failures));
      this.#timer = setTimeout(() => this.askNow(), Math.max(0, pause - (performance.now() - begin)));
    }
  }
}
