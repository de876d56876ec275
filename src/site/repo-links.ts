import type { Store } from '../store/store.ts';
import { maybeSafeLink } from './markdown.ts';
import type { Session } from './session.ts';
import { encodePart, encodePath } from './urls.ts';

/** Address of a commit on the forge that `_site.yaml` names, or undefined. */
export function commitLink(
  session: { store: Pick<Store, 'settings'> },
  commit: string | undefined,
): string | undefined {
  const { repo } = session.store.settings;
  if (repo === undefined || commit === undefined || !/^[0-9a-f]{7,64}$/i.test(commit)) return undefined;
  if (typeof repo === 'string') return maybeSafeLink(`${repo.replace(/\/+$/, '')}/commit/${commit}`);
  return maybeSafeLink(repo.commit?.replaceAll('{commit}', encodePart(commit)));
}

/** Address of a line of a file on the forge, or undefined. A plain repository address needs a commit to be exact. */
export function fileLink(session: Pick<Session, 'store' | 'commit'>, file: string, line: number): string | undefined {
  const { repo } = session.store.settings;
  if (repo === undefined) return undefined;
  if (typeof repo === 'string') {
    return maybeSafeLink(`${repo.replace(/\/+$/, '')}/blob/${session.commit ?? 'HEAD'}/${encodePath(file)}#L${line}`);
  }
  return maybeSafeLink(repo.file?.replaceAll('{path}', encodePath(file)).replaceAll('{line}', String(line)));
}
