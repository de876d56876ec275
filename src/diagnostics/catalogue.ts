import type { Severity } from './diagnostic.ts';

/** What one code means. The codes are permanent. */
export interface CatalogueEntry {
  severity: Severity;
  /** A few words. */
  title: string;
  /** What it means, in a sentence or two. */
  meaning: string;
  /** How to mend it. */
  mend: string;
}

function entry(severity: Severity, title: string, meaning: string, mend: string): CatalogueEntry {
  return { severity, title, meaning, mend };
}

/** Every code that Runfolio can report. */
export const catalogue = {
  // Lines of a log
  'not-json': entry(
    'error',
    'A line is not JSON',
    'The line cannot be read as JSON. It is set aside; every other line is read.',
    'Write each record with one json.dumps(...) and a newline.',
  ),
  'python-repr': entry(
    'error',
    'A line is a Python dict, not JSON',
    'The line looks like what print(dict) gives: single quotes, True, None.',
    'Write json.dumps(record) instead of the dict itself.',
  ),
  'json-comment': entry(
    'error',
    'A line is a comment',
    'JSON has no comments. The line is set aside.',
    'Say it in a {"event":"note","text":"…"} record.',
  ),
  'trailing-comma': entry(
    'error',
    'A comma too many',
    'A comma stands before a closing bracket, which JSON does not allow.',
    'Remove the comma, or write records with json.dumps.',
  ),
  'indented-json': entry(
    'error',
    'One object over many lines',
    'The file holds indented JSON; a log has one object on each line.',
    'Write without indent=…, one json.dumps(...) a line, or save a single run as runs/RUN.yaml.',
  ),
  'json-array': entry(
    'error',
    'One big array',
    'The file holds a JSON array; a log has one object on each line.',
    'Write one object a line, without the brackets and the commas between.',
  ),
  'not-an-object': entry(
    'error',
    'A line is not an object',
    'The line is JSON, but a number, text, list or null and not an object.',
    'Give the value a name: {"loss": 0.3}.',
  ),
  'invalid-utf8': entry(
    'error',
    'Bytes that are not UTF-8',
    'The line holds a byte that is not UTF-8. It is set aside rather than guessed at.',
    'Open the log with encoding="utf-8".',
  ),
  'nul-bytes': entry(
    'error',
    'NUL bytes',
    'The line holds NUL bytes, as after a crash of a disk or a machine. What follows them is read where it is whole.',
    'Remove the NUL bytes; git keeps the original.',
  ),
  'nul-tail': entry(
    'note',
    'NUL bytes at the end',
    'The file ends in NUL bytes, which some network disks leave after a crash. They are ignored.',
    'Nothing needs doing; the next record should start on a line of its own.',
  ),
  'line-too-long': entry(
    'error',
    'A line is too long',
    'The line is longer than a record may be. It is set aside; the next one is read.',
    'Keep big values in an artifact beside the log.',
  ),
  'nested-too-deep': entry(
    'error',
    'Nested too deeply',
    'The value is nested deeper than a record may be. It is set aside.',
    'Flatten the value, or keep it in an artifact.',
  ),
  'too-many-keys': entry(
    'error',
    'Too many keys',
    'One record has more keys than a record may have. It is set aside.',
    'Log a histogram or a table in place of thousands of keys.',
  ),
  'too-many-metrics': entry(
    'error',
    'Too many metrics',
    'The run has more different metric names than a run may have; the further ones are set aside.',
    'Look for a name that holds a step or an id.',
  ),
  'glued-line': entry(
    'error',
    'Two records on one line',
    'A record begins on the line of another, as when a job is resumed after a cut-short line. The whole records on the line are read; a torn one is set aside.',
    'Before appending to a log, write a newline when its last byte is not one.',
  ),
  'incomplete-last-line': entry(
    'note',
    'The last line is cut short',
    'The file ends inside a record, as when a job is killed while writing. Nothing else is lost.',
    'Nothing needs doing.',
  ),
  'conflict-marker': entry(
    'error',
    'An unresolved merge conflict',
    'The file holds the markers of a git merge conflict. The lines of both sides are read.',
    'Resolve the conflict: keep the lines of both sides and delete the three marker lines.',
  ),
  'duplicate-key': entry(
    'note',
    'A key stands twice',
    'An object has the same key twice; the last one wins, as in Python.',
    'Give each value a key of its own.',
  ),
  crlf: entry(
    'note',
    'Windows line ends',
    'Lines end in CRLF. They are read all the same.',
    'Set "*.jsonl text eol=lf" in .gitattributes.',
  ),
  'blank-lines': entry(
    'note',
    'Blank lines',
    'Blank lines stand between records. They are read over.',
    'Nothing needs doing.',
  ),
  'byte-order-mark': entry(
    'note',
    'A byte order mark',
    'The file starts with a byte order mark. It is skipped.',
    'Write with encoding="utf-8", not "utf-8-sig".',
  ),
  'empty-log': entry(
    'warning',
    'A log without records',
    'The log is empty. The run is listed with no data.',
    'Remove the file if the job never ran.',
  ),
  // Records
  'unknown-event': entry(
    'warning',
    'An unknown kind of record',
    'The record\'s "event" is none that the format knows. The record is kept and its numbers are read as metrics.',
    'Leave "event" out of metric records.',
  ),
  'record-invalid': entry(
    'warning',
    'A field of the wrong type',
    'A field of the record is not what the format says. The field is left out; the rest is read.',
    'Compare the record with the format page.',
  ),
  'step-not-a-number': entry(
    'warning',
    'The step is not a number',
    "The step should be a number. The line's values are kept at its place in the file.",
    'Write the step as a JSON number.',
  ),
  'time-unreadable': entry(
    'warning',
    'A time that cannot be read',
    'The time is neither ISO 8601 text nor a number since 1970. The record is kept without it.',
    'Write datetime.now(timezone.utc).isoformat() or time.time().',
  ),
  'time-without-zone': entry(
    'note',
    'Times without a zone',
    'A time has no offset; it is read as UTC.',
    'Write datetime.now(timezone.utc).isoformat().',
  ),
  'clock-went-back': entry(
    'note',
    'The clock went back',
    "A record's time is earlier than the one before it. File order is kept and no duration is negative.",
    'Nothing needs doing; clocks of several hosts differ.',
  ),
  'text-in-metric': entry(
    'note',
    "Text in a metric's place",
    'A key of a metric record holds text, not a number. It is shown as text and charted nowhere.',
    'Log numbers; say words in params, tags or notes.',
  ),
  'unknown-status': entry(
    'warning',
    'An unknown status',
    'The status is not finished, failed or killed. The run is shown as unknown.',
    'Write one of finished, failed, killed.',
  ),
  'record-after-end': entry(
    'warning',
    'Values after the end',
    'Metric values follow the end of the run with no resumed start between. They are read.',
    'Write {"event":"start","resumed":true} when a run goes on.',
  ),
  'second-start': entry(
    'warning',
    'Two starts',
    'A second start follows without "resumed": true and without an end before it: perhaps two jobs write one file.',
    'Write "resumed": true on resume, and give each job a run of its own.',
  ),
  'repeated-header': entry(
    'note',
    'The same start twice',
    'A start record stands twice, letter for letter. It is read once more, which changes nothing.',
    'Nothing needs doing.',
  ),
  'unknown-field': entry(
    'warning',
    'A field that is nearly a known one',
    'The record has a field whose name is close to one that the format knows. Its value is kept as text.',
    'Check the spelling.',
  ),
  'extra-field': entry(
    'note',
    'A field that the record does not have',
    'The record has a field that the format does not know. It stays in the raw log; no page shows it.',
    'Say it in a note, a tag or a param if it should be seen.',
  ),
  'newer-schema': entry(
    'error',
    'A newer format',
    'The record says it is written in a newer version of the format than this Runfolio knows.',
    'Upgrade Runfolio.',
  ),
  secret: entry(
    'error',
    'It looks like a secret',
    'The value looks like a password, key or token. It is set aside and never published.',
    'Revoke and replace it: git keeps every version. Allow a false alarm by its key under secrets.allow in _site.yaml.',
  ),
  'artifact-outside': entry(
    'error',
    'A path outside the run',
    "The artifact's path leads out of the run's folder. It is set aside.",
    'Keep artifacts in the folder runs/RUN/ beside the log.',
  ),
  'artifact-missing': entry(
    'warning',
    'An artifact is missing',
    "No file stands where the artifact's path leads.",
    'Commit the file, or give an http(s) url.',
  ),
  'link-not-allowed': entry(
    'warning',
    'An address that is not a link',
    'Only http, https and mailto addresses become links; this one is shown as text.',
    'Use an http or https address.',
  ),
  // Files and names
  utf16: entry('error', 'UTF-16 text', 'The file is UTF-16; logs are UTF-8.', 'Convert it: iconv -f UTF-16 -t UTF-8.'),
  utf32: entry('error', 'UTF-32 text', 'The file is UTF-32; logs are UTF-8.', 'Convert it: iconv -f UTF-32 -t UTF-8.'),
  'binary-file': entry(
    'error',
    'A binary file',
    'The file is not text.',
    'Keep binary files as artifacts under runs/RUN/.',
  ),
  'lfs-pointer': entry(
    'error',
    'A Git LFS pointer',
    'The file is the pointer that Git LFS leaves in place of the real one.',
    'Run git lfs pull.',
  ),
  'gzip-truncated': entry(
    'error',
    'Compressed data ends early',
    'The gzip data is cut short or damaged. The lines before that are read.',
    'Copy the file again, or compress the log anew.',
  ),
  'gzip-too-large': entry(
    'error',
    'Compressed data swells past the limit',
    'The gzip data expands beyond what a log may be. Reading stops there; the lines before are read.',
    'Check that the file really is a log.',
  ),
  'not-gzip': entry(
    'error',
    'Not gzip data',
    'The name ends in .gz, but the file is not gzip data.',
    'Rename it to .jsonl if it is a plain log.',
  ),
  'cannot-read': entry(
    'error',
    'A file that cannot be read',
    'The system refused to read the file.',
    'Check its permissions.',
  ),
  'not-a-file': entry(
    'note',
    'Not a regular file',
    'A pipe, socket, device or folder stands where a log should. It is not read.',
    'Remove it or rename it.',
  ),
  symlink: entry(
    'note',
    'A symbolic link',
    'Symbolic links are not followed: git keeps the link, not what it leads to.',
    'Commit the file itself.',
  ),
  'id-invalid': entry(
    'error',
    'A name that is no id',
    'The name cannot be an id that a URL, Windows and macOS all carry. The file is set aside.',
    'Rename it as the message says.',
  ),
  'id-missing': entry(
    'error',
    'A run without an id',
    'Each run in a file of many runs needs an "id".',
    'Add "id": "…" to the record.',
  ),
  'id-collision': entry(
    'error',
    'An id used twice',
    'Two runs have the same id. The first is kept.',
    'Rename one of them.',
  ),
  'id-case-collision': entry(
    'error',
    'Ids that differ only in case',
    'Two ids differ only in upper and lower case, which Windows and macOS cannot tell apart.',
    'Rename one of them.',
  ),
  'repeated-run': entry(
    'note',
    'The same run twice',
    'A line stands twice, letter for letter, as a union merge may leave it. It is read once.',
    'Remove one of the two lines.',
  ),
  'near-miss-name': entry(
    'note',
    'A file that is nearly a log',
    "The file's name is close to a log's, but it is not read.",
    'Rename it as the message says.',
  ),
  'runs-outside-experiment': entry(
    'error',
    'Runs that belong to no experiment',
    'Runs stand directly under experiments/; each experiment has a folder of its own.',
    'Move them into experiments/NAME/.',
  ),
  'no-log-in-folder': entry(
    'warning',
    'A run folder without a log',
    'A folder under runs/ holds files but no .jsonl log, so it is no run.',
    'Add run.jsonl to it, or move the files.',
  ),
  // History and size
  'edited-after-finish': entry(
    'warning',
    'Edited after it had finished',
    'Git shows that records which stood in the log when the run ended were changed or removed by a later commit.',
    'Restore the log from the commit before, or say why in the commit: a trailer "Runfolio-Edit: reason".',
  ),
  'edited-with-reason': entry(
    'note',
    'Edited after it had finished, with a reason',
    "Git shows an edit of a finished run's log, and the commit says why in a Runfolio-Edit trailer.",
    'Nothing needs doing.',
  ),
  'history-incomplete': entry(
    'note',
    'The history is cut off',
    'The repository is a shallow clone, so edits of finished runs cannot all be seen.',
    'Fetch the whole history: git fetch --unshallow, or fetch-depth: 0 in CI.',
  ),
  'still-being-written': entry(
    'note',
    'The log is still being written',
    'The log grew while it was read. What stood in it at the beginning was read; the rest comes with the next reading.',
    'Nothing needs doing.',
  ),
  'log-over-budget': entry(
    'warning',
    'A log has grown past its budget',
    'The log is larger than the budget that _site.yaml sets for a run.',
    'Log less often, or compress the ended log with gzip.',
  ),
  'commit-over-budget': entry(
    'warning',
    'A commit adds more logs than its budget',
    'The last commit added more bytes of logs than the budget that _site.yaml sets for a commit.',
    'Commit ended runs compressed, or keep large files out of git.',
  ),
  'artifact-over-budget': entry(
    'warning',
    'An artifact is larger than its budget',
    'The artifact is larger than the budget that _site.yaml sets.',
    'Keep large files in Git LFS or in object storage, and log their address as "url".',
  ),
  'keys-over-budget': entry(
    'warning',
    'A run has more metrics than its budget',
    'The run has more different metric names than the budget that _site.yaml sets for a run.',
    'Look for a name that holds a step, a rank or an id.',
  ),
  // YAML and settings
  'yaml-syntax': entry('error', 'Not YAML', 'The file cannot be read as YAML.', 'Mend the place shown.'),
  'yaml-limit': entry(
    'error',
    'Too large or too deep',
    'The YAML file is larger, deeper or more repetitive than a settings file may be.',
    'Remove aliases or nesting.',
  ),
  'yaml-tag': entry(
    'error',
    'A tag that means nothing here',
    'YAML tags such as !!python/object are never acted on.',
    'Write the plain value.',
  ),
  'yaml-not-a-mapping': entry(
    'error',
    'Not a mapping',
    'The document should hold keys and values.',
    'Write key: value lines.',
  ),
  'second-document': entry(
    'error',
    'A second document',
    'The file should hold one YAML document; the further ones are set aside.',
    'Remove the --- line and what follows, or use runs.yaml for many runs.',
  ),
  'unknown-key': entry(
    'error',
    'An unknown key',
    'The key is none that this file may have.',
    'Check the spelling; keys of your own start with "x-".',
  ),
  'repeated-key': entry(
    'error',
    'A key stands twice',
    'The same key stands twice in one mapping.',
    'Keep one of them.',
  ),
  'wrong-type': entry(
    'error',
    'A value of the wrong kind',
    'The value is not what this key takes. It is left out.',
    'Write what the message says was expected.',
  ),
  'formula-invalid': entry(
    'error',
    'Not a formula',
    'The text under derived: is no formula. The metric is not worked out.',
    'Use numbers, names of metrics and params, + - * / ^, brackets and functions such as log or max; put spaces around a division.',
  ),
  'formula-cycle': entry(
    'error',
    'A formula that builds on itself',
    'Derived metrics build on each other in a ring, so none of them can be worked out.',
    'Write one of them without the others.',
  ),
  'derived-incomplete': entry(
    'note',
    'A derived metric with gaps',
    'The metrics of a formula stand far apart in a very long log, so some steps could not be worked out. The others are shown.',
    'Log the metrics of one step on one line, or close to each other.',
  ),
  'unknown-run': entry(
    'warning',
    'A run that does not exist',
    'The settings name a run that the experiment does not have.',
    'Check the name.',
  ),
  'unknown-chart-name': entry(
    'warning',
    'A panel of something that no run has',
    'A panel under charts: names a metric, param, table, histogram or run that the experiment does not have. The page says so in its place.',
    'Check the spelling. A nested param is written whole, as in optimizer.lr.',
  ),
  'unknown-variable': entry(
    'error',
    'A variable that the template does not have',
    'A template says {{name}}, and neither its head nor Runfolio knows a variable of that name.',
    'Check the spelling, or add it under variables: in the head of the template.',
  ),
  'unquoted-variable': entry(
    'error',
    'A variable without quotes',
    'YAML reads {{name}} without quotes as keys and values, not as text.',
    'Put quotes around it: "{{name}}".',
  ),
  'unused-variable': entry(
    'warning',
    'A variable that is not used',
    'The head of a template names a variable that stands nowhere in it.',
    'Use it as {{name}}, or remove it.',
  ),
  'filter-invalid': entry(
    'error',
    'A filter that cannot be read',
    'The text under where: is no filter: a word, a bracket or a value does not stand where it may.',
    'Write it as in the filter field of a table: val/acc > 0.9 and lr in [0.1, 0.01].',
  ),
  'unknown-view-name': entry(
    'warning',
    'A view of something that no run has',
    'A view under _views/ names an experiment, a run, a metric or a param that none of its runs has. Its page says so.',
    'Check the spelling. A nested param is written whole, as in optimizer.lr.',
  ),
  'view-key-unused': entry(
    'warning',
    'A key that this kind of view has no use for',
    'A view under _views/ sets a key that belongs to another kind of view: rows, columns and baseline to an ablation, lines to curves.',
    'Remove it, or set kind: to the one that it belongs to.',
  ),
  'view-without-runs': entry(
    'note',
    'A view without runs',
    'No run passes what a view under _views/ asks for. Its page is empty until one does.',
    'Nothing needs doing where the runs are still to come; else check experiments: and where:.',
  ),
  'missing-required': entry(
    'warning',
    'A run lacks what its experiment requires',
    'Its experiment.yaml names, under required:, params or tags that every run is to carry, and this one does not.',
    'Log them in the start record. A tag can be added later: {"event":"tag","add":"…"}.',
  ),
} as const satisfies Record<string, CatalogueEntry>;

/** A code of the catalogue. */
export type DiagnosticCode = keyof typeof catalogue;
