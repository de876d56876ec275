import { readFile, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import sirv from 'sirv';

export interface ServeSiteOptions {
  /** The folder of a built site. */
  dir: string;
  /** The path it was built for, such as `/team/ml/`. A relative base (`./`) is served at `/`. */
  base?: string;
  /** The first port to try; 0 lets the system choose. */
  port?: number;
  host?: string;
  /** How many ports to try, counting up from `port`. */
  tries?: number;
}

export interface ServedSite {
  /** Address of the home page, base included, with a slash at its end. */
  url: string;
  /** Stops listening and drops open connections. */
  close(): Promise<void>;
}

/** What a plain file server would guess wrongly, or not at all. */
const contentTypes: [ending: string, type: string][] = [
  ['.gz', 'application/gzip'],
  ['.jsonl', 'text/plain; charset=utf-8'],
  ['.yaml', 'text/plain; charset=utf-8'],
  ['.yml', 'text/plain; charset=utf-8'],
  ['.md', 'text/plain; charset=utf-8'],
  ['.json', 'application/json'],
  ['.wasm', 'application/wasm'],
];

/**
 * Serves a built site as a static host would: under its base path, folders with a slash at their end, `404.html` with
 * status 404 for what is not there. Files are looked up on each request, so a new build shows at once.
 *
 * Tries the following ports when `port` is taken; rejects with the server's error when none of them is free, or for
 * any other reason that it cannot listen.
 */
export async function serveSite({
  dir,
  base = '/',
  port = 4321,
  host = '127.0.0.1',
  tries = 20,
}: ServeSiteOptions): Promise<ServedSite> {
  const basePath = toBasePath(base);
  const server = createServer(siteHandler(resolve(dir), basePath));
  await listen(server, { port, host, tries });
  const { port: boundPort } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${boundPort}${encodeURI(basePath)}`,
    close: () =>
      new Promise((done, fail) => {
        server.close((error) => (error ? fail(error) : done()));
        server.closeAllConnections();
      }),
  };
}

/** `team/ml` → `/team/ml/`; a relative base gives `/`. */
function toBasePath(base: string): string {
  const parts = base.split('/').filter((part) => part !== '' && part !== '.');
  return parts.length === 0 ? '/' : `/${parts.join('/')}/`;
}

async function listen(server: Server, { port, host, tries }: { port: number; host: string; tries: number }) {
  for (let attempt = 0; ; attempt++) {
    try {
      await new Promise<void>((done, fail) => {
        server.once('error', fail);
        server.listen(port === 0 ? 0 : port + attempt, host, () => {
          server.off('error', fail);
          done();
        });
      });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || attempt + 1 >= tries) throw error;
    }
  }
}

function siteHandler(dir: string, basePath: string) {
  const serveFile = sirv(dir, {
    dev: true,
    etag: true,
    dotfiles: true,
    setHeaders(response, pathname) {
      const type = contentTypes.find(([ending]) => pathname.endsWith(ending))?.[1];
      if (type !== undefined) response.setHeader('content-type', type);
      // sirv takes any .gz for a compressed twin of another file; here it is a file of its own.
      if (pathname.endsWith('.gz')) response.setHeader('content-encoding', 'identity');
    },
  });

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.setHeader('content-security-policy', "frame-ancestors 'self'");
    response.setHeader('x-content-type-options', 'nosniff');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return answerText(response, 405, 'Only GET and HEAD are served here.');
    }
    const [rawPath = '/', query] = splitQuery(request.url ?? '/');
    const path = maybeDecodePath(rawPath);
    if (path === undefined) return answerText(response, 400, 'That is not a path.');
    if (!path.startsWith(basePath)) {
      if (path === '/' || `${path}/` === basePath) return redirect(response, encodeURI(basePath) + query);
      return answerText(response, 404, `Nothing here: this site lives under ${basePath}`);
    }
    const inside = path.slice(basePath.length - 1); // "/r/mnist/lr-0.1/"
    if (!inside.endsWith('/') && (await isFolder(join(dir, inside)))) {
      return redirect(response, `${encodeURI(path)}/${query}`);
    }
    // sirv decodes less than browsers encode (%2C, %3D and %2B stay): hand it a path with nothing to decode wrongly.
    request.url = encodeURI(inside).replace(/[?#]/g, encodeURIComponent);
    serveFile(request, response, () => answerNotFound(response, dir));
  };
}

/** `/a?b=c` → `["/a", "?b=c"]`; without a query the second part is empty. */
function splitQuery(url: string): [string, string] {
  const at = url.indexOf('?');
  return at === -1 ? [url, ''] : [url.slice(0, at), url.slice(at)];
}

/** The path with each part decoded, or undefined where it is malformed or would climb out of the folder. */
function maybeDecodePath(rawPath: string): string | undefined {
  try {
    const parts = rawPath.split('/').map(decodeURIComponent);
    const isUnsafe = parts.some((part) => part === '..' || /[/\\\0]/.test(part));
    return isUnsafe || !rawPath.startsWith('/') ? undefined : parts.join('/');
  } catch {
    return undefined;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}

function redirect(response: ServerResponse, location: string) {
  // Never "//host": a path that opens with two slashes would lead to another site.
  response.writeHead(302, { location: location.replace(/^\/+/, '/') }).end();
}

function answerText(response: ServerResponse, status: number, text: string) {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

async function answerNotFound(response: ServerResponse, dir: string) {
  const page = await readFile(join(dir, '404.html')).catch(() => undefined);
  if (page === undefined) return answerText(response, 404, 'Not found.');
  response.writeHead(404, { 'content-type': 'text/html; charset=utf-8' }).end(page);
}
