import { createHash } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, normalize, relative, sep } from 'node:path';
import type { ArtifactKind } from '../format/run-records.ts';
import { Artifact, guessKind, kindOfType } from './artifact.ts';
import type { LoggerHost } from './host.ts';
import type { Image } from './image.ts';
import { formatNumber, type Json, type JsonMap, makeRecord } from './json-line.ts';
import { maxFileBytes } from './limits.ts';
import { type LogFile, writeAll } from './log-file.ts';
import { cleanId } from './places.ts';
import { redactText, withoutCredentials } from './redact.ts';

/** What is said of a file beside its bytes. */
export interface FileFacts {
  name: string;
  kind: ArtifactKind;
  step?: Json;
  caption?: string;
}

/** The files that one run keeps beside its log. Methods throw what the disk says; a file is there whole or not at all. */
export class RunFiles {
  readonly #host: LoggerHost;
  readonly #log: LogFile;
  readonly #runs: string;
  readonly #id: string;
  readonly #append: (record: JsonMap) => void;
  readonly #now: () => string;
  readonly #warn: (key: string, text: string) => void;
  /** Patterns to keep, and the state of each file when it was kept: `"ckpt/*.pt" → { "ckpt/1.pt" → "mtime size" }`. */
  readonly #saved = new Map<string, { base: string | undefined; kept: Map<string, string> }>();

  constructor(options: {
    host: LoggerHost;
    log: LogFile;
    runs: string;
    id: string;
    append: (record: JsonMap) => void;
    now: () => string;
    warn: (key: string, text: string) => void;
  }) {
    this.#host = options.host;
    this.#log = options.log;
    this.#runs = options.runs;
    this.#id = options.id;
    this.#append = options.append;
    this.#now = options.now;
    this.#warn = options.warn;
  }

  /** The run's folder. The first file that a run keeps makes it: the log moves there by one rename, open as it is. */
  folder(): string {
    const { files } = this.#host;
    if (dirname(this.#log.path) !== this.#runs) return dirname(this.#log.path);
    const folder = join(this.#runs, this.#id);
    const target = join(folder, 'run.jsonl');
    files.makeFolders(folder);
    if (files.exists(target)) {
      this.#log.path = target; // Another process on this run has moved it before us.
      return folder;
    }
    try {
      this.#log.moveTo(target);
    } catch (error) {
      if (!files.exists(target)) throw error;
      this.#log.path = target;
    }
    return folder;
  }

  /** Writes a file below the run's folder, then its record. Gives its path from there. */
  add(place: string, bytes: Buffer, { name, kind, step, caption }: FileFacts): string {
    const { files } = this.#host;
    const folder = this.folder();
    const path = this.#freePlace(folder, place);
    const target = join(folder, path);
    files.makeFolders(dirname(target));
    const part = `${target}.${process.pid}.part`;
    try {
      const fd = files.openNew(part);
      try {
        writeAll(files, fd, bytes);
      } finally {
        files.close(fd);
      }
      files.rename(part, target);
    } catch (error) {
      this.#removePart(part);
      throw error;
    }
    this.#append(
      makeRecord({
        event: 'artifact',
        path,
        name: redactText(name),
        kind,
        step,
        caption,
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        time: this.#now(),
      }),
    );
    return path;
  }

  #removePart(part: string): void {
    try {
      this.#host.files.unlink(part);
    } catch {
      // It was never made, or the disk refuses this as well.
    }
  }

  #freePlace(folder: string, place: string): string {
    const own = extname(place);
    const stem = own === '' ? place : place.slice(0, -own.length);
    const parts = stem.split('/').map(cleanId);
    if (parts.at(-1) === 'run' && !['run', ''].includes(basename(stem))) parts.splice(-1, 1, 'file');
    const ending = own.replace(/[^A-Za-z0-9.]/g, '');
    for (let number = 1; ; number += 1) {
      const path = `${parts.join('/')}${number === 1 ? '' : `-${number}`}${ending}`;
      if (!this.#host.files.exists(join(folder, path))) return path;
    }
  }

  /** Copies a file. One that is too large stays where it is, and the log says so. */
  addCopy(place: string, source: string, facts: FileFacts): void {
    const { size } = statSync(source);
    if (size <= maxFileBytes) {
      this.add(place, readFileSync(source), facts);
      return;
    }
    const limit = maxFileBytes / 2 ** 20;
    this.#warn(facts.name, `is ${Math.floor(size / 2 ** 20)} MiB; files over ${limit} MiB are not kept beside the log`);
    const message = `The file ${basename(source)} of ${size} bytes was not kept: it is over ${maxFileBytes} bytes.`;
    this.#append(makeRecord({ event: 'log', time: this.#now(), level: 'warning', message }));
  }

  addImage(place: string, image: Image, name: string, step: Json): string {
    const { ending, bytes } = image.content();
    const caption = image.caption === undefined ? undefined : redactText(image.caption);
    return this.add(`media/${place}${ending}`, bytes, { name, kind: 'image', step, caption });
  }

  addArtifact(artifact: Artifact, step?: Json): void {
    const { name, type, description } = artifact;
    const isLone = artifact.files.length === 1;
    const caption = description ? redactText(description) : undefined;
    for (const file of artifact.files) {
      const inside = file.name ?? basename(file.path);
      this.addCopy(isLone ? `files/${inside}` : `files/${cleanId(name)}/${inside}`, file.path, {
        name: isLone ? name : `${name}/${inside}`,
        kind: kindOfType(type) ?? guessKind(inside),
        step,
        caption,
      });
    }
    for (const reference of artifact.references) {
      this.addLink(reference.address, {
        name: reference.name ?? name,
        kind: kindOfType(type),
        step,
        caption: description,
      });
    }
  }

  /** Keeps an http(s) address; another is a line of text in the log. */
  addLink(address: string, { name, kind, step, caption }: Partial<FileFacts>): void {
    if (!/^https?:\/\/\S+$/i.test(address)) {
      const message = redactText(`artifact: ${address}`);
      this.#append(makeRecord({ event: 'log', time: this.#now(), level: 'info', message }));
      return;
    }
    this.#append(
      makeRecord({
        event: 'artifact',
        url: withoutCredentials(redactText(address)),
        name: name ?? address,
        kind,
        step,
        caption: caption ? redactText(caption) : undefined,
        time: this.#now(),
      }),
    );
  }

  /** A file, a folder or an address, under the name given or its own. */
  addPath(
    path: string,
    { name, kind, step, caption }: { name?: string; kind?: string; step?: Json; caption?: string },
  ): void {
    if (/^https?:\/\//i.test(path)) {
      this.addLink(path, { name, kind: kindOfType(kind), step, caption });
      return;
    }
    const artifact = new Artifact(name ?? basename(normalize(path)), { type: kind, description: caption });
    if (statSync(path).isDirectory()) artifact.addFolder(path);
    else artifact.addFile(path);
    this.addArtifact(artifact, step);
  }

  /** Copies the files of a pattern now, and those that have changed or come later at the end. */
  save(pattern: string, base: string | undefined): void {
    const known = this.#saved.get(pattern);
    if (known === undefined) this.#saved.set(pattern, { base, kept: new Map() });
    this.#saveNew(pattern);
  }

  /** Copies what the saved patterns find by now. */
  saveAll(): void {
    for (const pattern of this.#saved.keys()) {
      try {
        this.#saveNew(pattern);
      } catch (error) {
        this.#warn(pattern, `could not be kept (${error instanceof Error ? error.message : String(error)})`);
      }
    }
  }

  #saveNew(pattern: string): void {
    const { base, kept } = this.#saved.get(pattern) ?? { base: undefined, kept: new Map<string, string>() };
    for (const path of globSync(pattern).sort()) {
      const state = statSync(path);
      const mark = `${state.mtimeMs} ${state.size}`;
      if (!state.isFile() || kept.get(path) === mark) continue;
      kept.set(path, mark);
      const inner = base === undefined ? basename(path) : relative(base, path).split(sep).join('/');
      const place = inner.split('/').filter((part) => part !== '..' && part !== '.');
      this.addCopy(`files/${place.join('/')}`, path, { name: place.join('/'), kind: guessKind(path) });
    }
  }
}

/** A step as a part of a file's name: `2_5`. */
export function stepInName(step: number | bigint): string {
  return (typeof step === 'bigint' ? String(step) : formatNumber(step)).replaceAll('.', '_');
}
