import { useId } from 'react'
import style from './choice.module.css'

export interface ChoiceProps<Value extends string> {
  readonly name: string
  readonly legend: string
  readonly value: Value
  readonly options: readonly { readonly value: Value; readonly label: string; readonly lang?: string }[]
  readonly onChange: (value: Value) => void
}

/** One of a few: radio buttons in the shape of a switch, so arrow keys and screen readers work as everywhere. */
export function Choice<Value extends string>({ name, legend, value, options, onChange }: ChoiceProps<Value>) {
  const id = useId()
  return (
    <fieldset className={style['choice']}>
      <legend className="visually-hidden">{legend}</legend>
      {options.map((option) => (
        <label key={option.value} lang={option.lang} className={style['option']}>
          <input
            type="radio"
            name={`${name}${id}`}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  )
}
