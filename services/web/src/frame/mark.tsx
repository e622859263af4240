export const productName = 'Vestibule'

/** Our mark: a doorway within a doorway. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <path d="M5 28V15.500a11 11 0 0 1 22 0V28" fill="none" stroke="var(--v-accent-text)" strokeWidth="3" strokeLinecap="round" />
      <path d="M11 29.500V17a5 5 0 0 1 10 0v12.500z" fill="var(--v-accent-text)" />
    </svg>
  )
}
