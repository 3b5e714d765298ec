import { PROTOCOL } from '../contract/protocol.ts'
import type { VerbName } from '../contract/verbs.ts'
import type { RequestOf } from '../formats/requests.ts'
import type { Deps } from '../operations/deps.ts'
import { addTasks } from '../operations/add-tasks.ts'
import { actOnTasks, editTasks, dropTasks } from '../operations/act-on-tasks.ts'
import { claimTask } from '../operations/claim-task.ts'
import { exportBoard, importBoard } from '../operations/move-board.ts'
import {
  archiveBoard,
  createBoard,
  listBoards,
  resetBoard,
  showBoard,
} from '../operations/boards.ts'
import { listTasks, showTasks, showWhole } from '../operations/tasks.ts'
import { resetChore, runChore } from '../operations/chores.ts'
import { editJob } from '../operations/edit-job.ts'
import { acknowledge, endSession, listFollowUps, retryFollowUps } from '../operations/follow-ups.ts'
import { listGroups, removeGroup, setGroup } from '../operations/groups.ts'
import { listJobs, readLog, sayProgress, showJob } from '../operations/jobs.ts'
import { killJobs } from '../operations/kill-jobs.ts'
import { listEvents } from '../operations/list-events.ts'
import { pauseJobs, resumeJobs } from '../operations/pause-jobs.ts'
import { reload } from '../operations/reload.ts'
import { cleanJobs, removeJobs } from '../operations/remove-jobs.ts'
import { listReports, pruneReports, showReport, tailReport } from '../operations/reports.ts'
import { retryJob } from '../operations/retry-job.ts'
import { runJob } from '../operations/run-job.ts'
import { sendToBed } from '../operations/send-to-bed.ts'
import { status } from '../operations/status.ts'
import { stop } from '../operations/stop.ts'
import { waitForJobs } from '../operations/wait-for-jobs.ts'
import { wake } from '../operations/wake.ts'

/** `gone` is for those that let the asker wait: it tells when nobody asks any more. */
type Handler<Name extends VerbName> = (
  deps: Deps,
  input: RequestOf<Name>,
  gone: AbortSignal,
) => unknown

/** Which operation each verb calls. Live events and holds are streams, each with a door of its own. */
export const HANDLERS: { readonly [Name in VerbName]: Handler<Name> } = {
  hello: ({ house, self }) => ({
    protocol: PROTOCOL,
    version: self.version,
    pid: self.pid,
    process_start: self.processStart,
    home: self.home,
    idle: house.now().holds.length === 0,
  }),
  status: (deps) => status(deps),
  events: (deps, { limit, before, after }) =>
    listEvents(deps, {
      limit,
      ...(before === undefined ? {} : { beforeId: before }),
      ...(after === undefined ? {} : { afterId: after }),
    }),
  wrappers: ({ house }) => house.wrappers(),
  wake: (deps, input) => wake(deps, input),
  bedtime: (deps, input) => sendToBed(deps, input),
  hold: () => ({ held: true }),
  chores: ({ house }) => house.chores(),
  run_chore: (deps, input) => runChore(deps, input),
  reset_chore: (deps, input) => resetChore(deps, input),
  run: (deps, input) => runJob(deps, input),
  jobs: (deps, input) => listJobs(deps, input),
  job: (deps, input) => showJob(deps, input),
  logs: (deps, input) => readLog(deps, input),
  wait: (deps, input, gone) => waitForJobs(deps, input, gone),
  kill: (deps, input) => killJobs(deps, input),
  retry: (deps, input) => retryJob(deps, input),
  pause: (deps, input) => pauseJobs(deps, input),
  resume: (deps, input) => resumeJobs(deps, input),
  edit: (deps, input) => editJob(deps, input),
  remove: (deps, input) => removeJobs(deps, input),
  clean: (deps) => cleanJobs(deps),
  progress: (deps, input) => sayProgress(deps, input),
  groups: (deps) => listGroups(deps),
  group_set: (deps, input) => setGroup(deps, input),
  group_remove: (deps, input) => removeGroup(deps, input),
  followups: (deps, input, gone) => listFollowUps(deps, input, gone),
  ack: (deps, input) => acknowledge(deps, input),
  followup_retry: (deps, input) => retryFollowUps(deps, input),
  session_end: (deps, input) => endSession(deps, input),
  boards: (deps, input) => listBoards(deps, input),
  board: (deps, input) => showBoard(deps, input),
  board_show: (deps, input) => showWhole(deps, input),
  board_create: (deps, input) => createBoard(deps, input),
  board_archive: (deps, input) => archiveBoard(deps, input),
  board_reset: (deps, input) => resetBoard(deps, input),
  board_import: (deps, input) => importBoard(deps, input),
  board_export: (deps, input) => exportBoard(deps, input),
  task_add: (deps, input) => addTasks(deps, input),
  tasks: (deps, input) => listTasks(deps, input),
  task: (deps, input) => showTasks(deps, input),
  task_claim: (deps, input) => claimTask(deps, input),
  task_edit: (deps, input) => editTasks(deps, input),
  task_renew: (deps, input) => actOnTasks(deps, input, 'renew'),
  task_release: (deps, input) => actOnTasks(deps, input, 'release'),
  task_done: (deps, input) => actOnTasks(deps, input, 'done'),
  task_cancel: (deps, input) => actOnTasks(deps, input, 'cancel'),
  task_drop: (deps, input) => dropTasks(deps, input),
  task_archive: (deps, input) => actOnTasks(deps, input, 'archive'),
  task_restore: (deps, input) => actOnTasks(deps, input, 'restore'),
  reports: (deps, input) => listReports(deps, input),
  report: (deps, input) => showReport(deps, input),
  report_tail: (deps, input) => tailReport(deps, input),
  report_prune: (deps, input) => pruneReports(deps, input),
  reload: (deps) => reload(deps),
  stop: (deps, input) => stop(deps, input),
  openapi: async () => (await import('./openapi.ts')).openApiDocument(),
}
