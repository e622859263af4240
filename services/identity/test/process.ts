/** Runs the service in a process of its own, to be killed. */
import { type ProcessSettings, runService } from './identity-fixture.ts'

const settings: ProcessSettings = JSON.parse(process.env['TEST_SETTINGS'] ?? '')
await runService(settings)
