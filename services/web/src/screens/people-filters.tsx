import { Button, Input, type InputRef } from 'antd'
import { useEffect, useRef, useState } from 'react'
import type { PeopleSearch } from '../address/search.ts'
import { useSpeech } from '../language/language.tsx'
import { Field } from '../parts/field.tsx'
import { Icon } from '../parts/icon.tsx'
import { Select } from '../parts/select.tsx'
import style from './people.module.css'

/** Typing asks the server only after this pause. */
const pauseMs = 250

export function PeopleFilters({ value, onChange }: { value: PeopleSearch; onChange: (next: PeopleSearch) => void }) {
  const { t } = useSpeech()
  const set = (name: keyof PeopleSearch, text: string) => onChange(withField(value, name, text))
  return (
    <search className={style['filters']}>
      <SearchField value={value.search ?? ''} onChange={(text) => set('search', text)} />
      <Field id="people-state" label={t('fact.state')}>
        {(wiring) => (
          <Select {...wiring} value={value.state ?? ''} onChange={(event) => set('state', event.target.value)}>
            <option value="">{t('people.any')}</option>
            <option value="active">{t('state.active')}</option>
            <option value="inactive">{t('state.inactive')}</option>
          </Select>
        )}
      </Field>
      <Field id="people-verified" label={t('fact.email')}>
        {(wiring) => (
          <Select {...wiring} value={value.verified ?? ''} onChange={(event) => set('verified', event.target.value)}>
            <option value="">{t('people.any')}</option>
            <option value="true">{t('verified.yes')}</option>
            <option value="false">{t('verified.no')}</option>
          </Select>
        )}
      </Field>
      <DayField id="people-from" label={t('people.from')} value={value.from} onChange={(text) => set('from', text)} />
      <DayField id="people-to" label={t('people.to')} value={value.to} onChange={(text) => set('to', text)} />
      {Object.keys(value).length > 0 ? (
        <Button type="text" className={style['clear'] ?? ''} onClick={() => onChange({})} icon={<Icon name="close" size={16} />}>
          {t('people.clear')}
        </Button>
      ) : null}
    </search>
  )
}

function withField(value: PeopleSearch, name: keyof PeopleSearch, text: string): PeopleSearch {
  const { [name]: _, ...rest } = value
  return text === '' ? rest : { ...rest, [name]: text }
}

/** Keeps what is typed to itself until the typing pauses; follows the address when that changes from elsewhere. */
function SearchField({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const { t } = useSpeech()
  const [typed, setTyped] = useState(value)
  const [seen, setSeen] = useState(value)
  const input = useRef<InputRef>(null)
  if (value !== seen) {
    setSeen(value)
    if (value !== typed.trim()) setTyped(value)
  }
  const latest = useRef(onChange)
  useEffect(() => {
    latest.current = onChange
  })
  useEffect(() => {
    if (typed.trim() === value) return
    const timer = setTimeout(() => latest.current(typed.trim()), pauseMs)
    return () => clearTimeout(timer)
  }, [typed, value])
  useSlashFocuses(input)
  return (
    <Field id="people-search" label={t('people.search')}>
      {(wiring) => (
        <Input
          {...wiring}
          ref={input}
          type="search"
          value={typed}
          maxLength={100}
          prefix={<Icon name="search" size={16} />}
          onChange={(event) => setTyped(event.target.value)}
        />
      )}
    </Field>
  )
}

/** `/` goes to the search, unless somebody is typing a slash. */
function useSlashFocuses(input: { current: InputRef | null }): void {
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.closest('input, textarea, select, [contenteditable]')
      if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return
      event.preventDefault()
      input.current?.focus()
    }
    document.addEventListener('keydown', key)
    return () => document.removeEventListener('keydown', key)
  }, [input])
}

function DayField({
  id,
  label,
  value,
  onChange,
}: {
  id: string
  label: string
  value: string | undefined
  onChange: (text: string) => void
}) {
  return (
    <Field id={id} label={label}>
      {(wiring) => <Input {...wiring} type="date" value={value ?? ''} onChange={(event) => onChange(event.target.value)} />}
    </Field>
  )
}
