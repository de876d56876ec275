import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import type { WantedLine } from './merge-lines.ts';

/** Lines for `.gitattributes`: logs read the same on every system, and files of many runs merge by themselves. */
export const attributeLines: readonly WantedLine[] = [
  { text: '*.jsonl text eol=lf' },
  { text: '*.jsonl.gz binary', sameAs: ['*.gz binary'] },
  { text: 'experiments/**/runs.jsonl merge=union' },
];

/** Lines for `.gitignore`. */
export const ignoreLines: readonly WantedLine[] = ['node_modules', 'dist'].map((name) => ({
  text: `${name}/`,
  sameAs: [name, `/${name}`, `/${name}/`, `**/${name}`, `**/${name}/`],
}));

/** What runs the checks and publishes the site, and where its file lies: the same as README.md shows. */
export const pipelines = {
  github: { name: 'GitHub Actions', path: '.github/workflows/experiments.yml' },
  gitlab: { name: 'GitLab CI', path: '.gitlab-ci.yml' },
} as const;
export type PipelineName = keyof typeof pipelines;

/** Reads the text of a pipeline's file. */
export function readPipeline(name: PipelineName): string {
  return readFileSync(new URL(`./${name}.yml`, import.meta.url), 'utf8');
}

/** Reads the Python logger: one file, to be copied. */
export function readPythonLogger(): string {
  return readFileSync(new URL('../../logger/python/runfolio.py', import.meta.url), 'utf8');
}

/** `_site.yaml` of a repository with a name: what can be set, commented out, with the values that hold without it. */
export function siteSettingsText(name: string): string {
  return `${stringify({ title: `${name} experiments` }, { lineWidth: 0 })}# site: https://ml.example.org           # the address of the site, for absolute links
# base: /team/                             # the path below which it is served
# repo: https://github.com/team/project    # commits and lines of logs become links
# time_zone: UTC                           # shown before the reader's own is known
# crashed_after: 1d                        # how long a run without an end may be silent
# budgets: {log_bytes: 5 MB, commit_bytes: 50 MB, artifact_bytes: 2 MB, keys: 200}
# metrics:                                 # what holds for every experiment
#   val/loss: {goal: min, label: Validation loss}
# secrets: {allow: []}                     # params that look like secrets and are none
`;
}
