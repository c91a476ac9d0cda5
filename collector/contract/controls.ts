import type { Bundle } from './finding.ts';

/**
 * Controls that a piece of evidence supports, by framework. It supports them; it does not make anybody compliant.
 * SOC 2 TSC 2017 (2022 points of focus), ISO/IEC 27001:2022 and 42001:2023 Annex A, 45 CFR 164, GDPR, NIST CSF 2.0,
 * NIST AI RMF 1.0, Regulation (EU) 2024/1689. Numbering as generally published; not checked against the licensed texts.
 */
export const CONTROLS: Readonly<Record<Bundle, Readonly<Record<string, readonly string[]>>>> = {
  INV: {
    'SOC 2': ['CC6.1', 'CC3.2', 'CC7.1'],
    'ISO 27001': ['5.9', '5.16', '8.1'],
    'ISO 42001': ['A.4.2', 'A.4.4', 'A.4.5', 'A.6.2.7'],
    HIPAA: ['164.308(a)(1)(ii)(A)', '164.310(d)(1)'],
    GDPR: ['30', '5(2)'],
    'NIST CSF': ['ID.AM-01/02/03/04/05/08', 'GV.SC-04'],
    'NIST AI RMF': ['GOVERN 1.6', 'MAP 1.1', 'MAP 4.1'],
    'EU AI Act': ['26(1)', '26(5)'],
  },
  CFG: {
    'SOC 2': ['CC6.1', 'CC6.8', 'CC7.1', 'CC5.2'],
    'ISO 27001': ['8.9', '8.1', '8.20', '8.22'],
    'ISO 42001': ['A.6.2.5', 'A.6.2.6', 'A.9.2'],
    HIPAA: ['164.308(a)(1)(ii)(B)', '164.310(c)'],
    GDPR: ['25', '32(1)(b)'],
    'NIST CSF': ['PR.PS-01', 'PR.IR-01', 'ID.RA-01'],
    'NIST AI RMF': ['MANAGE 1.3', 'MEASURE 2.7'],
    'EU AI Act': ['15', '26(1)'],
  },
  SEC: {
    'SOC 2': ['CC6.1', 'CC6.2', 'CC6.3', 'CC6.7'],
    'ISO 27001': ['5.16', '5.17', '8.5', '8.24'],
    'ISO 42001': ['A.4.5', 'A.10.2'],
    HIPAA: ['164.312(a)(2)(i)', '164.312(d)', '164.308(a)(5)(ii)(D)'],
    GDPR: ['32(1)(a)(b)', '5(1)(f)'],
    'NIST CSF': ['PR.AA-01/03/04', 'PR.DS-01'],
    'NIST AI RMF': ['MEASURE 2.7', 'MANAGE 2.4'],
    'EU AI Act': ['15'],
  },
  ACC: {
    'SOC 2': ['CC6.1', 'CC6.2', 'CC6.3'],
    'ISO 27001': ['5.15', '5.18', '8.2', '8.3', '8.4', '8.18'],
    'ISO 42001': ['A.9.2', 'A.9.4'],
    HIPAA: ['164.308(a)(3)', '164.308(a)(4)', '164.312(a)(1)'],
    GDPR: ['25(2)', '32(1)(b)', '29'],
    'NIST CSF': ['PR.AA-05', 'PR.PS-05'],
    'NIST AI RMF': ['MAP 3.5', 'MANAGE 2.2'],
    'EU AI Act': ['14', '26(2)'],
  },
  CHG: {
    'SOC 2': ['CC8.1', 'CC7.1', 'CC6.8'],
    'ISO 27001': ['8.32', '8.9', '8.19', '8.4'],
    'ISO 42001': ['A.6.2.4', 'A.6.2.5', 'A.6.2.7'],
    HIPAA: ['164.312(c)(1)', '164.316(b)(1)'],
    GDPR: ['5(1)(f)', '24'],
    'NIST CSF': ['PR.PS-01/02', 'ID.RA-07', 'DE.CM-09'],
    'NIST AI RMF': ['MANAGE 4.1', 'MEASURE 2.4'],
    'EU AI Act': ['12', '17'],
  },
  SUP: {
    'SOC 2': ['CC9.2', 'CC3.2', 'CC6.8'],
    'ISO 27001': ['5.19', '5.20', '5.21', '5.22', '5.23', '8.8', '8.30'],
    'ISO 42001': ['A.10.2', 'A.10.3', 'A.4.4'],
    HIPAA: ['164.308(b)(1)', '164.314(a)'],
    GDPR: ['28', '32'],
    'NIST CSF': ['GV.SC-05/06/07', 'ID.RA-09/10', 'PR.PS-06'],
    'NIST AI RMF': ['GOVERN 6.1', 'GOVERN 6.2', 'MAP 4.1/4.2', 'MANAGE 3.1/3.2'],
    'EU AI Act': ['25', '26(1)'],
  },
  MAL: {
    'SOC 2': ['CC6.8', 'CC7.1', 'CC7.2'],
    'ISO 27001': ['8.7', '8.19', '5.7'],
    'ISO 42001': ['A.6.2.6'],
    HIPAA: ['164.308(a)(5)(ii)(B)'],
    GDPR: ['32(1)(b)'],
    'NIST CSF': ['DE.CM-01/03/09', 'PR.PS-05'],
    'NIST AI RMF': ['MEASURE 2.7'],
    'EU AI Act': ['15'],
  },
  MON: {
    'SOC 2': ['CC7.2', 'CC7.3', 'CC4.1', 'CC2.1'],
    'ISO 27001': ['8.15', '8.16', '8.17', '5.28'],
    'ISO 42001': ['A.6.2.6', 'A.6.2.8'],
    HIPAA: ['164.308(a)(1)(ii)(D)', '164.308(a)(5)(ii)(C)', '164.312(b)', '164.316(b)(2)(i)'],
    GDPR: ['32(1)(d)', '5(2)'],
    'NIST CSF': ['DE.CM-01/03/06/09', 'DE.AE-02/03/06/07/08', 'PR.PS-04'],
    'NIST AI RMF': ['MEASURE 2.4', 'MEASURE 2.8', 'MEASURE 3.1', 'GOVERN 1.5', 'MANAGE 4.1'],
    'EU AI Act': ['12', '19', '26(5)', '26(6)', '72'],
  },
  DLP: {
    'SOC 2': ['CC6.1', 'CC6.6', 'CC6.7', 'C1.1'],
    'ISO 27001': ['8.12', '5.12', '5.14', '5.34', '8.11', '8.23'],
    'ISO 42001': ['A.7.2', 'A.7.4', 'A.9.2'],
    HIPAA: ['164.312(e)(1)', '164.308(a)(4)', '164.502(b)'],
    GDPR: ['5(1)(c)(f)', '25', '32', '44-49'],
    'NIST CSF': ['PR.DS-01/02/10', 'DE.CM-01/03'],
    'NIST AI RMF': ['MEASURE 2.10', 'MAP 4.1'],
    'EU AI Act': ['10', '26(4)'],
  },
  DST: {
    'SOC 2': ['A1.2', 'CC7.4', 'CC7.5', 'PI1'],
    'ISO 27001': ['8.13', '8.14', '8.31', '5.33'],
    'ISO 42001': ['A.6.2.6'],
    HIPAA: ['164.308(a)(7)', '164.312(c)(1)'],
    GDPR: ['32(1)(b)(c)', '5(1)(f)'],
    'NIST CSF': ['PR.DS-11', 'PR.IR-03', 'RC.RP-01..03'],
    'NIST AI RMF': ['MANAGE 2.3', 'MANAGE 2.4'],
    'EU AI Act': ['15', '26(5)'],
  },
  OVR: {
    'SOC 2': ['CC1.3', 'CC5.3', 'CC6.3', 'CC8.1'],
    'ISO 27001': ['5.2', '5.3', '5.4', '8.2', '6.3'],
    'ISO 42001': ['A.3.2', 'A.9.2', 'A.9.3', 'A.9.4', 'A.5.2'],
    HIPAA: ['164.308(a)(2)', '164.308(a)(3)(ii)(A)'],
    GDPR: ['22', '24', '25'],
    'NIST CSF': ['GV.RR-02', 'GV.PO-01', 'PR.AA-05'],
    'NIST AI RMF': ['GOVERN 2.1', 'GOVERN 3.2', 'MAP 3.5', 'MANAGE 2.4', 'MEASURE 3.3'],
    'EU AI Act': ['14(1)-(4)', '26(2)', '4'],
  },
  INC: {
    'SOC 2': ['CC7.3', 'CC7.4', 'CC7.5'],
    'ISO 27001': ['5.24', '5.25', '5.26', '5.27', '5.28', '6.8'],
    'ISO 42001': ['A.8.3', 'A.8.4', 'A.3.3'],
    HIPAA: ['164.308(a)(6)(i)(ii)', '164.400-414'],
    GDPR: ['33', '34'],
    'NIST CSF': ['RS.MA-01..05', 'RS.AN-03/06/07/08', 'RS.MI-01/02', 'RS.CO-02/03', 'DE.AE-04'],
    'NIST AI RMF': ['MANAGE 4.1', 'MANAGE 4.3', 'MANAGE 2.3'],
    'EU AI Act': ['26(5)', '73'],
  },
};

/** `<framework>: <control>`, each once, in the order of the table. */
export function controlsOf(bundles: readonly Bundle[]): string[] {
  const controls = new Set<string>();
  for (const bundle of bundles) {
    for (const [framework, numbers] of Object.entries(CONTROLS[bundle])) {
      for (const number of numbers) controls.add(`${framework}: ${number}`);
    }
  }
  return [...controls];
}
