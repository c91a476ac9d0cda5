import { z } from 'zod';

/** One setting as the window shows it. */
export const Setting = z.object({
  /** Path in the settings file, such as `reporting.mode`. */
  key: z.string(),
  value: z.unknown(),
  defaultValue: z.unknown(),
  source: z.enum(['managed', 'user', 'default']),
  /** A managed value cannot be changed here. */
  locked: z.boolean(),
  /** File that set it. */
  setBy: z.string().optional(),
  description: z.string(),
  type: z.enum(['boolean', 'integer', 'text', 'choice', 'list', 'table']),
  choices: z.array(z.string()).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  /** The collector that runs now uses another value: it takes effect when the collector starts again. */
  pending: z.boolean(),
  /** Values that are secrets, such as request headers, come as `[redacted]`. */
  secret: z.boolean().optional(),
});
export type Setting = z.infer<typeof Setting>;

export const SettingsView = z.object({
  settings: z.array(Setting),
  userFile: z.string(),
  managedFile: z.string().optional(),
  /** The file cannot be understood: where and why. Nothing can be set until it is repaired. */
  problem: z.string().optional(),
});
export type SettingsView = z.infer<typeof SettingsView>;

export const SettingChange = z.object({
  key: z.string().min(1).max(200),
  /** `null` takes the value out of the user's file: the default holds again. */
  value: z.unknown(),
  via: z.enum(['cli', 'app']).default('app'),
});
export type SettingChange = z.infer<typeof SettingChange>;

export const SettingResult = z.object({
  status: z.enum(['done', 'refused']),
  /** One sentence for a person. */
  detail: z.string(),
  setting: Setting.optional(),
});
export type SettingResult = z.infer<typeof SettingResult>;
