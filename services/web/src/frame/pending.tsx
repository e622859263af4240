import { Waiting } from '../parts/skeleton.tsx'

/** While the code of a screen is on its way. */
export function PendingScreen() {
  return (
    <div style={{ padding: 40 }}>
      <Waiting />
    </div>
  )
}
