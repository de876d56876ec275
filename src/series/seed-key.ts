/** True for the names under which a random seed is usually kept. */
export function isSeedKey(key: string): boolean {
  return /(^|[._])(seed|random_seed|random_state)$/i.test(key);
}
