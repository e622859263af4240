import {
  createBrowserHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  type RouterHistory,
} from '@tanstack/react-router'
import {
  erasedSearch,
  errorSearch,
  flowSearch,
  newPasswordSearch,
  parseSearch,
  peopleSearch,
  registerSearch,
  stringifySearch,
} from './address/search.ts'
import { PendingScreen } from './frame/pending.tsx'
import { BrokenPage, BrokenScreen, NotFoundScreen } from './screens/not-found.tsx'

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFoundScreen })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: flowSearch,
  component: lazyRouteComponent(() => import('./screens/sign-in.tsx'), 'SignInScreen'),
})
const register = createRoute({
  getParentRoute: () => root,
  path: '/register',
  validateSearch: registerSearch,
  component: lazyRouteComponent(() => import('./screens/register.tsx'), 'RegisterScreen'),
})
const verify = createRoute({
  getParentRoute: () => root,
  path: '/verify',
  validateSearch: flowSearch,
  component: lazyRouteComponent(() => import('./screens/verify.tsx'), 'VerifyScreen'),
})
const recover = createRoute({
  getParentRoute: () => root,
  path: '/recover',
  validateSearch: flowSearch,
  component: lazyRouteComponent(() => import('./screens/recover.tsx'), 'RecoverScreen'),
})
const newPassword = createRoute({
  getParentRoute: () => root,
  path: '/new-password',
  validateSearch: newPasswordSearch,
  component: lazyRouteComponent(() => import('./screens/new-password.tsx'), 'NewPasswordScreen'),
})
const protect = createRoute({
  getParentRoute: () => root,
  path: '/protect',
  validateSearch: flowSearch,
  component: lazyRouteComponent(() => import('./screens/protect.tsx'), 'ProtectScreen'),
})
const terms = createRoute({
  getParentRoute: () => root,
  path: '/terms',
  validateSearch: flowSearch,
  component: lazyRouteComponent(() => import('./screens/terms.tsx'), 'TermsScreen'),
})
const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('./screens/setup.tsx'), 'SetupScreen'),
})
const error = createRoute({
  getParentRoute: () => root,
  path: '/error',
  validateSearch: errorSearch,
  component: lazyRouteComponent(() => import('./screens/error.tsx'), 'ErrorScreen'),
})

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: lazyRouteComponent(() => import('./frame/signed-in.tsx'), 'SignedIn'),
})
const home = createRoute({
  getParentRoute: () => signedIn,
  errorComponent: BrokenPage,
  path: '/',
  component: lazyRouteComponent(() => import('./screens/home.tsx'), 'HomeScreen'),
})
const settings = createRoute({
  getParentRoute: () => signedIn,
  errorComponent: BrokenPage,
  path: '/settings',
  validateSearch: flowSearch,
  component: lazyRouteComponent(() => import('./screens/settings.tsx'), 'SettingsScreen'),
})
const security = createRoute({
  getParentRoute: () => signedIn,
  errorComponent: BrokenPage,
  path: '/security',
  validateSearch: flowSearch,
  component: lazyRouteComponent(() => import('./screens/security.tsx'), 'SecurityScreen'),
})
const people = createRoute({
  getParentRoute: () => signedIn,
  errorComponent: BrokenPage,
  path: '/people',
  validateSearch: peopleSearch,
  component: lazyRouteComponent(() => import('./screens/people.tsx'), 'PeopleScreen'),
})
const erased = createRoute({
  getParentRoute: () => signedIn,
  errorComponent: BrokenPage,
  path: '/people/erased',
  validateSearch: erasedSearch,
  component: lazyRouteComponent(() => import('./screens/people/erased.tsx'), 'ErasedScreen'),
})
const person = createRoute({
  getParentRoute: () => signedIn,
  errorComponent: BrokenPage,
  path: '/people/$userId',
  component: lazyRouteComponent(() => import('./screens/person.tsx'), 'PersonScreen'),
})

const routeTree = root.addChildren([
  signIn,
  register,
  verify,
  recover,
  newPassword,
  protect,
  terms,
  setup,
  error,
  signedIn.addChildren([home, settings, security, people, erased, person]),
])

/** Reads the address when it is called: take one-time tokens out of it first. `history`: for tests, else the browser's. */
export function createAppRouter(history: RouterHistory = createBrowserHistory()) {
  return createRouter({
    history,
    routeTree,
    parseSearch,
    stringifySearch,
    // Without this a screen would also get what its route did not let through.
    search: { strict: true },
    defaultPendingComponent: PendingScreen,
    defaultErrorComponent: BrokenScreen,
    defaultPendingMs: 300,
    defaultPreload: 'intent',
    scrollRestoration: true,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
