/**
 * What the numbers of a record mean: the captions of OCSF (ocsf/ocsf-schema 1.9.0-dev of 2026-07-23) for the classes and
 * attributes that Reeve emits. A test holds them to the schema.
 */

/** By number, from 0; 99 is `Other` everywhere. */
type Captions = readonly string[];

interface OcsfClass {
  readonly caption: string;
  readonly activities: Captions;
}

const OTHER = 99;
const LOGGED = ['Unknown', 'Log', 'Collect'];
const FOUND = ['Unknown', 'Create', 'Update', 'Close'];

const CLASSES: ReadonlyMap<number, OcsfClass> = new Map([
  [0, { caption: 'Base Event', activities: ['Unknown'] }],
  [
    1001,
    {
      caption: 'File System Activity',
      activities: [
        'Unknown',
        'Create',
        'Read',
        'Update',
        'Delete',
        'Rename',
        'Set Attributes',
        'Set Security',
        'Get Attributes',
        'Get Security',
        'Encrypt',
        'Decrypt',
        'Mount',
        'Unmount',
        'Open',
      ],
    },
  ],
  [
    1007,
    {
      caption: 'Process Activity',
      activities: ['Unknown', 'Launch', 'Terminate', 'Open', 'Inject', 'Set User ID'],
    },
  ],
  [2003, { caption: 'Compliance Finding', activities: FOUND }],
  [2004, { caption: 'Detection Finding', activities: FOUND }],
  [
    4001,
    {
      caption: 'Network Activity',
      activities: ['Unknown', 'Open', 'Close', 'Reset', 'Fail', 'Refuse', 'Traffic', 'Listen'],
    },
  ],
  [5001, { caption: 'Device Inventory Info', activities: LOGGED }],
  [5019, { caption: 'Device Config State Change', activities: LOGGED }],
  [5020, { caption: 'Software Inventory Info', activities: LOGGED }],
  [
    6002,
    {
      caption: 'Application Lifecycle',
      activities: ['Unknown', 'Install', 'Remove', 'Start', 'Stop', 'Restart', 'Enable', 'Disable', 'Update'],
    },
  ],
  [6003, { caption: 'API Activity', activities: ['Unknown', 'Create', 'Read', 'Update', 'Delete'] }],
  [6008, { caption: 'Application Error', activities: ['Unknown', 'General Error', 'Translation Error'] }],
  [
    7001,
    {
      caption: 'Remediation Activity',
      activities: ['Unknown', 'Isolate', 'Evict', 'Restore', 'Harden', 'Detect', 'Deceive'],
    },
  ],
]);

const CATEGORIES: Captions = [
  'Uncategorized',
  'System Activity',
  'Findings',
  '',
  'Network Activity',
  'Discovery',
  'Application Activity',
  'Remediation',
];

const STATUS: Captions = ['Unknown', 'Success', 'Failure'];
const FINDING_STATUS: Captions = [
  'Unknown',
  'New',
  'In Progress',
  'Suppressed',
  'Resolved',
  'Archived',
  'Deleted',
];
/** Where a class has its own. */
const STATUS_OF: ReadonlyMap<number, Captions> = new Map([
  [2003, FINDING_STATUS],
  [2004, FINDING_STATUS],
  [7001, ['Unknown', 'Success', 'Failure', 'Does Not Exist', 'Partial', 'Unsupported', 'Error']],
]);

/** By the end of the path; the longer one first. */
const ATTRIBUTES: readonly (readonly [end: string, captions: Captions])[] = [
  ['compliance.status_id', ['Unknown', 'Pass', 'Warning', 'Fail']],
  ['severity_id', ['Unknown', 'Informational', 'Low', 'Medium', 'High', 'Critical', 'Fatal']],
  ['confidence_id', ['Unknown', 'Low', 'Medium', 'High']],
  ['action_id', ['Unknown', 'Allowed', 'Denied', 'Observed', 'Modified']],
  [
    'disposition_id',
    [
      'Unknown',
      'Allowed',
      'Blocked',
      'Quarantined',
      'Isolated',
      'Deleted',
      'Dropped',
      'Custom Action',
      'Approved',
      'Restored',
      'Exonerated',
      'Corrected',
      'Partially Corrected',
      'Uncorrected',
      'Delayed',
      'Detected',
      'No Action',
      'Logged',
      'Tagged',
      'Alert',
      'Count',
      'Reset',
      'Captcha',
      'Challenge',
      'Access Revoked',
      'Rejected',
      'Unauthorized',
      'Error',
    ],
  ],
  ['ai_role_id', ['Unknown', 'User', 'Assistant', 'Tool', 'Agent', 'Orchestrator', 'Retriever']],
  ['direction_id', ['Unknown', 'Inbound', 'Outbound', 'Lateral', 'Local']],
  ['ai_agent.type_id', ['Unknown', 'Native', 'LangChain', 'AutoGen', 'CrewAI']],
  [
    'device.type_id',
    [
      'Unknown',
      'Server',
      'Desktop',
      'Laptop',
      'Tablet',
      'Mobile',
      'Virtual',
      'IOT',
      'Browser',
      'Firewall',
      'Switch',
      'Hub',
      'Router',
      'IDS',
      'IPS',
      'Load Balancer',
    ],
  ],
  [
    'analytic.type_id',
    [
      'Unknown',
      'Rule',
      'Behavioral',
      'Statistical',
      'Learning (ML/DL)',
      'Fingerprinting',
      'Tagging',
      'Keyword Match',
      'Regular Expressions',
      'Exact Data Match',
      'Partial Data Match',
      'Indexed Data Match',
    ],
  ],
  [
    'file.type_id',
    [
      'Unknown',
      'Regular File',
      'Folder',
      'Character Device',
      'Block Device',
      'Local Socket',
      'Named Pipe',
      'Symbolic Link',
      'Executable File',
    ],
  ],
];

/** Numbered in hundreds, unlike the others. */
const SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0, 'Unknown'],
  [100, 'Windows'],
  [200, 'Linux'],
  [300, 'macOS'],
]);

/**
 * @param path where the number stands in the record, with dots
 * @param classUid of the record
 * @returns `undefined` for a number that is none of an enumeration known here
 */
export function captionOf(classUid: number | undefined, path: string, value: number): string | undefined {
  const own = classUid === undefined ? undefined : CLASSES.get(classUid);
  switch (path) {
    case 'class_uid':
      return CLASSES.get(value)?.caption;
    case 'category_uid':
      return CATEGORIES[value] || undefined;
    case 'activity_id':
      return own && nth(own.activities, value);
    case 'type_uid':
      return own && typeCaption(own, value - (classUid ?? 0) * 100);
    case 'status_id':
      return nth((classUid === undefined ? undefined : STATUS_OF.get(classUid)) ?? STATUS, value);
    default:
      break;
  }
  if (isAt(path, 'os.type_id')) return value === OTHER ? 'Other' : SYSTEMS.get(value);
  const [, captions] = ATTRIBUTES.find(([end]) => isAt(path, end)) ?? [];
  return captions && nth(captions, value);
}

function isAt(path: string, end: string): boolean {
  return path === end || path.endsWith(`.${end}`);
}

function nth(captions: Captions, value: number): string | undefined {
  return value === OTHER ? 'Other' : captions[value];
}

function typeCaption({ caption, activities }: OcsfClass, activity: number): string | undefined {
  const name = nth(activities, activity);
  return name === undefined ? undefined : `${caption}: ${name}`;
}
