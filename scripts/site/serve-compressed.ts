import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type ServedSite, serveSite } from '../../src/site/serve.ts';

/** Serves a site as a host that compresses does: text is sent with gzip. For measuring; `runfolio preview` is for looking. */
export async function serveCompressed({ dir, base }: { dir: string; base: string }): Promise<ServedSite> {
  const plain = await serveSite({ dir, base, port: 0 });
  const { origin, pathname } = new URL(plain.url);
  const packed = new Map<string, Buffer>(); // address → its compressed bytes
  const server = createServer(async (request, response) => {
    const answer = await fetch(`${origin}${request.url}`, { redirect: 'manual' });
    const type = answer.headers.get('content-type') ?? '';
    const body = Buffer.from(await answer.arrayBuffer());
    const headers: Record<string, string> = { 'content-type': type, 'cache-control': 'max-age=3600' };
    const location = answer.headers.get('location');
    if (location !== null) headers.location = location.replace(origin, '');
    if (!/text|json|javascript|xml|wasm/.test(type)) {
      response.writeHead(answer.status, headers).end(body);
      return;
    }
    const key = `${answer.status} ${request.url}`;
    const bytes = packed.get(key) ?? gzipSync(body);
    packed.set(key, bytes);
    response.writeHead(answer.status, { ...headers, 'content-encoding': 'gzip' }).end(bytes);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await plain.close();
    },
  };
}
