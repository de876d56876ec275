import type { Artifact, Run } from '../../store/run.ts';

/** The patch of what was not committed, as loggers keep it beside the log. */
export function patchOf(run: Run): Artifact | undefined {
  return run.artifacts.find(
    ({ file, missing }) => file !== undefined && !missing && /(?:^|\/)uncommitted\.(?:patch|diff)$/.test(file),
  );
}

/**
 * The lines that bring the code of a run back and start it again: its commit checked out, its patch applied, its command.
 * Undefined without a command and without a commit. Lines are for a shell at the top of the repository; the patch is copied first,
 * since the commit of a run does not hold what the run wrote.
 */
export function rerunLines(run: Run): string[] | undefined {
  const commit = run.git?.commit;
  const isCommit = commit !== undefined && /^[0-9a-f]{7,64}$/i.test(commit);
  const patch = patchOf(run)?.file;
  const lines: string[] = [];
  if (isCommit && patch !== undefined) lines.push(`cp ${quote(patch)} /tmp/uncommitted.patch`);
  if (isCommit) lines.push(`git checkout ${commit}`);
  if (isCommit && patch !== undefined) lines.push('git apply /tmp/uncommitted.patch');
  const folder = run.env?.cwd;
  const isElsewhere = typeof folder === 'string' && folder !== '' && folder !== '.' && !folder.startsWith('/');
  if (run.command !== undefined) lines.push(isElsewhere ? `(cd ${quote(folder)} && ${run.command})` : run.command);
  return lines.length === 0 || (run.command === undefined && lines.length === 1) ? undefined : lines;
}

/** A BibTeX entry for a run. `address` is the whole address of its page, or undefined where the site has none yet. */
export function citation(
  run: Run,
  { experimentTitle, address, siteTitle }: { experimentTitle: string; address: string | undefined; siteTitle: string },
): string {
  const timeMs = run.endedAtMs ?? run.lastRecordMs ?? run.startedAtMs;
  const date = timeMs === undefined ? undefined : new Date(timeMs).toISOString().slice(0, 10);
  const commit = run.git?.commit;
  const fields: [string, string | undefined][] = [
    ['title', `${escapeTex(run.name)}: a run of ${escapeTex(experimentTitle)}`],
    ['author', run.user === undefined ? undefined : escapeTex(run.user)],
    ['year', date?.slice(0, 4)],
    ['date', date],
    ['howpublished', `${escapeTex(siteTitle)}, run \\texttt{${escapeTex(run.id)}}`],
    ['url', address],
    ['note', commit === undefined ? undefined : `Commit \\texttt{${escapeTex(commit)}}`],
  ];
  const lines = fields.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name.padEnd(12)} = {${value}},`]));
  return `@misc{${citationKey(run.id)},\n${lines.join('\n')}\n}`;
}

/** Letters, digits, `:` and `-` alone are safe in a key of BibTeX. */
function citationKey(id: string): string {
  return id.replaceAll('/', ':').replace(/[^A-Za-z0-9:.-]+/g, '-');
}

const texNames: Record<string, string> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
};

function escapeTex(text: string): string {
  return text
    .replace(/[\\~^]|[&%$#_{}]/g, (sign) => texNames[sign] ?? `\\${sign}`)
    .replace(/\s+/g, ' ')
    .trim();
}

function quote(text: string): string {
  return /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
