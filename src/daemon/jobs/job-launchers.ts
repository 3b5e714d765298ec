import type { Paths } from '../../host/paths.ts'
import { findCgroups, type JobCgroups } from '../../host/jobs/cgroup.ts'
import { launchJob, type LaunchOutcome } from '../../host/jobs/launch-job.ts'
import type { Launcher, LaunchOrder } from '../../host/jobs/launcher.ts'
import { keepLauncher } from '../../host/jobs/open-launcher.ts'
import { scopeCommand } from '../../host/jobs/scope.ts'
import { reasonOf } from '../../host/system-error.ts'

export interface JobLaunchers {
  /** Hands a job to a waiter of its own, in a group of its own where there can be one. */
  launch(job: number, attempt: number, order: LaunchOrder): Promise<LaunchOutcome>
  /** Its process, while there is one. */
  pid(): number | undefined
  close(): void
}

export function createLaunchers(
  paths: Paths,
  environment: NodeJS.ProcessEnv,
  onProblem: (what: string) => void,
): JobLaunchers {
  const wrap = scopeCommand(environment)
  const kept = keepLauncher({
    home: paths.home,
    jobs: paths.jobs,
    searchPath: environment.PATH,
    onProblem,
    ...(wrap === undefined ? {} : { wrap }),
  })
  let current: Launcher | undefined
  let cgroups: JobCgroups | undefined

  /** Groups are found anew for each launcher: they hang below it. */
  async function get(): Promise<Launcher> {
    const launcher = await kept.get()
    if (launcher !== current) {
      current = launcher
      cgroups = launcher.pid === 0 ? undefined : findCgroups(launcher.pid, wrap !== undefined)
    }
    return launcher
  }

  return {
    launch: async (job, attempt, order) => {
      const trouble = await get().then(noTrouble, reasonOf)
      // Nobody has got it yet.
      if (trouble !== undefined) return { kind: 'refused', step: 'launcher', errno: trouble }
      const cgroup = cgroups?.folderFor(job, attempt)
      return launchJob({ get }, { ...order, ...(cgroup === undefined ? {} : { cgroup }) })
    },
    pid: () => (current?.isOpen() === true && current.pid > 0 ? current.pid : undefined),
    close: () => kept.close(),
  }
}

const noTrouble = (): undefined => undefined
