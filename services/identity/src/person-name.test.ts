import { describe, expect, it } from 'vitest'
import { readPersonName } from './person-name.ts'

describe('readPersonName', () => {
  it.each([
    ['Ann Lee', 'Ann Lee'],
    ['  Ann \u00a0 Lee ', 'Ann Lee'],
    ["Siobhán O'Brien-Łuczak", "Siobhán O'Brien-Łuczak"],
    ['Rene\u0301', 'René'],
    ['Анна Петрова', 'Анна Петрова'],
    ['Anna Петрова', 'Anna Петрова'],
    ['山田 太郎', '山田 太郎'],
    ['タナカさん', 'タナカさん'],
    ['می\u200cخواهم', 'می\u200cخواهم'],
    ['Nguyễn Thị Minh', 'Nguyễn Thị Minh'],
    ['X Æ A-12', 'X Æ A-12'],
    ['👩‍💻 Ann', '👩‍💻 Ann'],
    ['김철수', '김철수'],
  ])('takes %j as %j', (input, name) => {
    expect(readPersonName(input)).toBe(name)
  })

  it.each([
    ['nothing', ''],
    ['blanks', ' \u00a0 '],
    ['only a zero-width space', '\u200b'],
    ['only a Hangul filler', '\u3164'],
    ['only marks', '\u0301\u0301'],
    ['a direction override', 'Ann \u202eeeL'],
    ['an isolate', '\u2066Ann\u2069'],
    ['a direction mark', 'Ann\u200f'],
    ['a zero-width space', 'An\u200bn'],
    ['a joiner in a Latin name', 'An\u200dn'],
    ['a joiner at the end', 'Ann\u200c'],
    ['NUL', 'Ann\0'],
    ['an escape', 'Ann\u001b[31m'],
    ['a line break', 'Ann\nLee'],
    ['a line separator', 'Ann\u2028Lee'],
    ['half a surrogate pair', 'Ann\ud800'],
    ['private use', 'Ann\ue000'],
    ['a Cyrillic letter in a Latin word', 'Аnn Lee'],
    ['a Greek letter in a Latin word', 'Αnn'],
    ['piled marks', `A${'\u0336'.repeat(12)}`],
    ['more than 200 characters', 'a'.repeat(201)],
  ])('refuses %s', (_, input) => {
    expect(readPersonName(input)).toBeNull()
  })
})
