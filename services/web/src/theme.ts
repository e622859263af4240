/** antd's tokens, set once. Screens use these and the CSS variables of `appearance/palette.ts`, never colours of their own. */
import { type ThemeConfig, theme } from 'antd'
import { dark, light } from './appearance/palette.ts'

export const fontFamily = "'Inter Variable', 'Inter Fallback', system-ui, sans-serif"

function themeOf(name: 'light' | 'dark'): ThemeConfig {
  const palette = name === 'dark' ? dark : light
  return {
    algorithm: name === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
    cssVar: { key: 'vestibule' },
    hashed: false,
    token: {
      fontFamily,
      fontSize: 14,
      fontSizeLG: 16,
      borderRadius: 8,
      borderRadiusSM: 6,
      borderRadiusLG: 8,
      controlHeight: 40,
      controlHeightLG: 44,
      controlHeightSM: 32,
      motionDurationFast: '0.08s',
      motionDurationMid: '0.12s',
      motionDurationSlow: '0.18s',
      colorPrimary: palette.accent,
      colorPrimaryHover: palette.accentHover,
      colorLink: palette.accentText,
      colorLinkHover: palette.accentText,
      colorLinkActive: palette.accentText,
      colorError: palette.bad,
      colorSuccess: palette.good,
      colorWarning: palette.warn,
      colorText: palette.text,
      colorTextSecondary: palette.muted,
      colorTextDescription: palette.muted,
      colorTextPlaceholder: palette.muted,
      colorBgBase: palette.surface,
      colorBgContainer: palette.surface,
      colorBgElevated: palette.surface,
      colorBgLayout: palette.page,
      colorBorder: palette.lineStrong,
      colorBorderSecondary: palette.line,
    },
    components: {
      Button: {
        fontWeight: 550,
        primaryShadow: 'none',
        defaultShadow: 'none',
        defaultBorderColor: palette.lineStrong,
        // As text on the surface antd would take the colour of a pressed button, which is too dark to read at night.
        defaultHoverColor: palette.accentText,
        defaultActiveColor: palette.accentText,
      },
      Input: { activeShadow: 'none', paddingInline: 12 },
      Segmented: { trackBg: palette.sunken, itemColor: palette.muted, itemSelectedColor: palette.text },
    },
  }
}

export const antdTheme: Record<'light' | 'dark', ThemeConfig> = { light: themeOf('light'), dark: themeOf('dark') }
