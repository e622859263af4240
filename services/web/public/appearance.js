// Runs before the first paint and is a file of its own because the content security policy allows no inline script.
// Puts the remembered theme and language on <html>; src/appearance and src/language take over from there.
;(() => {
  const root = document.documentElement
  let theme = null
  let language = null
  try {
    theme = localStorage.getItem('vestibule.theme')
    language = localStorage.getItem('vestibule.language')
  } catch {
    // Storage can be forbidden; the system's wishes count then.
  }
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme
  if (language !== 'en' && language !== 'nl')
    language = navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag === 'en' || tag === 'nl')
  root.lang = language || 'en'
})()
