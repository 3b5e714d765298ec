import type { JobDetailView, JobView } from '../../src/contract/jobs.ts'

const QUEUED: JobView = {
  id: 1,
  status: 'queued',
  command: ['true'],
  name: null,
  session: null,
  group: 'default',
  cwd: '/tmp',
  pid: null,
  created_at: '2026-11-20T09:00:00.000Z',
  started_at: null,
  ended_at: null,
  exit_code: null,
  signal: null,
  reason: null,
  attempt: 1,
  progress: null,
  cpu_seconds: null,
  peak_memory_bytes: null,
  measured_by: null,
  reach: null,
  follow_up: null,
  priority: 0,
  after: [],
  due_at: null,
  timeout_seconds: null,
  retries: 0,
  keep_awake: false,
  parent: null,
  retry_of: null,
  acknowledged_at: null,
}

/** A job as it is shown; queued unless more is said of it. */
export function jobView(more: Partial<JobView> = {}): JobView {
  return { ...QUEUED, ...more }
}

export function jobDetailView(more: Partial<JobDetailView> = {}): JobDetailView {
  return { ...QUEUED, folder: '/home/jobs/1', attempts: [], ...more }
}
