// The service's HTTP interface; see docs/http.md.

const usualPatience = 10_000;

/** The service said no. `errors` has messages by field. */
export class Refusal extends Error {
  constructor(status, message, problem = {}) {
    super(message);
    this.status = status;
    this.errors = problem.errors ?? {};
    this.problem = problem;
  }

  /** Nothing that waiting would change. */
  get isAccess() {
    return this.status === 401 || this.status === 403;
  }
}

export class Api {
  #base;

  /** @param base the address that ends in `/resilience/` */
  constructor(base) {
    this.#base = base;
  }

  get eventsAddress() {
    return new URL("events", this.#base);
  }

  overview() {
    return this.call("GET", "overview");
  }

  profile(service, operation = null) {
    return this.call("GET", `profiles/${encodeURIComponent(service)}`, { operation });
  }

  /** Changes values by hand, or with `dryRun` only says what would be in force. */
  change(service, operation, values, { dryRun = null, reason = null }) {
    return this.call("PUT", `profiles/${encodeURIComponent(service)}`, { operation, dryRun, reason }, values);
  }

  takeBack(service, operation, key, reason) {
    return this.call("DELETE", `profiles/${encodeURIComponent(service)}/overrides`, { operation, key, reason });
  }

  /** @param action `isolate`, `disable`, `close` or `reset`; `duration` belongs to `disable` */
  control(service, action, { side, operation, reason, duration }) {
    const body = { duration, reason: reason || undefined };
    return this.call("POST", `breakers/${encodeURIComponent(service)}/${action}`, { side, operation }, body);
  }

  /** Where something is found; of a query, what is empty is left out, and a list stands there several times. */
  address(path, query = {}) {
    const address = new URL(path, this.#base);
    for (const [key, value] of Object.entries(query)) {
      for (const one of [value].flat()) {
        if (one !== null && one !== undefined && one !== "")
          address.searchParams.append(key, one);
      }
    }
    return address;
  }

  async call(method, path, query = {}, body = undefined, patience = usualPatience) {
    const address = this.address(path, query);

    const headers = { Accept: "application/json" };
    if (method !== "GET")
      headers["X-Resilience"] = "1";
    if (body !== undefined)
      headers["Content-Type"] = "application/json";

    const response = await fetch(address, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      signal: AbortSignal.timeout(patience),
    });
    return read(response);
  }
}

async function read(response) {
  const isJson = /[/+]json\b/.test(response.headers.get("Content-Type") ?? "");
  if (response.ok && response.status === 204)
    return null;
  if (response.ok && isJson)
    return response.json();
  // A host that signs people in answers with its own page when the session has ended.
  if (response.ok || response.redirected)
    throw new Refusal(401, "You are not signed in any more.");

  const problem = isJson ? await response.json() : {};
  throw new Refusal(response.status, problem.detail ?? problem.title ?? textOf(response), problem);
}

function textOf({ status, statusText }) {
  switch (status) {
    case 401: return "You are not signed in.";
    case 403: return "You are not allowed to do this.";
    case 429: return "Too many changes within a minute. Try again shortly.";
    default: return `The service answered ${status} ${statusText}`.trim();
  }
}
