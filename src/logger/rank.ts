const names = [
  'RANK',
  'LOCAL_RANK',
  'OMPI_COMM_WORLD_RANK',
  'PMI_RANK',
  'PMIX_RANK',
  'MV2_COMM_WORLD_RANK',
  'SLURM_PROCID',
] as const;

/** This process's rank among those of its job, 0 where no variable says otherwise: torchrun, SLURM, Open MPI, MPICH, PMIx. */
export function findRank(env: Readonly<Record<string, string | undefined>>): number {
  const digits = (name: string) => (/^\d+$/.test(env[name] ?? '') ? Number(env[name]) : undefined);
  for (const name of names) {
    const value = digits(name);
    if (value === undefined) continue;
    const node = digits(env.NODE_RANK === undefined ? 'GROUP_RANK' : 'NODE_RANK');
    return name === 'LOCAL_RANK' && node !== undefined ? node * (digits('LOCAL_WORLD_SIZE') ?? 1) + value : value;
  }
  return 0;
}

/** The SLURM job that this process belongs to; of an array, with the task. */
export function findSlurmJob(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { SLURM_ARRAY_JOB_ID: array, SLURM_ARRAY_TASK_ID: task, SLURM_JOB_ID: job } = env;
  return array && task ? `${array}_${task}` : job || undefined;
}
