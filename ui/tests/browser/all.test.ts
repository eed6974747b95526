// Every component test, on one page: as files of their own each would load the whole window again, four seconds for each.
// One of them alone: `npm run test:browser -- -t sagas`.
import { describe } from 'vitest'

for (const [path, load] of Object.entries(import.meta.glob(['./*.ts', '!./all.test.ts']))) {
  describe(path.slice(2, -3), async () => {
    await load()
  })
}
