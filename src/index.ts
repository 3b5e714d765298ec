import { fileURLToPath } from 'node:url'
import { type ConnectOptions, type Connection, connectWith } from './client/connect.ts'
import { attend as attendWith, type AttendOptions, type Wrapper } from './wrapper/attend.ts'

export { report } from './wrapper/report.ts'
export type { ProgressReport, ReportEnding, ReportOptions } from './wrapper/report.ts'

export type { ConnectOptions, Connection, EventsQuery } from './client/connect.ts'
export type { FollowOptions } from './client/follow-events.ts'
export type { JobWaitOptions, ProgressOptions, RunOptions } from './client/connect-jobs.ts'
export type {
  AttemptView,
  EditInput,
  GroupView,
  JobDetailView,
  JobsInput,
  JobView,
  LogsInput,
  LogView,
  PauseInput,
  ProgressView,
  RemovedJobsView,
} from './contract/jobs.ts'
export type { BoardAbout, BoardConnection } from './client/connect-boards.ts'
export type {
  ClaimNextOptions,
  TaskChange,
  TaskConnection,
  TaskForce,
  TaskQuery,
  TaskWho,
} from './client/connect-tasks.ts'
export type {
  BoardExportView,
  BoardImportView,
  BoardResetView,
  BoardsInput,
  BoardView,
  ChangedTaskView,
  ClaimView,
  DroppedTaskView,
  NewTask,
  TaskView,
} from './contract/boards.ts'
export type {
  AcknowledgedView,
  FollowUpsInput,
  FollowUpView,
  RetriedView,
  SessionEndView,
} from './contract/follow-ups.ts'
export type {
  PrunedReportsView,
  ReportsInput,
  ReportTailView,
  ReportView,
} from './contract/reports.ts'
export type { EventView, StatusView, WrapperView } from './contract/shapes.ts'
export type { AttendOptions, Wrapper } from './wrapper/attend.ts'

/** Connects a program to the daemon of a home. */
export function connect(options: ConnectOptions = {}): Connection {
  return connectWith(fileURLToPath(new URL('../bin/curfew', import.meta.url)), options)
}

/** Makes this program known as awake until it leaves; a daemon is started where none runs. */
export function attend(options: AttendOptions = {}): Wrapper {
  const { home } = options
  return attendWith({ ensureDaemon: () => connect({ home }).start(), ...options })
}
