/** Takes an approval when told to, and says whether it won. Words: own folder, id, binding as JSON. */
import { ApprovalDesk } from '../../src/approve/desk.ts'
import { ApprovalStore } from '../../src/approve/store.ts'

const [own = '', id = '', binding = '{}'] = process.argv.slice(2)
const desk = new ApprovalDesk(new ApprovalStore(own), { record: () => undefined })

process.on('message', () => {
  void desk.use(id, JSON.parse(binding), 'sha256:policy').then((step) => {
    process.send?.('approval' in step, () => process.exit())
  })
})
process.send?.('ready')
