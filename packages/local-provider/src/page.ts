/** Two plain pages: who are you, and may they know. */

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string) => text.replace(/[&<>"']/g, (one) => escapes[one] ?? '')

const style = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0 auto; padding: 1.5rem; max-width: 34rem; }
form { display: grid; gap: .75rem; margin-block: 1rem; }
label { display: grid; gap: .25rem; }
label.tick { display: flex; gap: .5rem; align-items: center; }
input, button { font: inherit; padding: .5rem .75rem; border: 1px solid; border-radius: .375rem; min-height: 2.75rem; box-sizing: border-box; }
input[type=checkbox] { min-height: 1.25rem; width: 1.25rem; }
button { cursor: pointer; text-align: start; }
`

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} · local provider</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${body}
</main>
</body>
</html>
`
}

const leave = (uid: string) => `
<h2>Or do not</h2>
<form method="post" action="/interaction/${uid}">
<button name="do" value="cancel">Cancel</button>
<button name="do" value="server_error">Fail with an error of the provider</button>
<button name="do" value="temporarily_unavailable">Fail because it is busy</button>
</form>`

/** @param uid from oidc-provider, letters and digits. */
export function choosePage(uid: string, people: readonly { readonly sub: string; readonly label: string }[], fault = ''): string {
  const buttons = people.map(({ sub, label }) => `<button name="person" value="${escaped(sub)}">${escaped(label)}</button>`).join('\n')
  return page(
    'Who are you?',
    `<p>This stands in for a company whose accounts people sign in with. It is for development and believes everybody.</p>
${fault === '' ? '' : `<p role="alert">${escaped(fault)}</p>`}
<form method="post" action="/interaction/${uid}">
<input type="hidden" name="do" value="choose">
${buttons}
</form>
<h2>Somebody else</h2>
<form method="post" action="/interaction/${uid}">
<input type="hidden" name="do" value="invent">
<label>Subject <input name="sub" required maxlength="100" autocomplete="off"></label>
<label>E-mail, may be empty <input name="email" maxlength="254" autocomplete="off"></label>
<label class="tick"><input type="checkbox" name="emailVerified"> E-mail is confirmed</label>
<label>Name, may be empty <input name="name" maxlength="300" autocomplete="off"></label>
<label>Language, may be empty <input name="locale" maxlength="20" autocomplete="off"></label>
<button>Continue as this person</button>
</form>
${leave(uid)}`,
  )
}

export function consentPage(uid: string, who: string, scopes: readonly string[]): string {
  return page(
    'May Vestibule know?',
    `<p>You are ${escaped(who)}. Vestibule asks for: ${scopes.map(escaped).join(', ')}.</p>
<form method="post" action="/interaction/${uid}">
<button name="do" value="allow">Allow</button>
</form>
${leave(uid)}`,
  )
}

export function brokenPage(reason: string): string {
  return page('That did not work', `<p role="alert">${escaped(reason)}</p><p>Go back and start again.</p>`)
}
