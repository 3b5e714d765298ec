/** Launches jobs one after another, until it is killed. Each ends with its number once it gets a line from HOME/gate. */
import { createJobFolder } from '../../src/host/jobs/job-folder.ts'
import { launchJob } from '../../src/host/jobs/launch-job.ts'
import { type LauncherKind, openOf } from '../host/jobs/job-rig.ts'

const [, , kind = 'perl', home = '', count = '0'] = process.argv
setInterval(() => undefined, 60_000)
const jobs = `${home}/jobs`
const launcher = await openOf(kind as LauncherKind, home, jobs)
const environment = { PATH: process.env.PATH, GATE: `${home}/gate` }

for (let id = 1; id <= Number(count); id += 1) {
  const paths = createJobFolder(jobs, id, { spec: {}, environment })
  const argv = ['sh', '-c', 'read line <"$GATE"; echo "$0"; exit "$0"', String(id)]
  const order = { paths, argv, cwd: '/', umask: 0o22, logCapBytes: 0 }
  await launchJob({ get: async () => launcher }, order)
  console.log(`launched ${id}`)
}
