import { createHash } from 'node:crypto';
import { globSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, normalize, relative, sep } from 'node:path';
import type { ArtifactKind } from '../format/run-records.ts';
import { Artifact, guessKind, kindOfType } from './artifact.ts';
import type { Image } from './image.ts';
import { formatNumber, type Json, makeRecord } from './json-line.ts';
import { maxFileBytes } from './limits.ts';
import { type LogFile, writeAll } from './log-file.ts';
import { cleanId, isInside } from './places.ts';
import type { RecordWriter } from './record-writer.ts';
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
  readonly #writer: RecordWriter;
  readonly #log: LogFile;
  readonly #runs: string;
  readonly #id: string;
  /** Patterns to keep, and the state of each file when it was kept: `"ckpt/*.pt" → { "ckpt/1.pt" → "mtime size" }`. */
  readonly #saved = new Map<string, { base: string | undefined; kept: Map<string, string> }>();

  /** `runs` is the folder of the experiment's runs, `id` the run's. */
  constructor(writer: RecordWriter, runs: string, id: string) {
    this.#writer = writer;
    this.#log = writer.log;
    this.#runs = runs;
    this.#id = id;
  }

  /** The run's folder. The first file that a run keeps makes it: the log moves there by one rename, open as it is. */
  folder(): string {
    const { files } = this.#writer.host;
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
    const { files } = this.#writer.host;
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
    this.#record(path, bytes, { name, kind, step, caption });
    return path;
  }

  #record(path: string, bytes: Buffer, { name, kind, step, caption }: FileFacts): void {
    this.#writer.append(
      makeRecord({
        event: 'artifact',
        path,
        name: redactText(name),
        kind,
        step,
        caption,
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        time: this.#writer.now(),
      }),
    );
  }

  #removePart(part: string): void {
    try {
      this.#writer.host.files.unlink(part);
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
      if (!this.#writer.host.files.exists(join(folder, path))) return path;
    }
  }

  /** Copies a file, or keeps it as it is where it lies in the run's folder already. One that is too large stays where it is, and the log says so. */
  addCopy(place: string, source: string, facts: FileFacts): void {
    const { size } = statSync(source);
    if (size > maxFileBytes) {
      const limit = maxFileBytes / 2 ** 20;
      const found = Math.floor(size / 2 ** 20);
      this.#writer.warn(facts.name, `is ${found} MiB; files over ${limit} MiB are not kept beside the log`);
      const message = `The file ${basename(source)} of ${size} bytes was not kept: it is over ${maxFileBytes} bytes.`;
      this.#writer.event('log', { level: 'warning', message });
      return;
    }
    const inside = this.#pathInside(source);
    if (inside === basename(this.#log.path)) {
      this.#writer.warn(facts.name, 'is the log of this run, which is there already');
    } else if (inside === undefined) {
      this.add(place, readFileSync(source), facts);
    } else {
      this.#record(inside, readFileSync(source), facts);
    }
  }

  /** The path of a file that is below the run's folder already, as a record may name it; undefined elsewhere. */
  #pathInside(source: string): string | undefined {
    const folder = dirname(this.#log.path);
    if (folder === this.#runs) return undefined;
    const real = realpathSync(source);
    const top = realpathSync(folder);
    if (!isInside(real, top)) return undefined;
    const inside = relative(top, real).split(sep).join('/');
    return inside.split('/').every((part) => part === cleanId(part)) ? inside : undefined;
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
      this.#writer.event('log', { level: 'info', message });
      return;
    }
    this.#writer.append(
      makeRecord({
        event: 'artifact',
        url: withoutCredentials(redactText(address)),
        name: name ?? address,
        kind,
        step,
        caption: caption ? redactText(caption) : undefined,
        time: this.#writer.now(),
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
        this.#writer.warn(pattern, `could not be kept (${error instanceof Error ? error.message : String(error)})`);
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
