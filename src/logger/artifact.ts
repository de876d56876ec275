import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { ArtifactKind } from '../format/run-records.ts';

/** Files and addresses under one name: `addFile`, `addFolder`, `addReference`, then `run.logArtifact`. */
export class Artifact {
  readonly name: string;
  /** `model`, `dataset`, `checkpoint`, or a kind of the format. */
  readonly type: string;
  readonly description: string | undefined;
  /** Where each file is now, and the name that it gets. */
  readonly files: { path: string; name: string | undefined }[] = [];
  readonly references: { address: string; name: string | undefined }[] = [];

  constructor(name: string, { type = 'file', description }: { type?: string; description?: string } = {}) {
    this.name = name;
    this.type = type;
    this.description = description;
  }

  addFile(path: string, { name }: { name?: string } = {}): this {
    this.files.push({ path, name });
    return this;
  }

  /** Adds every file below a folder, in the order of their names. Throws where the folder cannot be read. */
  addFolder(folder: string, { name }: { name?: string } = {}): this {
    const inner = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
    for (const path of inner.sort())
      this.addFile(join(folder, path), { name: name === undefined ? path : `${name}/${path}` });
    return this;
  }

  addReference(address: string | URL, { name }: { name?: string } = {}): this {
    this.references.push({ address: String(address), name });
    return this;
  }
}

const kindsByType = new Map<string, ArtifactKind>([
  ['model', 'model'],
  ['checkpoint', 'model'],
  ['dataset', 'data'],
  ['data', 'data'],
]);

const endingsByKind: readonly (readonly [ArtifactKind, readonly string[]])[] = [
  ['image', ['png', 'jpg', 'jpeg', 'gif', 'webp', 'avif', 'svg']],
  ['table', ['csv', 'tsv']],
  ['text', ['txt', 'md', 'log', 'json', 'yaml', 'yml', 'patch', 'diff', 'py', 'ts', 'js', 'toml', 'ini', 'cfg']],
  ['audio', ['wav', 'mp3', 'ogg', 'flac']],
  ['video', ['mp4', 'webm']],
  ['model', ['pt', 'pth', 'ckpt', 'safetensors', 'h5', 'keras', 'onnx', 'pkl', 'joblib', 'gguf']],
  ['data', ['npz', 'npy', 'parquet', 'arrow', 'feather']],
];

/** The kind of artifact that a type names, as W&B's `model` and `dataset` or the format's own words. */
export function kindOfType(type: string | undefined): ArtifactKind | undefined {
  if (type === undefined) return undefined;
  return kindsByType.get(type) ?? endingsByKind.find(([kind]) => kind === type)?.[0];
}

/** The kind of a file by its ending; `file` for one that is not known. */
export function guessKind(path: string): ArtifactKind {
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  return endingsByKind.find(([, endings]) => endings.includes(ending))?.[0] ?? 'file';
}
