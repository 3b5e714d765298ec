import { join } from 'node:path'
import { openTempTasks } from '../support/open-temp-tasks.ts'
import { tempDir } from '../support/temp-dir.ts'
import { describeBoards } from './board-contract.ts'
import { describeTaskClaims } from './task-claim-contract.ts'
import { describeTaskEvents } from './task-event-contract.ts'
import { describeTasks, type TaskEngine } from './task-contract.ts'

const engine: TaskEngine = {
  name: 'sqlite',
  open: (t) => {
    const path = join(tempDir(t), 'curfew.db')
    const { tasks, told, database } = openTempTasks(t, path)
    return {
      tasks,
      told,
      reopen: () => {
        database.close()
        return openTempTasks(t, path).tasks
      },
    }
  },
}

describeBoards(engine)
describeTasks(engine)
describeTaskClaims(engine)
describeTaskEvents(engine)
