const shapes = {
  home: 'M3.5 10.5 12 3.5l8.5 7V20a.5.5 0 0 1-.5.5h-5v-6h-6v6H4a.5.5 0 0 1-.5-.5z',
  people:
    'M9 11.5a3.75 3.75 0 1 0 0-7.5 3.75 3.75 0 0 0 0 7.5ZM2.5 20c.3-3.4 3-5.5 6.5-5.5s6.2 2.100 6.500 5.500M15.500 4.300a3.750 3.750 0 0 1 0 6.900M18 14.900c2 .7 3.300 2.500 3.500 5.100',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.750v4.500M9 14.750v4.500',
  alert: 'M12 8v4.500M12 16v.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z',
  info: 'M12 11.500V16M12 8v.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z',
  check: 'm5 12.500 4.500 4.500L19 7.500',
  good: 'm8 12.300 2.700 2.700L16 9.700M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z',
  mail: 'M3.500 6.500h17v11h-17zM4 7l8 6 8-6',
  search: 'm20 20-4.200-4.200M10.750 17.500a6.750 6.750 0 1 0 0-13.500 6.750 6.750 0 0 0 0 13.500Z',
  chevron: 'm9 6 6 6-6 6',
  down: 'm6 9 6 6 6-6',
  back: 'm15 6-6 6 6 6',
  copy: 'M8.500 8.500h11v11h-11zM15.500 8.500v-4h-11v11h4',
  download: 'M12 4v11M7.500 10.500 12 15l4.500-4.500M5 19.500h14',
  close: 'M6 6l12 12M18 6 6 18',
  out: 'M14.500 8V4.500h-10v15h10V16M10 12h10.500M17.500 9l3 3-3 3',
  lock: 'M5.500 10.500h13v9.500h-13zM8.500 10.500V7.500a3.500 3.500 0 0 1 7 0v3',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.500 20.500c.4-3.700 3.400-6 7.500-6s7.100 2.300 7.500 6',
  retry: 'M20 11.500A8 8 0 1 0 18 17M20 5.500v6h-6',
} as const

export type IconName = keyof typeof shapes

/** A line drawing beside words that say the same; never the only sign of anything. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={shapes[name]} />
    </svg>
  )
}
