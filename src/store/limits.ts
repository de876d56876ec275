/** Bounds on what one file may cost. Past a bound the line or file is set aside with a diagnostic. */
export interface ReadLimits {
  /** Longest line of a log, in bytes. */
  lineBytes: number;
  /** Deepest nesting of one JSON or YAML value. */
  depth: number;
  /** Most keys of one record once it is flattened. */
  keysPerRecord: number;
  /** Most different metric names of one run. */
  metricsPerRun: number;
  /** Largest YAML file, in bytes. */
  yamlBytes: number;
  /** Most nodes that one YAML document may expand to, aliases counted as often as they are used. */
  yamlNodes: number;
  /** Most bytes that one compressed log may expand to. */
  inflatedBytes: number;
  /** Largest ratio of expanded to compressed bytes, judged past the first 64 MiB. */
  inflateRatio: number;
  /** Log lines of a run that are kept for its page; further ones are counted. */
  logLines: number;
}

export const defaultLimits: ReadLimits = {
  lineBytes: 16 * 1024 * 1024,
  depth: 64,
  keysPerRecord: 100_000,
  metricsPerRun: 20_000,
  yamlBytes: 16 * 1024 * 1024,
  yamlNodes: 300_000,
  inflatedBytes: 16 * 1024 * 1024 * 1024,
  inflateRatio: 200,
  logLines: 400,
};
