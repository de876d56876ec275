/** Why a data file could not be used, in words for the person. `status` is what the server said, if it said anything. */
export class FetchFault extends Error {
  readonly reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super(`Could not load (${reason})`, options);
    this.reason = reason;
  }
}

const pending = new Map<string, Promise<string>>();
const waiting: (() => void)[] = [];
let running = 0;

/** Requests that may be under way at once. */
const parallel = 6;

/**
 * Fetches a data file once; the same address again gives the same answer, a failed one is tried anew. Rejects with a
 * `FetchFault` when it is missing, when the server cannot be reached, or when a web page came in its place.
 */
export function fetchText(url: string): Promise<string> {
  const known = pending.get(url);
  if (known !== undefined) return known;
  const text = inTurn(() => load(url));
  pending.set(url, text);
  text.catch(() => pending.delete(url));
  return text;
}

async function inTurn<T>(task: () => Promise<T>): Promise<T> {
  if (running >= parallel) await new Promise<void>((resolve) => waiting.push(resolve));
  running++;
  try {
    return await task();
  } finally {
    running--;
    waiting.shift()?.();
  }
}

/** Asks for a file. Rejects with a `FetchFault` when the server cannot be reached or refuses. */
export async function request(url: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw new FetchFault('no answer', { cause });
  }
  if (!response.ok) throw new FetchFault(String(response.status));
  return response;
}

async function load(url: string): Promise<string> {
  const response = await request(url);
  const text = await response.text().catch((cause) => {
    throw new FetchFault('broken off', { cause });
  });
  if (!text.startsWith('{')) throw new FetchFault('not a data file');
  return text;
}
