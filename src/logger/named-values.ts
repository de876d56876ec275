/** What {@link asProperties} puts properties over. */
export interface NamedValues {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  has(name: string): boolean;
  keys(): Iterable<string>;
}

/**
 * The same object with its values as properties too: `config.lr`, `summary['best'] = 1`. A name that is one of the object's
 * methods is reached by `get` and `set` alone.
 */
export function asProperties<T extends NamedValues>(values: T): T & Record<string, unknown> {
  const isMethod = (name: string | symbol) => typeof name === 'symbol' || name in values;
  const proxy = new Proxy(values, {
    get(target, name) {
      if (!isMethod(name)) return target.get(String(name));
      const own: unknown = Reflect.get(target, name, target);
      return typeof own === 'function' ? own.bind(target) : own;
    },
    set(target, name, value) {
      target.set(String(name), value);
      return true;
    },
    has: (target, name) => isMethod(name) || target.has(String(name)),
    ownKeys: (target) => [...target.keys()],
    getOwnPropertyDescriptor(target, name) {
      if (typeof name === 'symbol' || !target.has(name)) return undefined;
      return { value: target.get(name), writable: true, enumerable: true, configurable: true };
    },
  });
  return proxy as T & Record<string, unknown>;
}
