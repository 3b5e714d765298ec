import { join } from 'node:path'
import { openTempTasks } from '../support/open-temp-tasks.ts'
import { tempDir } from '../support/temp-dir.ts'
import { describeTaskClaims } from './task-claim-contract.ts'
import { describeTasks, type TaskEngine } from './task-contract.ts'

const engine: TaskEngine = {
  name: 'sqlite',
  open: (t) => {
    const path = join(tempDir(t), 'curfew.db')
    const { tasks, database } = openTempTasks(t, path)
    return {
      tasks,
      reopen: () => {
        database.close()
        return openTempTasks(t, path).tasks
      },
    }
  },
}

describeTasks(engine)
describeTaskClaims(engine)
