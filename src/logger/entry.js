// What `import 'runfolio/logger'` loads: Node strips no types below `node_modules`, so the loader comes first.
import { createRequire } from 'node:module';
import { loadTypeScript } from './load-typescript.js';

loadTypeScript();

export const {
  Artifact,
  alert,
  archive,
  captureNames,
  current,
  defineMetric,
  finish,
  Histogram,
  Image,
  init,
  log,
  logArtifact,
  message,
  note,
  save,
  Table,
  tag,
  track,
} = createRequire(import.meta.url)('./index.ts');
