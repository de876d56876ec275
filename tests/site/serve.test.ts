import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServedSite, serveSite } from '../../src/site/serve.ts';

let dir: string;
let site: ServedSite;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'runfolio-serve-'));
  await mkdir(join(dir, 'r/mnist/lr=0.1,s+1'), { recursive: true });
  await writeFile(join(dir, 'index.html'), '<title>home</title>');
  await writeFile(join(dir, '404.html'), '<title>not here</title>');
  await writeFile(join(dir, 'r/mnist/lr=0.1,s+1/index.html'), '<title>a run</title>');
  await writeFile(join(dir, 'run.jsonl'), '{}\n');
  await writeFile(join(dir, 'run.jsonl.gz'), Buffer.from([0x1f, 0x8b, 0x08]));
  site = await serveSite({ dir, base: '/team/ml/', port: 0 });
});

afterAll(async () => {
  await site.close();
  await rm(dir, { recursive: true });
});

const get = (path: string, init: RequestInit = {}) => fetch(new URL(path, site.url), { redirect: 'manual', ...init });

test('serveSite gives the home page under the base path', async () => {
  expect(site.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/team\/ml\/$/);
  const response = await fetch(site.url);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch('text/html');
  expect(await response.text()).toContain('home');
});

test('serveSite leads to the base path from the root and from the base without its slash', async () => {
  for (const path of ['/', '/team/ml', '/team/ml?q=1']) {
    const response = await get(path);
    expect(response.status, path).toBe(302);
    expect(response.headers.get('location'), path).toBe(path.endsWith('?q=1') ? '/team/ml/?q=1' : '/team/ml/');
  }
});

test('serveSite leads from a folder without its slash to the folder and keeps the query', async () => {
  const response = await get('r/mnist/lr=0.1,s+1?x=time');
  expect(response.status).toBe(302);
  expect(response.headers.get('location')).toBe('/team/ml/r/mnist/lr=0.1,s+1/?x=time');
});

test('serveSite finds an id however its characters are escaped', async () => {
  for (const path of ['r/mnist/lr=0.1,s+1/', 'r/mnist/lr%3D0.1%2Cs%2B1/', '%72/mnist/lr=0.1%2cs+1/']) {
    const response = await get(path);
    expect(response.status, path).toBe(200);
    expect(await response.text()).toContain('a run');
  }
});

test('serveSite answers 404 with the page of the site for what is not there', async () => {
  const response = await get('r/nobody/');
  expect(response.status).toBe(404);
  expect(response.headers.get('content-type')).toMatch('text/html');
  expect(await response.text()).toContain('not here');
});

test('serveSite serves nothing outside the base path', async () => {
  const response = await get('/index.html');
  expect(response.status).toBe(404);
  expect(await response.text()).toBe('Nothing here: this site lives under /team/ml/\n');
});

test('serveSite shows logs as text and hands out a .gz as it is', async () => {
  const log = await get('run.jsonl');
  expect(log.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  const gz = await get('run.jsonl.gz');
  expect(gz.headers.get('content-type')).toBe('application/gzip');
  expect(new Uint8Array(await gz.arrayBuffer())).toEqual(new Uint8Array([0x1f, 0x8b, 0x08]));
});

test('serveSite forbids framing by others and guessing of types', async () => {
  const response = await get('');
  expect(response.headers.get('content-security-policy')).toBe("frame-ancestors 'self'");
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
});

test('serveSite answers malformed and climbing paths with 400', async () => {
  for (const path of ['/team/ml/%zz', '/team/ml/../../etc/passwd', '/team/ml/..%2f..%2fetc/passwd', '/team/ml/%00']) {
    expect(await rawStatus(path), path).toBe(400);
  }
});

test('serveSite refuses other methods than GET and HEAD', async () => {
  expect((await get('', { method: 'POST' })).status).toBe(405);
  expect((await get('', { method: 'HEAD' })).status).toBe(200);
});

test('serveSite takes the next port when one is taken', async () => {
  const other = createServer();
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
  const taken = (other.address() as AddressInfo).port;
  const second = await serveSite({ dir, port: taken });
  expect(Number(new URL(second.url).port)).toBeGreaterThan(taken);
  await expect(serveSite({ dir, port: taken, tries: 1 })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await second.close();
  await new Promise((done) => other.close(done));
});

test('serveSite serves a site with a relative base at the root', async () => {
  const relative = await serveSite({ dir, base: './', port: 0 });
  expect(new URL(relative.url).pathname).toBe('/');
  await relative.close();
});

/** Sends the path as it is: fetch would tidy it first. */
function rawStatus(path: string): Promise<number> {
  return new Promise((done, fail) => {
    const socket = connect(Number(new URL(site.url).port), '127.0.0.1', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    );
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('end', () => done(Number(answer.split(' ')[1])));
    socket.on('error', fail);
  });
}
