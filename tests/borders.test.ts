import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'src');

/**
 * What each folder of `src/` may import: folders whole, `types:` where only types may cross. The order is the
 * direction: a folder names only folders above its own, so no ring can be written down here.
 */
const mayImport: [folder: string, imports: string[]][] = [
  ['format', []],
  ['diagnostics', []],
  ['series', ['types:format']],
  ['payload', ['series', 'types:format']],
  ['query', ['series', 'types:format']],
  ['store', ['format', 'diagnostics', 'series', 'payload', 'query']],
  ['logger', ['format', 'diagnostics']],
  ['importers', ['format', 'diagnostics', 'logger']],
  ['exporters', ['format', 'diagnostics', 'logger', 'series', 'store']],
  ['git', ['format', 'diagnostics', 'series', 'store']],
  ['charts', ['series', 'payload', 'types:format']],
  ['site', ['format', 'diagnostics', 'series', 'payload', 'query', 'store', 'exporters', 'charts']],
  ['components', ['types:format', 'diagnostics', 'series', 'payload', 'types:store', 'charts', 'site']], // and layouts/
  ['pages', ['format', 'diagnostics', 'types:store', 'site', 'components']],
  ['client', ['format', 'series', 'payload', 'query', 'charts']],
  [
    'cli',
    [
      'format',
      'diagnostics',
      'series',
      'payload',
      'query',
      'store',
      'logger',
      'importers',
      'exporters',
      'git',
      'charts',
      'site',
    ],
  ],
];

/** These run in a browser too: nothing of Node in them, and only these packages. */
const browserFolders = new Map<string, string[]>([
  ['format', ['zod', 're2js']],
  ['diagnostics', []],
  [
    'series',
    [
      '@stdlib/math-base-special-betainc',
      '@stdlib/math-base-special-erfc',
      '@stdlib/math-base-special-erfcinv',
      '@stdlib/math-base-special-gammaln',
      '@stdlib/math-base-special-kernel-betaincinv',
    ], // for statistics, which the browser loads when they are asked for
  ],
  ['payload', []],
  ['query', ['fastest-levenshtein']],
  ['charts', ['@observablehq/plot', 'linkedom']], // linkedom for stills alone: the next test keeps it at home
]);

interface Import {
  /** Path below `src/`, such as `series/reduce.ts`. */
  file: string;
  /** The specifier as written. */
  specifier: string;
  /** The file that it leads to, below `src/`; undefined for a package. */
  path: string | undefined;
  /** The folder of `src/` that it leads to; undefined for a package; '' for a file of `src/` itself. */
  target: string | undefined;
  typeOnly: boolean;
  /** True in a `<script>` of an .astro file, which runs in the browser and not at build time. */
  inScript: boolean;
}

/** `series/reduce.ts` → `series`; a file of `src/` itself gives ''. Layouts and components share a row, and so a room. */
function folderOf(file: string): string {
  const folder = file.includes('/') ? (file.split('/')[0] ?? '') : '';
  return folder === 'layouts' ? 'components' : folder;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(source, file), 'utf8');
  if (!file.endsWith('.astro')) return parse(file, text, false);
  const frontmatter = /^---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1] ?? '';
  const scripts = [...text.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/g)];
  return [
    ...parse(file, frontmatter, false),
    ...scripts.flatMap(([, attributes = '', body = '']) => {
      const src = /\bsrc="([^"]+)"/.exec(attributes)?.[1];
      return parse(file, src?.startsWith('.') ? `import ${JSON.stringify(src)};` : body, true);
    }),
  ];
}

function parse(file: string, text: string, inScript: boolean): Import[] {
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (specifier: string, typeOnly: boolean) => {
    const isPath = /^\.\.?(\/|$)/.test(specifier);
    const path = isPath
      ? relative(source, join(source, dirname(file), specifier))
          .split(sep)
          .join('/')
      : undefined;
    found.push({ file, specifier, path, target: path === undefined ? undefined : folderOf(path), typeOnly, inScript });
  };
  const visit = (node: ts.Node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      add((node.moduleSpecifier as ts.StringLiteral).text, isTypeOnly(node));
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteral(argument)) add(argument.text, false);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function isTypeOnly(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  return node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .map((file) => file.split(sep).join('/'))
  .filter((file) => /\.(ts|js|mjs|astro)$/.test(file))
  .sort();
const imports = files.flatMap(importsOf);
const asText = ({ file, specifier, typeOnly }: Import) => `${file} imports ${typeOnly ? 'types of ' : ''}${specifier}`;

test('every folder of src/ that holds code has a row in the table', () => {
  const rows = mayImport.map(([folder]) => folder);
  expect([...new Set(files.map(folderOf))].filter((folder) => folder !== '' && !rows.includes(folder))).toEqual([]);
  expect(imports.length).toBeGreaterThan(40);
});

test('the table has no ring: a row names only rows above it', () => {
  mayImport.forEach(([folder, allowed], row) => {
    const above = mayImport.slice(0, row).map(([name]) => name);
    for (const name of allowed) expect(above, `${folder} → ${name}`).toContain(name.replace('types:', ''));
  });
});

test('a folder imports only what its row allows', () => {
  const wrong = imports.filter(({ file, target, typeOnly, inScript }) => {
    const folder = folderOf(file);
    if (target === undefined || folder === '' || target === folder || target === 'styles') return false;
    if (inScript) return target !== 'client';
    const allowed = mayImport.find(([name]) => name === folder)?.[1] ?? [];
    return !allowed.includes(target) && !(typeOnly && allowed.includes(`types:${target}`));
  });
  expect(wrong.map(asText)).toEqual([]);
});

test('nothing imports pages/, client/ or cli/ but themselves, and scripts of pages client/', () => {
  const wrong = imports.filter(
    ({ file, target, inScript }) =>
      ['pages', 'client', 'cli'].includes(target ?? '') &&
      folderOf(file) !== target &&
      !(inScript && target === 'client'),
  );
  expect(wrong.map(asText)).toEqual([]);
});

test('what runs in a browser imports nothing of Node and few packages', () => {
  const wrong = imports.filter(({ file, specifier, target }) => {
    const packages = browserFolders.get(folderOf(file));
    return packages !== undefined && target === undefined && !packages.includes(specifier);
  });
  expect(wrong.map(asText)).toEqual([]);
});

test('what the browser loads reaches nothing of Node and only the packages that were chosen for it', () => {
  const fromScripts = imports.flatMap(({ inScript, path }) => (inScript && path !== undefined ? [path] : []));
  const reached = [...new Set([...files.filter((file) => folderOf(file) === 'client'), ...fromScripts])];
  const packages = new Set<string>();
  for (const file of reached) {
    for (const { path, specifier } of imports.filter((entry) => entry.file === file && !entry.typeOnly)) {
      if (path === undefined) packages.add(specifier);
      else if (!reached.includes(path)) reached.push(path);
    }
  }
  expect(reached.length).toBeGreaterThan(5);
  const chosen = ['@observablehq/plot', 'fastest-levenshtein', 're2js', '@tanstack/virtual-core'];
  // Single functions for statistics, loaded when they are asked for.
  const isChosen = (name: string) => chosen.includes(name) || name.startsWith('@stdlib/math-base-special-');
  expect([...packages].filter((name) => !isChosen(name))).toEqual([]);
});

test('what runs in a browser names no globals of Node', () => {
  const wrong = files
    .filter((file) => browserFolders.has(folderOf(file)))
    .filter((file) =>
      /\b(process\.(env|argv|cwd)|Buffer\.from|__dirname|__filename)\b/.test(readFileSync(join(source, file), 'utf8')),
    );
  expect(wrong).toEqual([]);
});

test('package.json names exact versions', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(String(version)),
  );
  expect(loose).toEqual([]);
});

test('package-lock.json agrees with package.json and names no address to fetch from', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  expect(lock.packages[''].dependencies).toEqual(dependencies);
  expect(lock.packages[''].devDependencies).toEqual(devDependencies);
  const addressed = Object.entries<{ resolved?: string; link?: boolean }>(lock.packages)
    .filter(([, entry]) => entry.resolved !== undefined)
    .map(([name]) => name);
  expect(addressed).toEqual([]);
});
